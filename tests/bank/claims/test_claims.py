"""Claims: added for good, listed newest first, personal values encrypted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from brambling.bank.claims import Claim, add, list_for
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, InvariantBroken

CIPHER = FieldCipher.fresh()
START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
FIRM = UUID(int=1)
REVENUE = Claim(
    UUID(int=10), FIRM, "revenue_year", "约300万元", Decimal("2900000"), Decimal("3100000.50"), "CNY",
    "tax-return-2025.pdf", "page 2, box 10 20 30 40", True, Decimal("0.1"), START,
)  # fmt: skip
IDENTITY = replace(
    REVENUE, id=UUID(int=11), name="representative_id", value_text="11010119900307123X", low=None, high=None,
    unit="", personal=True, at=START + timedelta(hours=1),
)  # fmt: skip


def test_claims_come_back_as_they_were_newest_first(db: Database) -> None:
    with db.write() as session:
        assert add(session, REVENUE, cipher=CIPHER)
        assert add(session, IDENTITY, cipher=CIPHER)
        assert not add(session, IDENTITY, cipher=CIPHER)
        with pytest.raises(Conflict):
            add(session, replace(REVENUE, value_text="约400万元"), cipher=CIPHER)
    with db.read() as session:
        assert list_for(session, FIRM, cipher=CIPHER) == [IDENTITY, REVENUE]
        assert list_for(session, FIRM, "revenue_year", cipher=CIPHER) == [REVENUE]
        assert list_for(session, UUID(int=2), cipher=CIPHER) == []
        assert session.scalar(text("SELECT value_text FROM claims WHERE name = 'representative_id'")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"low": Decimal(2), "high": Decimal(1)},
        {"low": None},
        {"haircut": Decimal("1.5")},
        {"source": ""},
    ],
)
def test_a_claim_without_source_or_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputRejected, match="revenue_year"):
        replace(REVENUE, **change)  # type: ignore[arg-type]
    with pytest.raises(InvariantBroken):
        replace(REVENUE, at=datetime(2026, 1, 1))
