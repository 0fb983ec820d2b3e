"""An owner and a person at the desk in two browsers: what one writes, the other reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import Served, width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def written(page: Page, words: str) -> None:
    page.get_by_test_id("words").locator("textarea").or_(page.locator("textarea")).first.fill(words)
    page.get_by_role("button", name="Send").click()


def test_two_browsers_talk_and_the_assistant_is_back_afterwards(visit: Callable[..., Page], served: Served) -> None:
    owner = visit(f"/talk/{served.shop.id}", name="desk")
    written(owner, "what is the interest rate")
    owner.get_by_text("4.35%").first.wait_for()
    written(owner, "get me a person please")
    owner.get_by_text("A person takes over", exact=False).first.wait_for()
    person = visit("/desk", name="desk")
    person.get_by_role("link", name="asked for a person").first.click()
    person.get_by_text("get me a person please").first.wait_for()
    assert "answer loan-rate" in person.locator(".b-main").inner_text()
    written(person, "Hello, this is the desk")
    owner.get_by_text("Hello, this is the desk").wait_for()
    written(owner, "about my contract")
    person.locator("[data-testid=talk]").get_by_text("about my contract").wait_for()
    person.get_by_role("button", name="Resolved").click()
    person.locator(".b-dialog textarea").fill("explained")
    person.locator(".b-dialog").get_by_role("button", name="Resolved").click()
    person.get_by_text("the assistant answers").wait_for()
    written(owner, "when are you open")
    owner.get_by_text("The assistant answers at any time", exact=False).wait_for()
    narrow = visit("/desk", name="desk", width=390, lang="zh")
    assert width_of(narrow) <= 390
