"""Words, tables and charts of a backtest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brambling.credit.expert.rules.agreement import Figure
from brambling.credit.underwriting.rules import proposed
from brambling.credit.underwriting.rules.differences import Difference
from brambling.credit.underwriting.shapes.backtest import SWAPS, Backtest, Group, Part, Side, Swap, word_pair
from brambling.credit.underwriting.shapes.decision import OutcomeWord
from brambling.engine.doors import report as doors
from brambling.engine.doors.charts import BRICK, TEAL, Chart, bar_chart
from brambling.engine.doors.report import Report, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.kit.money import Rate
from brambling.kit.reasons import Reason, tell

if TYPE_CHECKING:
    import polars as pl

OUTCOME_WORDS: Mapping[OutcomeWord, str] = {"offer": N_("offer"), "refer": N_("to a person"), "decline": N_("decline")}
SWAP_WORDS: Mapping[Swap, str] = {
    "in": N_("comes in"),
    "out": N_("goes out"),
    "both": N_("lent to by both"),
    "neither": N_("lent to by neither"),
}
NOTES: Mapping[str, str] = {
    "bad-assumed": N_("{column}: 1, true, yes, bad and default are read as a bad outcome; name another with --bad"),
    "no-turnover": N_("there is no verified_inflow_year: the ceiling by turnover decides nothing"),
    "no-capacity": N_(
        "there is neither capacity_instalment nor outflow_year: the ceiling by repayment capacity decides nothing"
    ),
    "no-paths": N_("there are no spans: a loan's own path is not walked, only the gap has to be closed"),
    "no-request": N_("there is no requested: everybody asks for what is possible"),
    "facts-as-they-were": N_(
        "{keys} differ, but they shape facts that the file already holds: what they would change is not seen here"
    ),
}


def percent(figure: Figure | float | None, digits: int = 1) -> str:
    """A share in percent."""
    value = figure.value if isinstance(figure, Figure) else figure
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def interval(figure: Figure | None, digits: int = 1) -> str:
    """Its interval."""
    return "-" if figure is None else f"{100 * figure.low:.{digits}f} to {100 * figure.high:.{digits}f} %"


def notes(found: Backtest, lang: Lang) -> list[str]:
    """What the reader has to know besides."""
    return [tell(note, NOTES, lang) for note in found.notes]


def lines(found: Backtest, lang: Lang = "en") -> list[str]:
    """The finding for a terminal, without the tables."""
    _ = translator(lang)
    whole = found.whole
    old, new, came, went = whole.old, whole.new, whole.groups["in"], whole.groups["out"]
    out = [
        _(
            "Of {rows} applications the old policy lends to {old}, the new one to {new}; decided without a person: {auto_old} and {auto_new}."
        ).format(
            rows=f"{whole.count:,}",
            old=percent(old.lent),
            new=percent(new.lent),
            auto_old=percent(_auto(old, whole.count)),
            auto_new=percent(_auto(new, whole.count)),
        ),
        _("{come_in} come in, {go_out} go out; to {raised} the new policy lends more, to {lowered} less.").format(
            come_in=f"{came.count:,}",
            go_out=f"{went.count:,}",
            raised=f"{found.raised:,}",
            lowered=f"{found.lowered:,}",
        ),
        _("The mean limit over all applications goes from {old} to {new}.").format(
            old=show_money(old.limit_expected, lang), new=show_money(new.limit_expected, lang)
        ),
    ]
    if found.outcome:
        out.append(_outcomes(found, lang))
    return out


def _outcomes(found: Backtest, lang: Lang) -> str:
    """Who of the swap set went bad, and whether that tells anything."""
    _ = translator(lang)
    came, went = found.whole.groups["in"], found.whole.groups["out"]
    if found.difference is None:
        return _(
            "Outcomes are known for {in_known} of those that come in and {out_known} of those that go out: too few to compare."
        ).format(in_known=f"{came.known:,}", out_known=f"{went.known:,}")
    text = _(
        "Of those that come in {in_rate} went bad ({in_interval}), of those that go out {out_rate} ({out_interval}); the difference is {gap} ({gap_interval})."
    ).format(
        in_rate=percent(came.bad_rate),
        in_interval=interval(came.bad_rate),
        out_rate=percent(went.bad_rate),
        out_interval=interval(went.bad_rate),
        gap=percent(found.difference),
        gap_interval=interval(found.difference),
    )
    if found.difference.low <= 0 <= found.difference.high:
        text += " " + _("These rows do not show which of the two groups is better.")
    if came.known < came.count:
        text += " " + _(
            "Who comes in and was declined before has seldom an outcome: the known ones are not the usual ones."
        )
    return text


def _auto(side: Side, count: int) -> float | None:
    return (side.outcomes["offer"] + side.outcomes["decline"]) / count if count else None


# -- tables -------------------------------------------------------------------------------------------------------------


def differences_table(changes: Sequence[Difference], lang: Lang) -> doors.Table:
    """What the new policy says otherwise."""
    _ = translator(lang)
    columns = (_("Threshold"), _("Old"), _("New"))
    return table_of(columns, [(one.key, one.before or "-", one.after or "-") for one in changes])


def sides_table(part: Part, lang: Lang) -> doors.Table:
    """Both policies side by side."""
    _ = translator(lang)
    columns = (_("On {rows} applications").format(rows=f"{part.count:,}"), _("Old"), _("New"))
    both = (part.old, part.new)

    def row(name: str, texts: Sequence[str]) -> tuple[str, ...]:
        return (name, *texts)

    rows = [
        row(_("Offers"), [f"{side.outcomes['offer']:,}" for side in both]),
        row(_("To a person"), [f"{side.outcomes['refer']:,}" for side in both]),
        row(_("Declines"), [f"{side.outcomes['decline']:,}" for side in both]),
        row(_("Approval rate without a person"), [percent(side.approval) for side in both]),
        row(_("95 % interval"), [interval(side.approval) for side in both]),
        row(_("All limits together"), [show_money(side.limits, lang) for side in both]),
        row(_("Mean limit over all applications"), [show_money(side.limit_expected, lang) for side in both]),
        row(_("Mean rate a year, by limits"), [percent(side.rate_mean, 2) for side in both]),
        row(_("Bad rate where known"), [percent(side.bad_rate) for side in both]),
        row(_("95 % interval"), [interval(side.bad_rate) for side in both]),
    ]
    return table_of(columns, rows, numeric=columns[1:])


def swap_table(groups: Mapping[Swap, Group], lang: Lang) -> doors.Table:
    """The swap set."""
    _ = translator(lang)
    columns = (
        _("Application"),
        _("count"),
        _("share"),
        _("mean probability"),
        _("outcome known"),
        _("bad rate"),
        _("95 % interval"),
        _("limits"),
    )
    rows = [
        (
            _(SWAP_WORDS[swap]),
            f"{groups[swap].count:,}",
            percent(groups[swap].share),
            percent(groups[swap].expected),
            f"{groups[swap].known:,}",
            percent(groups[swap].bad_rate),
            interval(groups[swap].bad_rate),
            show_money(groups[swap].limits, lang),
        )
        for swap in SWAPS
    ]
    return table_of(columns, rows, numeric=columns[1:])


def moved_table(found: Backtest, lang: Lang) -> doors.Table:
    """Where each outcome went."""
    _ = translator(lang)
    columns = (_("old \\ new"), *(_(words) for words in OUTCOME_WORDS.values()))
    rows = [
        (_(words), *(f"{found.moved.get((old, new), 0):,}" for new in OUTCOME_WORDS))
        for old, words in OUTCOME_WORDS.items()
    ]
    return table_of(columns, rows, numeric=columns[1:])


def segments_table(found: Backtest, lang: Lang) -> doors.Table:
    """The swap set by segment."""
    _ = translator(lang)
    columns = (
        found.segment,
        _("count"),
        _("lent to, old"),
        _("lent to, new"),
        _("comes in"),
        _("bad of those"),
        _("goes out"),
        _("bad of those out"),
        _("mean limit, old"),
        _("mean limit, new"),
    )
    rows = [
        (
            part.name or "-",
            f"{part.count:,}",
            percent(part.old.lent),
            percent(part.new.lent),
            f"{part.groups['in'].count:,}",
            percent(part.groups["in"].bad_rate),
            f"{part.groups['out'].count:,}",
            percent(part.groups["out"].bad_rate),
            show_money(part.old.limit_expected, lang),
            show_money(part.new.limit_expected, lang),
        )
        for part in found.segments
    ]
    return table_of(columns, rows, numeric=columns[1:])


def whys_table(whys: Sequence[tuple[str, int]], heading: str, lang: Lang) -> doors.Table:
    """First reasons by how often they come."""
    _ = translator(lang)
    columns = (heading, _("count"))
    return table_of(columns, [(_(WHYS[code]), f"{count:,}") for code, count in whys], numeric=(columns[1],))


WHYS: Mapping[str, str] = {
    "blocked": N_("on a blocked list"),
    "trade-excluded": N_("a trade that is not lent to"),
    "currency-not-served": N_("another currency"),
    "no-consent": N_("no consent"),
    "short-history": N_("too short a history"),
    "stale-statement": N_("too old a statement"),
    "balance-unknown": N_("balance not known"),
    "shortfall-likely": N_("too likely to run short"),
    "default-likely": N_("too likely to default"),
    "capacity-too-small": N_("too little repayment capacity"),
    "surplus-too-small": N_("too little left over in a month"),
    "turnover-too-small": N_("too little turnover"),
    "request-too-small": N_("less asked for than the smallest loan"),
    "gap-too-large": N_("a gap that no loan within the limit closes"),
    "request-below-gap": N_("less asked for than the gap needs"),
    "exposure-full": N_("owes as much as one may"),
    "group-full": N_("the group owes as much as it may"),
}


# -- report, JSON, table ------------------------------------------------------------------------------------------------


def report(found: Backtest, lang: Lang = "en") -> Report:
    """The page."""
    _ = translator(lang)
    page = Report(_("One policy against another"), lang=lang, lead=" ".join(lines(found, lang)))
    page.footer = f"{found.whole.old.version} / {found.whole.new.version}"
    section = page.section(_("What changes"))
    section.figures += _figures(found, lang)
    section.tables += [sides_table(found.whole, lang)]
    section = page.section(_("Who comes in, who goes out"), *_swap_words(lang))
    section.charts.append(_swap_chart(found, lang))
    section.tables += [swap_table(found.whole.groups, lang), moved_table(found, lang)]
    if found.why_in or found.why_out:
        section = page.section(_("Why"))
        if found.why_in:
            section.tables.append(whys_table(found.why_in, _("Comes in; what the old policy had against it"), lang))
        if found.why_out:
            section.tables.append(whys_table(found.why_out, _("Goes out; what the new policy has against it"), lang))
    if found.segments:
        page.section(_("By {segment}").format(segment=found.segment)).tables.append(segments_table(found, lang))
    section = page.section(_("What the new policy says otherwise"))
    if found.changes:
        section.tables.append(differences_table(found.changes, lang))
    else:
        section.paragraphs.append(_("Nothing: both policies say the same."))
    if told := notes(found, lang):
        page.section(_("To know besides"), *told)
    return page


def _swap_words(lang: Lang) -> list[str]:
    _ = translator(lang)
    return [_("A referral counts as lending: its proposal is what a person confirms. Intervals are Wilson's at 95 %.")]


def _figures(found: Backtest, lang: Lang) -> list[doors.Figure]:
    _ = translator(lang)
    old, new = found.whole.old, found.whole.new
    arrow = "{} → {}"
    return [
        doors.Figure(_("lent to"), arrow.format(percent(old.lent), percent(new.lent))),
        doors.Figure(
            _("mean limit"),
            show_money(new.limit_expected, lang),
            _("was {old}").format(old=show_money(old.limit_expected, lang)),
        ),
        doors.Figure(_("bad rate where known"), arrow.format(percent(old.bad_rate), percent(new.bad_rate))),
    ]


def _swap_chart(found: Backtest, lang: Lang) -> Chart:
    _ = translator(lang)
    groups = found.whole.groups
    names = [_(SWAP_WORDS[swap]) for swap in SWAPS]
    if found.outcome and any(group.known for group in groups.values()):
        good = [groups[swap].known - groups[swap].bad for swap in SWAPS]
        bad = [groups[swap].bad for swap in SWAPS]
        option = bar_chart(
            names, {_("went well"): good, _("went bad"): bad}, unit="", colors=[TEAL, BRICK], stacked=True
        )
        return Chart(option, ("", _("went well"), _("went bad")), tuple(zip(names, good, bad, strict=True)), 260)
    counts = [groups[swap].count for swap in SWAPS]
    option = bar_chart(names, {_("count"): counts}, unit="", colors=[TEAL])
    return Chart(option, ("", _("count")), tuple(zip(names, counts, strict=True)), 260)


def to_plain(found: Backtest, lang: Lang = "en") -> dict[str, Any]:
    """The backtest as JSON knows it."""
    return {
        "old": found.whole.old.version,
        "new": found.whole.new.version,
        "changes": list(found.changes),
        "all": _part(found.whole),
        "moved": {f"{old}_to_{new}": count for (old, new), count in sorted(found.moved.items())},
        "raised": found.raised,
        "lowered": found.lowered,
        "bad_rate_difference": _figure(found.difference),
        "why_in": dict(found.why_in),
        "why_out": dict(found.why_out),
        "segment": found.segment or None,
        "segments": [{"name": part.name, **_part(part)} for part in found.segments],
        "words": lines(found, lang),
        "notes": notes(found, lang),
    }


def _figure(figure: Figure | None) -> Mapping[str, float] | None:
    return None if figure is None else {"value": figure.value, "low": figure.low, "high": figure.high}


def _part(part: Part) -> dict[str, Any]:
    return {
        "applications": part.count,
        "old": _side(part.old),
        "new": _side(part.new),
        "swap_set": {
            swap: {
                "count": group.count,
                "share": _figure(group.share),
                "probability_mean": group.expected,
                "outcome_known": group.known,
                "bad": group.bad,
                "bad_rate": _figure(group.bad_rate),
                "limits": group.limits,
            }
            for swap, group in part.groups.items()
        },
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        **{str(word): count for word, count in side.outcomes.items()},
        "approval_rate": _figure(side.approval),
        "lent_to": _figure(side.lent),
        "limits": side.limits,
        "limit_expected": side.limit_expected,
        "rate_mean": side.rate_mean,
        "outcome_known": side.known,
        "bad_rate": _figure(side.bad_rate),
    }


def rows_frame(found: Backtest, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Every application with both outcomes, then the columns of the input; and the input columns that were replaced."""
    import polars as pl

    made = pl.DataFrame([_decided(one) for one in found.decided], infer_schema_length=None)
    taken = [name for name in frame.columns if name in made.columns]
    return pl.concat([made, frame.drop(taken)], how="horizontal"), taken


def _decided(one: Any) -> dict[str, Any]:
    words = word_pair(one)
    row: dict[str, Any] = {"row": one.row, "swap": one.swap}
    for side, word, outcome in (("old", words[0], one.old), ("new", words[1], one.new)):
        made = proposed(outcome)
        rate: Rate | None = made.rate_annual if made else None
        row |= {
            f"{side}_decision": word,
            f"{side}_limit": str(made.limit) if made else "0.00",
            f"{side}_rate_annual": str(rate) if rate is not None else None,
            f"{side}_tenor_days": made.tenor_days if made else None,
            f"{side}_reason": first_reason(outcome.reasons),
        }
    return row


def first_reason(reasons: Sequence[Reason]) -> str:
    """The code of the strongest reason."""
    return reasons[0].code if reasons else ""
