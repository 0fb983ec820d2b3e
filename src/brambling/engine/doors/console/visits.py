"""Who visits a page, in which language, and the frame around it: header, keyboard, print."""

from __future__ import annotations

import html
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from nicegui import app, run, ui
from starlette.responses import RedirectResponse, Response

from brambling.engine.access import User, may, require, who
from brambling.engine.doors.console.parts import heading, problem
from brambling.engine.doors.context import Context
from brambling.kit.errors import BramblingError, NotAllowed
from brambling.kit.i18n import Lang, translator

_TEMPLATES = Path(__file__).parents[1] / "templates"
STYLE = (_TEMPLATES / "console.css").read_text(encoding="utf-8")
KEYS = (_TEMPLATES / "console.js").read_text(encoding="utf-8")

Handler = Callable[..., Awaitable[Response | None]]


@dataclass(frozen=True)
class Link:
    """A word of the header and where it leads. It is shown to whoever may ``act`` on ``thing``; without, to everybody."""

    text: str
    path: str
    act: str = ""
    thing: str = ""


@dataclass
class Header:
    """What stands in the header of every page of this process; filled once, where the pages are registered.

    ``change_of_role`` is where a demo lets a visitor become somebody else.
    """

    links: list[Link] = field(default_factory=list)
    change_of_role: str = ""


HEADER = Header()


@dataclass(frozen=True)
class Visit:
    """Who looks at a page, and in which language. ``user`` is None for a stranger."""

    context: Context
    request: Request
    lang: Lang
    user: User | None

    @property
    def actor(self) -> str:
        """The name under which this visitor acts; raises NotAllowed for a stranger."""
        if self.user is None:
            raise NotAllowed("sign in first")
        return self.user.name

    def may(self, act: str, thing: str, business_id: UUID | None = None) -> bool:
        """Whether the visitor may do this."""
        return self.user is not None and may(self.user, act, thing, business_id)

    def require(self, act: str, thing: str, business_id: UUID | None = None) -> None:
        """Raises NotAllowed unless the visitor may do this."""
        if self.user is None:
            raise NotAllowed("sign in first")
        require(self.user, act, thing, business_id)


# -- pages --------------------------------------------------------------------------------------------------------------


def page(
    path: str, context: Context, *, act: str = "", thing: str = "", own: bool = False
) -> Callable[[Handler], None]:
    """Register ``async def handler(visit, ...)`` as the page at ``path``; its other parameters come from the address.

    With ``act`` and ``thing`` only whoever may do this sees it, and a stranger is sent to sign in and back. With
    ``own`` the page belongs to one business: the handler asks :meth:`Visit.require` itself once it knows which.
    A rejection raised before anything is drawn becomes a page of one line.
    """

    def decorate(handler: Handler) -> None:
        @wraps(handler)
        async def wrapped(request: Request, **parts: Any) -> Response | None:
            visit = Visit(context, request, language(request), await _user(context))
            if act and visit.user is None:
                back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="")
                return RedirectResponse(f"/sign-in?next={back}")
            try:
                if act and not own:
                    visit.require(act, thing)
                return await handler(visit, **parts)
            except BramblingError as error:
                _problem_page(visit, error)
                return None

        known = list(inspect.signature(handler, eval_str=True).parameters.values())[1:]
        asked = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
        by_name = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in known]
        wrapped.__signature__ = inspect.Signature([asked, *by_name])  # type: ignore[attr-defined]
        wrapped.__annotations__ = {}
        ui.page(path, response_timeout=20)(wrapped)

    return decorate


def _problem_page(visit: Visit, error: BramblingError) -> None:
    _ = translator(visit.lang)
    with frame(_("This did not work"), visit):
        heading(_("This did not work"))
        problem(error, visit.lang)
        ui.link(_("Back to the start"), "/").classes("b-under")


async def _user(context: Context) -> User | None:
    token = app.storage.user.get("token")
    if not isinstance(token, str):
        return None

    def find() -> User | None:
        with context.db.read() as session:
            return who(session, token, now=context.clock.now())

    return await run.io_bound(find)


def language(request: Request | None = None) -> Lang:
    """The language of this visitor: what was chosen, else what the browser asks for, else English."""
    chosen = app.storage.user.get("lang")
    if chosen in ("en", "zh"):
        return "zh" if chosen == "zh" else "en"
    wanted = request.headers.get("accept-language", "") if request is not None else ""
    return "zh" if wanted.lower().startswith("zh") else "en"


@contextmanager
def frame(title: str, visit: Visit, *, narrow: bool = False, active: str = "") -> Iterator[None]:
    """The page around a room's content; ``narrow`` is the owner's one column, ``active`` the path in the header."""
    _ = translator(visit.lang)
    ui.add_css(STYLE)
    ui.dark_mode(None)
    ui.page_title(f"{title} · Brambling 燕雀")
    ui.query("html").props(f"lang={'zh-CN' if visit.lang == 'zh' else 'en'}")
    with ui.element("header").classes("b-header"):
        with ui.link(target="/").classes("b-mark"):
            ui.html("<b>燕雀</b> Brambling", sanitize=False)
        with ui.element("nav").classes("b-nav"):
            for link in HEADER.links:
                if not link.act or visit.may(link.act, link.thing):
                    ui.link(_(link.text), link.path).classes("b-link" + (" b-active" if link.path == active else ""))
        _tools(visit)
    with ui.element("div").classes("b-main" + (" b-narrow" if narrow else "")):
        yield
    _keys(visit.lang)


def _tools(visit: Visit) -> None:
    _ = translator(visit.lang)
    with ui.element("div").classes("b-tools"):
        other: Lang = "en" if visit.lang == "zh" else "zh"
        ui.link("English" if other == "en" else "中文", f"/language/{other}").classes("b-link")
        if HEADER.change_of_role and app.storage.user.get("guest"):
            ui.link(_("Change role"), HEADER.change_of_role).classes("b-link")
        if visit.user is not None:
            ui.label(visit.user.name).classes("b-muted b-who")
            ui.link(_("Sign out"), "/sign-out").classes("b-link")
        else:
            ui.link(_("Sign in"), "/sign-in").classes("b-link")


def _keys(lang: Lang) -> None:
    """The keyboard: / searches, j and k move in lists, ? tells."""
    _ = translator(lang)
    rows = (("/", _("search")), ("j k", _("next and previous in a list")), ("Enter", _("open")), ("?", _("this help")))
    told = "".join(f"<dt><kbd>{html.escape(key)}</kbd></dt><dd>{html.escape(words)}</dd>" for key, words in rows)
    ui.add_body_html(
        f'<dialog id="b-help"><h2>{html.escape(_("Keyboard"))}</h2><dl>{told}</dl>'
        f'<form method="dialog"><button>{html.escape(_("Close"))}</button></form></dialog><script>{KEYS}</script>'
    )
