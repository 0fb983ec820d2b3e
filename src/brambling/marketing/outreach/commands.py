"""``brambling marketing journey check``, ``campaign open | put-in | readout`` and ``brambling marketing suppress``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, print_table, warn
from brambling.kit.clock import SystemClock
from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    from brambling.bank.contact import Gate
    from brambling.kit.db import Database

app = typer.Typer(add_completion=False)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign's name.")]


@contextmanager
def _bank() -> Iterator[tuple[Database, Gate]]:
    from brambling.bank.contact import Gate
    from brambling.kit.crypto import load_cipher
    from brambling.kit.db import Database
    from brambling.kit.settings import settings

    database = Database.open(settings())
    try:
        yield database, Gate(cipher=load_cipher(settings()))
    finally:
        database.close()


@app.command("check")
def check_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Journeys as YAML.")],
    as_json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """Say what is wrong with journeys, each by itself and all of them together.

    A loop, a step that nobody reaches, a message without a stop line, an unknown event, two journeys for one moment.
    Ends with status 2 where there is a fault.

    Example: brambling marketing journey check spring.yaml autumn.yaml
    """
    from brambling.marketing.outreach.readers import read_journey
    from brambling.marketing.outreach.report import fault_text
    from brambling.marketing.outreach.rules.journeys import clashes, faults

    journeys = [read_journey(path) for path in files]
    found = {path.name: faults(journey) for path, journey in zip(files, journeys, strict=True)}
    together = clashes(journeys)
    lines = [f"{name}: {fault_text(fault, lang)}" for name, wrong in found.items() for fault in wrong]
    lines += [fault_text(fault, lang) for fault in together]
    if as_json:
        emit_json({"journeys": found, "together": together})
    elif not lines:
        for journey in journeys:
            console().print(f"{journey.name}/{journey.version}: {len(journey.steps)} steps, no fault")
    for line in lines[1:]:
        warn(line)
    if lines:
        raise InputRejected(lines[0])


@app.command("open")
def open_command(
    file: Annotated[Path, typer.Argument(metavar="CAMPAIGN", help="The campaign as YAML.")],
) -> None:
    """Open a campaign in the bank: its copies, its hold-outs, the refusals it may cause.

    Example: brambling marketing campaign open spring.yaml
    """
    from brambling.marketing.outreach.readers import read_campaign
    from brambling.marketing.outreach.service.campaigns import open_campaign

    campaign = read_campaign(file)
    with _bank() as (database, _gate), database.write() as session:
        open_campaign(session, campaign, SystemClock().now())
    note(f"campaign {campaign.name} is open")


@app.command("put-in")
def put_in_command(
    name: Name,
    audience: Annotated[Path, typer.Argument(metavar="AUDIENCE", help="Customers of the bank: a column uscc.")],
    as_json: JsonFlag = False,
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Put customers into a campaign: hold-outs are left alone, for all others the gate is asked.

    Example: brambling marketing campaign put-in spring audience.csv
    """
    from brambling.bank import customers
    from brambling.kit.files.tables import Column, read_table
    from brambling.marketing.outreach.service.campaigns import put_in

    codes = read_table(audience, [Column("uscc")], parse_map(map_))
    with _bank() as (database, gate), database.write() as session:
        ids = []
        for row, code in enumerate(codes["uscc"].to_list(), 1):
            found = customers.by_uscc(session, code)
            if found is None:
                raise InputRejected(f"{code!r} is no customer", file=audience, row=row, column="uscc")
            ids.append(found.id)
        counts = put_in(session, name, ids, SystemClock(), seed=seed, gate=gate)
    if as_json:
        emit_json(counts)
        return
    note(", ".join(f"{count} {arm}" for arm, count in sorted(counts.items())) or "all of them were in already")


@app.command("readout")
def readout_command(name: Name, as_json: JsonFlag = False, lang: LangOption = "en", seed: Seed = 7) -> None:
    """Say what a campaign changed, against its hold-out, and how each copy did.

    Example: brambling marketing campaign readout spring
    """
    from brambling.marketing.outreach import report
    from brambling.marketing.outreach.service.campaigns import read_out

    with _bank() as (database, gate), database.read() as session:
        result = read_out(session, name, seed=seed, gate=gate)
    if as_json:
        emit_json(result)
        return
    out = console()
    out.print(report.read_out_text(result, lang))
    print_table(out, report.funnel_table(result, lang))
    print_table(out, report.variants_table(result, lang))


@app.command("suppress")
def suppress_command(
    out: OutFile = None,
    platform: Annotated[
        str, typer.Option("--platform", help="How a platform hashes phone numbers: e164 (+86...), bare, or any (both).")
    ] = "any",
    salt: Annotated[str, typer.Option("--salt", help="A salt agreed with the platform.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Write the hashes of everybody whom advertising must leave alone on outside platforms.

    Everybody who refused, has not consented to marketing or withdrew it, or is on a blocked list. SHA-256 of the
    address; no reason and no name is written.

    Example: brambling marketing suppress --out suppress.csv --platform e164
    """
    import polars as pl

    from brambling.kit.files import write_table
    from brambling.marketing.outreach.service.suppressing import suppressed

    with _bank() as (database, gate), database.read() as session:
        rows = suppressed(session, SystemClock(), platform=platform, salt=salt, cipher=gate.cipher)
    if out is not None:
        write_table(pl.DataFrame(rows, schema=["identifier", "sha256"], orient="row"), out)
    if as_json:
        emit_json({"count": len(rows), **({} if out else {"rows": rows})})
    elif out is None:
        sys.stdout.writelines(f"{kind},{digest}\n" for kind, digest in rows)
    note(f"{len(rows)} hashes")
