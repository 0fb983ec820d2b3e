"""The owner's page in a real browser: drop a statement, see the band, without an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import recent_rows, width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("files") / "statement.csv"
    recent_rows().write_csv(file)
    return file


def drop(page: Page, file: Path) -> None:
    page.locator("input.q-uploader__input").set_input_files(file)


def test_a_stranger_drops_a_file_on_a_phone_and_sees_the_band(visit: Callable[..., Page], statement: Path) -> None:
    page = visit("/", width=390)
    assert page.get_by_role("heading", name="Will the cash last?").is_visible()
    drop(page, statement)
    page.locator(".b-figures").wait_for()
    page.locator(".b-chart svg").first.wait_for()
    text = page.locator(".b-main").inner_text()
    assert "half of the simulated futures of 13 weeks fall to" in text
    assert "You could borrow up to" in text
    assert "Borrow or wait" in text
    assert width_of(page) == 390


def test_every_key_figure_can_be_asked_why(visit: Callable[..., Page], statement: Path) -> None:
    page = visit("/")
    drop(page, statement)
    page.locator("button.b-figure").first.wait_for()
    assert page.locator("button.b-figure").count() == page.locator(".b-figure").count() == 5
    page.get_by_role("button", name=re.compile("Chance of running short")).click()
    dialog = page.locator(".b-dialog")
    dialog.wait_for()
    assert re.search(r"In [\d,]+ of 1,000 simulated futures", dialog.inner_text())
    assert "policy" in dialog.inner_text()  # the versions that computed it


def test_a_file_without_balances_asks_for_one(visit: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    recent_rows().drop("balance").write_csv(file)
    page = visit("/")
    drop(page, file)
    page.locator(".b-note").wait_for()
    page.get_by_label("Balance now, if the file has none").fill("98,000.50")
    page.get_by_role("button", name="Compute again with these").click()
    page.get_by_text("¥ 98,000.50").first.wait_for()
    assert page.locator(".b-note").count() == 0


def test_a_bad_file_gets_one_line_and_what_to_do(visit: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "holiday.csv"
    file.write_text("name,colour\nsea,blue\n", encoding="utf-8")
    page = visit("/", width=390)
    drop(page, file)
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "holiday.csv" in alert.inner_text()
    assert "choose another file" in alert.inner_text()
    assert page.locator(".b-figures").count() == 0
    assert width_of(page) == 390


def test_a_statement_of_three_days_says_what_is_missing(visit: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    recent_rows().tail(4).write_csv(file)
    page = visit("/")
    drop(page, file)
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "days" in alert.inner_text()


def test_a_word_for_an_amount_is_said_so(visit: Callable[..., Page], statement: Path) -> None:
    page = visit("/")
    page.get_by_label("What you would like to borrow").fill("a lot")
    drop(page, statement)
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "12,345.60" in alert.inner_text()


def test_the_answer_speaks_the_other_language_after_a_switch(visit: Callable[..., Page], statement: Path) -> None:
    page = visit("/")
    drop(page, statement)
    page.locator(".b-figures").wait_for()
    page.get_by_role("link", name="中文").click()
    page.get_by_role("heading", name="钱够用吗？").wait_for()
    page.locator(".b-figures").wait_for()  # the answer is still there
    assert "最低余额" in page.locator(".b-figures").inner_text()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_the_browser_says_the_language_first(visit: Callable[..., Page]) -> None:
    assert visit("/", lang="zh").get_by_role("heading", name="钱够用吗？").is_visible()


def test_the_report_can_be_kept(visit: Callable[..., Page], statement: Path) -> None:
    page = visit("/")
    drop(page, statement)
    page.locator(".b-figures").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report to keep (HTML)").click()
    assert "13 weeks of cash" in waiting.value.path().read_text(encoding="utf-8")
