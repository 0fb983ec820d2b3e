"""Logs: one line an event on standard error, with identity, account and phone numbers masked.

Everything passes the mask: our own events (structlog) and those of libraries (standard ``logging``), text of exceptions
included. A field whose name says that it is personal or secret is never shown at all.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

from brambling.kit.crypto import mask

HIDDEN = frozenset({"id_number", "account_number", "card_number", "phone", "password", "token", "secret", "api_key"})
_EXACT = ("_minor", "_bytes", "_ms", "_days")  # numbers of ours by their unit: never personal


def configure(level: str = "info", *, shape: Literal["text", "json"] = "text", out: TextIO | None = None) -> None:
    """Send all logs of this process, ours and those of libraries, through the mask to ``out`` (standard error).

    Call it once at the start of a process; a second call replaces the first.
    """
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if shape == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            masked,
            renderer,
        ],
    )
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> Any:
    """A structlog logger: ``logger("contact").info("sent", message=key)``. Events are short words, facts are fields."""
    import structlog

    if not structlog.is_configured():
        # a command that never called configure: its results are on standard output, and a log must not be among them
        structlog.configure(
            processors=[structlog.processors.add_log_level, masked, structlog.dev.ConsoleRenderer(colors=False)],
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
            logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        )
    return structlog.stdlib.get_logger(name)


def masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor: every value of ``event``, at any depth, without personal numbers."""
    return {key: "***" if key.lower() in HIDDEN else _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        text = str(value)
        return value if key.endswith(_EXACT) or mask(text) == text else mask(text)
    if isinstance(value, Mapping):
        return {
            inner: "***" if str(inner).lower() in HIDDEN else _masked(str(inner), item) for inner, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(key, item) for item in value]
    return mask(value if isinstance(value, str) else str(value))
