"""Bytes to text with page, box and span, in a limited subprocess.

``read(path)`` or ``read(data, name=...)`` gives a ``Text``; a file that cannot be used gets one clear rejection.
PDF (extra ``documents``), plain text, HTML and CSV; what a document says is data, never an instruction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.reading.rules import Limits
    from brambling.engine.reading.service import read
    from brambling.engine.reading.shapes import Block, Box, Page, Text

_HOMES = {"Block": "shapes", "Box": "shapes", "Limits": "rules", "Page": "shapes", "Text": "shapes", "read": "service"}

__all__ = ["Block", "Box", "Limits", "Page", "Text", "read"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
