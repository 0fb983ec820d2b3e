"""Words about users in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import brambling
from brambling.engine.access import ROLES, SignInFailed
from brambling.engine.access.report import role_name, sign_in_failed

CHINESE = Path(brambling.__file__).parent / "locale" / "zh_CN" / "engine.po"


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with CHINESE.open("rb") as handle:
        return {str(message.id): str(message.string) for message in read_po(handle, locale="zh_CN") if message.id}


def test_every_role_has_a_name_in_both_languages(chinese: dict[str, str]) -> None:
    names = [role_name(role, "en") for role in ROLES]
    assert len(set(names)) == len(ROLES)
    assert all(chinese[name] for name in names)


def test_a_failed_sign_in_says_what_to_do(chinese: dict[str, str]) -> None:
    wrong = sign_in_failed(SignInFailed("wrong"), "en")
    assert wrong == "Name or password is wrong." and wrong in chinese
    locked = SignInFailed("locked", datetime(2026, 3, 10, 4, 15, tzinfo=UTC))
    assert sign_in_failed(locked, "en") == "5 tries failed. Try again after 12:15."
