"""The creative preview in a real browser: pick a business, read message and checks, see three posters, try own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import Served, width_of

from brambling.kit.errors import InputRejected
from brambling.marketing.creative.model import find_fonts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_marketer_looks_at_words_checks_and_posters(visit: Callable[..., Page], served: Served) -> None:
    page = visit("/creative", name="mara")
    page.locator("[data-search]").fill("春风")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="春风小吃店").click()
    page.locator(".b-filters").get_by_role("link", name="中文").click()
    page.wait_for_url("**said=zh**")
    page.get_by_role("cell", name="第九条（三）").wait_for()
    page.get_by_text("【燕雀银行】").first.wait_for()
    assert "（单利）" in page.locator(".b-say").inner_text()
    try:
        find_fonts()
    except InputRejected:
        page.get_by_text("fonts-noto-cjk").wait_for()
    else:
        assert page.locator("figure img").count() == 3
    assert width_of(page) <= 1440


def test_own_words_are_checked_and_a_phone_is_wide_enough(visit: Callable[..., Page], served: Served) -> None:
    page = visit("/creative", name="mara", width=375)
    page.goto(f"/creative?customer={served.shop.id}&product=working-capital&said=en")
    page.get_by_text("Check words of your own").click()
    page.get_by_label("Your words").fill("The best loan, guaranteed.")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_text("superlative: “best”").wait_for()
    page.get_by_text("stop line:").wait_for()
    assert width_of(page) <= 375
