"""The chain graph, trade frameworks and their sources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020_industry"
down_revision = "0019_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "industry_imports",
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("dataset", name="pk_industry_imports"),
    )
    op.create_table(
        "industry_nodes",
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("dataset", "kind", "key", name="pk_industry_nodes"),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["industry_imports.dataset"],
            name="fk_industry_nodes_dataset_industry_imports",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "industry_edges",
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("source_kind", sa.Text, nullable=False),
        sa.Column("source_key", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("target_kind", sa.Text, nullable=False),
        sa.Column("target_key", sa.Text, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint(
            "dataset", "source_kind", "source_key", "relation", "target_kind", "target_key", name="pk_industry_edges"
        ),
        sa.ForeignKeyConstraint(
            ["dataset"],
            ["industry_imports.dataset"],
            name="fk_industry_edges_dataset_industry_imports",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "industry_models",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("artefact", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_industry_models"),
    )
