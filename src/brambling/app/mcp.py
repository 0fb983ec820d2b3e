"""``brambling mcp``: the bank's reading tools for an assistant, over the model context protocol on standard input and output.

Every tool acts with the rights of one user, who is named when the server starts, and leaves his look in the audit trail.
The tools read and compute; none applies, accepts, pays or sends. Numbers come from the bank's code, never from a model.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from brambling.kit.settings import settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from brambling.app.build import Bank
    from brambling.engine.access import User

app = typer.Typer(add_completion=False)
ABOUT = (
    "Reads from a bank for small businesses. Every amount, rate and date in an answer was computed by the bank: repeat "
    "it as it stands, and never compute or guess another."
)


@app.command()
def mcp(
    name: Annotated[str, typer.Option("--as", help="The user with whose rights the tools act.")],
) -> None:
    """Serve the bank's reading tools to an assistant over the model context protocol, on standard input and output.

    Example: brambling mcp --as lin
    """
    from brambling.app.build import open_bank

    with ExitStack() as stack:
        bank = stack.enter_context(open_bank(settings(), launch=False))
        server(bank, user_named(bank, name)).run("stdio")


def user_named(bank: Bank, name: str) -> User:
    """The active user of that name; raises NotFound."""
    from brambling.engine.access import users
    from brambling.kit.errors import NotFound

    with bank.db.read() as session:
        found = [user for user in users(session) if user.name == name.lower() and user.active]
    if not found:
        raise NotFound(f"there is no user {name}")
    return found[0]


def server(bank: Bank, user: User) -> MCPServer:
    """The tools of ``bank`` for ``user``; tests connect to it in the process."""
    from mcp.server.mcpserver import MCPServer

    made = MCPServer("brambling", instructions=ABOUT)

    @made.tool(title="13 weeks of cash for a statement file")
    def brief(path: str, balance: str = "", lang: str = "en") -> dict[str, Any]:
        """The brief of a bank statement on this machine: forecast, lowest day, idle cash, what could be borrowed."""
        return _brief(path, balance, lang)

    @made.tool(title="A decision with its reasons")
    def decision(decision_id: str) -> dict[str, Any]:
        """Outcome, limit, price and reasons of a recorded credit decision."""
        return _told(lambda: _decision(bank, user, UUID(decision_id)))

    @made.tool(title="The instalments of a loan")
    def schedule(loan_id: str) -> dict[str, Any]:
        """State of a loan, and each instalment with its due date and what is open of it."""
        return _told(lambda: _schedule(bank, user, UUID(loan_id)))

    @made.tool(title="What the gate holds of a customer")
    def gate_status(customer_id: str) -> dict[str, Any]:
        """Consents, standing refusals, and the newest messages with what the gate said of each."""
        return _told(lambda: _gate_status(bank, user, UUID(customer_id)))

    return made


def _told(work: Any) -> dict[str, Any]:
    """The answer, or the one line of a rejection as the tool's error; of a failure nothing of the inside is told."""
    from mcp.server.mcpserver.exceptions import ToolError

    from brambling.kit.errors import BramblingError, Rejection

    try:
        found: dict[str, Any] = work()
    except Rejection as error:
        raise ToolError(str(error)) from None
    except ValueError:
        raise ToolError("that is no id of this bank") from None
    except BramblingError:
        raise ToolError("The bank could not do this; nothing was changed.") from None
    return found


def _brief(path: str, balance: str, lang: str) -> dict[str, Any]:
    from brambling.cfo.report import brief_json
    from brambling.cfo.service import brief
    from brambling.engine.doors.output import plain
    from brambling.kit.money import Money

    def work() -> dict[str, Any]:
        found = brief(Path(path), balance=Money.of(balance) if balance else None)
        answer: dict[str, Any] = plain(brief_json(found, "zh" if lang == "zh" else "en"))
        return answer

    return _told(work)


def _decision(bank: Bank, user: User, decision_id: UUID) -> dict[str, Any]:
    from brambling.bank import decisions
    from brambling.credit.underwriting.report import reason_text
    from brambling.engine.access import record, require
    from brambling.engine.doors.output import plain
    from brambling.kit.reasons import Reason

    with bank.db.write(user.name) as session:
        found = decisions.get(session, decision_id)
        require(user, "read", "decision", found.subject)
        record(session, user.name, "look", "decision", decision_id, now=bank.clock.now())
    answer: dict[str, Any] = plain(
        {
            "id": found.id,
            "customer": found.subject,
            "at": found.at,
            "outcome": found.outcome,
            "result": dict(found.result),
            "reasons": [reason_text(Reason(one["code"], one["params"]), "en") for one in found.reasons],
            "versions": dict(found.versions),
        }
    )
    return answer


def _schedule(bank: Bank, user: User, loan_id: UUID) -> dict[str, Any]:
    from brambling.credit.lending import due_instalments, get_loan
    from brambling.engine.access import record, require

    with bank.db.write(user.name) as session:
        loan = get_loan(session, loan_id)
        require(user, "read", "loan", loan.customer_id)
        record(session, user.name, "look", "loan", loan_id, now=bank.clock.now())
        dues = due_instalments(session, loan_id)
    return {
        "state": loan.state,
        "principal": str(loan.principal),
        "rate_annual": str(loan.rate_annual),
        "instalments": [
            {"due_on": _iso(due.due_on), "amount": str(due.instalment.total), "open": str(due.open)} for due in dues
        ],
    }


def _gate_status(bank: Bank, user: User, customer_id: UUID) -> dict[str, Any]:
    from brambling.bank import consent, contact, customers
    from brambling.engine.access import record, require
    from brambling.engine.doors.output import plain

    require(user, "read", "contact", customer_id)
    now = bank.clock.now()
    with bank.db.write(user.name) as session:
        customers.get(session, customer_id)
        record(session, user.name, "look", "contact", customer_id, now=now)
        holds = {purpose: consent.has(session, customer_id, purpose, now) for purpose in consent.PURPOSES}
        refused = [refusal for _, refusal in contact.refusals(session, customer_id)]
        entries = contact.ledger(session, customer_id, 10, gate=bank.gate)
    messages = [
        {"topic": one.message.topic, "channel": one.message.channel, "state": one.state, "outcome": one.outcome}
        | {"reasons": [reason.code for reason in one.reasons]}
        for one in entries
    ]
    answer: dict[str, Any] = plain({"consents": holds, "refusals": refused, "messages": messages})
    return answer


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
