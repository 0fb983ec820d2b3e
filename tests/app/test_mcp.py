"""The reading tools over the model context protocol, by the protocol's own client, with the rights of one user."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from mcp import Client
from tests.shops import shop_rows

from brambling.app.bench.offers import open_offers
from brambling.app.build import Bank
from brambling.app.mcp import server, user_named
from brambling.bank import decisions
from brambling.credit.lending import accept_and_pay
from brambling.engine.access import User, add_user, trail
from brambling.kit.errors import NotFound

PASSWORD = "long enough for everyone"


def user_of(bank: Bank, *roles: str, business_id: UUID | None = None) -> User:
    with bank.db.write() as session:
        return add_user(
            session, "-".join(roles), PASSWORD, roles, now=bank.clock.now(), actor="test", business_id=business_id
        )


def call(bank: Bank, user: User, tool: str, **words: Any) -> tuple[bool, Any]:
    """Whether the tool failed, and what it said."""

    async def ask() -> tuple[bool, Any]:
        async with Client(server(bank, user)) as client:
            result = await client.call_tool(tool, words)
            text = result.content[0].text  # type: ignore[union-attr]
            return bool(result.is_error), text if result.is_error else json.loads(text)

    return asyncio.run(ask())


def test_the_tools_read_and_none_acts(bank: Bank) -> None:
    async def names() -> set[str]:
        async with Client(server(bank, user_of(bank, "auditor"))) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert asyncio.run(names()) == {"brief", "decision", "schedule", "gate_status"}


def test_what_a_tool_says_is_what_the_bank_computed(bank: Bank, tmp_path: Path) -> None:
    officer = user_of(bank, "officer")
    decision_id = open_offers(bank.db, 1, bank.clock)[0]  # type: ignore[arg-type]
    loan = accept_and_pay(bank.workflows, decision_id, clock=bank.clock, actor="owner", bus=bank.bus)
    with bank.db.read() as session:
        recorded = decisions.get(session, decision_id)
    failed, told = call(bank, officer, "decision", decision_id=str(decision_id))
    assert not failed
    assert told["outcome"] == recorded.outcome
    failed, told = call(bank, officer, "schedule", loan_id=str(loan.id))
    assert (told["state"], told["principal"]) == ("active", str(loan.principal))
    failed, told = call(bank, officer, "gate_status", customer_id=str(loan.customer_id))
    assert set(told) == {"consents", "refusals", "messages"}
    statement = tmp_path / "statement.csv"
    shop_rows().write_csv(statement)
    failed, told = call(bank, officer, "brief", path=str(statement))
    assert len(told["forecast"]) == 91
    with bank.db.read() as session:
        looks = [(entry.actor, entry.thing) for entry in trail(session) if entry.act == "look"]
    assert looks == [("officer", "contact"), ("officer", "loan"), ("officer", "decision")]


def test_an_owner_sees_nothing_of_another_business(bank: Bank) -> None:
    decision_id = open_offers(bank.db, 1, bank.clock)[0]  # type: ignore[arg-type]
    owner = user_of(bank, "owner", business_id=uuid4())
    failed, told = call(bank, owner, "decision", decision_id=str(decision_id))
    assert failed
    assert "may not read this decision" in told


@pytest.mark.parametrize("words", ["nothing", str(UUID(int=7))])
def test_what_is_not_there_is_one_line(bank: Bank, words: str) -> None:
    failed, told = call(bank, user_of(bank, "officer"), "decision", decision_id=words)
    assert failed
    assert "\n" not in told


def test_a_file_that_cannot_be_read_is_one_line(bank: Bank, tmp_path: Path) -> None:
    failed, told = call(bank, user_of(bank, "officer"), "brief", path=str(tmp_path / "none.csv"))
    assert failed
    assert "no such file" in told


def test_nobody_acts_as_somebody_who_is_not_there(bank: Bank) -> None:
    with pytest.raises(NotFound, match="no user lin"):
        user_named(bank, "lin")
