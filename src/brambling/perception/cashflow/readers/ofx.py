"""OFX 1 (SGML, end tags left out) and OFX 2 (XML) bank statements into movements.

OFX 1 leaves out the end tag of every element that holds text, so it is read tag by tag: an element with text on its
line ends there, one without opens a group. Source: Open Financial Exchange specification 1.0.2 and 2.2, chapter 11.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree.ElementTree import Element

from brambling.kit.errors import InputRejected, MoneyRejected
from brambling.kit.money import Money
from brambling.perception.cashflow.readers.camt import Entries, Entry
from brambling.perception.cashflow.readers.markup import parse_xml, text_at

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)>([^<]*)")
GROUPS_MAX = 64


def read_ofx(text: str, file: Path) -> Entries:
    """The transactions of all bank and card statements of the file; they must be of one currency."""
    start = text.find("<OFX>")
    if start < 0:
        raise InputRejected("has no <OFX> element", file=file, expected="an OFX statement")
    is_xml = text.lstrip("\ufeff \t\r\n").startswith("<?")
    root = parse_xml(text[start:], file) if is_xml else _sgml(text[start:], file)
    entries: list[Entry] = []
    balances: dict[str | None, tuple[int | None, int | None]] = {}
    currency = ""
    seen: set[tuple[str | None, str]] = set()
    statements = [element for name in ("STMTRS", "CCSTMTRS") for element in root.iter(name)]
    for statement in statements:
        account = text_at(statement, "BANKACCTFROM/ACCTID") or text_at(statement, "CCACCTFROM/ACCTID") or None
        code = text_at(statement, "CURDEF") or "CNY"
        currency = currency or code
        if code != currency:
            raise InputRejected(f"{currency} above and {code} here", file=file, expected="one currency in a file")
        for transaction in statement.iter("STMTTRN"):
            # FITID is unique in an account: a file put together from two downloads holds some twice
            identity = (account, text_at(transaction, "FITID"))
            if identity[1] and identity in seen:
                continue
            seen.add(identity)
            entries.append(_entry(transaction, account, currency, file, len(entries) + 1))
        told = text_at(statement, "LEDGERBAL/BALAMT")
        balances[account] = (None, _amount(told, currency, file, 1, "BALAMT") if told else None)
    if not statements:
        raise InputRejected("has no bank statement (STMTRS)", file=file, expected="an OFX bank statement")
    return Entries(tuple(entries), currency, "ofx", balances)


def _entry(transaction: Element, account: str | None, currency: str, file: Path, row: int) -> Entry:
    posted = text_at(transaction, "DTPOSTED")
    amount = _amount(text_at(transaction, "TRNAMT"), currency, file, row, "TRNAMT")
    name = text_at(transaction, "NAME") or text_at(transaction, "PAYEE/NAME")
    number = text_at(transaction, "BANKACCTTO/ACCTID") or text_at(transaction, "BANKACCTFROM/ACCTID") or None
    return Entry(posted[:8], amount, name, text_at(transaction, "MEMO"), account, number)


def _amount(text: str, currency: str, file: Path, row: int, column: str) -> int:
    # the specification allows a comma for the decimal point and has no thousands separators
    plain = text.replace(",", ".") if "," in text and "." not in text else text
    try:
        return Money.of(plain.rstrip("0").rstrip(".") if "." in plain else plain, currency).minor
    except MoneyRejected as error:
        raise InputRejected(str(error), file=file, row=row, column=column, expected="an amount like -1234.50") from None


def _sgml(text: str, file: Path) -> Element:
    root = Element("ROOT")
    groups = [root]
    for closing, raw_name, raw in _TAG.findall(text):
        name, value = raw_name.upper(), html.unescape(raw).strip()
        if closing:
            names = [group.tag for group in groups]
            if name in names[1:]:
                del groups[len(names) - 1 - names[::-1].index(name) :]
            continue
        element = Element(name)
        groups[-1].append(element)
        if value:
            element.text = value
        else:
            groups.append(element)
            if len(groups) > GROUPS_MAX:
                raise InputRejected(f"OFX deeper than {GROUPS_MAX} levels", file=file)
    return root
