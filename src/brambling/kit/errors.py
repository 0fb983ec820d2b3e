"""Named errors, one tree.

BramblingError
├── Rejection               the user can mend it: bad input, or an action that is not possible (exit status 2)
│   ├── InputRejected       a file or value: file, row, column, what was expected
│   ├── MoneyRejected       text or operation that is not exact money of one currency
│   ├── NotFound            a thing that was named does not exist
│   ├── NotAllowed          who acts may not do this (roles, four eyes)
│   ├── Conflict            the action contradicts the present state (already paid, already decided)
│   ├── LimitExceeded       a stated limit of size, time, budget or rate was passed
│   └── ExtraMissing        an optional dependency is needed; names the extra
├── Finding                 the command worked and found something that should stop a pipeline (exit status 1)
└── Failure                 ours to mend: a broken invariant or a part that does not answer (exit status 70)
    ├── InvariantBroken     debits and credits differ, a pay-out without decision, ...
    └── PartUnavailable     database, language model or another part does not answer

Every message is one line that a person can act on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BramblingError(Exception):
    """Root of the tree. ``str(error)`` is one clear line."""

    exit_status = 70


class Rejection(BramblingError):
    """Input or an action that the user can mend."""

    exit_status = 2


class InputRejected(Rejection):
    """A file or value that cannot be used.

    ``file``, ``row`` (1 is the first data row), ``column`` and ``expected`` are kept for doors that show them apart.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        expected: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = Path(file).name if file is not None else None
        self.row = row
        self.column = column
        self.expected = expected
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {row}" if row is not None else None,
                f"column {column!r}" if column is not None else None,
            )
            if part
        )
        text = f"{place}: {problem}" if place else problem
        super().__init__(f"{text}; expected {expected}" if expected else text)


class MoneyRejected(Rejection):
    """Text that is not exact money, or an operation across currencies."""


class NotFound(Rejection):
    """A thing that was named does not exist."""


class NotAllowed(Rejection):
    """Who acts may not do this."""


class Conflict(Rejection):
    """The action contradicts the present state."""


class LimitExceeded(Rejection):
    """A stated limit of size, time, budget or rate was passed."""


class ExtraMissing(Rejection):
    """An optional dependency is needed for this."""

    def __init__(self, extra: str, what_for: str) -> None:
        self.extra = extra
        super().__init__(f"{what_for} needs the extra {extra!r}: pip install 'brambling[{extra}]'")


class Finding(BramblingError):
    """The command worked and found something that should stop a pipeline."""

    exit_status = 1


class Failure(BramblingError):
    """Ours to mend."""


class InvariantBroken(Failure):
    """Something that must always hold does not."""


class PartUnavailable(Failure):
    """A part (database, language model, another service) does not answer."""


@contextmanager
def about_file(source: object) -> Iterator[None]:
    """Name ``source`` in a rejection of its content that knows no file; does nothing where it is no path."""
    try:
        yield
    except InputRejected as error:
        if error.file is not None or not isinstance(source, str | Path):
            raise
        raise InputRejected(
            error.problem, file=source, row=error.row, column=error.column, expected=error.expected
        ) from None
