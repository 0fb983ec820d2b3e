"""The migrated database and the tables that the stores declare are the same."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import brambling
from brambling.kit.db import Database, metadata
from brambling.kit.db.migrate import FOLDER

SRC = Path(brambling.__file__).parent


def declare_everything() -> None:
    """Import every module that declares tables on the one MetaData."""
    for path in SRC.rglob("*.py"):
        if FOLDER not in path.parents and "metadata" in (text := path.read_text("utf-8")) and "Table(" in text:
            importlib.import_module(".".join(("brambling", *path.relative_to(SRC).with_suffix("").parts)))


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Other libraries keep their tables in schemas of their own, and Alembic its version in ours."""
    return kind != "table" or name in metadata.tables or name != "alembic_version"


def test_tables_columns_and_indexes_are_the_declared_ones(db: Database) -> None:
    declare_everything()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, metadata) == []


def test_constraints_are_the_declared_ones(db: Database) -> None:
    """Alembic does not compare checks: so every constraint of ours is looked for by its name, both ways."""
    declare_everything()
    declared = {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint | sa.ForeignKeyConstraint | sa.PrimaryKeyConstraint)
        and (not isinstance(constraint, sa.PrimaryKeyConstraint) or len(constraint.columns))
    }
    query = sa.text(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace "
        "WHERE contype IN ('c', 'f', 'p') AND conrelid <> 0 AND n.nspname = current_schema()"
    )
    with db.read() as session:
        found = {(table, name) for table, name in session.tuples(query) if table != "alembic_version"}
    assert sorted(found - declared) == [] == sorted(declared - found)


def test_migrations_import_nothing_of_ours() -> None:
    for path in (FOLDER / "versions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                assert not any(name.startswith("brambling") for name in names), path
