"""Add claims and list them; a claim is never changed, a better one is added."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.engine import RowMapping

from brambling.bank.claims import store
from brambling.bank.claims.rules import Claim
from brambling.kit.crypto import FieldCipher, load_cipher, row_key
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict
from brambling.kit.settings import settings

_PLAIN = ("id", "subject", "name", "low", "high", "unit", "source", "span", "verified", "haircut", "at")


def add(session: WriteSession, claim: Claim, *, cipher: FieldCipher | None = None) -> bool:
    """Write ``claim``; False when the same claim is already there. Raises Conflict when its id has another content."""
    row = {name: getattr(claim, name) for name in _PLAIN}
    if claim.personal:
        cipher = cipher or load_cipher(settings())
        row["value_encrypted"] = cipher.encrypt(claim.value_text, row_key("claims", "value", claim.id))
    else:
        row["value_text"] = claim.value_text
    if store.insert_new(session, row):
        return True
    found = store.find(session, claim.id)
    if found is None or _claim(found, cipher) != claim:
        raise Conflict(f"claim {claim.id} is already there with other content")
    return False


def list_for(
    session: ReadSession, subject: UUID, name: str | None = None, *, cipher: FieldCipher | None = None
) -> list[Claim]:
    """The claims about ``subject``, of ``name`` where given, newest first."""
    return [_claim(row, cipher) for row in store.newest(session, subject, name)]


def _claim(row: RowMapping, cipher: FieldCipher | None) -> Claim:
    data = row["value_encrypted"]
    if data is None:
        value = row["value_text"]
    else:
        value = (cipher or load_cipher(settings())).decrypt(data, row_key("claims", "value", row["id"]))
    return Claim(**{name: row[name] for name in _PLAIN}, value_text=value, personal=data is not None)
