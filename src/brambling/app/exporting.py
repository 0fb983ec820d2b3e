"""``brambling export``: what the bank of this installation holds, as tables.

Names, credit codes and texts are masked. ``--clear`` shows them to an auditor, who signs in for it; every export is a
line of the audit trail, with who made it and whether it was clear.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brambling.engine.doors.options import JsonFlag, LangOption
from brambling.engine.doors.output import emit_json, note
from brambling.kit.settings import settings

if TYPE_CHECKING:
    from brambling.app.build import Bank
    from brambling.kit.db import ReadSession

app = typer.Typer(help="What the bank holds, as tables.", no_args_is_help=True, add_completion=False)
ACTOR = "command line"
ROWS_MAX = 1_000_000
PERSONAL = ("name", "uscc", "text", "data", "inputs", "features")

Out = Annotated[Path | None, typer.Option("--out", help="Write the table here (.csv, .parquet or .json).")]
Clear = Annotated[bool, typer.Option("--clear", help="Personal data readable; for an auditor, who signs in.")]
As = Annotated[str, typer.Option("--as", help="The auditor who signs in, with --clear.")]
Rows = Callable[["ReadSession", "Bank"], list[dict[str, Any]]]


@app.command("customers")
def customers_command(
    out: Out = None, clear: Clear = False, as_: As = "", json: JsonFlag = False, lang: LangOption = "en"
) -> None:
    """Businesses: id, credit code, name, trade, region, since.

    Example: brambling export customers --out customers.parquet
    """
    _export("customers", _customers, out, clear, as_, json)


@app.command("decisions")
def decisions_command(
    out: Out = None, clear: Clear = False, as_: As = "", json: JsonFlag = False, lang: LangOption = "en"
) -> None:
    """The chain of decisions: number, kind, outcome, limit, reasons, versions, hash.

    Example: brambling export decisions --out decisions.csv
    """
    _export("decisions", _decisions, out, clear, as_, json)


@app.command("events")
def events_command(
    out: Out = None, clear: Clear = False, as_: As = "", json: JsonFlag = False, lang: LangOption = "en"
) -> None:
    """All that happened: when, to whom, what.

    Example: brambling export events --out events.json
    """
    _export("events", _events, out, clear, as_, json)


@app.command("ledger")
def ledger_command(
    out: Out = None, clear: Clear = False, as_: As = "", json: JsonFlag = False, lang: LangOption = "en"
) -> None:
    """Transfers: debit, credit, amount, both balances after it.

    Example: brambling export ledger --out ledger.parquet
    """
    _export("ledger", _ledger, out, clear, as_, json)


@app.command("contacts")
def contacts_command(
    out: Out = None, clear: Clear = False, as_: As = "", json: JsonFlag = False, lang: LangOption = "en"
) -> None:
    """Messages with what the gate said of them.

    Example: brambling export contacts --out contacts.csv
    """
    _export("contacts", _contacts, out, clear, as_, json)


def _export(what: str, rows: Rows, out: Path | None, clear: bool, name: str, json: bool) -> None:
    import polars as pl

    from brambling.app.build import open_bank
    from brambling.engine.access import record
    from brambling.engine.doors.output import plain
    from brambling.kit.errors import InputRejected
    from brambling.kit.files import write_table

    if out is None and not json:
        raise InputRejected("nowhere to write to", expected="--out FILE or --json")
    with open_bank(settings(), launch=False) as bank:
        actor = _auditor(bank, name) if clear else ACTOR
        with bank.db.read() as session:
            found = [_plain(row, clear) for row in rows(session, bank)]
        with bank.db.write(actor) as session:
            detail = {"rows": len(found), "clear": clear}
            record(session, actor, "export", "export", what, now=bank.clock.now(), detail=detail)
    if out is not None:
        write_table(pl.DataFrame(found, infer_schema_length=None), out)
        note(f"{len(found)} rows written to {out}")
    if json:
        emit_json(plain(found))


def _auditor(bank: Bank, name: str) -> str:
    """The name of the auditor who signed in; raises NotAllowed for anybody else."""
    from brambling.engine.access import SignedIn, sign_in
    from brambling.kit.errors import InputRejected, NotAllowed

    if not name:
        raise InputRejected("who reads personal data is missing", expected="--as AUDITOR")
    password = typer.prompt("Password", hide_input=True, err=True)
    with bank.db.write(name) as session:
        result = sign_in(session, name, password, now=bank.clock.now())
    if not isinstance(result, SignedIn) or "auditor" not in result.user.roles:
        raise NotAllowed("personal data are shown to an auditor only")
    return result.user.name


def _plain(row: dict[str, Any], clear: bool) -> dict[str, Any]:
    """A row as plain values; what is personal, masked unless ``clear``."""
    import json

    from brambling.engine.doors.output import plain

    done: dict[str, Any] = {}
    for name, value in row.items():
        shown = plain(value)
        if not clear and name in PERSONAL and shown:
            shown = _masked(name, str(shown))
        done[name] = json.dumps(shown, ensure_ascii=False) if isinstance(shown, dict | list) else shown
    return done


def _masked(name: str, text: str) -> str:
    if name == "uscc":
        return text[:6] + "*" * (len(text) - 6)
    return text[:1] + "***"


def _customers(session: ReadSession, bank: Bank) -> list[dict[str, Any]]:
    from brambling.bank import customers

    found: list[dict[str, Any]] = []
    after = None
    while page := customers.ids_after(session, after):
        known = customers.get_many(session, page)
        for key in page:
            one = known[key]
            found.append(
                {
                    "id": one.id,
                    "uscc": one.uscc,
                    "name": one.name,
                    "gbt4754": one.gbt4754,
                    "region": one.region,
                    "opened_on": one.opened_on,
                    "synthetic": one.synthetic,
                }
            )
        after = page[-1]
    return found


def _decisions(session: ReadSession, bank: Bank) -> list[dict[str, Any]]:
    from brambling.bank.decisions.service import every

    return [
        {
            "number": one.number,
            "id": one.id,
            "kind": one.kind,
            "customer": one.subject,
            "at": one.at,
            "actor": one.actor,
            "outcome": one.outcome,
            "limit": one.result.get("offer", {}).get("limit", one.result.get("limit")),
            "reasons": [reason["code"] for reason in one.reasons],
            "versions": dict(one.versions),
            "features": dict(one.features),
            "hash": one.hash,
        }
        for one in every(session)
    ]


def _events(session: ReadSession, bank: Bank) -> list[dict[str, Any]]:
    from brambling.bank.events.service import newest

    return [
        {"id": one.id, "subject": one.subject, "kind": one.kind, "at": one.at, "data": one.data}
        for one in newest(session, ROWS_MAX)
    ]


def _ledger(session: ReadSession, bank: Bank) -> list[dict[str, Any]]:
    from brambling.bank.ledger.service import journal

    return journal(session, ROWS_MAX)


def _contacts(session: ReadSession, bank: Bank) -> list[dict[str, Any]]:
    from brambling.bank import contact

    return [
        {
            "id": one.message.id,
            "customer": one.message.customer_id,
            "channel": one.message.channel,
            "purpose": one.message.purpose,
            "topic": one.message.topic,
            "campaign": one.message.campaign,
            "text": one.message.text,
            "state": one.state,
            "asked_at": one.asked_at,
            "sent_at": one.sent_at,
            "outcome": one.outcome,
            "reasons": [reason.code for reason in one.reasons],
            "policy_version": one.policy_version,
        }
        for one in contact.ledger(session, None, ROWS_MAX, gate=bank.gate)
    ]
