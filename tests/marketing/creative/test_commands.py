"""The commands: messages and pictures out of a file, reasons beside them, one clear line for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from brambling.app.main import main
from brambling.kit.errors import InputRejected
from brambling.marketing.creative.model import find_fonts

ROWS = """customer,name,gbt4754,region,need,amount,day,refused,consent,act
a1,春风小吃店🍜,6210,320500,gap-ahead,63481.27,2026-12-10,,是,contact
a2,第一百货,5212,320500,stock-up,80000,2026-12-20,,是,contact
a3,老张汽修,8111,320500,payroll,30000,2026-12-05,credit,是,contact
a4,青山茶场,0164,320500,season,50000,2026-12-30,,是,leave
"""
WRITE = ["marketing", "creative", "write", "working-capital", "--today", "2026-11-25"]
DRAW = ["marketing", "creative", "draw", "working-capital", "--today", "2026-11-25"]


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(ROWS, encoding="gb18030", errors="ignore")
    return path


def test_write_puts_a_message_or_a_reason_in_every_row(
    customers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "messages.csv", tmp_path / "page.html"
    options = ["--customers", str(customers), "--lang", "both", "--out", str(out), "--report", str(page), "--json"]
    assert main([*WRITE, *options]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["messages"], said["written"], said["silent"], said["rejected"]) == (8, 4, 4, 0)
    assert said["reasons"] == {"creative-refused": 2, "creative-act": 2}
    table = pl.read_csv(out)
    assert table["lang"].to_list() == ["zh", "en"] * 4
    assert "63,481.27 元" in table["text"][0]
    assert "春风小吃店" in page.read_text(encoding="utf-8")


def test_draw_leaves_pictures_and_their_index(
    customers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        find_fonts()
    except InputRejected as error:
        pytest.skip(str(error))
    folder = tmp_path / "posters"
    options = ["--customers", str(customers), "--out", str(folder), "--channel", "feed", "--channel", "poster"]
    assert main([*DRAW, *options, "--svg", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 4
    index = pl.read_csv(folder / "index.csv")
    assert index["pictures"].to_list() == [
        "000001-zh-feed.png 000001-zh-poster.png",
        "000002-zh-feed.png 000002-zh-poster.png",
        "",
        "",
    ]
    assert len(list(folder.glob("*.png"))) == len(list(folder.glob("*.svg"))) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--channel", "billboard"], "--channel 'billboard'; expected one of feed, story, poster"),
        (["--fonts", "."], "fonts-noto-cjk"),
        (["--today", "2031-01-01"], "expired on"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_no_folder_is_left(
    options: list[str], said: str, customers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main([*DRAW, "--customers", str(customers), "--out", str(tmp_path / "p"), *options]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_an_unknown_product_is_a_file_that_is_not_there(customers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marketing", "creative", "write", "none.yaml", "--customers", str(customers)]) == 2
    assert "no such file" in capsys.readouterr().err
