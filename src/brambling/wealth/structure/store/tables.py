"""The tables. Row-level security stands on all of them; which rows a manager's role reads is set by the migration."""

from __future__ import annotations

import sqlalchemy as sa

from brambling.kit.db import metadata

fund_companies = sa.Table(
    "fund_companies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)

fund_managers = sa.Table(
    "fund_managers",
    metadata,
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
    sa.Column("company_id", sa.Uuid, sa.ForeignKey("fund_companies.id"), nullable=False),
    sa.Column("login", sa.Text, unique=True),  # his own user of the database, for tools that speak SQL
)

fund_passes = sa.Table(
    "fund_passes",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("company_id", sa.Uuid, sa.ForeignKey("fund_companies.id"), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)

fund_products = sa.Table(
    "fund_products",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("company_id", sa.Uuid, sa.ForeignKey("fund_companies.id"), nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Index("ix_fund_products_company_id", "company_id"),
)

fund_trades = sa.Table(
    "fund_trades",
    metadata,
    sa.Column("product", sa.Text, sa.ForeignKey("fund_products.code"), primary_key=True),
    sa.Column("customer_id", sa.Uuid, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("subscription_minor", sa.BigInteger, nullable=False),
    sa.Column("redemption_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("subscription_minor >= 0 AND redemption_minor >= 0", name="amounts"),
)

fund_flows = sa.Table(
    "fund_flows",
    metadata,
    sa.Column("product", sa.Text, sa.ForeignKey("fund_products.code"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("company_id", sa.Uuid, sa.ForeignKey("fund_companies.id"), nullable=False),
    sa.Column("subscription_minor", sa.BigInteger, nullable=False),
    sa.Column("redemption_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("subscription_minor >= 0 AND redemption_minor >= 0", name="amounts"),
)

structure_releases = sa.Table(
    "structure_releases",
    metadata,
    sa.Column("product", sa.Text, sa.ForeignKey("fund_products.code"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("company_id", sa.Uuid, sa.ForeignKey("fund_companies.id"), nullable=False),
)

_RELEASE = ("structure_releases.product", "structure_releases.day")
structure_cells = sa.Table(
    "structure_cells",
    metadata,
    sa.Column("product", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kinds", sa.Text, primary_key=True),  # one kind, or several that were merged, joined by "+"
    sa.Column("company_id", sa.Uuid, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["product", "day"], _RELEASE, name="fk_structure_cells_product_structure_releases"),
)

structure_parts = sa.Table(
    "structure_parts",
    metadata,
    sa.Column("product", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("customer_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["product", "day"], _RELEASE, name="fk_structure_parts_product_structure_releases"),
)
