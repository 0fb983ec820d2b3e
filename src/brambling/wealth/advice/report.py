"""Idle-cash plans in the customer's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brambling.engine.doors.output import console, print_table
from brambling.engine.doors.report import Report, Table, table_of
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.reasons import Reason, show_share, tell
from brambling.wealth.advice.rules import Plan, Shelf
from brambling.wealth.advice.rules.mandate import Sweep

SENTENCES: Mapping[str, str] = {
    "balance-unknown": N_("The balance is not known, so no cash can be called idle. Give it with --balance."),
    "no-consent": N_("The business has not agreed that its statement is used for advice on idle cash."),
    "stale-statement": N_("The statement ends {days} days ago: too long for a plan that starts today."),
    "currency-not-served": N_("The shelf has no product in {currency}."),
    "nothing-suits": N_("No product on the shelf fits the risk that the business bears and the time that is known."),
    "gap-first": N_(
        "Nothing is placed: with a chance of {probability:share} the account runs short within 13 weeks, and the money stays for that."
    ),
    "nothing-idle": N_(
        "Nothing is idle: {floor:money} must stay for payroll, tax, rent and loans, and the rest may be needed."
    ),
    "all-needed": N_("Nothing is idle: all of it may be needed."),
    "too-little": N_("{amount:money} is idle for some days: too little to be worth placing."),
    "floor-kept": N_("{floor:money} stays in the account for payroll, tax, rent and loans of {days} days."),
    "hardly-early": N_(
        "The chance that any of it is needed before its day is {probability:share}; the bank allows {probability_max:share}."
    ),
}


def reason_text(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """One sentence for a reason of a plan."""
    return tell(reason, SENTENCES, lang, currency)


def product_name(code: str, shelf: Shelf, lang: Lang) -> str:
    """The bank's name of a product; the code itself where the shelf no longer has it."""
    for product in shelf.products:
        if product.code == code:
            return product.name_zh if lang == "zh" else product.name_en
    return code


def plan_table(plan: Plan, shelf: Shelf, lang: Lang) -> Table:
    """The lines of a plan, longest first."""
    _ = translator(lang)
    columns = (_("Product"), _("Amount"), _("Rate a year"), _("Back on"), _("Interest"), _("Needed early"))
    rows = [
        (
            product_name(line.product, shelf, lang),
            show_money(line.amount, lang),
            line.rate_annual.shown(),
            show_date(line.release_on, lang),
            show_money(line.interest, lang),
            show_share(line.p_early),
        )
        for line in plan.lines
    ]
    return table_of(columns, rows, numeric=(columns[1], columns[2], columns[4], columns[5]))


_LOOKS: Mapping[str, str] = {
    "swept": N_("moved"),
    "enough": N_("nothing to move"),
    "stale-statement": N_("the statement is too old"),
    "balance-unknown": N_("the balance is not known"),
    "revoked": N_("ended"),
    "consent-withdrawn": N_("consent withdrawn"),
}


def sweep_table(sweeps: Sequence[Sweep], lang: Lang) -> Table:
    """The looks at a mandate's account, the newest first; money back is negative."""
    _ = translator(lang)
    columns = (_("Looked at"), _("Moved in"), _("Must stay"), _("Of it the floor"), _("Below the floor"), _("Why"))
    rows = [
        (
            f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            show_money(one.move.amount, lang),
            show_money(one.move.keep, lang),
            show_money(one.move.floor, lang),
            show_share(one.move.p_below),
            _(_LOOKS[one.reason]),
        )
        for one in sweeps
    ]
    return table_of(columns, rows, numeric=columns[1:5])


def plan_lines(plan: Plan, lang: Lang) -> list[str]:
    """The plan in sentences: what is idle until when, then the reasons."""
    _ = translator(lang)
    lines = []
    if plan.until is not None:
        longest = max(plan.lines, key=lambda line: line.release_on)
        text = _("{amount} is idle: it is hardly ever needed before {day}. Placed as below it earns {interest}.")
        if longest.release_on != plan.until:
            text = _(
                "{amount} is idle: it is hardly ever needed before {day}, {part} of it not before {later}. Placed as below it earns {interest}."
            )
        lines.append(
            text.format(
                amount=show_money(plan.amount, lang),
                day=show_date(plan.until, lang),
                part=show_money(longest.amount, lang),
                later=show_date(longest.release_on, lang),
                interest=show_money(plan.interest, lang),
            )
        )
    return lines + [reason_text(reason, lang, plan.amount.currency) for reason in plan.reasons]


def plan_json(plan: Plan, shelf: Shelf, lang: Lang) -> dict[str, Any]:
    """The plan as JSON: amounts as text with two decimals, sentences in the reader's language beside their codes."""
    return {
        "amount": str(plan.amount),
        "until": plan.until.isoformat() if plan.until else None,
        "plan": [
            {
                "product": line.product,
                "name": product_name(line.product, shelf, lang),
                "amount": str(line.amount),
                "tenor_days": line.tenor_days,
                "rate_annual": str(line.rate_annual),
                "release_on": line.release_on.isoformat(),
                "interest": str(line.interest),
                "probability_needed_early": float(line.p_early),
            }
            for line in plan.lines
        ],
        "floor": str(plan.floor),
        "probability_needed_early": float(plan.p_early),
        "reasons": [reason_text(reason, lang, plan.amount.currency) for reason in plan.reasons],
        "reason_codes": [{"code": reason.code, "params": dict(reason.params)} for reason in plan.reasons],
    }


def print_plan(plan: Plan, shelf: Shelf, lang: Lang) -> None:
    """Print the plan on standard output."""
    out = console()
    out.print("\n".join(plan_lines(plan, lang)), markup=False)
    if plan.lines:
        print_table(out, plan_table(plan, shelf, lang))


def plan_page(plan: Plan, shelf: Shelf, lang: Lang) -> Report:
    """The plan as a page that opens offline."""
    _ = translator(lang)
    report = Report(_("Idle cash"), lang, footer=f"Brambling 燕雀 · {shelf.version}")
    part = report.section("", *plan_lines(plan, lang))
    if plan.lines:
        part.tables.append(plan_table(plan, shelf, lang))
    return report


def write_plan(plan: Plan, out: Path) -> None:
    """Write the lines of a plan as a table; amounts and rates are text. Raises InputRejected for another suffix."""
    import polars as pl

    from brambling.kit.files import write_table

    columns = ("product", "amount", "tenor_days", "rate_annual", "release_on", "interest")
    rows = [
        (line.product, str(line.amount), line.tenor_days, str(line.rate_annual), line.release_on, str(line.interest))
        for line in plan.lines
    ]
    kinds = (pl.String, pl.String, pl.Int64, pl.String, pl.Date, pl.String)
    write_table(pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row"), out)
