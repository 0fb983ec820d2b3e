"""The server: API under ``/api`` and the console on the same FastAPI application."""

from __future__ import annotations

import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from brambling import __version__
from brambling.app import conversing
from brambling.app import routes as own
from brambling.app.build import Bank, loan_outcomes
from brambling.bank.consent import routes as consent
from brambling.bank.contact import routes as contact
from brambling.bank.customers import routes as customers
from brambling.cfo import routes as cfo
from brambling.credit.lending import held, known_flows
from brambling.credit.lending import routes as lending
from brambling.credit.underwriting import routes as underwriting
from brambling.engine.doors.http import add_last_word, add_manners
from brambling.kit.settings import Settings
from brambling.marketing.dialogue import routes as dialogue
from brambling.marketing.refusals import routes as refusals
from brambling.perception.cashflow import routes as cashflow
from brambling.wealth.advice import routes as advice
from brambling.wealth.negotiation import routes as negotiation
from brambling.wealth.structure import routes as structure

if TYPE_CHECKING:
    from brambling.app.walkin import WalkIn

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#A94612"/>'
    '<text x="16" y="23" font-size="20" text-anchor="middle" fill="#FFFFFF">雀</text></svg>'
)


def api(bank: Bank) -> FastAPI:
    """The application with its API; the console is added by :func:`console`."""
    app = FastAPI(
        title="Brambling 燕雀",
        version=__version__,
        summary="An open-source AI bank for small and micro businesses.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads a script from the net; the document itself is enough
        redoc_url=None,
    )
    add_manners(app, body_bytes_max=bank.settings.upload_bytes_max)
    rooms = APIRouter(prefix="/api")
    for router in (
        cfo.router(bank.clock),
        customers.router(bank),
        customers.blocks_router(bank),
        consent.router(bank, bank.bus),
        cashflow.router(bank, bank.bus, known_flows),
        underwriting.router(bank, bank.bus, held, known_flows),
        underwriting.memo_router(bank),
        underwriting.governing_router(bank, bank.bus, loan_outcomes(bank.clock)),
        lending.router(bank, bank.workflows, bank.bus),
        advice.router(bank, bank.bus, known_flows),
        negotiation.router(bank, bank.workflows, bank.bus),
        structure.router(bank),
        contact.router(bank, bank.gate),
        refusals.router(bank, bank.gate),
        dialogue.router(bank, conversing.answering(bank), conversing.tools_of(bank)),
        own.router(bank),
    ):
        rooms.include_router(router)
    app.include_router(rooms)
    add_last_word(app, "/api")
    return app


def console(app: FastAPI, bank: Bank, walk_in: WalkIn | None = None) -> None:
    """Give the application its pages; with ``walk_in`` also the demo's door."""
    from nicegui import ui

    from brambling.app.pages import register

    register(bank, walk_in)
    ui.run_with(
        app,
        title="Brambling 燕雀",
        favicon=FAVICON,
        storage_secret=cookie_secret(bank.settings),
        show_welcome_message=False,
        reconnect_timeout=10.0,
    )


def serve(bank: Bank, *, host: str, port: int, walk_in: WalkIn | None = None) -> None:
    """Serve API and console until interrupted."""
    import uvicorn

    from brambling.app.duties import attendance

    app = api(bank)
    console(app, bank, walk_in)
    # uvicorn stops at SIGTERM and raises it once more: then it has to end the block, not the process, or whatever is
    # to be closed behind it (the embedded database above all) would be left running
    signal.signal(signal.SIGTERM, _ended)
    with attendance(bank):
        uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


def _ended(number: int, frame: object) -> None:
    raise SystemExit(0)


def cookie_secret(settings: Settings) -> str:
    """The secret that signs session cookies, made once and kept readable for the owner of the home only."""
    path: Path = settings.home / "keys" / "cookie.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8")
