"""Policies released by four eyes, judged disagreements and overrides."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013_policy"
down_revision = "0012_doors"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Proposals of policies, decisions of the challenger beside the champion's, opinions of persons."""
    op.create_table(
        "policy_proposals",
        sa.Column("release_id", sa.Uuid, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("compared_to", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("axioms", JSONB, nullable=False),
        sa.Column("axioms_broken", sa.Integer, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("approver_why", sa.Text),
        sa.PrimaryKeyConstraint("release_id", name="pk_policy_proposals"),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_policy_proposals_release_id_releases"),
        sa.ForeignKeyConstraint(
            ["policy"], ["credit_policies.version"], name="fk_policy_proposals_policy_credit_policies"
        ),
        sa.CheckConstraint("approver IS NULL OR approver <> author", name="ck_policy_proposals_four_eyes"),
        sa.CheckConstraint("approver IS NULL OR axioms_broken = 0", name="ck_policy_proposals_no_broken_axiom"),
        sa.CheckConstraint("(approver IS NULL) = (approver_why IS NULL)", name="ck_policy_proposals_said_why"),
    )
    op.create_table(
        "shadow_decisions",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "policy", name="pk_shadow_decisions"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_shadow_decisions_decision_id_decisions"),
        sa.ForeignKeyConstraint(
            ["policy"], ["credit_policies.version"], name="fk_shadow_decisions_policy_credit_policies"
        ),
        sa.CheckConstraint("outcome IN ('offer', 'refer', 'decline')", name="ck_shadow_decisions_outcome"),
    )
    op.create_index("ix_shadow_decisions_policy", "shadow_decisions", ["policy", "at"])
    _opinions()


def _opinions() -> None:
    op.create_table(
        "credit_opinions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("machine_limit_minor", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_limit_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("second_by", sa.Text),
        sa.Column("effect_id", sa.Uuid),
        sa.Column("judged", sa.Text),
        sa.Column("judged_by", sa.Text),
        sa.Column("judged_at", MOMENT),
        sa.Column("judged_why", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_credit_opinions"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_credit_opinions_decision_id_decisions"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_credit_opinions_customer_id_customers"),
        sa.ForeignKeyConstraint(["effect_id"], ["decisions.id"], name="fk_credit_opinions_effect_id_decisions"),
        sa.UniqueConstraint("decision_id", "said_by", "kind", name="uq_credit_opinions_decision_id"),
        sa.CheckConstraint("kind IN ('opinion', 'confirmation', 'override')", name="ck_credit_opinions_kind"),
        sa.CheckConstraint("machine IN ('approve', 'refer', 'decline')", name="ck_credit_opinions_machine"),
        sa.CheckConstraint("person IN ('approve', 'decline')", name="ck_credit_opinions_person"),
        sa.CheckConstraint("state IN ('said', 'waiting', 'done', 'rejected')", name="ck_credit_opinions_state"),
        sa.CheckConstraint("judged IN ('person', 'machine')", name="ck_credit_opinions_judged"),
        sa.CheckConstraint("second_by IS NULL OR second_by <> said_by", name="ck_credit_opinions_four_eyes"),
        sa.CheckConstraint("judged_by IS NULL OR judged_by <> said_by", name="ck_credit_opinions_not_by_oneself"),
        sa.CheckConstraint(
            "(judged IS NULL) = (judged_by IS NULL) AND (judged IS NULL) = (judged_why IS NULL)",
            name="ck_credit_opinions_judged_whole",
        ),
        sa.CheckConstraint(
            "(person = 'approve') = (person_limit_minor > 0)", name="ck_credit_opinions_limit_of_an_approval"
        ),
    )
    op.create_index(
        "ix_credit_opinions_unjudged", "credit_opinions", ["said_at"], postgresql_where=sa.text("judged IS NULL")
    )
    op.create_index("ix_credit_opinions_customer_id", "credit_opinions", ["customer_id"])
