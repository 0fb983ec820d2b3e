"""The words and pictures of the structure of money, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brambling.engine.doors.charts import (  # fmt: skip
    ACCENT,
    AMBER,
    BRICK,
    INK,
    MUTED,
    TEAL,
    Chart,
    band,
    bar_chart,
    base,
    category_axis,
    line,
    value_axis,
)
from brambling.engine.doors.report import Figure, Report, Section, Table, table_of
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share, tell
from brambling.wealth.structure.rules.alerts import TOP10_LEVELS, Alert
from brambling.wealth.structure.rules.kinds import KINDS, VOLATILE_DAYS, Kind
from brambling.wealth.structure.shapes import ACCOUNT, Contest, Product, Structure

NAMES: Mapping[str, str] = {
    "operating": N_("operating"),
    "payroll": N_("payroll"),
    "tax": N_("tax"),
    "seasonal": N_("seasonal stock"),
    "idle": N_("idle"),
    "hot": N_("hot"),
}
COLORS = (TEAL, INK, MUTED, AMBER, "#8FB3AE", BRICK)
WAYS: Mapping[str, str] = {
    "rules": N_("kinds of money and how they stay"),
    "boosting": N_("gradient boosting on aggregates"),
    "encoder": N_("sequence encoder"),
    "constant": N_("the mean of the past"),
}
SENTENCES: Mapping[str, str] = {
    "yields-unknown": N_(
        "Without yields hot money is told only by a switch from one product straight into another; give --yields"
    ),
    "short-history": N_("The file covers {days} days: kinds and stays lean on what is usual"),
    "nothing-held": N_("Nobody holds anything on the last day"),
    "hot-money": N_("hot money rose from {before:share} to {after:share} within {days} days"),
    "top10-level": N_(
        "the ten largest holders passed {level:share} ({after:share} now): stricter limits on maturity and liquidity apply"
    ),
}
SKIPPED: Mapping[str, str] = {
    "few": N_("too few customers and days to learn from"),
    "extra": N_("the extra train is not installed"),
    "not-asked": N_("not asked for (--encoder)"),
}
TRADES_SHOWN = 10
CUSTOMERS_SHOWN = 50


def kind_name(kinds: Sequence[str], lang: Lang) -> str:
    """A kind of money, or several that are told together, in words."""
    _ = translator(lang)
    return " + ".join(_(NAMES[kind]) for kind in kinds)


def notes(made: Structure, lang: Lang = "en") -> list[str]:
    """What to know before reading on."""
    return [tell(note, SENTENCES, lang, made.currency) for note in made.notes]


def alert_text(alert: Alert, lang: Lang) -> str:
    """One alert as a line."""
    return f"{show_date(alert.day, lang)} {alert.product}: {tell(alert.reason, SENTENCES, lang)}"


def to_plain(made: Structure, lang: Lang = "en") -> dict[str, Any]:
    """What ``--json`` prints: amounts as text with two decimals, shares as numbers."""
    return {
        "as_of": made.as_of,
        "currency": made.currency,
        "synthetic": made.synthetic,
        "products": [_product(one, made) for one in made.products],
        "before": {name: [_product(one, made) for one in then] for name, then in made.before.items()},
        "drift": made.drift,
        "alerts": [
            {
                "product": trace.alert.product,
                "day": trace.alert.day,
                "code": trace.alert.reason.code,
                "before": round(trace.alert.before, 6),
                "after": round(trace.alert.after, 6),
                "text": alert_text(trace.alert, lang),
                "trades": [
                    {"customer": customer, "day": day, "amount": Money(amount, made.currency)}
                    for customer, day, amount in trace.trades
                ],
            }
            for trace in made.alerts
        ],
        "foretold": {
            "errors": made.contest.errors,
            "winner": made.contest.winner,
            "held_out": made.contest.held_out,
            "skipped": made.contest.skipped,
        },
        "customers": made.customers.height,
        "notes": notes(made, lang),
    }


def _product(one: Product, made: Structure) -> dict[str, Any]:
    return {
        "product": one.product,
        "day": one.day,
        "held": Money(one.held_minor, made.currency),
        "kinds": {kind: Money(amount, made.currency) for kind, amount in one.by_kind.items()},
        "stable": Money(one.stable_minor, made.currency),
        "volatile": Money(one.held_minor - one.stable_minor, made.currency),
        "stay_days": one.stay_days,
        "top10": one.top10,
        "institutions": one.institutions,
        "customers": one.customers,
        "runoff": [{"days": n, "there": mean, "low": low, "high": high} for n, mean, low, high in one.runoff],
    }


def lines(made: Structure, lang: Lang = "en") -> list[str]:
    """The result for the terminal, before its table."""
    _ = translator(lang)
    out = [alert_text(trace.alert, lang) for trace in made.alerts[:TRADES_SHOWN]]
    out += [ladder_text(one, lang, made.currency) for one in made.products[:TRADES_SHOWN]]
    return [*out, contest_text(made.contest, lang)]


def ladder_text(one: Product, lang: Lang, currency: str = "CNY") -> str:
    """What the structure means for the ladder: how much must come due within a month, and what the holders forbid."""
    _ = translator(lang)
    low = next(low for days, _mean, low, _high in one.runoff if days == VOLATILE_DAYS)
    most = Money(one.held_minor - int(one.held_minor * low), currency)
    text = _(
        "{product}: {stable} of {held} is expected to stay {days} days; hold {most} in what comes due by then, the most of "
        "today's money that leaves at 95 %"
    ).format(
        product=one.product,
        stable=show_share(one.stable_minor / one.held_minor),
        held=show_money(Money(one.held_minor, currency), lang, short=True),
        days=VOLATILE_DAYS,
        most=show_money(most, lang, short=True),
    )
    passed = [level for level in TOP10_LEVELS if one.top10 > level and one.product != ACCOUNT]
    if passed:
        more = _("; the ten largest hold {share}, above {level}: the stricter limits of cash management apply")
        text += more.format(share=show_share(one.top10), level=show_share(passed[-1]))
    return text


def contest_text(contest: Contest, lang: Lang) -> str:
    """Who foretold best what leaves, and how well."""
    _ = translator(lang)
    if contest.held_out is None:
        return _("What leaves is foretold by the kinds of money: there is too little to compare with")
    ranked = sorted(contest.errors.items(), key=lambda item: item[1])
    told = ", ".join(f"{_(WAYS[name])} {error:.4f}" for name, error in ranked)
    return _("Share that leaves within 30 days, held out from {day}: mean absolute error {told}").format(
        day=show_date(contest.held_out, lang), told=told
    )


def kinds_table(made: Structure, lang: Lang) -> Table:
    """Shares of the kinds by product: today, and beside it the change since a quarter ago."""
    _ = translator(lang)
    quarter = {one.product: one for one in made.before.get("quarter", ())}
    rows = []
    for one in made.products:
        then = quarter.get(one.product)
        cells = []
        for kind in KINDS:
            share = one.by_kind[kind] / one.held_minor
            moved = "" if then is None else f" ({(share - then.by_kind[kind] / then.held_minor) * 100:+.1f})"
            cells.append(f"{share * 100:.1f} %{moved}")
        held = show_money(Money(one.held_minor, made.currency), lang, short=True)
        rows.append((one.product, held, *cells, f"{one.stay_days:.0f}", show_share(one.top10)))
    names = tuple(_(NAMES[kind]) for kind in KINDS)
    heads = (_("product"), _("money held"), *names, _("stay, days"), _("ten largest"))
    return table_of(heads, rows, numeric=heads[1:])


def times_table(one: Product, made: Structure, lang: Lang) -> Table:
    """One product today, yesterday and a quarter ago."""
    _ = translator(lang)
    then = {name: next((p for p in known if p.product == one.product), None) for name, known in made.before.items()}
    columns = [("today", one), ("yesterday", then.get("yesterday")), ("quarter", then.get("quarter"))]
    words = {"today": _("today"), "yesterday": _("yesterday"), "quarter": _("a quarter ago")}
    rows: list[tuple[str, ...]] = [
        (_(NAMES[kind]), *(_percent(p.by_kind[kind], p) if p else "-" for _name, p in columns)) for kind in KINDS
    ]
    rows.append((_("stable"), *(_percent(p.stable_minor, p) if p else "-" for _name, p in columns)))
    rows.append((_("ten largest"), *(show_share(p.top10) if p else "-" for _name, p in columns)))
    rows.append((_("customers"), *(str(p.customers) if p else "-" for _name, p in columns)))
    heads = (_("kind"), *(words[name] for name, _p in columns))
    return table_of(heads, rows, numeric=heads[1:])


def _percent(amount: int, one: Product) -> str:
    return f"{amount / one.held_minor * 100:.1f} %"


def kinds_chart(shares: Mapping[str, Mapping[Kind, float]], lang: Lang) -> Chart:
    """Stacked bars of shares of the kinds, one bar for each name."""
    _ = translator(lang)
    groups = {_(NAMES[kind]): [shares[name][kind] * 100 for name in shares] for kind in KINDS}
    option = bar_chart(list(shares), groups, unit="%", colors=COLORS, stacked=True)
    rows = tuple((name, *(f"{shares[name][kind] * 100:.1f}" for kind in KINDS)) for name in shares)
    return Chart(option, (_("product"), *groups), rows)


def runoff_chart(one: Product, lang: Lang) -> Chart:
    """What share of today's money is still there, with its interval."""
    _ = translator(lang)
    days = [str(n) for n, *_rest in one.runoff]
    low, high = [row[2] * 100 for row in one.runoff], [row[3] * 100 for row in one.runoff]
    series = [
        *band(_("90 % over customers"), low, high, ACCENT, 0.2),
        line(_("still there"), [row[1] * 100 for row in one.runoff], ACCENT),
    ]
    option = base(xAxis=category_axis(days, boundaryGap=False), yAxis=value_axis("%", scale=True), series=series)
    rows = tuple((n, *(f"{value * 100:.2f}" for value in values)) for n, *values in one.runoff)
    return Chart(option, (_("days ahead"), _("still there"), _("low"), _("high")), rows)


def report(made: Structure, lang: Lang = "en") -> Report:
    """The HTML report: alerts, structure then and now, run-off, holders, customers, how well it foretells."""
    _ = translator(lang)
    page = Report(
        title=_("The nature of the money, {day}").format(day=show_date(made.as_of, lang)),
        lang=lang,
        lead=(made.alerts and alert_text(made.alerts[0].alert, lang))
        or _("No change that is told on the last five weeks"),
        synthetic=made.synthetic,
        footer=_("Kinds are chances, not facts; how they are found: docs/algorithms/structure.md"),
    )
    top = page.section(_("In short"), *(ladder_text(one, lang, made.currency) for one in made.products[:TRADES_SHOWN]))
    top.figures += _figures(made, lang)
    if made.alerts:
        _alerts(page.section(_("What changed, and the trades behind it")), made, lang)
    now = page.section(_("Kinds of money by product"))
    shares = {one.product: {kind: one.by_kind[kind] / one.held_minor for kind in KINDS} for one in made.products}
    if shares:
        now.charts.append(kinds_chart(shares, lang))
        now.tables.append(kinds_table(made, lang))
    for one in made.products[:TRADES_SHOWN]:
        part = page.section(one.product)
        drift = made.drift.get(one.product)
        if drift is not None:
            part.paragraphs.append(
                _("Of the money {share} changed its kind in a quarter").format(share=show_share(drift))
            )
        part.tables.append(times_table(one, made, lang))
        part.charts.append(runoff_chart(one, lang))
    _customers(page.section(_("The largest customers")), made, lang)
    page.section(_("How well it foretells"), contest_text(made.contest, lang), *_skipped(made.contest, lang))
    if made.notes:
        page.section(_("What to know"), *notes(made, lang))
    return page


def _figures(made: Structure, lang: Lang) -> list[Figure]:
    _ = translator(lang)
    held = sum(one.held_minor for one in made.products)
    if not held:
        return []
    stable = sum(one.stable_minor for one in made.products)
    hot = sum(one.by_kind["hot"] for one in made.products)
    return [
        Figure(_("Held"), show_money(Money(held, made.currency), lang, short=True), show_date(made.as_of, lang)),
        Figure(_("Stable"), show_share(stable / held), _("expected to be there in 30 days")),
        Figure(_("Hot"), show_share(hot / held), _("came for a yield"), "bad" if hot > held / 5 else "plain"),
        Figure(_("Alerts"), str(len(made.alerts)), _("on the last 35 evenings"), "watch" if made.alerts else "good"),
    ]


def _alerts(section: Section, made: Structure, lang: Lang) -> None:
    _ = translator(lang)
    for trace in made.alerts[:TRADES_SHOWN]:
        heads = (_("customer"), _("day"), _("amount"))
        rows = [
            (customer, show_date(day, lang), show_money(Money(amount, made.currency), lang))
            for customer, day, amount in trace.trades[:TRADES_SHOWN]
        ]
        section.paragraphs.append(alert_text(trace.alert, lang))
        if rows:
            section.tables.append(table_of(heads, rows, alert_text(trace.alert, lang), numeric=heads[2:]))


def _customers(section: Section, made: Structure, lang: Lang) -> None:
    _ = translator(lang)
    heads = (
        _("customer"), _("product"), _("balance"), _("most likely"), _("chance"), _("stay, days"), _("leaves in 30 days")
    )  # fmt: skip
    rows = []
    for row in made.customers.sort("balance", descending=True).head(CUSTOMERS_SHOWN).to_dicts():
        kind = max(KINDS, key=lambda one, row=row: row[f"p_{one}"])  # type: ignore[misc]
        balance = show_money(Money.of(row["balance"], made.currency), lang)
        chances = (show_share(row[f"p_{kind}"]), f"{row['stay_days']:.0f}", show_share(row["leaves_30d"]))
        rows.append((row["customer"], row["product"], balance, _(NAMES[kind]), *chances))
    section.tables.append(table_of(heads, rows, numeric=(heads[2], *heads[4:])))


def _skipped(contest: Contest, lang: Lang) -> list[str]:
    _ = translator(lang)
    return [
        _("{way}: {reason}").format(way=_(WAYS[name]), reason=_(SKIPPED[reason]))
        for name, reason in contest.skipped.items()
    ]
