"""Pages of the engine itself (sign-in, language, tasks), and the registration of every room's pages."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request
from nicegui import app, ui
from nicegui.storage import Storage
from starlette.responses import RedirectResponse, Response

from brambling.app import auditpages, conversing, taskpages, walkin
from brambling.app.build import Bank, loan_outcomes
from brambling.app.walkin import WalkIn
from brambling.bank.consent.pages import pages as consent
from brambling.bank.contact.pages import pages as gate
from brambling.bank.customers.pages import pages as blocks
from brambling.cfo.pages import pages as cfo
from brambling.credit.lending import known_flows
from brambling.credit.underwriting.pages import agreement_pages, policy_pages
from brambling.credit.underwriting.pages import pages as underwriting
from brambling.engine.access import SignedIn, SignInFailed, sign_in, sign_out
from brambling.engine.access.report import sign_in_failed
from brambling.engine.doors import console as c
from brambling.engine.doors.console import HEADER, Link, Visit
from brambling.kit.i18n import N_, Lang, translator
from brambling.marketing.creative.pages import pages as creative
from brambling.marketing.dialogue.pages import pages as desk
from brambling.marketing.needs.pages import pages as audience
from brambling.perception.cashflow.pages import pages as cashflow
from brambling.wealth.advice.pages import pages as advice
from brambling.wealth.ladder.pages import pages as liquidity
from brambling.wealth.negotiation.pages import pages as sales_plans
from brambling.wealth.structure.pages import pages as structure

TAB_SECONDS_MAX = 3600
LINKS = (
    Link(N_("Your cash"), "/"),
    Link(N_("Tasks"), "/tasks", "read", "task"),
    Link(N_("Desk"), "/desk", "answer", "conversation"),
    Link(N_("Businesses"), "/customers", "read", "business"),
    Link(N_("Applications"), "/applications", "read", "application"),
    Link(N_("Policies"), "/policies", "read", "policy"),
    Link(N_("Agreement"), "/agreement", "judge", "decision"),
    Link(N_("Plans"), "/plans", "read", "plan"),
    Link(N_("Liquidity"), "/liquidity", "read", "fund"),
    Link(N_("Sales plans"), "/sales-plans", "read", "negotiation"),
    Link(N_("Money's nature"), "/structure", "read", "structure"),
    Link(N_("Creative"), "/creative", "read", "need"),
    Link(N_("Audience"), "/audience", "read", "campaign"),
    Link(N_("Gate"), "/gate", "read", "contact"),
    Link(N_("Blocked lists"), "/blocks", "read", "block"),
    Link(N_("Audit trail"), "/audit", "read", "audit"),
)


def register(bank: Bank, walk_in: WalkIn | None = None) -> None:
    """Register the pages of all rooms; with ``walk_in`` also the demo's door."""
    Storage.path = bank.settings.home / "console"  # session tokens: not in the folder the server was started in
    Storage.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    app.storage.max_tab_storage_age = TAB_SECONDS_MAX
    HEADER.links[:] = LINKS
    _doors(bank)
    taskpages.pages(bank)
    cfo(bank, bank.bus, bank.gate, _example)
    underwriting(bank, partial(_accept, bank))
    policy_pages(bank, loan_outcomes(bank.clock))
    agreement_pages(bank, loan_outcomes(bank.clock))
    advice(bank, bank.bus, known_flows)
    liquidity(bank)
    sales_plans(bank, bank.bus)
    structure(bank)
    creative(bank)
    desk(bank, conversing.answering(bank), conversing.tools_of(bank))
    audience(bank, bank.gate)
    gate(bank, bank.gate)
    consent(bank, bank.bus)
    blocks(bank)
    cashflow(bank, bank.bus)
    auditpages.pages(bank)
    if walk_in is not None:
        walkin.pages(bank, walk_in)


def _accept(bank: Bank, decision_id: UUID, actor: str, instruction: str | None, lang: Lang) -> str:
    """Accept an offer, pay it out, and say how the loan then stands."""
    from brambling.credit.lending import Loan, accept_and_pay, accept_on_behalf
    from brambling.credit.lending.report import state_name

    work, clock, bus = bank.workflows, bank.clock, bank.bus
    if instruction is None:
        loan = accept_and_pay(work, decision_id, clock=clock, actor=actor, bus=bus)
    else:
        made = accept_on_behalf(work, decision_id, instruction, clock=clock, actor=actor, bus=bus)
        if not isinstance(made, Loan):
            return translator(lang)("Somebody else has to look at it first: it waits among the approvers' tasks.")
        loan = made
    return translator(lang)("The loan: {state}").format(state=state_name(loan.state, lang))


def _example() -> tuple[str, bytes]:
    """The statement of one shop of a small synthetic town, in the layout of a bank's file."""
    from brambling.world import Town, statement_csv
    from brambling.world.build import build  # the menu's word is also the name of its file

    simulation = build(Town(seed=11, businesses=12, months=18))
    first = simulation.businesses.sort("business").row(0, named=True)
    return "synthetic-shop.csv", statement_csv(simulation, first["business"], "hecang")


# -- who comes in -------------------------------------------------------------------------------------------------------


def _doors(bank: Bank) -> None:
    @c.page("/sign-in", bank)
    async def sign_in_page(visit: Visit, next: str = "/") -> Response | None:
        if visit.user is not None:
            return RedirectResponse(_inside(next))
        _sign_in_form(bank, visit, _inside(next))
        return None

    @c.page("/sign-out", bank)
    async def sign_out_page(visit: Visit) -> Response:
        token = app.storage.user.pop("token", None)
        if isinstance(token, str):

            def end() -> None:
                with bank.db.write() as session:
                    sign_out(session, token, now=bank.clock.now())

            await c.in_thread(end)
        return RedirectResponse("/")

    @ui.page("/language/{lang}")
    def language_page(request: Request, lang: str) -> Response:
        app.storage.user["lang"] = "zh" if lang == "zh" else "en"
        return RedirectResponse(_inside(request.headers.get("referer", "/")))


def _sign_in_form(bank: Bank, visit: Visit, target: str) -> None:
    _ = translator(visit.lang)
    with c.frame(_("Sign in"), visit, narrow=True):
        c.heading(_("Sign in"), lead=_("For people of the bank, and for owners who have an account with it."))
        with ui.element("div").classes("b-form"):
            name = ui.input(_("Name")).classes("b-field").props("outlined autofocus autocomplete=username")
            password = ui.input(_("Password"), password=True).classes("b-field")
            password.props("outlined autocomplete=current-password")
        said = ui.element("div").classes("b-full").props("aria-live=polite")

        def ask() -> SignedIn | SignInFailed:
            with bank.db.write() as session:
                return sign_in(session, str(name.value or ""), str(password.value or ""), now=bank.clock.now())

        async def enter() -> None:
            result = await c.in_thread(ask)
            if isinstance(result, SignedIn):
                app.storage.user["token"] = result.token
                ui.navigate.to(target)
                return
            said.clear()
            with said:
                ui.label(sign_in_failed(result, visit.lang)).classes("b-problem").props("role=alert")

        password.on("keydown.enter", enter)
        with ui.element("div").classes("b-actions"):
            c.main_button(_("Sign in"), enter)


def _inside(target: str) -> str:
    """The path of ``target`` on this console: nobody is sent elsewhere."""
    parts = urlsplit(target)
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "")
