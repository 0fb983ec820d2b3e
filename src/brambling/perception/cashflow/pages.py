"""A customer's movements as the bank understands them, and the customer's word where it is wrong."""

from __future__ import annotations

from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.bank.events import Bus
from brambling.engine.access import record
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.errors import NotFound
from brambling.kit.i18n import show_date, show_money, translator
from brambling.kit.money import Money
from brambling.perception.cashflow import CATEGORIES, Statement, correct, load_statement
from brambling.perception.cashflow.report import category_name

SHOWN_MAX = 200


def pages(context: Context, bus: Bus) -> None:
    """Register ``/statements/{customer}``."""

    @c.page("/statements/{customer_id}", context, act="read", thing="statement", own=True)
    async def statement_page(visit: Visit, customer_id: UUID, category: str = "", q: str = "") -> Response | None:
        visit.require("read", "statement", customer_id)

        def load() -> tuple[Customer, Statement | None]:
            with context.db.write(visit.actor) as session:
                customer = customers.get(session, customer_id)
                record(session, visit.actor, "look", "statement", customer_id, now=context.clock.now())
                try:
                    return customer, load_statement(session, customer_id)
                except NotFound:
                    return customer, None

        customer, statement = await c.in_thread(load)
        _draw(visit, bus, customer, statement, category, q)
        return None


def _draw(visit: Visit, bus: Bus, customer: Customer, statement: Statement | None, category: str, text: str) -> None:
    import polars as pl

    lang = visit.lang
    _ = translator(lang)
    with c.frame(customer.name, visit, active="/customers"):
        lead = _("Movements, and what the bank takes them for")
        c.heading(customer.name, lead=lead, synthetic=customer.synthetic, lang=lang)
        if statement is None:
            c.empty(_("No statement was imported for this business yet."))
            return
        path = f"/statements/{customer.id}"
        choices = [("", _("all")), *((key, category_name(key, lang)) for key in CATEGORIES)]
        c.filters(path, "category", choices, category, q=text)
        c.search_form(path, text, lang, label=_("Part of a name or memo"), category=category)
        rows = statement.rows.reverse()
        if category:
            rows = rows.filter(pl.col("category") == category)
        if text:
            holds = [pl.col(name).fill_null("").str.contains(text, literal=True) for name in ("counterparty", "memo")]
            rows = rows.filter(pl.any_horizontal(holds))
        if visit.may("write", "statement", customer.id):
            _form(visit, bus, customer, sorted(set(rows["counterparty"].drop_nulls().to_list()) - {""}))
        columns = (_("Date"), _("Amount"), _("Counterparty"), _("Memo"), _("Taken for"))
        shown = [
            (
                show_date(row["date"], lang),
                show_money(Money(row["amount_minor"], statement.currency), lang),
                row["counterparty"],
                row["memo"],
                category_name(row["category"], lang),
            )
            for row in rows.head(SHOWN_MAX).iter_rows(named=True)
        ]
        c.table(columns, shown, numeric=(columns[1],), empty=_("No movement is like that."))
        if rows.height > SHOWN_MAX:
            words = _("The newest {n} of {all} are shown; narrow the list above.")
            c.paragraph(words.format(n=SHOWN_MAX, all=f"{rows.height:,}"), muted=True)


def _form(visit: Visit, bus: Bus, customer: Customer, names: list[str]) -> None:
    """Who it is with, or what the memo says, and what it is."""
    lang, context = visit.lang, visit.context
    _ = translator(lang)
    with c.more(_("Something is taken for the wrong thing")):
        c.paragraph(
            _("Your word holds for all movements like that, also those to come, and the forecast learns from it.")
        )
        who = ui.select(names, label=_("Counterparty"), with_input=True, clearable=True)
        memo = ui.input(_("Or a text of the memo"))
        right = ui.select({key: category_name(key, lang) for key in CATEGORIES}, label=_("It is"))
        for field in (who, memo, right):
            field.classes("b-field").props("outlined dense")

        def teach(category: str, name: str | None, text: str | None) -> int:
            with context.db.write(visit.actor) as session:
                return correct(session, customer.id, category, context.clock, counterparty=name, memo=text, bus=bus)

        async def save() -> None:
            if not right.value or not (who.value or str(memo.value or "").strip()):
                ui.notify(_("Say which movements are meant, and what they are."), position="top")
                return
            with c.told(lang):
                changed = await c.in_thread(teach, right.value, who.value, str(memo.value or "").strip() or None)
                ui.notify(_("{n} movements have another category now.").format(n=changed), position="top")
                ui.navigate.reload()

        with ui.element("div").classes("b-actions"):
            c.main_button(_("Correct it"), save)
