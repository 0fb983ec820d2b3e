"""Payments that return are found with their rhythm, and nothing else is."""

from datetime import date, timedelta

import numpy as np
import pytest
from tests.perception.cashflow.series import FIRST, month_days, shop_rows, statement_of

from brambling.kit.calendar import is_workday, next_workday, previous_workday
from brambling.perception.cashflow import recurring
from brambling.perception.cashflow.twins import twin

ORIGIN = date(2025, 2, 28)


def found(rows, origin=ORIGIN):
    seen = statement_of([row for row in rows if row[0] <= origin]).rows
    return {pattern.item.counterparty: pattern for pattern in recurring.find(seen, origin, 91)}


def test_rent_on_the_first_moved_to_the_next_workday_is_found_as_monthly():
    days = [day if is_workday(day) else next_workday(day) for day in month_days(14, 1)]
    rows = [(day, -800_000, "房东", "房租", "rent") for day in days]
    item = found(rows)["房东"].item
    assert (item.sign, item.amount_minor, item.every_months, item.day_of_month) == (-1, 800_000, 1, 1)
    assert item.share_of_times == 1.0
    assert item.next_date == date(2025, 3, 3)  # 1 March 2025 is a Saturday


def test_payroll_of_many_people_is_one_item_by_its_memo():
    rows = [
        (
            day if is_workday(day) else previous_workday(day),
            -500_000 - person,
            f"员工{person}",
            f"{day.month}月工资",
            "payroll",
        )
        for day in month_days(14, 10)
        for person in range(8)
    ]
    items = [pattern.item for pattern in recurring.find(statement_of(rows).rows, ORIGIN, 91)]
    assert len(items) == 1
    assert items[0].amount_minor == 8 * 500_000 + sum(range(8))
    assert items[0].day_of_month == 10


@pytest.mark.parametrize("every", [7, 14])
def test_weekly_rhythms_are_found(every):
    rows = [(FIRST + timedelta(days=d), 90_000 + d, "食堂", "周结", "sales") for d in range(0, 420, every)]
    item = found(rows)["食堂"].item
    assert (item.every_days, item.every_months, item.sign) == (every, None, 1)
    assert (item.next_date - FIRST).days % every == 0


def test_quarterly_tax_on_the_fifteenth_is_found():
    rows = [(day, -300_000, "国家金库", "税款", "tax") for day in month_days(14, 15)[::3]]
    item = found(rows)["国家金库"].item
    assert (item.every_months, item.day_of_month, item.next_date) == (3, 15, date(2025, 4, 15))


def test_the_last_day_of_the_month_is_one_day_of_month():
    ends = [date(2024, m, 1) - timedelta(days=1) for m in range(2, 13)]
    item = found([(day, 5_000, "银行", "结息", "other") for day in ends], date(2024, 12, 5))["银行"].item
    assert item.day_of_month == 31
    assert item.next_date == date(2024, 12, 31)


def test_what_stopped_is_not_reported():
    rows = [(day, -800_000, "房东", "房租", "rent") for day in month_days(9, 1)]
    assert "房东" not in found(rows)


def test_daily_and_irregular_flows_are_not_called_recurring():
    assert not recurring.find(statement_of(shop_rows(420)).rows, FIRST + timedelta(days=419), 91)


def test_a_rhythm_with_misses_says_how_often_it_came():
    days = [day for i, day in enumerate(month_days(14, 20)) if i not in (4, 9)]
    item = found([(day, -100_000, "设备租赁", "租金", "rent") for day in days])["设备租赁"].item
    assert 0.8 <= item.share_of_times < 1


def test_the_twin_pays_the_rent_on_its_day_in_every_path():
    rows = shop_rows(425) + [(day, -80_000_000, "房东", "房租", "rent") for day in month_days(14, 10)]
    made = twin(statement_of(rows))
    days = [(date(2025, m, 10) - made.origin).days - 1 for m in (3, 4, 5)]
    due = [d for d in days if 0 <= d < 91]
    heavy = made.net_paths < -60_000_000
    assert len(due) >= 2
    assert heavy[:, due].all()
    assert heavy.sum() == 1000 * len(due)
    assert np.allclose(made.out_committed[due], 80_000_000, rtol=0.01)


def test_amounts_and_days_of_played_payments_come_from_the_history():
    rng = np.random.default_rng(3)
    rows = [
        (
            day + timedelta(days=int(rng.integers(0, 3))),
            -int(rng.integers(400_000, 600_000)),
            "贷款行",
            "还本息",
            "loan",
        )
        for day in month_days(14, 15)
    ]
    pattern = recurring.find(statement_of(rows).rows, ORIGIN, 91)[0]
    which, columns, amounts = recurring.play(pattern, ORIGIN, 91, 500, np.random.default_rng(1))
    assert set(-amounts) <= {abs(row[1]) for row in rows}
    assert set(which) <= set(range(500))
    dates = {(ORIGIN + timedelta(days=int(c) + 1)).day for c in columns}
    assert dates <= set(range(12, 21))
