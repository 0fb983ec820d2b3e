"""Loans in the reader's words: states, methods, why a pay-out waits, and the schedule as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brambling.credit.lending.rules import Due, Method, State
from brambling.engine.doors.report import Table, table_of
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator

_STATES: Mapping[State, str] = {
    "accepted": N_("accepted, not yet paid out"),
    "stopped": N_("pay-out stopped, waits for a person"),
    "cancelled": N_("cancelled"),
    "paid": N_("paid out"),
    "active": N_("running"),
    "settled": N_("paid back"),
}
_METHODS: Mapping[Method, str] = {
    "annuity": N_("equal instalments"),
    "equal-principal": N_("equal parts of the principal"),
    "bullet": N_("interest first, the principal at the end"),
}
TASK_REASONS: Mapping[str, str] = {
    "payout-refused": N_("The loan was accepted, but its pay-out was refused: {why}"),
    "accept-on-behalf": N_("The customer asked for it, in these words: {why}"),
}


def state_name(state: State, lang: Lang) -> str:
    """The state of a loan."""
    return translator(lang)(_STATES[state])


def method_name(method: Method, lang: Lang) -> str:
    """The way a loan is paid back."""
    return translator(lang)(_METHODS[method])


def dues_table(dues: Sequence[Due], lang: Lang) -> Table:
    """The instalments of a loan with their dates and what is still open."""
    _ = translator(lang)
    columns = (_("No."), _("Due on"), _("Principal"), _("Interest"), _("Instalment"), _("Still open"))
    rows = [
        (
            due.number,
            show_date(due.due_on, lang)
            if due.due_on
            else _("day {day} after the pay-out").format(day=due.instalment.due_day),
            show_money(due.instalment.principal, lang),
            show_money(due.instalment.interest, lang),
            show_money(due.instalment.total, lang),
            show_money(due.open, lang),
        )
        for due in dues
    ]
    return table_of(columns, rows, numeric=columns[2:])
