"""HTTP manners of every route: problem+json for errors (RFC 9457), a limited body, idempotency keys.

Handlers are plain ``def`` and run in the thread pool. A rejection becomes a 4xx with one line that a person can act
on; a failure becomes a 5xx that names nothing of the inside.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from brambling.engine.access import User, who
from brambling.engine.doors.context import Context
from brambling.engine.doors.output import plain
from brambling.kit import errors
from brambling.kit.ids import key_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATUS: dict[type[errors.BramblingError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.LimitExceeded: 413,
    errors.ExtraMissing: 501,
    errors.Rejection: 422,
    errors.Finding: 409,
    errors.PartUnavailable: 503,
    errors.Failure: 500,
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
BEARER = HTTPBearer(auto_error=False, description="A token from POST /api/session.")

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        description="A word of yours for this act; sent again, it gives the first answer again and nothing happens twice.",
    ),
]


def problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **plain(more)}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def add_manners(app: FastAPI, *, body_bytes_max: int) -> None:
    """Give ``app`` the error handlers and the body limit."""

    @app.exception_handler(errors.BramblingError)
    def _ours(request: Request, error: errors.BramblingError) -> Response:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        kind = type(error).__name__
        if status >= 500 and status != 501:
            return problem(status, kind, "The bank could not do this; nothing was changed. Please try again.")
        extra = {}
        if isinstance(error, errors.InputRejected):
            extra = {"file": error.file, "row": error.row, "column": error.column, "expected": error.expected}
        return problem(status, kind, str(error), **{key: value for key, value in extra.items() if value is not None})

    @app.exception_handler(DataError)
    def _unstorable(request: Request, error: DataError) -> Response:
        # a NUL in a text, a number beyond its column: valid JSON, and nothing a database can keep
        reason = str(error.orig).strip().splitlines()[0]
        return problem(422, "InputRejected", f"a value cannot be kept: {reason}")

    @app.exception_handler(Exception)
    def _anything(request: Request, error: Exception) -> Response:
        return problem(500, "Failure", "The bank could not do this; nothing was changed. Please try again.")

    @app.exception_handler(RequestValidationError)
    def _shape(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return problem(422, "InputRejected", f"{place}: {first['msg']}", column=place)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        answer = problem(error.status_code, "HTTPException", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    app.add_middleware(BodyLimit, bytes_max=body_bytes_max)


def add_last_word(app: FastAPI, prefix: str) -> None:
    """Answer every address under ``prefix`` that no route serves, before the console can: it would answer with a page.

    Call it when all routes are there. A known address with another method ends with 405, anything else with 404.
    """

    @cache
    def known() -> list[tuple[re.Pattern[str], list[str]]]:
        paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
        return [(compile_path(path)[0], [method.upper() for method in methods]) for path, methods in paths.items()]

    @app.api_route(prefix + "/{rest:path}", methods=list(METHODS), include_in_schema=False)
    def last_word(request: Request, rest: str) -> None:
        path = request.url.path
        allowed = ", ".join(sorted({one for found, methods in known() if found.match(path) for one in methods}))
        if allowed:
            raise HTTPException(405, f"{request.method} does nothing here; {allowed} does", {"Allow": allowed})
        raise HTTPException(404, f"there is nothing at {path}")


class BodyLimit:
    """Ends a request whose body passes ``bytes_max``, counted as it arrives: the framework limits no file sizes."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self.app = app
        self.bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        seen = int(declared) if declared.isdigit() else 0
        too_large, started = seen > self.bytes_max, False
        seen = 0

        async def counted() -> Message:
            nonlocal seen, too_large
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.bytes_max:
                too_large = True
                raise _TooLarge
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            if too_large and not started:
                return  # whatever the framework makes of the broken body, the answer is ours
            started = True
            await send(message)

        if not too_large:
            with contextlib.suppress(_TooLarge):
                await self.app(scope, counted, sending)
        if too_large and not started:
            answer = problem(413, "LimitExceeded", f"the body is larger than {self.bytes_max >> 20} MiB")
            await answer(scope, receive, send)


class _TooLarge(Exception):
    pass


@contextlib.contextmanager
def kept_upload(file: UploadFile) -> Iterator[Path]:
    """An upload as a file on disk under its own harmless name, gone afterwards."""
    name = Path(file.filename or "upload").name or "upload"
    with tempfile.TemporaryDirectory(prefix="brambling-") as folder:
        path = Path(folder) / name
        with path.open("wb") as out:
            while chunk := file.file.read(1 << 20):
                out.write(chunk)
        yield path


def id_of(act: str, key: str, *words: object) -> UUID:
    """The id of the thing that an act makes: the same key makes the same thing, once."""
    return key_of("http", act, key, *words)


def user_of(context: Context) -> Callable[..., User]:
    """The dependency that says who acts: the user of the bearer token; a request without one ends with status 401."""

    def acting(given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None) -> User:
        found = None
        if given is not None:
            with context.db.read() as session:
                found = who(session, given.credentials, now=context.clock.now())
        if found is None:
            raise HTTPException(401, "sign in first: POST /api/session gives a token", {"WWW-Authenticate": "Bearer"})
        return found

    return acting


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": words, "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    for code, words in {
        401: "Nobody is signed in.",
        403: "Who acts may not do this.",
        404: "There is no such thing.",
        409: "The action contradicts the present state.",
        413: "A limit of size was passed.",
        422: "The input cannot be used; the detail says why.",
    }.items()
}
