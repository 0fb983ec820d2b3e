"""Commands without a room: serve, worker, replay, doctor, audit, users, import, export."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, OutFile
from brambling.engine.doors.output import console, emit_json, note
from brambling.kit.errors import Finding
from brambling.kit.i18n import translator
from brambling.kit.settings import settings

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on.")] = None,
) -> None:
    """Run the console and the API until Ctrl-C.

    Example: brambling serve --port 8310
    """
    from brambling.app.build import open_bank
    from brambling.app.server import serve as run

    given = settings()
    with open_bank(given) as bank:
        run(bank, host=host or given.host, port=port or given.port)


@app.command()
def worker() -> None:
    """Run durable work without a door, beside the servers, until Ctrl-C.

    Example: BRAMBLING_DATABASE_URL=postgresql://... brambling worker
    """
    from brambling.app.build import open_bank
    from brambling.app.duties import attendance

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_bank(settings()) as bank:
        note(f"worker {bank.workflows.executor_id} is running")
        with attendance(bank):
            stop.wait()


@app.command()
def replay(
    capsule: Annotated[Path, typer.Argument(help="A replay capsule, exported with a decision.")],
    own_hash: Annotated[
        str | None,
        typer.Option(
            "--hash", help="The decision's hash as the bank shows it: proves also whom it was about and when."
        ),
    ] = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """Prove that a decision comes out again, bit by bit; exit status 1 when it does not.

    What was changed in the file, and what differs from it, is told by name; a damaged file exits 2.

    Example: brambling replay decision.capsule.json
    """
    from brambling.app.build import replayers
    from brambling.bank.decisions import replay as prove
    from brambling.bank.decisions import replay_lines

    report = prove(capsule, replayers(), own_hash=own_hash)
    if as_json:
        emit_json(
            {
                "decision": report.decision.id,
                "kind": report.decision.kind,
                "outcome": report.decision.outcome,
                "hash": report.decision.hash,
                "same": report.same,
                "altered": report.altered,
                "differences": report.differences,
                "recomputed": report.recomputed,
                "float_differences": report.float_differences,
                "environments": report.environments,
            }
        )
    else:
        for line in replay_lines(report, lang):
            console().print(line, markup=False)
    if not report.same or report.float_differences:
        raise Finding(translator(lang)("the decision does not come out again"))


@app.command()
def doctor(as_json: JsonFlag = False) -> None:
    """Look at this installation: database, migrations, ledger, decision chain, extras.

    Example: brambling doctor
    """
    from brambling.app.doctor import examine

    findings = examine(settings())
    if as_json:
        emit_json(findings)
    else:
        for finding in findings:
            mark = {"good": "[green]ok[/]  ", "missing": "[yellow]--[/]  "}.get(finding.state, "[red]bad[/] ")
            console().print(f"{mark} {finding.name:<22} {finding.detail}")
    if any(finding.state == "bad" for finding in findings):
        raise Finding("something of this installation needs mending")


@app.command()
def audit(
    out: OutFile = None,
    as_json: JsonFlag = False,
    limit: Annotated[int, typer.Option("--limit", help="How many lines, newest first.")] = 100,
) -> None:
    """Who did what: the audit trail, newest first.

    Example: brambling audit --limit 20
    """
    import polars as pl

    from brambling.app.build import open_bank
    from brambling.engine.access import trail
    from brambling.kit.files import write_table

    with open_bank(settings(), launch=False) as bank, bank.db.read() as session:
        entries = trail(session, limit=limit)
    if out is not None:
        rows = [(e.number, e.at, e.actor, e.act, e.thing, e.thing_id) for e in entries]
        write_table(pl.DataFrame(rows, ["number", "at", "actor", "act", "thing", "thing_id"], orient="row"), out)
    if as_json:
        emit_json(entries)
    elif out is None:
        for e in entries:
            console().print(
                f"{e.number:>6}  {e.at:%Y-%m-%d %H:%M:%S}  {e.actor:<16} {e.act:<18} {e.thing} {e.thing_id}"
            )


users = typer.Typer(add_completion=False, help="Who may sign in, and in which roles.")


@users.command("add")
def users_add(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    role: Annotated[list[str], typer.Option("--role", help="A role; repeat for several.")],
    password: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add a user.

    Example: brambling users add lin --role officer
    """
    from brambling.app.build import open_bank
    from brambling.engine.access import add_user

    with open_bank(settings(), launch=False) as bank, bank.db.write("command line") as session:
        user = add_user(session, name, password, role, now=bank.clock.now(), actor="command line")
    note(f"added {user.name}: {', '.join(user.roles)}")


@users.command("list")
def users_list(as_json: JsonFlag = False) -> None:
    """List users and their roles.

    Example: brambling users list
    """
    from brambling.app.build import open_bank
    from brambling.engine import access

    with open_bank(settings(), launch=False) as bank, bank.db.read() as session:
        found = access.users(session)
    if as_json:
        emit_json(found)
        return
    for user in found:
        console().print(f"{user.name:<20} {', '.join(user.roles)}{'' if user.active else '  (not active)'}")
