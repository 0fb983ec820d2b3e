"""The marketer's audience page in a real browser: funnel, reasons, and an export that asks the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_marketer_sees_who_waits_and_why(visit: Callable[..., Page]) -> None:
    page = visit("/audience", name="mara")
    page.get_by_role("link", name="A tourism loan for the coming season").click()
    page.get_by_text("A tourism loan for the coming season: 0 of 2 customers to contact, 2 wait").wait_for()
    assert page.locator(".b-chart svg").count() == 1
    page.get_by_role("link", name="wait", exact=True).click()
    page.get_by_text("Not known: scenic_area.").first.wait_for()
    assert page.get_by_role("link", name="春风小吃店").count() == 1
    phone = visit("/audience?need=idle-cash", name="mara", width=390)
    assert width_of(phone) == 390


def test_an_export_passes_the_gate(visit: Callable[..., Page]) -> None:
    page = visit("/audience?need=tourism-loan", name="mara")
    page.get_by_role("button", name="Export").click()
    page.get_by_text("has the last word").wait_for()
    with page.expect_download() as download:
        page.locator(".b-dialog").get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "tourism-loan.csv"
    assert download.value.path().read_text(encoding="utf-8") == "customer,not_after\n"
    page.get_by_text("0 released, 0 held, 0 dropped by the gate").wait_for()


def test_an_officer_has_no_audience(visit: Callable[..., Page]) -> None:
    page = visit("/audience", name="ofa")
    assert "may not read this campaign" in page.get_by_role("alert").inner_text()
