"""The demo's door: one link, printed in the terminal, behind which a visitor of this machine picks a role.

The key lives in this process only. Whoever opens the link may become any of the demo's people, one a role (and a second
approver, because four eyes need two): each gets a new random password, which nobody ever sees, and signs in by the same
door as everybody else. Nothing of it exists in a bank that is served without the demo.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from nicegui import app, ui
from starlette.responses import RedirectResponse, Response

from brambling.app.build import Bank
from brambling.engine.access import SignedIn, add_user, set_password, sign_in, users
from brambling.engine.access.report import role_name
from brambling.engine.doors import console as c
from brambling.engine.doors.console import HEADER, Visit
from brambling.kit.db import WriteSession
from brambling.kit.errors import NotAllowed, NotFound
from brambling.kit.i18n import N_, translator

PATH = "/walk-in"


@dataclass(frozen=True)
class Guest:
    """One of the demo's people: role, where they start, and what they do there."""

    name: str
    role: str
    start: str
    does: str


GUESTS = (
    Guest("demo-officer", "officer", "/applications", N_("reads businesses, applies for them, defends decisions")),
    Guest("demo-approver", "approver", "/tasks", N_("decides what the policy may not decide alone")),
    Guest("demo-approver-2", "approver", "/tasks", N_("the second pair of eyes")),
    Guest("demo-investment", "investment_manager", "/plans", N_("looks at idle-cash plans")),
    Guest("demo-marketer", "marketer", "/gate", N_("sees what was sent, held and dropped, and why")),
    Guest("demo-desk", "desk", "/customers", N_("serves customers and writes down what they refuse")),
    Guest("demo-operator", "operator", "/tasks", N_("looks after pay-outs that were stopped")),
    Guest("demo-auditor", "auditor", "/applications", N_("reads everything and changes nothing")),
    Guest("demo-owner", "owner", "/", N_("sees the own business, its plan and its messages")),
)


@dataclass(frozen=True)
class WalkIn:
    """The link of one process; ``owner_of`` is the business whose owner can be played."""

    owner_of: UUID | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)

    @property
    def path(self) -> str:
        """What the terminal prints after the address of the console."""
        return f"{PATH}?key={self.key}"

    @property
    def guests(self) -> Mapping[str, Guest]:
        """The people there are, by name."""
        return {guest.name: guest for guest in GUESTS if guest.role != "owner" or self.owner_of is not None}

    def enter(self, session: WriteSession, bank: Bank, name: str) -> str:
        """Sign the guest ``name`` in and return the token; raises NotFound for nobody of the demo."""
        guest = self.guests.get(name)
        if guest is None:
            raise NotFound(f"{name} is nobody of the demo")
        now, password = bank.clock.now(), secrets.token_urlsafe(24)
        if any(user.name == name for user in users(session)):
            set_password(session, name, password, now=now, actor="demo")
        else:
            business = self.owner_of if guest.role == "owner" else None
            add_user(session, name, password, [guest.role], now=now, actor="demo", business_id=business)
        result = sign_in(session, name, password, now=now)
        if not isinstance(result, SignedIn):
            raise NotAllowed(f"{name} may not sign in")
        return result.token


def pages(bank: Bank, walk_in: WalkIn) -> None:
    """Register the page behind the link."""
    HEADER.change_of_role = PATH

    @c.page(PATH, bank)
    async def choose(visit: Visit, key: str = "") -> Response | None:
        if secrets.compare_digest(key.encode(), walk_in.key.encode()):
            app.storage.user["guest"] = walk_in.key
            return RedirectResponse(PATH)
        if app.storage.user.get("guest") != walk_in.key:
            raise NotAllowed(
                translator(visit.lang)("This link is of a demo that has ended; take the one in the terminal.")
            )
        _draw(bank, visit, walk_in)
        return None


def _draw(bank: Bank, visit: Visit, walk_in: WalkIn) -> None:
    lang = visit.lang
    _ = translator(lang)

    def enter(name: str) -> str:
        with bank.db.write() as session:
            return walk_in.enter(session, bank, name)

    async def become(guest: Guest) -> None:
        with c.told(visit.lang):
            app.storage.user["token"] = await c.in_thread(enter, guest.name)
            ui.navigate.to(f"/customers/{walk_in.owner_of}" if guest.role == "owner" else guest.start)

    with c.frame(_("Who are you today?"), visit, narrow=True):
        lead = _("Each role sees and may do other things. Change any time, above on the right.")
        c.heading(_("Who are you today?"), lead=lead, synthetic=True, lang=lang)
        with ui.element("div").classes("b-choices"):
            for guest in walk_in.guests.values():
                with ui.element("button").classes("b-choice").on("click", lambda _event, guest=guest: become(guest)):
                    ui.label(role_name(guest.role, lang)).classes("b-choice-name")
                    ui.label(_(guest.does)).classes("b-muted")
