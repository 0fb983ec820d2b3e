"""Artefacts and their releases."""

import sqlalchemy as sa
from alembic import op

revision = "0006_learn"
down_revision = "0005_contact"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "artefacts",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_artefacts"),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("released_by", sa.Text),
        sa.Column("released_at", MOMENT),
        sa.Column("retired_by", sa.Text),
        sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.ForeignKeyConstraint(["version"], ["artefacts.version"], name="fk_releases_version_artefacts"),
        sa.CheckConstraint("state IN ('draft', 'released', 'retired')", name="ck_releases_state"),
        sa.CheckConstraint("released_by IS NULL OR released_by <> made_by", name="ck_releases_not_by_maker"),
        sa.CheckConstraint("(state = 'draft') <= (released_by IS NULL)", name="ck_releases_draft_is_not_released"),
        sa.CheckConstraint("state <> 'released' OR released_by IS NOT NULL", name="ck_releases_released_by_somebody"),
        sa.CheckConstraint("released_by IS NULL OR released_by <> proposed_by", name="ck_releases_four_eyes"),
    )
    op.create_index(
        "ix_releases_one_released", "releases", ["slot"], unique=True, postgresql_where=sa.text("state = 'released'")
    )
    op.create_index("ix_releases_slot", "releases", ["slot", "proposed_at"])
