"""Rows come out in time order whatever the order of the file, and the balance proves it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.perception.cashflow.convert import (
    berka_accounts,
    berka_statement,
    cumcm_firms,
    cumcm_statement,
)

from brambling.kit.errors import InputRejected
from brambling.perception.cashflow import Statement, read_statement

START = date(2026, 1, 1)


def frame_of(steps: list[tuple[int, int]], opening: int) -> pl.DataFrame:
    """Rows (days since the last one, amount in fen) as a statement with its running balance."""
    day, balance, rows = START, opening, []
    for number, (days, amount) in enumerate(steps):
        day += timedelta(days=days)
        balance += amount
        rows.append((day, f"{amount / 100:.2f}", f"payer {number % 3}", f"{balance / 100:.2f}"))
    return pl.DataFrame(rows, schema=["date", "amount", "counterparty", "balance"], orient="row")


def balances_chain(statement: Statement) -> bool:
    amounts, balances = statement.rows["amount_minor"].to_list(), statement.rows["balance_minor"].to_list()
    return all(balances[i] == balances[i - 1] + amounts[i] for i in range(1, len(amounts)))


steps = st.lists(st.tuples(st.integers(0, 3), st.integers(-90_000, 90_000).filter(bool)), min_size=2, max_size=30)


@given(steps, st.integers(0, 10_000_000), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_any_order_of_the_file_gives_the_same_closing_balance_and_days(
    steps: list[tuple[int, int]], opening: int, seed: int
) -> None:
    frame = frame_of(steps, opening)
    if frame.is_duplicated().any():
        return  # equal rows in a shuffled file may be one movement told twice: that is rejected, and tested elsewhere
    closing = opening + sum(amount for _, amount in steps)
    shuffled = frame[random.Random(seed).sample(range(frame.height), frame.height)]
    for source in (frame, frame.reverse(), shuffled):
        read = read_statement(source)
        assert read.rows["date"].is_sorted()
        assert balances_chain(read)
        assert sorted(read.rows["amount_minor"]) == sorted(amount for _, amount in steps)
    assert read_statement(frame).closing_balance_minor == closing


@given(steps, st.integers(0, 29), st.integers(1, 100_000))
@settings(max_examples=60, deadline=None)
def test_a_changed_amount_never_passes(steps: list[tuple[int, int]], place: int, change: int) -> None:
    steps = [(1, amount) for _, amount in steps]  # one row a day: no other order can explain it
    place = 1 + place % (len(steps) - 1) if len(steps) > 2 else 1
    frame = frame_of(steps, 0)
    amounts = frame["amount"].to_list()
    amounts[place] = f"{(steps[place][1] + change) / 100:.2f}"
    with pytest.raises(InputRejected, match="does not add up"):
        read_statement(frame.with_columns(pl.Series("amount", amounts)))


def test_newest_first_without_balances_is_turned_round() -> None:
    frame = pl.DataFrame(
        {"date": ["2026-01-03", "2026-01-02", "2026-01-02"], "amount": ["3", "2", "1"], "memo": ["c", "b", "a"]}
    )
    assert read_statement(frame).rows["memo"].to_list() == ["a", "b", "c"]


def test_each_account_of_a_file_is_checked_by_itself_and_the_closing_balances_are_summed() -> None:
    frame = pl.DataFrame(
        {
            "date": ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-03"],
            "amount": ["10", "5", "-4", "1"],
            "balance": ["110", "25", "106", "26"],
            "account": ["A", "B", "A", "B"],
        }
    )
    statement = read_statement(frame)
    assert statement.closing_balance_minor == 13_200
    with pytest.raises(InputRejected, match="row 4"):
        read_statement(frame.with_columns(pl.Series("balance", ["110", "25", "106", "27"])))


def test_a_file_printed_in_tenths_may_miss_by_a_tenth_and_no_more() -> None:
    frame = pl.DataFrame(
        {
            "date": ["2026-01-01", "2026-01-02", "2026-01-03"],
            "amount": ["1.5", "19.1", "23.7"],
            "balance": ["10.3", "29.4", "53.2"],
        }
    )
    assert read_statement(frame).closing_balance_minor == 5320
    with pytest.raises(InputRejected, match="add up"):
        read_statement(frame.with_columns(pl.Series("balance", ["10.3", "29.4", "53.3"])))


def test_real_firms_become_statements(shared_data: Path) -> None:
    for firm in cumcm_firms(shared_data)[:20]:
        frame = cumcm_statement(shared_data, firm)
        statement = read_statement(frame)
        assert statement.rows.height == frame.height
        assert not statement.balance_known


def test_real_accounts_of_a_czech_bank_add_up(shared_data: Path) -> None:
    """Within a day the bank prints in no order and amounts to a tenth. A few accounts lack their last interest row (the
    file is cut there): those, and only at that day, are rejected."""
    read = cut = 0
    for account in berka_accounts(shared_data)[:60]:
        frame = berka_statement(shared_data, account)
        try:
            statement = read_statement(frame, currency="CZK")
        except InputRejected:
            cut += 1
            continue
        read += 1
        assert statement.balance_known
        assert statement.rows["date"].is_sorted()
    assert read >= 57
    assert cut <= 3
