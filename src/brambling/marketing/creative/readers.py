"""Product sheets, rulebooks, phrases and customers from their files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brambling.kit.errors import InputRejected, NotFound
from brambling.kit.files import Column, read_table, read_text
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.kit.policy import read_policy
from brambling.marketing.creative.rules import NEEDS, Facts, Phrases, Rulebook, Sheet, sheet_findings
from brambling.marketing.creative.rules.wording import require_slots, slots_of

if TYPE_CHECKING:
    from brambling.kit.files.tables import Source

_FOLDER = Path(__file__).parent
CUSTOMER_COLUMNS = (
    Column("customer"),
    Column("name", required=False, nullable=True),
    Column("gbt4754", required=False, nullable=True),
    Column("region", required=False, nullable=True),
    Column("need", required=False, nullable=True),
    Column("amount", "money", required=False, nullable=True),
    Column("day", "date", required=False, nullable=True),
    Column("refused", required=False, nullable=True),
    Column("consent", "flag", required=False, nullable=True),
    Column("act", required=False, nullable=True),
)
# In a template of the bank's own: the sheet's lines that the law wants said, so that no template can lose them.
TEMPLATE_NEEDS = ("stop", "risk", "legal", "rate", "rate_name", "fees", "product", "issuer")


@cache
def shipped_sheets() -> Mapping[str, Sheet]:
    """The sheets of the bank's own products, by code."""
    return {path.stem: read_policy(path, Sheet) for path in sorted((_FOLDER / "sheets").glob("*.yaml"))}


def shipped_sheet(code: str) -> Sheet:
    """The sheet of one of the bank's own products; raises NotFound."""
    if code not in shipped_sheets():
        raise NotFound(f"no product sheet {code!r}; there are {', '.join(shipped_sheets())}")
    return shipped_sheets()[code]


@cache
def shipped_rulebook() -> Rulebook:
    """The rules that come with this version."""
    return read_policy(_FOLDER / "laws" / "cn-1.yaml", Rulebook)


@cache
def shipped_phrases(lang: Lang) -> Phrases:
    """The phrases of a language."""
    return read_policy(_FOLDER / "phrases" / f"{lang}.yaml", Phrases)


def read_sheet(source: Path | str, today: date, rulebook: Rulebook) -> Sheet:
    """The sheet in a file, or the shipped one of that code, checked against ``rulebook``.

    Raises InputRejected for a sheet that is incomplete, does not hold on ``today``, or says itself what may not be said,
    with the clause.
    """
    path = Path(source)
    known = str(source) in shipped_sheets() and not path.exists()
    sheet = shipped_sheet(str(source)) if known else read_policy(path, Sheet)
    file = None if known else path
    try:
        sheet.require_valid(today)
    except InputRejected as error:
        raise InputRejected(error.problem, file=file, expected=error.expected) from None
    for lang in ("zh", "en"):
        for key, finding in sheet_findings(sheet, lang, rulebook):
            raise InputRejected(
                f"{key}.{lang}: {finding.words!r} may not be said ({finding.code}; {finding.source} {finding.clause})",
                file=file,
                expected="other words",
            )
    return sheet


def read_template(path: Path) -> str:
    """A text of the bank's own with slots in braces.

    Raises InputRejected for an unknown slot, or one of the law's lines that it does not have (the stop line first).
    """
    text = " ".join(read_text(path, bytes_max=1 << 16).split())
    try:
        require_slots(text)
    except InputRejected as error:
        raise InputRejected(error.problem, file=path, expected=error.expected) from None
    for slot in TEMPLATE_NEEDS:
        if slot not in slots_of(text):
            must = shipped_rulebook().must({"product": "name"}.get(slot, slot))
            what = "a stop line" if slot == "stop" else f"the line {slot!r}"
            raise InputRejected(
                f"the template lacks {what} ({must.source} {must.clause})", file=path, expected=f"{{{slot}}} in it"
            )
    return text


def read_customers(
    source: Source, mapping: Mapping[str, str] | None = None, *, need: str = "", currency: str = "CNY"
) -> list[Facts]:
    """Customers, one each row, in order; ``need`` is that of every row where the file has no such column.

    Raises InputRejected with row and column for a need that is none, an amount that is not above zero, or two rows of
    one customer and need.
    """
    frame = read_table(source, CUSTOMER_COLUMNS, mapping, currency=currency)
    file = Path(source) if isinstance(source, str | Path) else None
    found, seen = [], set()
    for row, cells in enumerate(frame.iter_rows(named=True), start=1):
        facts = _facts(cells, need, currency, file, row)
        if (facts.customer, facts.need) in seen:
            raise InputRejected(f"{facts.customer!r} stands twice", file=file, row=row, column="customer")
        seen.add((facts.customer, facts.need))
        found.append(facts)
    return found


def _facts(cells: Mapping[str, Any], need: str, currency: str, file: Path | None, row: int) -> Facts:
    wanted = cells.get("need") or need or "general"
    if wanted not in NEEDS:
        raise InputRejected(
            f"{wanted!r} is no need", file=file, row=row, column="need", expected=f"one of {', '.join(NEEDS)}"
        )
    minor = cells.get("amount_minor")
    if minor is not None and minor <= 0:
        raise InputRejected("amount is not above zero", file=file, row=row, column="amount", expected="an amount")
    refused = str(cells.get("refused") or "").replace("；", ";").replace(",", ";").replace("，", ";").replace("|", ";")
    return Facts(
        customer=cells["customer"],
        name=cells.get("name") or "",
        gbt4754=cells.get("gbt4754") or "",
        region=cells.get("region") or "",
        need=wanted,
        amount=None if minor is None else Money(minor, currency),
        day=cells.get("day"),
        refused=frozenset(word.strip() for word in refused.split(";") if word.strip()),
        consent=cells.get("consent"),
        act=cells.get("act") or "",
    )
