"""The nature of the money, and who may see which product.

Managers of a wealth company read through the role ``brambling_manager`` only. Which company a connection stands for is
answered by one function: the login it came in with, or a pass that the bank made for one look and whose hash alone is
kept. Neither can be set by the one who reads, so no SQL that a manager writes reaches another company's rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_structure"
down_revision = "0015_negotiation"
branch_labels = None
depends_on = None

ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'brambling_manager') THEN
    CREATE ROLE brambling_manager NOLOGIN NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'this database user may not make roles: an administrator runs CREATE ROLE brambling_manager NOLOGIN; '
                    'GRANT brambling_manager TO the user of BRAMBLING_DATABASE_URL, and the start is tried again';
END $$
"""
# Asked before it is granted: a database user that is a member already needs no right to grant.
MEMBER = """
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'brambling_manager', 'SET') THEN
    EXECUTE format('GRANT brambling_manager TO %I', current_user);
  END IF;
END $$
"""
COMPANY = """
CREATE FUNCTION fund_company() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT COALESCE(
    (SELECT company_id FROM fund_managers WHERE login = session_user),
    (SELECT company_id FROM fund_passes
      WHERE digest = sha256(convert_to(current_setting('brambling.pass', true), 'UTF8')) AND until > now())
  )
$$
"""
OWN = ("fund_products", "fund_flows", "structure_releases", "structure_cells")
# Of a negotiation a manager reads what was offered and how it stands; limits, and what the bank counts with, he does not.
PROPOSALS = {
    "negotiations": ("id, product, state, opened_at, expires_at, ended_at, ended_why", "product IN (SELECT code FROM fund_products)"),
    "negotiation_versions": ("negotiation_id, number, side, made_at, offer", "negotiation_id IN (SELECT id FROM negotiations)"),
}  # fmt: skip
BANK_ONLY = ("fund_managers", "fund_passes", "fund_trades", "structure_parts", "negotiation_limits")


def upgrade() -> None:
    op.create_table(
        "fund_companies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fund_companies"),
        sa.UniqueConstraint("name", name="uq_fund_companies_name"),
    )
    op.create_table(
        "fund_managers",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("login", sa.Text),
        sa.PrimaryKeyConstraint("user_id", name="pk_fund_managers"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_fund_managers_user_id_users"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fund_companies.id"], name="fk_fund_managers_company_id_fund_companies"
        ),
        sa.UniqueConstraint("login", name="uq_fund_managers_login"),
    )
    op.create_table(
        "fund_passes",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_fund_passes"),
        sa.ForeignKeyConstraint(["company_id"], ["fund_companies.id"], name="fk_fund_passes_company_id_fund_companies"),
    )
    op.create_table(
        "fund_products",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_fund_products"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fund_companies.id"], name="fk_fund_products_company_id_fund_companies"
        ),
    )
    op.create_index("ix_fund_products_company_id", "fund_products", ["company_id"])
    _flows()
    _releases()
    _guard()


def _flows() -> None:
    op.create_table(
        "fund_trades",
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("subscription_minor", sa.BigInteger, nullable=False),
        sa.Column("redemption_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("product", "customer_id", "day", name="pk_fund_trades"),
        sa.ForeignKeyConstraint(["product"], ["fund_products.code"], name="fk_fund_trades_product_fund_products"),
        sa.CheckConstraint("subscription_minor >= 0 AND redemption_minor >= 0", name="ck_fund_trades_amounts"),
    )
    op.create_table(
        "fund_flows",
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("subscription_minor", sa.BigInteger, nullable=False),
        sa.Column("redemption_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("product", "day", name="pk_fund_flows"),
        sa.ForeignKeyConstraint(["product"], ["fund_products.code"], name="fk_fund_flows_product_fund_products"),
        sa.ForeignKeyConstraint(["company_id"], ["fund_companies.id"], name="fk_fund_flows_company_id_fund_companies"),
        sa.CheckConstraint("subscription_minor >= 0 AND redemption_minor >= 0", name="ck_fund_flows_amounts"),
    )


def _releases() -> None:
    op.create_table(
        "structure_releases",
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("product", "day", name="pk_structure_releases"),
        sa.ForeignKeyConstraint(
            ["product"], ["fund_products.code"], name="fk_structure_releases_product_fund_products"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fund_companies.id"], name="fk_structure_releases_company_id_fund_companies"
        ),
    )
    op.create_table(
        "structure_cells",
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("product", "day", "kinds", name="pk_structure_cells"),
        sa.ForeignKeyConstraint(
            ["product", "day"],
            ["structure_releases.product", "structure_releases.day"],
            name="fk_structure_cells_product_structure_releases",
        ),
    )
    op.create_table(
        "structure_parts",
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("product", "day", "customer_id", "kind", name="pk_structure_parts"),
        sa.ForeignKeyConstraint(
            ["product", "day"],
            ["structure_releases.product", "structure_releases.day"],
            name="fk_structure_parts_product_structure_releases",
        ),
    )


def _guard() -> None:
    op.execute(ROLE)
    op.execute(MEMBER)
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    op.execute(COMPANY.format(schema=schema))
    op.execute("REVOKE ALL ON FUNCTION fund_company() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION fund_company() TO brambling_manager")
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO brambling_manager")
    for table in (*OWN, "fund_companies", *BANK_ONLY):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in (*OWN, "fund_companies"):
        column = "id" if table == "fund_companies" else "company_id"
        op.execute(f"GRANT SELECT ON {table} TO brambling_manager")
        # in a sub-select the function is asked once a statement and not once a row
        op.execute(
            f"CREATE POLICY own_company ON {table} FOR SELECT TO brambling_manager "
            f"USING ({column} = (SELECT fund_company()))"
        )
    # what a policy asks is asked as the reader, so of fund_products and negotiations it finds his own rows alone
    for table, (columns, own) in PROPOSALS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO brambling_manager")
        op.execute(f"CREATE POLICY own_company ON {table} FOR SELECT TO brambling_manager USING ({own})")
