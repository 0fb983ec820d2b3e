"""Sessions: one transaction each, reading and writing as different types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row
from sqlalchemy.engine import RowMapping


class ReadSession:
    """A read-only transaction. The database itself refuses a write in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a SQLAlchemy Core statement."""
        return self.connection.execute(statement, parameters)

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        """All rows as mappings by column name."""
        return self.connection.execute(statement, parameters).mappings().all()

    def first(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> RowMapping | None:
        """The first row as a mapping, or None."""
        return self.connection.execute(statement, parameters).mappings().first()

    def scalar(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, parameters).scalar()

    def tuples(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """All rows as tuples."""
        return self.connection.execute(statement, parameters).all()


class WriteSession(ReadSession):
    """A transaction that may write; committed by the ``with`` that opened it.

    ``actor`` is in whose name it is done: a user, or ``bank`` for what the house does by itself.
    """

    def __init__(self, connection: Connection, actor: str = "bank") -> None:
        super().__init__(connection)
        self.actor = actor
