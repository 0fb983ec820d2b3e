"""The manager's liquidity page in a real browser: three files dropped, a ladder drawn; and the list of sales plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from tests.app.console.conftest import width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
FIRST, LENGTH = date(2025, 9, 1), 150


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    rng = np.random.default_rng(5)
    days = [FIRST + timedelta(days=n) for n in range(LENGTH)]
    last = days[-1]
    flows = pl.DataFrame({
        "date": days, "product": ["QS-1"] * LENGTH,
        "subscription": np.round(rng.uniform(300_000, 400_000, LENGTH), 2),
        "redemption": np.round(rng.uniform(300_000, 400_000, LENGTH), 2),
    })  # fmt: skip
    held = [
        ("cash", "cash", 20_000_000.0, None, 0.004, None, None, 0),
        ("treasury-3m", "treasury", 80_000_000.0, last + timedelta(days=90), 0.015, None, None, 0),
    ]
    names = ["instrument", "kind", "amount", "maturity_date", "yield_annual", "rating", "issuer", "liquid_days"]
    curve = pl.DataFrame({"date": [last], "0d": [1.0], "1m": [1.3], "3m": [1.5], "6m": [1.6], "1y": [1.8]})
    frames = {"flows": flows, "holdings": pl.DataFrame(held, schema=names, orient="row"), "curve": curve}
    found = []
    for name, frame in frames.items():
        found.append(tmp_path / f"{name}.csv")
        frame.write_csv(found[-1])
    return found


def test_three_files_become_a_ladder(visit: Callable[..., Page], files: list[Path]) -> None:
    page = visit("/liquidity", name="inva")
    page.get_by_role("button", name="Lay assets against liabilities").click()
    page.get_by_text("still missing").wait_for()
    for number, path in enumerate(files):
        page.locator("input[type=file]").nth(number).set_input_files(path)
        page.get_by_text(path.name).wait_for()
    page.get_by_role("button", name="Lay assets against liabilities").click()
    page.get_by_role("heading", name="Gap ladder").wait_for(timeout=120_000)
    text = page.locator(".b-main").inner_text()
    for words in ("Rule lights", "Products", "QS-1", "Net assets"):
        assert words in text


def test_who_may_not_see_it_and_a_phone(visit: Callable[..., Page]) -> None:
    visit("/liquidity", name="ofa").get_by_role("alert").wait_for()
    for path in ("/liquidity", "/sales-plans"):
        narrow = visit(path, name="inva", width=390, lang="zh")
        assert width_of(narrow) <= 390
