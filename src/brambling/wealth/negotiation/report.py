"""Negotiations in words, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from brambling.engine.doors.charts import ACCENT, MUTED, TEAL, Chart, bar_chart, line
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import Reason, show_share, tell
from brambling.wealth.negotiation.rules import PRICE_UNIT, Grid, Offer, Version
from brambling.wealth.negotiation.shapes import Effects, Kept, Negotiation

SENTENCES: Mapping[str, str] = {
    "total-below": N_("all quotas together are less than {least:money}"),
    "total-above": N_("all quotas together are more than {most:money}"),
    "day-above": N_("the quota of {day} is too large"),
    "channel-above": N_("channel {channel} cannot sell so much in a day"),
    "outside-window": N_("{day} is outside the days on which it may be sold"),
    "price-below": N_("the price is below {least:rate}"),
    "price-above": N_("the price is above {most:rate}"),
}
_SIDES: Mapping[str, str] = {"manager": N_("manager"), "platform": N_("platform")}
_STATES: Mapping[str, str] = {
    "open": N_("open"),
    "accepted": N_("accepted"),
    "rejected": N_("rejected"),
    "expired": N_("expired"),
}


def side_name(side: str, lang: Lang) -> str:
    """The side in words."""
    return translator(lang)(_SIDES[side])


def state_name(state: str, lang: Lang) -> str:
    """The state in words."""
    return translator(lang)(_STATES[state])


def reason_text(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """A limit in words."""
    return tell(reason, SENTENCES, lang, currency)


def price_of(offer: Offer) -> Decimal:
    """The mean price of what is sold, a fraction a year."""
    total = offer.total
    return Decimal(int((offer.lots * offer.price).sum())) / (PRICE_UNIT * total) if total else Decimal(0)


def headline(made: Negotiation, lang: Lang) -> list[str]:
    """How it ended, and what it changes, in sentences."""
    _ = translator(lang)
    last = made.agreed
    if last is None:
        texts = [_("No agreement after {count} offers. What stands between:").format(count=len(made.versions))]
        return texts + [
            f"{side_name(side, lang)}: {reason_text(reason, lang, made.grid.lot.currency)}"
            for side, reason in made.between
        ]
    before, after = made.effects[0], made.effects[last.number]
    agreed = _("Agreed in version {number}: {amount} over {days} days at {price} % a year on average.")
    changed = _(
        "Daily net flow varies by {after} bp of assets instead of {before} bp; a shortage of liquid money has a chance of {p_after} instead of {p_before}."
    )
    return [
        agreed.format(
            number=last.number,
            amount=show_money(made.grid.lot * last.offer.total, lang),
            days=int((last.offer.lots.sum(axis=1) > 0).sum()),
            price=f"{price_of(last.offer) * 100:.3f}",
        ),
        changed.format(
            after=f"{after.volatility_bp:.1f}",
            before=f"{before.volatility_bp:.1f}",
            p_after=show_share(after.p_breach),
            p_before=show_share(before.p_breach),
        ),
    ]


def versions_table(made: Negotiation, lang: Lang) -> Table:
    """Every version with what it does; the first row is without a plan."""
    _ = translator(lang)
    columns = (
        _("Version"),
        _("Offered by"),
        _("Quota"),
        _("Price"),
        _("Varies by (bp)"),
        _("Reserve"),
        _("Cash drag (bp)"),
        _("Yield (bp)"),
        _("Shortage"),
    )
    rows = [("0", _("no plan"), "-", "-", *_effect_cells(made.effects[0]))]
    rows += [
        (
            str(version.number),
            side_name(version.side, lang),
            show_money(made.grid.lot * version.offer.total, lang, short=True),
            f"{price_of(version.offer) * 100:.3f} %",
            *_effect_cells(made.effects[version.number]),
        )
        for version in made.versions
    ]
    return table_of(columns, rows, numeric=columns[2:])


def _effect_cells(effects: Effects) -> tuple[str, ...]:
    return (
        f"{effects.volatility_bp:.1f}",
        show_share(effects.need_share),
        f"{effects.drag_bp:.1f}",
        f"{effects.yield_bp:.1f}",
        show_share(effects.p_breach),
    )


def plan_chart(made: Negotiation, version: Version, lang: Lang) -> Chart:
    """Quotas by day and channel as bars, expected net flow without and with them as lines, in yuan."""
    _ = translator(lang)
    days = [show_date(day, lang) for day in made.grid.days]
    unit = float(made.grid.lot.decimal)
    groups = {
        channel: [float(value) * unit for value in version.offer.lots[:, place]]
        for place, channel in enumerate(made.grid.channels)
    }
    option = bar_chart(days, groups, unit=_("yuan"), colors=[TEAL, ACCENT, MUTED], stacked=True)
    start = len(made.effects[0].net_minor) - len(days)
    net = {
        _("net flow without a plan"): made.effects[0].net_minor[start:],
        _("net flow with the plan"): made.effects[version.number].net_minor[start:],
    }
    for (name, values), color in zip(net.items(), (MUTED, ACCENT), strict=True):
        option["series"].append(line(name, [value / 100 for value in values], color))
    option["legend"] = {"top": 0, "right": 0}
    rows = [
        (
            day,
            *(f"{groups[channel][n]:.2f}" for channel in groups),
            *(f"{values[n] / 100:.2f}" for values in net.values()),
        )
        for n, day in enumerate(days)
    ]
    return Chart(option, (_("Day"), *groups, *net), tuple(rows))


def to_plain(made: Negotiation, lang: Lang = "en") -> dict[str, Any]:
    """The negotiation as JSON; amounts as text."""
    return {
        "product": made.product,
        "state": made.state,
        "agreed": made.agreed.number if made.agreed else None,
        "between": [
            {"side": side, "code": reason.code, "params": dict(reason.params)} for side, reason in made.between
        ],
        "versions": [
            {
                "number": version.number,
                "by": version.side,
                "given": version.given,
                "total": str(made.grid.lot * version.offer.total),
                "price_annual": f"{price_of(version.offer):.6f}",
                "effects": effects_plain(made.effects[version.number], made.grid),
            }
            for version in made.versions
        ],
        "without_plan": effects_plain(made.effects[0], made.grid),
        "plan": offer_plain(made.agreed.offer, made.grid) if made.agreed else [],
        "summary": headline(made, lang),
    }


def offer_plain(offer: Offer, grid: Grid) -> list[dict[str, str]]:
    """The rows of an offer in which something is sold."""
    return [
        {
            "date": day.isoformat(),
            "channel": channel,
            "quota": str(grid.lot * int(offer.lots[d, c])),
            "price": f"{Decimal(int(offer.price[d, c])) / PRICE_UNIT:.6f}",
        }
        for d, day in enumerate(grid.days)
        for c, channel in enumerate(grid.channels)
        if offer.lots[d, c]
    ]


def effects_plain(effects: Effects, grid: Grid) -> dict[str, Any]:
    """What a plan does, as JSON."""
    return {
        "volatility_bp": round(effects.volatility_bp, 3),
        "need_share": round(effects.need_share, 6),
        "drag_bp": round(effects.drag_bp, 3),
        "fee_bp": round(effects.fee_bp, 3),
        "yield_bp": round(effects.yield_bp, 3),
        "p_breach": round(effects.p_breach, 6),
        "net": [str(Money(value, grid.lot.currency)) for value in effects.net_minor],
    }


def report(made: Negotiation, lang: Lang = "en") -> Report:
    """The negotiation as a page that opens offline."""
    _ = translator(lang)
    page = Report(_("Sales plan: {product}").format(product=made.product), lang)
    part = page.section("", *headline(made, lang))
    shown = made.agreed or made.versions[-1]
    before, after = made.effects[0], made.effects[shown.number]
    part.figures += [
        Figure(_("State"), state_name(made.state, lang), tone="good" if made.agreed else "watch"),
        Figure(_("Daily net flow varies by"), f"{after.volatility_bp:.1f} bp", f"{before.volatility_bp:.1f} bp"),
        Figure(_("Reserve"), show_share(after.need_share), show_share(before.need_share)),
        Figure(_("Chance of a shortage"), show_share(after.p_breach), show_share(before.p_breach)),
    ]
    part.charts.append(plan_chart(made, shown, lang))
    told = page.section(_("Every offer"), _("All figures are counted on the same joint paths."))
    told.tables.append(versions_table(made, lang))
    return page


def kept_lines(found: Kept, lang: Lang) -> list[str]:
    """A promise beside what came."""
    _ = translator(lang)
    text = _(
        "{came} came over an ordinary time, of {promised} promised ({share}); between {low} and {high} in four of five cases."
    )
    return [
        text.format(
            came=show_money(found.came, lang),
            promised=show_money(found.promised, lang),
            share=f"{found.share * 100:.0f} %",
            low=show_money(found.low, lang),
            high=show_money(found.high, lang),
        )
    ]


def kept_table(found: Kept, lang: Lang) -> Table:
    """Day by day."""
    _ = translator(lang)
    columns = (_("Day"), _("Promised"), _("Came"))
    rows = [
        (show_date(one.day, lang), show_money(one.promised, lang), show_money(one.came, lang)) for one in found.days
    ]
    return table_of(columns, rows, numeric=columns[1:])
