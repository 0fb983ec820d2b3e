"""Bring a database to the newest revision.

Revision files are named by their revision (``0001_access.py``), so the newest one is known without importing
Alembic: a start-up on a database that is up to date costs one query. A test holds file order and revision chain equal.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from brambling.kit.errors import InvariantBroken

FOLDER = Path(__file__).parents[2] / "migrations"
# Any constant will do; two processes that start together must take the same one.
_LOCK = 7_310_831


def newest() -> str:
    """The newest revision, from the file names."""
    return max(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))


def present(connection: Connection) -> str | None:
    """The revision of a database, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(revision) if revision is not None else None


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision, one process at a time.

    Raises InvariantBroken when the database is newer than this program, which must not guess its way back.
    """
    target = newest()
    with engine.connect() as connection:
        found = present(connection)
        if found == target:
            return
        if found is not None and found > target:
            raise InvariantBroken(f"the database is at revision {found}, newer than this program ({target})")
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if present(connection) != target:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
