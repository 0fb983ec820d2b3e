"""Policies, agreement, overrides and memos in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import Served, width_of

from brambling.credit.underwriting.readers import policies

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _kept(page: Page, name: str) -> None:
    """A picture for whoever wants to look, where BRAMBLING_TEST_PICTURES names a folder."""
    folder = os.environ.get("BRAMBLING_TEST_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_policies_page_says_what_decides(visit: Callable[..., Page]) -> None:
    page = visit("/policies", name="appa")
    page.get_by_text(policies.NEWEST).first.wait_for()
    page.get_by_text("No challenger runs.").wait_for()
    assert page.get_by_role("button", name="Bring a policy").count() == 0  # an approver releases, and brings none
    _kept(page, "policies")
    narrow = visit("/policies", name="appa", width=390, lang="zh")
    assert width_of(narrow) <= 390


def test_a_second_opinion_waits_for_judgment(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/decisions/{served.offered}", name="ofa")
    page.get_by_text("axioms that speak of it").wait_for()
    _kept(page, "decision")
    page.get_by_role("button", name="I see it otherwise").click()
    page.get_by_label("Limit in yuan, where you approve").fill("11000.00")
    page.get_by_role("textbox", name="Why").fill("the season is short")
    page.get_by_role("button", name="Say it").click()
    page.get_by_text("What persons said of it").wait_for()
    other = visit("/agreement", name="appa")
    other.get_by_text("the season is short").wait_for()
    _kept(other, "agreement")


def test_the_memo_is_a_page_that_prints(visit: Callable[..., Page], served: Served) -> None:
    page = visit("/applications", name="ofa")
    page.goto(f"{served.address}/decisions/{served.offered}/memo")
    page.get_by_text("How the limit comes about").wait_for()
    assert page.locator("a[href='#s1']").count() >= 1
    _kept(page, "memo")
