"""The page of the audit trail: who did what to which thing, newest first."""

from __future__ import annotations

from nicegui import ui
from starlette.responses import Response

from brambling.app.build import Bank
from brambling.engine.access import Entry, trail
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, translator

SHOWN_MAX = 200
THINGS = {
    "business": N_("business"),
    "statement": N_("statement"),
    "consent": N_("consent"),
    "credit": N_("credit"),
    "loan": N_("loan"),
    "decision": N_("decision"),
    "contact": N_("contact"),
    "block": N_("blocked list"),
    "capsule": N_("capsule"),
    "export": N_("export"),
    "category": N_("category"),
    "advice": N_("plan"),
    "model": N_("model"),
    "user": N_("user"),
    "company": N_("wealth company"),
    "structure": N_("nature of the money"),
    "trades": N_("trades"),
}

ACTS = {
    "look": N_("looked at"),
    "add": N_("added"),
    "import": N_("imported"),
    "imported": N_("imported"),
    "export": N_("exported"),
    "given": N_("noted as given"),
    "withdrawn": N_("noted as withdrawn"),
    "decided": N_("decided"),
    "confirmed": N_("confirmed"),
    "accepted": N_("accepted"),
    "paid": N_("paid out"),
    "active": N_("started"),
    "stopped": N_("stopped"),
    "cancelled": N_("cancelled"),
    "repaid": N_("repaid"),
    "settled": N_("settled"),
    "refused": N_("noted a refusal"),
    "refusal-lifted": N_("lifted a refusal"),
    "corrected": N_("corrected"),
    "planned": N_("planned"),
    "sign-in": N_("signed in"),
    "sign-in-failed": N_("failed to sign in"),
    "sign-out": N_("signed out"),
    "set-password": N_("set a password"),
    "propose": N_("proposed"),
    "publish": N_("released figures"),
    "appoint": N_("appointed"),
    "release": N_("released"),
    "retire": N_("retired"),
}


def pages(bank: Bank) -> None:
    """Register ``/audit``."""

    @c.page("/audit", bank, act="read", thing="audit")
    async def audit_page(visit: Visit, thing: str = "", before: int | None = None) -> Response | None:
        def load() -> list[Entry]:
            with bank.db.read() as session:
                return trail(session, thing=thing or None, before=before, limit=SHOWN_MAX)

        _draw(visit, await c.in_thread(load), thing)
        return None


def _draw(visit: Visit, entries: list[Entry], thing: str) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Audit trail"), visit, active="/audit"):
        c.heading(_("Audit trail"), lead=_("Who did what, and when. Nothing here can be changed or taken away."))
        choices = [("", _("all")), *((key, _(words)) for key, words in THINGS.items())]
        c.filters("/audit", "thing", choices, thing)
        columns = (_("Number"), _("At"), _("Who"), _("Did"), _("To"), _("Which"))
        rows = [
            (
                str(one.number),
                f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
                one.actor,
                _(ACTS.get(one.act, one.act)),
                _(THINGS.get(one.thing, one.thing)),
                one.thing_id,
            )
            for one in entries
        ]
        c.table(columns, rows, empty=_("Nothing was done yet."))
        if len(entries) == SHOWN_MAX:
            ui.link(_("Older lines"), f"/audit?thing={thing}&before={entries[-1].number}").classes("b-under")
