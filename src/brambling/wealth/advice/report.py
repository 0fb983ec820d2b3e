"""Idle-cash plans in the customer's words."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.engine.doors.report import Table, table_of
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.reasons import Reason, show_share, tell
from brambling.wealth.advice.rules import Plan, Shelf

SENTENCES: Mapping[str, str] = {
    "balance-unknown": N_("The balance is not known, so no cash can be called idle. Give it with --balance."),
    "no-consent": N_("The business has not agreed that its statement is used for advice on idle cash."),
    "stale-statement": N_("The statement ends {days} days ago: too long for a plan that starts today."),
    "currency-not-served": N_("The shelf has no product in {currency}."),
    "nothing-idle": N_(
        "Nothing is idle: {floor:money} must stay for payroll, tax, rent and loans, and the rest may be needed."
    ),
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
