"""What a customer may consent to, and when a consent holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from brambling.kit.errors import InputRejected, InvariantBroken

# How the bank knows: the customer did it himself, or told somebody of the bank, who noted it on his behalf.
OWN, ON_BEHALF = "own", ("in-person", "phone", "letter")
PURPOSES = ("statement", "credit", "wealth", "service", "marketing")


@dataclass(frozen=True)
class Change:
    """A consent given (``given``) or withdrawn for ``purpose`` at ``at``; a given one may end at ``until``.

    ``noted_by`` is who wrote it down and ``basis`` how the bank knows: ``own`` or one of ``ON_BEHALF``; empty for what
    came with the customer from elsewhere.
    """

    purpose: str
    given: bool
    at: datetime
    until: datetime | None = None
    noted_by: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise InputRejected(
                f"{self.purpose!r} is no purpose", column="purpose", expected=f"one of {', '.join(PURPOSES)}"
            )
        if self.basis not in ("", OWN, *ON_BEHALF):
            raise InputRejected(
                f"{self.basis!r} is no basis", column="basis", expected=f"one of {OWN}, {', '.join(ON_BEHALF)}"
            )
        if self.at.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise InvariantBroken("a consent has a time without zone")
        if self.until is not None and self.until <= self.at:
            raise InputRejected("a consent ends before it begins", column="until", expected="a later time")


def holds(changes: Iterable[Change], at: datetime) -> bool:
    """Whether there is consent at ``at``, from the changes of one purpose in the order they were written.

    The latest change decides; of two at one moment the one written last. Without any change there is no consent.
    """
    known = [change for change in changes if change.at <= at]
    if not known:
        return False
    latest = max(range(len(known)), key=lambda i: (known[i].at, i))
    return known[latest].given and (known[latest].until is None or at < known[latest].until)  # type: ignore[operator]
