"""Nobody goes round the door, and no test gets past this machine."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

import brambling

_VENDORS = re.compile(r"^\s*(?:import|from)\s+(?:pydantic_ai|openai|mistralai|dashscope)\b", re.MULTILINE)


def test_vendor_libraries_are_imported_in_one_module() -> None:
    src = Path(brambling.__file__).parent
    users = {str(path.relative_to(src)) for path in src.rglob("*.py") if _VENDORS.search(path.read_text("utf-8"))}
    assert users == {"engine/llm/model.py"}


def test_a_test_cannot_reach_a_vendor() -> None:
    with pytest.raises(pytest.fail.Exception, match="only loopback"), socket.socket() as wire:
        wire.connect(("192.0.2.1", 443))  # an address kept for documentation (RFC 5737)
