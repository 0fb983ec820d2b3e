"""Tables of statements, and every query on them.

A movement's row id is the hash of what identifies it - customer, own account, day, amount, balance, counterparty, memo
and its number among equals - so the same movement in two overlapping files is one row, and an import can be repeated.
Account numbers are stored encrypted, with a keyed hash for look-up; long digit runs in memos and names are masked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import RowMapping

from brambling.bank.customers.store import customers
from brambling.kit.crypto import FieldCipher, mask, row_key
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.perception.cashflow.shapes import CATEGORIES, Correction

if TYPE_CHECKING:
    import polars as pl

_IN_CATEGORIES = f"category IN ({', '.join(repr(category) for category in CATEGORIES)})"

own_accounts = sa.Table(
    "own_accounts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("number_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("number_hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("customer_id", "number_hash"),
)
counterparties = sa.Table(
    "counterparties",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("account_encrypted", sa.LargeBinary),
    sa.Column("account_hash", sa.LargeBinary),
    sa.Index("ix_counterparties_account_hash", "account_hash", postgresql_where=sa.text("account_hash IS NOT NULL")),
)
statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("dialect", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("closing_balance_minor", sa.BigInteger),
    sa.Column("rows_new", sa.Integer, nullable=False),
    sa.Column("rows_known", sa.Integer, nullable=False),
)
# Statement, account and counterparty are written in the same transaction as the row; a foreign key on each of millions of rows
# would double the time of a bulk import and find nothing.
transactions = sa.Table(
    "transactions",
    metadata,
    sa.Column("customer_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("statement_id", sa.Uuid, nullable=False),
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("balance_minor", sa.BigInteger),
    sa.Column("account_id", sa.Uuid),
    sa.Column("counterparty_id", sa.Uuid),
    sa.Column("memo", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.CheckConstraint(_IN_CATEGORIES, name="category"),
)
category_corrections = sa.Table(
    "category_corrections",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("counterparty", sa.Text),
    sa.Column("memo", sa.Text),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(_IN_CATEGORIES, name="category"),
    sa.CheckConstraint("counterparty IS NOT NULL OR memo IS NOT NULL", name="says_which"),
)

_SEPARATOR = "\x1f"
_UUIDS = ARRAY(sa.Uuid)
BULK_ROWS = 10_000  # from here on it pays to look whether the rows can go straight in


# -- writing --------------------------------------------------------------------------------------------------------


def add_statements(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    """New rows of ``statements``."""
    session.execute(sa.insert(statements), rows)


def add_movements(session: WriteSession, rows: pl.DataFrame, cipher: FieldCipher) -> int:
    """Write the movements that are new; returns how many.

    ``rows`` has the columns of a statement plus ``customer_id`` and ``statement_id`` as text, in time order.
    """
    import polars as pl

    rows = _masked(rows)
    accounts = _numbers(rows, "account", cipher)
    others = _numbers(rows, "counterparty_account", cipher)
    rows = rows.join(accounts, on="account", how="left", maintain_order="left").rename({"hash": "account_hash"})
    rows = rows.join(others, on="counterparty_account", how="left", maintain_order="left").rename(
        {"hash": "other_hash"}
    )
    rows = _named_by(rows, "account_id", pl.col("account_hash").is_not_null(), "customer_id", "account_hash")
    somebody = (pl.col("counterparty") != "") | pl.col("other_hash").is_not_null()
    rows = _named_by(rows, "counterparty_id", somebody, "customer_id", "counterparty", "other_hash")
    _add_accounts(session, rows, cipher)
    _add_counterparties(session, rows, cipher)
    rows = rows.with_columns(_movement_ids(rows).alias("id"))
    columns = [column.name for column in transactions.columns if column.name != "position"]
    return _copy(session, transactions, rows.select(columns), fresh=_are_fresh(session, rows))


def _are_fresh(session: WriteSession, rows: pl.DataFrame) -> bool:
    """Whether many rows come for customers none of whom has any yet; then nobody else may write until we have."""
    if rows.height < BULK_ROWS:
        return False
    session.execute(sa.text("LOCK TABLE transactions IN SHARE ROW EXCLUSIVE MODE"))
    owners = [UUID(text) for text in rows["customer_id"].unique().to_list()]
    query = sa.select(sa.exists().where(transactions.c.customer_id == sa.any_(sa.literal(owners, _UUIDS))))
    return not session.scalar(query)


def _masked(rows: pl.DataFrame) -> pl.DataFrame:
    """Memos and names with long digit runs masked; each distinct text is looked at once."""
    import polars as pl

    for column in ("memo", "counterparty"):
        rows = rows.with_columns(pl.col(column).fill_null("").str.replace_all("\x00", "", literal=True))
        texts = rows[column].unique()
        numbered = texts.filter(texts.str.contains(r"[0-9０-９][0-9０-９ \-]{5,}[0-9０-９]")).to_list()
        if numbered:
            rows = rows.with_columns(pl.col(column).replace(numbered, [mask(text) for text in numbered]))
    return rows


def _numbers(rows: pl.DataFrame, column: str, cipher: FieldCipher) -> pl.DataFrame:
    """Distinct account numbers and their keyed hashes as hex text."""
    import polars as pl

    values = rows[column].drop_nulls().unique().to_list()
    hashes = [cipher.lookup_hash(value).hex() for value in values]
    return pl.DataFrame({column: values, "hash": hashes}, schema={column: pl.String, "hash": pl.String})


def _ids(texts: Iterable[str]) -> list[str]:
    """UUIDs as text: the first 16 bytes of BLAKE2b, the same in every process and version of every library."""
    return [hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest() for text in texts]


def _joined(*columns: str) -> pl.Expr:
    """The columns as one text, nulls apart from empty texts."""
    import polars as pl

    return pl.concat_str([pl.col(column).cast(pl.String).fill_null("\x00") for column in columns], separator=_SEPARATOR)


def _named_by(rows: pl.DataFrame, name: str, where: pl.Expr, *columns: str) -> pl.DataFrame:
    """``rows`` with the id made of ``columns`` where ``where`` holds, null elsewhere."""
    import polars as pl

    distinct = rows.filter(where).select(columns).unique(maintain_order=True)
    ids = pl.Series(name, _ids(distinct.select(_joined(*columns)).to_series().to_list()), pl.String)
    return rows.join(distinct.with_columns(ids), on=columns, how="left", nulls_equal=True, maintain_order="left")


def _movement_ids(rows: pl.DataFrame) -> pl.Series:
    """The id of each movement; equal ones are numbered, so that two equal payments of a day stay two."""
    import polars as pl

    like = (
        "customer_id",
        "account_hash",
        "date",
        "amount_minor",
        "balance_minor",
        "counterparty",
        "other_hash",
        "memo",
    )
    texts = rows.select(_joined(*like).alias("text")).with_row_index("place")
    again = texts.filter(pl.col("text").is_duplicated())
    again = again.select("place", pl.int_range(pl.len()).over("text").alias("among_equals"))
    numbered = texts.join(again, on="place", how="left", maintain_order="left")
    whole = numbered.select(pl.concat_str("text", pl.col("among_equals").fill_null(0), separator=_SEPARATOR))
    return pl.Series("id", _ids(whole.to_series().to_list()), pl.String)


def _add_accounts(session: WriteSession, rows: pl.DataFrame, cipher: FieldCipher) -> None:
    import polars as pl

    new = rows.select("account_id", "customer_id", "account", "account_hash").drop_nulls().unique("account_id")
    ids = new["account_id"].to_list()
    frame = new.select(
        pl.col("account_id").alias("id"),
        "customer_id",
        _encrypted(new["account"].to_list(), ids, "own_accounts", "number_encrypted", cipher),
        ("\\x" + pl.col("account_hash")).alias("number_hash"),
    )
    _copy(session, own_accounts, frame)


def _add_counterparties(session: WriteSession, rows: pl.DataFrame, cipher: FieldCipher) -> None:
    import polars as pl

    new = rows.select("counterparty_id", "customer_id", "counterparty", "counterparty_account", "other_hash")
    new = new.filter(pl.col("counterparty_id").is_not_null()).unique("counterparty_id")
    ids = new["counterparty_id"].to_list()
    frame = new.select(
        pl.col("counterparty_id").alias("id"),
        "customer_id",
        pl.col("counterparty").alias("name"),
        _encrypted(new["counterparty_account"].to_list(), ids, "counterparties", "account_encrypted", cipher),
        ("\\x" + pl.col("other_hash")).alias("account_hash"),
    )
    _copy(session, counterparties, frame)


def _encrypted(
    values: Iterable[str | None], ids: Iterable[str], table: str, column: str, cipher: FieldCipher
) -> pl.Series:
    import polars as pl

    sealed = [
        None if value is None else "\\x" + cipher.encrypt(value, row_key(table, column, UUID(number))).hex()
        for value, number in zip(values, ids, strict=True)
    ]
    return pl.Series(column, sealed, dtype=pl.String)


def _copy(session: WriteSession, table: sa.Table, frame: pl.DataFrame, *, fresh: bool = False) -> int:
    """COPY into a passing table, then insert what is new; returns the number inserted. ``fresh`` rows go straight in."""
    if frame.height == 0:
        return 0
    names = ", ".join(f'"{name}"' for name in frame.columns)
    if fresh:
        _send(session, f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)", frame)
        session.execute(sa.text(f"ANALYZE {table.name}"))
        return frame.height
    passing = f"incoming_{table.name}"
    session.execute(sa.text(f"DROP TABLE IF EXISTS {passing}"))
    session.execute(
        sa.text(
            f"CREATE TEMP TABLE {passing} ON COMMIT DROP AS SELECT {names}, 0::bigint AS place FROM {table.name} LIMIT 0"
        )
    )
    numbered = frame.with_row_index("place").select(*frame.columns, "place")
    _send(session, f"COPY {passing} ({names}, place) FROM STDIN (FORMAT csv)", numbered)
    done = session.execute(
        sa.text(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {passing} ORDER BY place ON CONFLICT DO NOTHING"
        )
    )
    session.execute(sa.text(f"DROP TABLE {passing}"))
    return done.rowcount


def _send(session: WriteSession, command: str, frame: pl.DataFrame) -> None:
    cursor = session.connection.connection.cursor()
    with cursor.copy(command) as copy:
        for part in frame.iter_slices(100_000):
            copy.write(part.write_csv(include_header=False, quote_style="non_numeric").encode("utf-8"))


def settle_statements(session: WriteSession, ids: Sequence[UUID]) -> list[UUID]:
    """Write how many rows each statement brought, and take away those that brought nothing; returns those kept.

    A statement whose rows were all known stays only when it tells a closing balance that its rows do not.
    """
    brought = (
        sa.select(transactions.c.statement_id, sa.func.count().label("rows"))
        .where(transactions.c.statement_id.in_(ids))
        .group_by(transactions.c.statement_id)
        .subquery()
    )
    session.execute(
        sa.update(statements)
        .where(statements.c.id == brought.c.statement_id)
        .values(rows_new=brought.c.rows, rows_known=statements.c.rows_known - brought.c.rows)
    )
    session.execute(
        sa.delete(statements).where(
            statements.c.id.in_(ids), statements.c.rows_new == 0, statements.c.closing_balance_minor.is_(None)
        )
    )
    return [row.id for row in session.tuples(sa.select(statements.c.id).where(statements.c.id.in_(ids)))]


def add_correction(session: WriteSession, identifier: UUID, customer_id: UUID, correction: Correction) -> None:
    """Keep one word of the user."""
    session.execute(
        sa.insert(category_corrections).values(
            id=identifier,
            customer_id=customer_id,
            counterparty=correction.counterparty,
            memo=correction.memo,
            category=correction.category,
            at=correction.at,
        )
    )


def set_categories(session: WriteSession, customer_id: UUID, ids: Sequence[UUID], categories: Sequence[str]) -> None:
    """Write the categories of some movements."""
    if ids:
        session.execute(
            sa.text(
                "UPDATE transactions t SET category = n.category FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[])) "
                "AS n(id, category) WHERE t.customer_id = :customer AND t.id = n.id"
            ),
            {"ids": list(ids), "words": list(categories), "customer": customer_id},
        )


# -- reading --------------------------------------------------------------------------------------------------------


def movements_of(session: ReadSession, customer_id: UUID) -> pl.DataFrame:
    """All movements of a customer by day and order of import, with ``own`` where the other side is the customer.

    Columns: id, date, amount_minor, balance_minor, account (the own account's id), counterparty, memo, category, own.
    """
    import polars as pl

    own = sa.or_(
        counterparties.c.account_hash.in_(
            sa.select(own_accounts.c.number_hash).where(own_accounts.c.customer_id == customer_id)
        ),
        counterparties.c.name == customers.c.name,
    )
    query = (
        sa.select(
            transactions.c.id,
            transactions.c.date,
            transactions.c.amount_minor,
            transactions.c.balance_minor,
            sa.cast(transactions.c.account_id, sa.Text).label("account"),
            sa.func.coalesce(counterparties.c.name, "").label("counterparty"),
            transactions.c.memo,
            transactions.c.category,
            sa.func.coalesce(own, False).label("own"),
        )
        .join_from(transactions, customers, customers.c.id == transactions.c.customer_id)
        .outerjoin(
            counterparties,
            # the customer again, so that its few counterparties are read by index and not all of the bank's
            sa.and_(counterparties.c.id == transactions.c.counterparty_id, counterparties.c.customer_id == customer_id),
        )
        .where(transactions.c.customer_id == customer_id)
        .order_by(transactions.c.date, transactions.c.position)
    )
    found = session.tuples(query)
    kinds = [pl.Object(), pl.Date(), pl.Int64(), pl.Int64(), pl.String(), pl.String(), pl.String(), pl.String()]
    names = [column.name for column in query.selected_columns]
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    series = zip(names, columns, [*kinds, pl.Boolean()], strict=True)
    return pl.DataFrame([pl.Series(name, values, kind) for name, values, kind in series])


def statements_of(session: ReadSession, customer_id: UUID) -> Sequence[RowMapping]:
    """The statements of a customer, the one that reaches furthest first."""
    return session.rows(
        sa.select(statements)
        .where(statements.c.customer_id == customer_id)
        .order_by(statements.c.last_day.desc(), statements.c.imported_at.desc())
    )


def corrections_of(session: ReadSession, customer_id: UUID) -> list[Correction]:
    """The user's words on categories, oldest first: a later one overrules."""
    found = session.rows(
        sa.select(category_corrections)
        .where(category_corrections.c.customer_id == customer_id)
        .order_by(category_corrections.c.at, category_corrections.c.id)
    )
    return [Correction(row["category"], row["counterparty"], row["memo"], row["at"]) for row in found]
