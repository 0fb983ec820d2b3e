"""An account's statement in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brambling.bank.ledger.rules import Line
from brambling.engine.doors.report import Table, table_of
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, Lang, show_money, translator

_KINDS: Mapping[str, str] = {
    "payout": N_("loan paid out"),
    "loan-interest": N_("interest on a loan"),
    "loan-principal": N_("loan paid back"),
    "sweep-in": N_("idle cash swept in"),
    "sweep-out": N_("idle cash back"),
}


def kind_name(kind: str, lang: Lang) -> str:
    """What a transfer was; a kind without words is shown as it is."""
    return translator(lang)(_KINDS.get(kind, kind))


def lines_table(lines: Sequence[Line], lang: Lang) -> Table:
    """Lines of an account with the balance after each."""
    _ = translator(lang)
    columns = (_("Time"), _("What"), _("Memo"), _("Amount"), _("Balance"))
    rows = [
        (
            f"{line.at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            kind_name(line.kind, lang),
            line.memo,
            show_money(line.amount, lang),
            show_money(line.balance, lang),
        )
        for line in lines
    ]
    return table_of(columns, rows, numeric=columns[3:])
