"""Made-up shops for tests of the lines: a statement whose health is set by two numbers. Synthetic, and known to be."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import polars as pl

from brambling.bank import consent, customers
from brambling.bank.customers import Customer
from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import WriteSession

CIPHER = FieldCipher.fresh()
SHOP = Customer(
    id=UUID("018f0000-0000-7000-8000-000000000001"),
    uscc="91110000600037341L",
    name="春风小吃店",
    gbt4754="6210",
    region="320500",
    synthetic=True,
    opened_on=date(2023, 5, 1),
)


def shop_rows(
    *,
    seed: int = 4,
    start: str = "180000.00",
    supplies: str = "0.70",
    first: date = date(2024, 11, 1),
    last: date = date(2026, 3, 9),
    balance: bool = True,
) -> pl.DataFrame:
    """Daily takings of a shop with supplies, rent, payroll, tax and a loan; ``supplies`` 0.95 starves it."""
    chance, day, held = random.Random(seed), first, Decimal(start)
    rows: list[dict[str, object]] = []

    def move(amount: float, counterparty: str, memo: str) -> None:
        nonlocal held
        exact = Decimal(f"{amount:.2f}")
        held += exact
        rows.append(
            {"date": day, "amount": str(exact), "counterparty": counterparty, "memo": memo, "balance": str(held)}
        )

    while day <= last:
        if day.weekday() < 6:
            move(chance.lognormvariate(7.6, 0.4), "微信支付", "营业款")
        if day.weekday() == 1:
            move(-chance.uniform(0.9, 1.1) * 9000 * float(supplies), "绿源食品批发公司", "货款")
        if day.day == 5:
            move(-3500, "张房东", "房租")
        if day.day == 10:
            move(-18000, "员工", "工资")
        if day.day == 15 and day.month % 3 == 1:
            move(-4200, "国家金库", "税款")
        if day.day == 20:
            move(-2600, "某银行", "归还贷款本息")
        if day.day == 3 and day < last - timedelta(days=70):
            move(6000, "星河贸易有限公司", "货款")
        day += timedelta(days=1)
    frame = pl.DataFrame(rows)
    return frame if balance else frame.drop("balance")


def open_shop(session: WriteSession, clock: Clock, frame: pl.DataFrame, *purposes: str) -> None:
    """The shop as a customer with a statement and with consent to ``purposes``."""
    from brambling.perception.cashflow import import_statement, read_statement

    customers.add(session, SHOP, cipher=CIPHER)
    for purpose in purposes:
        consent.give(session, SHOP.id, purpose, clock.now())
    import_statement(session, SHOP.id, read_statement(frame), clock, cipher=CIPHER)
