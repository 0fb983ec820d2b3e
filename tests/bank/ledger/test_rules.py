"""What a transfer and a batch may be, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from brambling.bank.ledger.rules import (
    Account,
    InsufficientFunds,
    Transfer,
    distinct,
    entries,
    require_account,
    require_same,
    with_held,
)
from brambling.kit.errors import (
    BramblingError,
    Conflict,
    InputRejected,
    InvariantBroken,
    LimitExceeded,
    MoneyRejected,
    NotFound,
)
from brambling.kit.ids import key_of
from brambling.kit.money import Money

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)
BANK, SHOP, LOAN = (key_of("account", name) for name in ("bank", "shop", "loan"))
BOOKS = {
    BANK: Account(BANK, "equity", "CNY", True, "the bank"),
    SHOP: Account(SHOP, "liability", "CNY", False, "a shop"),
    LOAN: Account(LOAN, "asset", "CNY", False, "a loan"),
}


def move(debit: UUID, credit: UUID, amount: str, **changes: object) -> Transfer:
    transfer = Transfer(key_of(debit, credit, amount), debit, credit, Money.of(amount), AT, "move")
    return replace(transfer, **changes)


def test_a_loan_grows_by_debit_and_a_deposit_by_credit() -> None:
    done, after = entries(BOOKS, [move(LOAN, SHOP, "800.00"), move(SHOP, LOAN, "300.00")])
    assert str(after[LOAN].balance) == "500.00"
    assert str(after[SHOP].balance) == "500.00"
    assert [(e.debit_balance_minor, e.credit_balance_minor) for e in done] == [(80000, 80000), (50000, 50000)]


def test_the_order_of_a_batch_counts() -> None:
    give, take = move(BANK, SHOP, "10.00"), move(SHOP, BANK, "10.00")
    entries(BOOKS, [give, take])
    with pytest.raises(InsufficientFunds, match=r"would stand at -10\.00 CNY"):
        entries(BOOKS, [take, give])


def test_held_money_cannot_be_spent() -> None:
    _, after = entries(BOOKS, [move(BANK, SHOP, "10.00")])
    after[SHOP] = with_held(after[SHOP], 400)
    entries(after, [move(SHOP, BANK, "6.00")])
    with pytest.raises(InsufficientFunds, match=r"with 4\.00 held"):
        entries(after, [move(SHOP, BANK, "6.01")])
    with pytest.raises(InsufficientFunds):
        with_held(after[SHOP], 601)


@pytest.mark.parametrize(
    ("transfer", "error"),
    [
        (move(BANK, SHOP, "0.00"), MoneyRejected),
        (move(BANK, SHOP, "-1.00"), MoneyRejected),
        (move(BANK, SHOP, "10000000000000.01"), LimitExceeded),
        (move(BANK, BANK, "1.00"), InputRejected),
        (move(BANK, SHOP, "1.00", at=datetime(2026, 1, 1)), InputRejected),
        (move(BANK, SHOP, "1.00", kind=""), InputRejected),
        (move(BANK, SHOP, "1.00", kind="payout"), InvariantBroken),
    ],
)
def test_a_transfer_that_is_wrong_in_itself(transfer: Transfer, error: type[BramblingError]) -> None:
    with pytest.raises(error):
        distinct([transfer])


def test_a_key_twice_in_a_batch_counts_once_if_it_is_the_same_act() -> None:
    one = move(BANK, SHOP, "1.00")
    assert list(distinct([one, one]).values()) == [one]
    with pytest.raises(Conflict):
        distinct([one, replace(one, memo="other")])
    with pytest.raises(Conflict, match="another memo"):
        require_same(one, replace(one, memo="other"))


def test_accounts_must_exist_and_share_the_currency() -> None:
    with pytest.raises(NotFound):
        entries(BOOKS, [move(BANK, key_of("nobody"), "1.00")])
    with pytest.raises(MoneyRejected, match="USD"):
        entries(BOOKS, [replace(move(BANK, SHOP, "1.00"), amount=Money(1, "USD"))])


@pytest.mark.parametrize("words", [("purse", "CNY", "x"), ("asset", "XXX", "x"), ("asset", "CNY", " ")])
def test_an_account_needs_a_kind_a_currency_and_a_name(words: tuple[str, str, str]) -> None:
    with pytest.raises((InputRejected, MoneyRejected)):
        require_account(*words)
