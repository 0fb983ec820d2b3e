"""``brambling cfo brief`` and ``brambling wealth advise`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.perception.cashflow.convert import berka_accounts, berka_statement, cumcm_firms, cumcm_statement
from tests.shops import shop_rows
from typer.testing import CliRunner

from brambling.cfo.commands import app
from brambling.kit.errors import InputRejected, Rejection
from brambling.wealth.advice.commands import app as advise_app

run = CliRunner()


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    shop_rows().write_csv(path)
    return path


def rejected(*arguments: str) -> Rejection:
    """What the command line says in one line, with exit status 2."""
    result = run.invoke(app, ["brief", *arguments])
    assert isinstance(result.exception, Rejection)
    assert result.exception.exit_status == 2
    assert "\n" not in str(result.exception)
    return result.exception


def test_json_goes_to_standard_output_alone(statement: Path, tmp_path: Path) -> None:
    page, table = tmp_path / "brief.html", tmp_path / "forecast.csv"
    result = run.invoke(app, ["brief", str(statement), "--json", "--report", str(page), "--out", str(table)])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["balance_known"] is True
    assert "report written" in result.stderr
    html = page.read_text(encoding="utf-8")
    assert "13 weeks of cash" in html
    assert "http://" not in html.split('id="echarts-source"')[0]
    assert pl.read_csv(table, infer_schema=False)["low"].to_list() == [day["low"] for day in answer["forecast"]]


@pytest.mark.parametrize(("lang", "words"), [("en", "Borrow or wait"), ("zh", "借还是等")])
def test_a_page_for_people_in_two_languages(statement: Path, lang: str, words: str) -> None:
    result = run.invoke(app, ["brief", str(statement), "--lang", lang, "--amount", "50000"])
    assert result.exit_code == 0
    assert words in result.stdout
    assert "None" not in result.stdout
    assert "{" not in result.stdout


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    shop_rows().rename({"amount": "betrag", "date": "tag"}).write_csv(path)
    result = run.invoke(app, ["brief", str(path), "--json", "--map", "amount=betrag", "--map", "date=tag"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["as_of"] == "2026-03-09"


def test_bad_input_is_one_line(tmp_path: Path, statement: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    assert "empty" in str(rejected(str(empty)))
    assert "no such file" in str(rejected(str(tmp_path / "none.csv")))
    assert "is not an amount" in str(rejected(str(statement), "--balance", "much"))
    assert "not ours=theirs" in str(rejected(str(statement), "--map", "amount"))
    short = tmp_path / "short.csv"
    shop_rows().tail(4).write_csv(short)
    assert "more days" in str(rejected(str(short), "--report", str(tmp_path / "never.html")))
    assert not (tmp_path / "never.html").exists()


def test_idle_cash_has_its_own_command(statement: Path, tmp_path: Path) -> None:
    page, table = tmp_path / "plan.html", tmp_path / "plan.csv"
    result = run.invoke(advise_app, ["advise", str(statement), "--json", "--report", str(page), "--out", str(table)])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert pl.read_csv(table, infer_schema=False)["amount"].to_list() == [line["amount"] for line in answer["plan"]]
    assert page.exists()
    told = run.invoke(advise_app, ["advise", str(statement), "--lang", "zh"])
    assert "闲置" in told.stdout
    bare = tmp_path / "bare.csv"
    shop_rows(balance=False).write_csv(bare)
    none = run.invoke(advise_app, ["advise", str(bare), "--balance", "0"])
    assert "Nothing is placed" in none.stdout


# -- statements that nobody here wrote --------------------------------------------------------------------------------


def test_a_real_firm_is_briefed(shared_data: Path, tmp_path: Path) -> None:
    done = 0
    for firm in cumcm_firms(shared_data)[:12]:
        path = tmp_path / f"{firm}.csv"
        cumcm_statement(shared_data, firm).write_csv(path)
        for options in ([], ["--balance", "200000"]):
            result = run.invoke(app, ["brief", str(path), "--json", *options])
            if isinstance(result.exception, InputRejected):
                assert "more days" in str(result.exception)
                continue
            assert result.exit_code == 0, result.exception
            answer = json.loads(result.stdout)
            assert len(answer["forecast"]) == 91
            assert answer["balance_known"] is bool(options)
            done += 1
    assert done > 0


def test_a_real_account_is_briefed(shared_data: Path, tmp_path: Path) -> None:
    done = 0
    for account in berka_accounts(shared_data)[:12]:
        path = tmp_path / f"{account}.csv"
        berka_statement(shared_data, account).write_csv(path)
        result = run.invoke(app, ["brief", str(path), "--json"])
        if isinstance(result.exception, InputRejected):
            assert "more days" in str(result.exception)
            continue
        assert result.exit_code == 0, result.exception
        assert json.loads(result.stdout)["balance_known"] is True
        done += 1
    assert done > 0


@pytest.mark.parametrize("option", ["--balance", "--amount"])
def test_an_amount_that_is_none_names_its_option(statement: Path, option: str) -> None:
    assert str(rejected(str(statement), option, "abc")).startswith(f"{option}: ")


def test_the_order_of_dates_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "abroad.csv"
    days = [f"{1 + i % 12:02}/{1 + i // 12:02}/2025" for i in range(144)]
    path.write_text("date,amount\n" + "".join(f"{day},100.00\n" for day in days))
    assert "--date-format" in str(rejected(str(path)))
    result = run.invoke(app, ["brief", str(path), "--date-format", "dmy", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["forecast"][0]["date"] == "2025-12-13"


@pytest.mark.parametrize("content", ["date,amount\n2026-01-05,1.00\n", "date,amount\n2026-01-05,1.005\n", "x"])
def test_every_complaint_names_the_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content)
    assert str(rejected(str(path))).startswith("mine.csv")
