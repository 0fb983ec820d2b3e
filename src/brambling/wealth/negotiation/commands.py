"""``brambling wealth negotiate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map

app = typer.Typer(add_completion=False)


@app.callback()
def _room() -> None:
    """The sales plan, negotiated."""


@app.command("negotiate")
def negotiate_command(
    flows: Annotated[Path, typer.Argument(metavar="FLOWS", help="date, product, subscription, redemption.")],
    plan: Annotated[
        Path, typer.Option("--plan", help="What the platform proposes: date, product, channel, quota, price.")
    ],
    limits: Annotated[Path, typer.Option("--limits", help="Terms, and the limits of both sides (YAML).")],
    holdings: Annotated[
        Path | None, typer.Option("--holdings", help="What is held, for the days on which it comes due.")
    ] = None,
    product: Annotated[str | None, typer.Option("--product", help="The product, where the files have several.")] = None,
    kept: Annotated[
        bool, typer.Option("--kept", help="Do not negotiate: lay the agreed plan beside the flows that came.")
    ] = False,
    as_json: JsonFlag = False,
    out: OutFile = None,
    report: ReportFile = None,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Negotiate a sales plan between the platform and the fund's manager, round by round, inside the limits of both.

    The agreed plan is a sales plan for `brambling wealth forecast --sales-plan`. No agreement is a result, too: it names
    the limits that stand between, and nothing is written to --out.

    Example: brambling wealth negotiate flows.csv --plan plan.csv --limits limits.yaml --out agreed.csv --report talk.html
    """
    from brambling.engine.doors.output import console, emit_json, note, print_table
    from brambling.kit.files import write_table
    from brambling.wealth.negotiation import report as words
    from brambling.wealth.negotiation.readers import setting_from
    from brambling.wealth.negotiation.service import kept as lay_beside
    from brambling.wealth.negotiation.service import negotiate

    mapping = parse_map(map_) or None
    setting = setting_from(limits)
    if kept:
        found = lay_beside(plan, flows, lot=setting.terms.lot, product=product, mapping=mapping, seed=seed)
        if as_json:
            emit_json({"share": found.share, "promised": found.promised, "came": found.came, "days": found.days})
            return
        console().print("\n".join(words.kept_lines(found, lang)), markup=False)
        print_table(console(), words.kept_table(found, lang))
        return
    made = negotiate(flows, plan, setting, holdings=holdings, product=product, mapping=mapping, seed=seed)
    if out is not None and made.agreed is not None:
        write_table(made.table(made.agreed), out)
        note(f"agreed plan written to {out}")
    if report is not None:
        words.report(made, lang).write(report)
        note(f"report written to {report}")
    if as_json:
        emit_json(words.to_plain(made, lang))
        return
    console().print("\n".join(words.headline(made, lang)), markup=False)
    print_table(console(), words.versions_table(made, lang))
