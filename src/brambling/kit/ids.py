"""Identifiers: UUIDv7 for new rows (sortable by time), UUIDv5 for idempotency keys (same words, same key)."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from uuid import UUID, uuid5

# Namespace of every idempotency key of this house; changing it would let old requests be paid again.
_NAMESPACE = UUID("b7a5c1de-4f0a-5c3e-9d2b-0f6e8a1c7d44")

_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)


def new_id(now: datetime) -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds from ``now``, a counter that keeps order within one millisecond of
    this process, then 62 random bits."""
    global _last
    millis = int(now.timestamp() * 1000)
    with _lock:
        counter = _last[1] + 1 if _last[0] == millis else 0
        _last = (millis, counter)
    value = (millis & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (counter & 0xFFF) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def key_of(*words: object) -> UUID:
    """The idempotency key of an act: the same words always give the same UUIDv5.

    Words are joined with a separator that no word contains once escaped, so ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    text = "|".join(str(word).replace("\\", "\\\\").replace("|", "\\|") for word in words)
    return uuid5(_NAMESPACE, text)
