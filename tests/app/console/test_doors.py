"""The doors of the running bank in a real browser: consent, corrections, blocked lists, the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_staff_withdraw_a_consent_and_their_name_stands_beside_it(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/consents/{served.large.id}", name="desk")
    page.get_by_role("button", name="Withdraw: Messages that offer something").click()
    dialog = page.locator(".b-dialog")
    dialog.get_by_text("You note this on the customer's behalf").wait_for()
    dialog.get_by_role("button", name="Withdraw").click()
    page.get_by_text("Withdrawn: Messages that offer something").wait_for()
    assert "noted by desk" in page.locator(".b-list").first.inner_text()
    page.get_by_role("button", name="Agree: Messages that offer something").wait_for()


def test_a_correction_is_made_where_the_movements_stand(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/statements/{served.shop.id}?category=rent", name="ofa")
    page.get_by_text("Something is taken for the wrong thing").click()
    page.get_by_label("Counterparty").click()
    page.get_by_role("option").first.click()
    page.get_by_label("It is").click()
    page.get_by_role("option", name="suppliers", exact=True).click()
    page.get_by_role("button", name="Correct it").click()
    page.get_by_text("No movement is like that.").wait_for()


def test_a_list_is_uploaded_and_counted(visit: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "courts.csv"
    file.write_text("uscc,reason\n91110108551385082Q,dishonest debtor\n", encoding="utf-8")
    page = visit("/blocks", name="appa")
    page.get_by_label("Name of the list").fill("courts")
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("cell", name="courts").wait_for()


def test_the_trail_tells_who_looked(visit: Callable[..., Page], served: Served) -> None:
    visit(f"/customers/{served.shop.id}", name="ofa")
    page = visit("/audit?thing=business", name="aud")
    assert "ofa" in page.locator(".b-table").inner_text()
    assert "looked at" in page.locator(".b-table").inner_text()
