"""ISO 20022 camt.053 (bank to customer statement) into movements.

Booked entries only; an entry with several transaction details stays one movement unless every detail tells its own
amount, direction and they sum to the entry. The closing balance (CLBD) is checked against the opening one (OPBD) and
the entries. Source: ISO 20022 message definition camt.053.001, all versions share these names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from brambling.kit.errors import InputRejected, MoneyRejected
from brambling.kit.money import Money
from brambling.perception.cashflow.readers.markup import text_at


@dataclass(frozen=True)
class Entry:
    """One movement as a statement in XML or SGML tells it; texts as in the file."""

    date: str
    amount_minor: int
    counterparty: str = ""
    memo: str = ""
    account: str | None = None
    counterparty_account: str | None = None


@dataclass(frozen=True)
class Entries:
    """The movements of a file and the balances it tells: by account, opening and closing, each None where not told."""

    entries: tuple[Entry, ...]
    currency: str
    dialect: str
    balances: dict[str | None, tuple[int | None, int | None]]
    holder: str = ""


def read_camt(root: Element, file: Path) -> Entries:
    """The entries of all statements of a camt.053 message; they must be of one currency."""
    statements = root.findall(".//Stmt")
    if not statements:
        raise InputRejected("has no statement (Stmt)", file=file, expected="a camt.053 message")
    entries: list[Entry] = []
    balances: dict[str | None, tuple[int | None, int | None]] = {}
    currency = ""
    for statement in statements:
        account = text_at(statement, "Acct/Id/IBAN") or text_at(statement, "Acct/Id/Othr/Id") or None
        for entry in statement.findall("Ntry"):
            status = text_at(entry, "Sts/Cd") or text_at(entry, "Sts")
            if status not in ("", "BOOK"):
                continue
            row = len(entries) + 1
            code = _currency(entry, file, row)
            currency = currency or code
            if code != currency:
                raise InputRejected(f"{currency} above and {code} here", file=file, row=row, expected="one currency")
            entries += _entry(entry, account, currency, file, row)
        opening = _balance(statement, ("OPBD", "PRCD"), file)
        closing = _balance(statement, ("CLBD",), file)
        before = balances.get(account, (None, None))
        balances[account] = (before[0] if before[0] is not None else opening, closing)
    holder = text_at(statements[0], "Acct/Ownr/Nm") or text_at(statements[0], "Acct/Nm")
    return Entries(tuple(entries), currency or "CNY", "camt.053", balances, holder)


def _currency(entry: Element, file: Path, row: int) -> str:
    amount = entry.find("Amt")
    if amount is None:
        raise InputRejected("has no amount", file=file, row=row, column="Amt", expected="an amount like 1234.50")
    return amount.get("Ccy", "CNY")


def _entry(entry: Element, account: str | None, currency: str, file: Path, row: int) -> list[Entry]:
    day = _day(entry, "BookgDt") or _day(entry, "ValDt")
    total = _signed(entry, currency, file, row)
    note = text_at(entry, "AddtlNtryInf")
    details = entry.findall("NtryDtls/TxDtls")
    parts = [_signed(detail, currency, file, row) for detail in details if detail.find("Amt") is not None]
    if len(details) > 1 and len(parts) == len(details) and sum(parts) == total:
        return [_detail(day, amount, detail, note, account) for amount, detail in zip(parts, details, strict=True)]
    return [_detail(day, total, details[0] if details else entry, note, account)]


def _detail(day: str, amount: int, detail: Element, note: str, account: str | None) -> Entry:
    side = "Dbtr" if amount > 0 else "Cdtr"
    name = text_at(detail, f"RltdPties/{side}/Nm") or text_at(detail, f"RltdPties/{side}/Pty/Nm")
    number = text_at(detail, f"RltdPties/{side}Acct/Id/IBAN") or text_at(detail, f"RltdPties/{side}Acct/Id/Othr/Id")
    words = [(part.text or "").strip() for part in detail.findall("RmtInf/Ustrd")]
    extra = text_at(detail, "AddtlTxInf") or note
    memo = " ".join(dict.fromkeys(word for word in (*words, extra) if word))
    return Entry(day, amount, name, memo, account, number or None)


def _signed(element: Element, currency: str, file: Path, row: int) -> int:
    direction = text_at(element, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise InputRejected(
            f"{direction!r} does not fit", file=file, row=row, column="CdtDbtInd", expected="CRDT or DBIT"
        )
    try:
        amount = Money.of(text_at(element, "Amt"), currency).minor
    except MoneyRejected as error:
        raise InputRejected(str(error), file=file, row=row, column="Amt", expected="an amount like 1234.50") from None
    return amount if direction == "CRDT" else -amount


def _day(entry: Element, name: str) -> str:
    return text_at(entry, f"{name}/Dt") or text_at(entry, f"{name}/DtTm")[:10]


def _balance(statement: Element, codes: tuple[str, ...], file: Path) -> int | None:
    for balance in statement.findall("Bal"):
        if text_at(balance, "Tp/CdOrPrtry/Cd") in codes:
            amount = balance.find("Amt")
            code = amount.get("Ccy", "CNY") if amount is not None else "CNY"
            return _signed(balance, code, file, 1)
    return None
