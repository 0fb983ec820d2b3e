"""The nature of the money in a real browser: the bank sees customers' trades, a company's manager his own figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_bank_sees_every_product_then_and_now(visit: Callable[..., Page]) -> None:
    page = visit("/structure", name="inva")
    assert page.get_by_role("link", name="BS-1").count() == page.get_by_role("link", name="QS-1").count() == 1
    page.get_by_role("link", name="QS-1").click()
    page.get_by_role("columnheader", name="a quarter ago", exact=True).wait_for()
    text = page.locator(".b-main").inner_text()
    for words in ("Today, yesterday, a quarter ago", "Run-off of today's money", "Flows by day", "ten largest"):
        assert words in text


def test_a_companys_manager_sees_his_own_figures_and_no_customer(visit: Callable[..., Page]) -> None:
    page = visit("/structure", name="fund")
    assert page.get_by_role("link", name="QS-1").count() == 1
    assert page.get_by_role("link", name="BS-1").count() == 0
    page.get_by_role("link", name="QS-1").click()
    page.get_by_text("Released to the company").wait_for()
    text = page.locator(".b-main").inner_text()
    assert "idle" in text and "the trades behind it" not in text
    page.goto("/structure/BS-1")
    page.get_by_text("There is no product of this name among yours.").wait_for()
    for elsewhere in ("/customers", "/plans", "/tasks", "/audit"):
        page.goto(elsewhere)
        page.get_by_role("alert").wait_for()


def test_every_look_is_told_to_the_auditor_and_fits_a_phone(visit: Callable[..., Page]) -> None:
    visit("/structure/QS-1", name="fund")
    page = visit("/audit?thing=structure", name="aud")
    assert "QS-1" in page.locator(".b-main").inner_text()
    for name in ("fund", "inva"):
        narrow = visit("/structure/QS-1", name=name, width=390, lang="zh")
        assert width_of(narrow) <= 390
