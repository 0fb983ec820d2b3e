"""The tables of the chain, and every query on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.perception.industry.shapes import ChainFile

imports = sa.Table(
    "industry_imports",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("findings", JSONB, nullable=False),
)


def _dataset() -> sa.Column[str]:
    owner = sa.ForeignKey("industry_imports.dataset", ondelete="CASCADE")
    return sa.Column("dataset", sa.Text, owner, primary_key=True)


nodes = sa.Table(
    "industry_nodes",
    metadata,
    _dataset(),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)
edges = sa.Table(
    "industry_edges",
    metadata,
    _dataset(),
    sa.Column("source_kind", sa.Text, primary_key=True),
    sa.Column("source_key", sa.Text, primary_key=True),
    sa.Column("relation", sa.Text, primary_key=True),
    sa.Column("target_kind", sa.Text, primary_key=True),
    sa.Column("target_key", sa.Text, primary_key=True),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
)
models = sa.Table(
    "industry_models",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("figures", JSONB, nullable=False),
    sa.Column("artefact", sa.LargeBinary, nullable=False),
)


def contents(session: ReadSession) -> dict[str, str]:
    """The content of each imported data set."""
    rows: Sequence[Any] = session.tuples(sa.select(imports.c.dataset, imports.c.content).order_by(imports.c.dataset))
    return {str(name): str(content) for name, content in rows}


def replace(session: WriteSession, file: ChainFile, content: str, at: datetime, findings: list[dict[str, Any]]) -> None:
    """Put the data set in the place of the one of its name."""
    session.execute(sa.delete(imports).where(imports.c.dataset == file.dataset))
    row = {"dataset": file.dataset, "content": content, "imported_at": at, "findings": findings}
    session.execute(sa.insert(imports).values(row))
    _copy(
        session,
        "industry_nodes (dataset, kind, key, name)",
        [(file.dataset, node.kind, node.key, node.name) for node in file.nodes],
    )
    _copy(
        session,
        "industry_edges (dataset, source_kind, source_key, relation, target_kind, target_key, weight, origin, as_of)",
        [
            (file.dataset, *edge.source, edge.relation, *edge.target, edge.weight, edge.origin, edge.as_of)
            for edge in file.edges
        ],
    )


def _copy(session: WriteSession, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    raw = session.connection.connection.driver_connection
    assert raw is not None
    with raw.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def read_nodes(session: ReadSession) -> Sequence[Any]:
    """(kind, key, name) of every node, once, in order."""
    return session.tuples(
        sa.select(nodes.c.kind, nodes.c.key, sa.func.min(nodes.c.name))
        .group_by(nodes.c.kind, nodes.c.key)
        .order_by(nodes.c.kind, nodes.c.key)
    )


def read_edges(session: ReadSession) -> Sequence[Any]:
    """Every edge as (source kind, source key, relation, target kind, target key, weight, origin, as of)."""
    c = edges.c
    return session.tuples(
        sa.select(
            c.source_kind, c.source_key, c.relation, c.target_kind, c.target_key, c.weight, c.origin, c.as_of
        ).order_by(c.dataset)
    )


def find_model(session: ReadSession, kind: str, content: str) -> bytes | None:
    """The fitted model of this kind for a graph of this content, None where there is none."""
    found = session.scalar(sa.select(models.c.artefact).where(models.c.kind == kind, models.c.content == content))
    return None if found is None else bytes(found)


def put_model(
    session: WriteSession, kind: str, content: str, artefact: bytes, figures: dict[str, Any], at: datetime
) -> None:
    """Keep a fitted model; it takes the place of the one of its kind."""
    row = {"kind": kind, "content": content, "fitted_at": at, "figures": figures, "artefact": artefact}
    statement = insert(models).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["kind"], set_=row))
