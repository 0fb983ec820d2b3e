"""The words and pictures of a ladder, and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from brambling.engine.doors.charts import ACCENT, BRICK, MUTED, TEAL, Chart, Option, bar_chart, line
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import tell
from brambling.wealth.flows.report import note_text
from brambling.wealth.ladder.rules import IN_DAYS, RATINGS, Light, Trade
from brambling.wealth.ladder.shapes import Binding, Ladder, Portfolio

Say = Callable[[str], str]
NOTES_SHOWN = 20
SOFT = "#A9CBC7"  # teal, thinned: money that only a sale brings

SENTENCES: Mapping[str, str] = {
    "yield-percent": N_("The yields of the holdings are above 0.5, so the whole column is read as percent a year"),
    "holders-unknown": N_("Without a holders file the limits that depend on the ten largest holders are not applied"),
    "curve-aged": N_("The curve of {day} is used; the flows end on another day"),
}
METRIC_NAMES: Mapping[str, str] = {
    "government": N_("cash and government paper"),
    "government_1y": N_("cash and government paper of up to a year"),
    "liquid_week": N_("cash, government paper and what comes due in five trading days"),
    "daily_liquid": N_("daily liquid assets"),
    "weekly_liquid": N_("weekly liquid assets"),
    "daily_maturing": N_("cash and what comes due in one trading day"),
    "weekly_maturing": N_("cash and what comes due in five trading days"),
    "restricted": N_("restricted assets"),
    "illiquid": N_("illiquid assets"),
    "fixed_deposits": N_("fixed deposits"),
    "below_top": N_("issuers below AAA together"),
    "issuer_below_top": N_("largest issuer below AAA"),
    "issuer": N_("largest issuer of securities"),
    "issuer_all": N_("largest issuer"),
    "issuer_bank": N_("largest bank"),
    "wam": N_("weighted average maturity"),
    "wal": N_("weighted average life"),
    "payable_next_day": N_("payable by the next trading day"),
    "maturity": N_("longest maturity"),
    "rating": N_("lowest rating"),
}
STATUS_NAMES: Mapping[str, str] = {"ok": N_("ok"), "watch": N_("watch"), "breach": N_("breach")}
NEED_NAMES: Mapping[str, str] = {
    "base": N_("flows at the confidence, without a sale"),
    "front-loaded": N_("30 % redeemed in five days, most at once"),
    "quarter-end": N_("quarter end"),
    "rumour": N_("a rumour"),
}
SIDE_NAMES: Mapping[str, str] = {"buy": N_("buy"), "sell": N_("sell")}
KIND_NAMES: Mapping[str, str] = {
    "cash": N_("cash"),
    "deposit": N_("deposit"),
    "repo": N_("repo"),
    "cd": N_("certificate of deposit"),
    "treasury": N_("treasury"),
    "central_bank_bill": N_("central bank bill"),
    "policy_bond": N_("policy bond"),
    "credit": N_("credit bond"),
    "abs": N_("asset-backed paper"),
}


def to_plain(made: Ladder, lang: Lang = "en") -> dict[str, Any]:
    """What ``--json`` prints: amounts as text with two decimals, shares as numbers."""
    return {
        "as_of": made.as_of,
        "product": made.product,
        "rules": made.book.version,
        "confidence": made.confidence,
        "assets": Money(made.assets_minor, made.currency),
        "breach": made.breach,
        "top10_share": None if made.holders.top10 is None else round(float(made.holders.top10), 6),
        "today": _portfolio(made.today),
        "plan": None if made.plan is None else _portfolio(made.plan),
        "trades": trade_rows(made),
        "cost": Money(made.cost_minor, made.currency),
        "gained_bp": made.gained_bp,
        "binding": made.binding,
        "conflict": made.conflict,
        "curve_day": made.curve_day,
        "gaps": _gap_rows(made),
        "notes": _notes(made, lang),
    }


def _notes(made: Ladder, lang: Lang) -> list[dict[str, str]]:
    own = [{"code": note.code, "text": tell(note, SENTENCES, lang)} for note in made.notes]
    return own + [{"code": note.code, "text": note_text(note, lang)} for note in made.flow_notes]


def note_lines(made: Ladder, lang: Lang) -> list[str]:
    """What the reader must know, one line each."""
    return [item["text"] for item in _notes(made, lang)[:NOTES_SHOWN]]


def _portfolio(portfolio: Portfolio) -> dict[str, Any]:
    stress = portfolio.stress
    return {
        "yield_bp": portfolio.yield_bp,
        "wam_days": portfolio.wam_days,
        "breaches": [light.clause for light in portfolio.breaches],
        "lights": [
            {
                "clause": light.clause,
                "article": light.article,
                "metric": light.metric,
                "sense": light.sense,
                "measured": _number(light, float(light.measured)),
                "bound": _number(light, float(light.bound)),
                "status": light.status,
                "worst": light.worst,
            }
            for light in portfolio.lights
        ],
        "coverage": stress.coverage,
        "spiral": stress.spiral,
        "breaking_share": stress.breaking_share,
        "breaking_shock_bp": stress.breaking_shock_bp,
    }


def _number(light: Light, value: float) -> float | str:
    return RATINGS[int(value)] if light.metric == "rating" else round(value, 6)


def _gap_rows(made: Ladder) -> list[dict[str, Any]]:
    import polars as pl

    return made.table().with_columns(pl.col(pl.Decimal).cast(pl.String), pl.col("date").cast(pl.String)).to_dicts()


def trade_rows(made: Ladder) -> list[dict[str, Any]]:
    """The trades as records, amounts as text with two decimals."""
    return [
        {
            "side": trade.side,
            "instrument": trade.instrument,
            "kind": trade.kind,
            "amount": str(Money(trade.amount_minor, made.currency)),
            "days": trade.tenor_days,
            "yield_annual": f"{trade.yield_annual:.6f}",
            "cost": str(Money(trade.cost_minor, made.currency)),
            "issuers": trade.issuers,
        }
        for trade in made.trades
    ]


def value_text(light: Light, value: Any) -> str:
    """A measure for people: days, a share in percent, or a rating."""
    if light.metric == "rating":
        return RATINGS[int(value)]
    return f"{float(value):.1f}" if light.metric in IN_DAYS else f"{float(value):.2%}".replace("%", " %")


def headline(made: Ladder, lang: Lang) -> str:
    """The sentence that says it all."""
    _ = translator(lang)
    broken = ", ".join(light.clause for light in made.today.breaches)
    if made.plan is None:
        names = [name_text(name, _) for name in made.conflict]
        if len(names) == 1:
            return _("No plan can keep {name} with what is held").format(name=names[0])
        return _("No plan holds everything: {conflict} cannot hold together").format(conflict=", ".join(names))
    if broken:
        return _("Today breaks {clauses}; the plan mends it, at {bp:+.1f} bp a year after cost").format(
            clauses=broken, bp=made.gained_bp
        )
    return _("Every rule holds today; the plan covers every need, at {bp:+.1f} bp a year after cost").format(
        bp=made.gained_bp
    )


def name_text(name: str, _: Say) -> str:
    """A clause by its id, a need in words."""
    kind, sign, need = name.partition(":")
    if name == "lot":
        return _("whole lots")
    return _("need: {need}").format(need=_(NEED_NAMES[need])) if sign and kind == "need" else name


def binding_text(item: Binding, _: Say) -> str:
    """What one more point or day of room would bring."""
    if item.unit == "day":
        text = _("{name} binds: one more day is worth {bp:.2f} bp a year")
    else:
        text = _("{name} binds: one point of net assets more room is worth {bp:.2f} bp a year")
    return text.format(name=name_text(item.name, _), bp=item.bp)


def lines(made: Ladder, lang: Lang = "en") -> list[str]:
    """The result for the terminal, before its tables."""
    _ = translator(lang)
    out = [headline(made, lang)]
    if made.plan is not None:
        out.append(
            _(
                "Yield {today:.1f} bp today, {plan:.1f} bp with the plan; weighted maturity {a:.0f} and {b:.0f} days"
            ).format(today=made.today.yield_bp, plan=made.plan.yield_bp, a=made.today.wam_days, b=made.plan.wam_days)
        )
        out += [binding_text(item, _) for item in made.binding]
    out += _reverse(made.plan or made.today, _)
    return out


def _reverse(portfolio: Portfolio, _: Say) -> list[str]:
    share, shock = portfolio.stress.breaking_share, portfolio.stress.breaking_shock_bp
    first = (
        _("Even if all of it is redeemed in five days, everybody is paid")
        if share is None
        else _("The smallest front-loaded redemption that cannot be paid is {share:.1f} % in five days").format(
            share=share * 100
        )
    )
    second = (
        _("No rise of yields up to 1,000 bp ends the spiral unpaid")
        if shock is None
        else _("The smallest rise of yields after which the spiral ends unpaid is {shock:.0f} bp").format(shock=shock)
    )
    return [first, second]


def lights_table(made: Ladder, lang: Lang) -> Table:
    """Every clause, today and with the plan."""
    _ = translator(lang)
    planned = {light.clause: light for light in made.plan.lights} if made.plan else {}
    rows = []
    for light in made.today.lights:
        then = planned.get(light.clause)
        least = "\u2265" if light.sense == "min" else "\u2264"
        bound = light.rating or value_text(light, light.bound)
        rows.append(
            (
                light.clause,
                _(METRIC_NAMES[light.metric]),
                f"{least} {bound}" if not light.rating else _("at least {rating}").format(rating=light.rating),
                value_text(light, light.measured),
                _(STATUS_NAMES[light.status]),
                value_text(light, then.measured) if then else "-",
                _(STATUS_NAMES[then.status]) if then else "-",
            )
        )
    heads = (_("clause"), _("measure"), _("limit"), _("today"), _("light"), _("plan"), _("light then"))
    return table_of(heads, rows, numeric=(heads[3], heads[5]))


def instrument_text(trade: Trade, lang: Lang) -> str:
    """What is sold by its name; what is bought as new, and over how many issuers it must be spread."""
    _ = translator(lang)
    if trade.side == "sell":
        return trade.instrument
    return _("new") if trade.issuers == 1 else _("new, in equal parts of {count} issuers").format(count=trade.issuers)


def trades_table(made: Ladder, lang: Lang) -> Table:
    """What to buy and sell."""
    _ = translator(lang)
    rows = [
        (
            _(SIDE_NAMES[trade.side]),
            instrument_text(trade, lang),
            _(KIND_NAMES[trade.kind]),
            show_money(Money(trade.amount_minor, made.currency), lang),
            trade.tenor_days,
            f"{trade.yield_annual * 100:.2f} %",
            show_money(Money(trade.cost_minor, made.currency), lang),
        )
        for trade in made.trades
    ]
    heads = (_("trade"), _("instrument"), _("kind"), _("amount"), _("days"), _("yield"), _("cost"))
    return table_of(heads, rows, numeric=heads[3:])


def gap_text(lang: Lang) -> str:
    """How to read the gap ladder."""
    return translator(lang)(
        "Dark bars are money that is there without a sale and must reach the line; with what sales would add they must "
        "reach the dashed line of stress."
    )


def gap_chart(made: Ladder, lang: Lang, name: str = "plan") -> Chart:
    """Money that has come due by each day and what sales would add under stress as bars, the needs as lines."""
    _ = translator(lang)
    shown = name if f"due_{name}" in made.gaps else "today"
    days = [str(day) for day in made.gaps["date"]]
    due = _units(made, f"due_{shown}")
    stressed = zip(_units(made, f"gap_stress_{shown}"), _units(made, "need_stress"), due, strict=True)
    sold = [max(round(gap + need - there, 2), 0.0) for gap, need, there in stressed]
    option: Option = bar_chart(
        days,
        {_("cash and what has come due"): due, _("what sales add, after haircut"): sold},
        unit=_("amount"),
        colors=[TEAL, SOFT],
        stacked=True,
    )
    option["series"] += [
        line(_("need"), _units(made, "need"), ACCENT),
        line(_("need under stress"), _units(made, "need_stress"), BRICK, lineStyle={"color": BRICK, "type": "dashed"}),
    ]
    option["legend"] = {"type": "scroll", "top": 0, "left": 140, "right": 0, "textStyle": {"color": MUTED}}
    table = made.table()
    return Chart(option, tuple(table.columns), tuple(tuple(str(cell) for cell in row) for row in table.rows()))


def _units(made: Ladder, column: str) -> list[float]:
    return [float(value) / 100 for value in made.gaps[column]]


def report(made: Ladder, lang: Lang = "en") -> Report:
    """The HTML report: what to do, rule lights, gaps by day, stress, what binds."""
    _ = translator(lang)
    book = made.book.name_zh if lang == "zh" else made.book.name_en
    page = Report(
        title=_("Assets against liabilities: {product}").format(product=made.product),
        lang=lang,
        lead=headline(made, lang),
        footer=_(
            "Rules {version}, thresholds typed as facts: verify against the official text. Spreads, costs and haircuts "
            "are assumptions. Method: docs/algorithms/ladder.md"
        ).format(version=made.book.version),
    )
    top = page.section(_("In short"))
    top.figures += summary_figures(made, lang)
    if made.plan is not None:
        page.section(_("What to buy and sell")).tables.append(trades_table(made, lang))
    page.section(f"{_('Rule lights')}: {book}").tables.append(lights_table(made, lang))
    gaps = page.section(_("Gap ladder"), gap_text(lang))
    gaps.charts.append(gap_chart(made, lang))
    stressed = page.section(_("Stress"), *stress_lines(made, lang))
    stressed.tables.append(stress_table(made, lang))
    if made.binding:
        page.section(_("What binds"), *(binding_text(item, _) for item in made.binding))
    notes = [(text,) for text in note_lines(made, lang)]
    if notes:
        page.section(_("What to know")).tables.append(table_of((_("note"),), notes))
    return page


def summary_figures(made: Ladder, lang: Lang) -> list[Figure]:
    """Net assets, basis points gained, broken clauses, coverage."""
    _ = translator(lang)
    plan = made.plan
    broken = len(made.today.breaches)
    return [
        Figure(_("Net assets"), show_money(Money(made.assets_minor, made.currency), lang, short=True), str(made.as_of)),
        Figure(_("Gained"), f"{made.gained_bp:+.1f} bp" if plan else "-", _("a year after cost, against today's mix")),
        Figure(
            _("Clauses broken today"), str(broken), _("with the plan none") if plan else _("no plan mends it"),
            "bad" if broken else "good",
        ),
        Figure(_("Coverage"), f"{(plan or made.today).stress.coverage['base']:.2f}",
               _("money due over money needed on the tightest day")),
    ]  # fmt: skip


def stress_table(made: Ladder, lang: Lang) -> Table:
    """Money there over money needed on the tightest day of each stress, today and with the plan."""
    _ = translator(lang)
    heads = (_("stress"), _("coverage today"), _("coverage with the plan"))
    rows: list[tuple[str, str, str]] = []
    for need in made.needs:
        then = f"{made.plan.stress.coverage[need.name]:.2f}" if made.plan else "-"
        rows.append((_(NEED_NAMES[need.name]), f"{made.today.stress.coverage[need.name]:.2f}", then))
    return table_of(heads, rows, numeric=heads[1:])


def stress_lines(made: Ladder, lang: Lang) -> list[str]:
    """The spiral and the smallest shocks that break, today and with the plan."""
    _ = translator(lang)
    out: list[str] = []
    for name, portfolio in ((_("today"), made.today), (_("plan"), made.plan)):
        if portfolio is None:
            continue
        run = portfolio.stress.spiral
        text = _(
            "Spiral, {name}: the price falls {fall:.1f} bp, {redeemed:.1f} % are redeemed and {sold:.1f} % sold by force "
            "in {days} days; {end}"
        ).format(
            name=name,
            fall=run.fall_bp,
            redeemed=run.redeemed * 100,
            sold=run.sold * 100,
            days=len(run.days),
            end=_("everybody is paid") if run.paid else _("not everybody is paid"),
        )
        out += [text, *_reverse(portfolio, _)]
    return out
