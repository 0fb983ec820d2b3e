"""Whatever is logged, by us or by a library, carries no personal number."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from brambling.kit import log

ID = "11010119900307123X"
PHONE = "13812345678"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log.configure("info", shape="json", out=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_values_at_any_depth_are_masked(out: io.StringIO) -> None:
    log.logger("bank").info(
        f"seen {ID}", who={"name": "王", "numbers": [ID, int(PHONE)]}, phone=PHONE, amount_minor=10**11
    )
    line = json.loads(out.getvalue())
    assert ID not in out.getvalue() and PHONE not in out.getvalue()
    assert line["phone"] == "***"
    assert line["who"]["numbers"][1] == "*******5678"
    assert line["amount_minor"] == 10**11
    assert (line["level"], line["logger"]) == ("info", "bank")


def test_libraries_and_exceptions_pass_the_mask_too(out: io.StringIO) -> None:
    logging.getLogger("some.library").warning("call %s", PHONE)
    try:
        raise ValueError(f"bad number {ID}")
    except ValueError:
        log.logger("bank").exception("failed")
    text = out.getvalue()
    assert "ValueError" in text and "some.library" in text
    assert ID not in text and PHONE not in text


def test_text_shape_is_masked_and_levels_are_kept(out: io.StringIO) -> None:
    log.configure("warning", shape="text", out=out)
    log.logger("bank").info("quiet")
    log.logger("bank").warning("loud", account_number="6222021234567890123", bound=[{"token": "abc"}])
    text = out.getvalue()
    assert "quiet" not in text and "loud" in text
    assert "6222021234567890123" not in text and "abc" not in text
