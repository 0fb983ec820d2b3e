"""Reading and writing sessions differ by type and by what the database allows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brambling.kit.db import Database
from brambling.kit.db.migrate import FOLDER, newest, present


def test_a_new_database_stands_at_the_newest_revision(db: Database) -> None:
    with db.engine.connect() as connection:
        assert present(connection) == newest()


def test_file_order_is_the_revision_chain() -> None:
    files = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    for before, name in zip([None, *files], files, strict=False):
        words = (FOLDER / "versions" / f"{name}.py").read_text(encoding="utf-8")
        assert f'revision = "{name}"' in words
        assert f"down_revision = {f'{chr(34)}{before}{chr(34)}' if before else None}" in words


def test_a_read_session_cannot_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"), db.read() as session:
        session.execute(text("CREATE TABLE nothing (x int)"))


def test_a_write_rolls_back_when_the_block_raises(db: Database) -> None:
    with db.write() as session:
        session.execute(text("CREATE TABLE kept (x int)"))
    with pytest.raises(ZeroDivisionError), db.write() as session:
        session.execute(text("INSERT INTO kept VALUES (1)"))
        raise ZeroDivisionError
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM kept")) == 0
