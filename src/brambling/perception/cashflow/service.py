"""One function for each thing a user can ask of statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.kit.calendar import holiday_name
from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher, load_cipher, mask
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.kit.files.tables import DateOrder
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.kit.settings import settings
from brambling.perception.cashflow import features, readers
from brambling.perception.cashflow.model import CategoryModel
from brambling.perception.cashflow.rules import CATEGORIES
from brambling.perception.cashflow.shapes import Correction, Imported, LatePayer, Statement, schema

if TYPE_CHECKING:
    import polars as pl

_SILENT = Bus()
CORRECTION_WEIGHT = 5.0  # a word of the user counts as five rows
LEARN_ROWS_MAX = 4_000  # distinct rows the model learns from
PAYMENTS_MIN = 4  # fewer payments have no usual gap


def read_statement(
    source: Any,
    *,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
    balance: Money | None = None,
    date_order: DateOrder | None = None,
) -> Statement:
    """Read, check and categorise a bank statement.

    ``source`` is a path (CSV of a Chinese bank, Alipay or WeChat, our own contract; OFX; camt.053; Parquet; gzip of any)
    or a dataframe. ``mapping`` names our columns in the file's words. ``balance`` is the balance after the last row,
    for files that do not have it; where the file's own running balance proves itself that one holds, and
    ``Statement.balance_unused`` tells of the other. ``date_order`` says how dates with the year last are meant, where no
    row tells. Raises InputRejected with file, row and column for what cannot be read, LimitExceeded for a file larger
    than one statement can be.
    """
    statement = _with_balance(readers.read(source, mapping, currency, None, date_order), balance)
    return dataclasses.replace(statement, rows=categorise(statement.rows, holder=statement.holder))


def _with_balance(statement: Statement, balance: Money | None) -> Statement:
    """``statement`` with the given balance, unless its rows prove one: each follows from the one before it."""
    if balance is None:
        return statement
    if balance.currency != statement.currency:
        raise InputRejected(f"the balance is in {balance.currency}, the statement in {statement.currency}")
    told = statement.rows["balance_minor"]
    if statement.closing_balance_minor is not None and told.len() - told.null_count() > 1:
        same = statement.closing_balance_minor == balance.minor
        return statement if same else dataclasses.replace(statement, balance_unused=balance)
    return dataclasses.replace(statement, balance_known=True, closing_balance_minor=balance.minor)


def categorise(
    rows: pl.DataFrame, corrections: Sequence[Correction] | None = None, *, holder: str = ""
) -> pl.DataFrame:
    """``rows`` (amount_minor, counterparty, memo; date, account, counterparty_account where known) with ``category``.

    First the user's word, then a sure rule, then the model that learnt from both, then the likely rule. ``holder`` is
    whose account it is: money from or to the same name is a transfer.
    """
    import polars as pl

    said = features.corrected(rows, corrections or [])
    known = pl.select(pl.coalesce(said, features.sure(rows, holder))).to_series()
    guessed = _guess(rows, known, said)
    category = pl.select(pl.coalesce(known, guessed, features.likely(rows))).to_series()
    return rows.with_columns(category.alias("category"))


def _guess(rows: pl.DataFrame, known: pl.Series, said: pl.Series) -> pl.Series:
    """What the model says of the rows that are not known; each distinct row is looked at once."""
    import polars as pl

    same = ("memo", "counterparty", "sign", "size")
    marked = rows.with_columns(
        (pl.col("amount_minor") > 0).alias("sign"),
        (pl.col("amount_minor").abs().clip(1).log10() * 2).floor().cast(pl.Int64).alias("size"),
        features.rhythm(rows),
        known.alias("known"),
        said.alias("said"),
    )
    taught = marked.filter(pl.col("known").is_not_null()).group_by(*same, "known", maintain_order=True)
    lessons = (
        taught.agg(pl.len().alias("times"), pl.all().exclude("times").first())
        .sort("times", descending=True, maintain_order=True)
        .head(LEARN_ROWS_MAX)
    )
    asked = marked.filter(pl.col("known").is_null()).unique(same, keep="first", maintain_order=True)
    nothing = pl.Series("guess", [None] * rows.height, pl.String)
    if asked.height == 0 or lessons["known"].n_unique() < 2:
        return nothing
    weights = pl.select(
        lessons["times"].sqrt() * pl.when(lessons["said"].is_not_null()).then(CORRECTION_WEIGHT).otherwise(1.0)
    ).to_series()
    model = CategoryModel().fit(features.words(lessons), lessons["known"].to_list(), weights.to_list())
    answers = asked.select(same).with_columns(
        pl.Series("guess", model.predict(features.words(asked), money_in=asked["sign"].to_list()), pl.String)
    )
    return marked.select(same).join(answers, on=same, how="left", nulls_equal=True, maintain_order="left")["guess"]


def late_payers(statement: Statement) -> list[LatePayer]:
    """Payers whose latest gap exceeds the 90th percentile of their own gaps, the one furthest behind first.

    The latest gap runs from the last payment to the last day of the statement. It must exceed it too once the
    days of Spring Festival are taken out of every gap: nobody pays then, and nobody is late for it. A gap lies
    between two days with payments, percentiles are linear (type 7 of Hyndman and Fan 1996), and a payer needs at least
    four payments: with fewer it has no habit to break. Only sales count: nobody is late with interest or a refund.
    """
    import polars as pl

    paid = statement.rows.filter((pl.col("category") == "sales") & (pl.col("amount_minor") > 0))
    paid = paid.filter(pl.col("counterparty") != "")
    days = paid.group_by("counterparty", "date").agg(pl.col("amount_minor").sum()).sort("counterparty", "date")
    days = days.with_columns(_festival_days(statement))
    gaps = pl.col("date").diff().dt.total_days()
    worked = gaps - pl.col("festival").diff()
    payers = days.group_by("counterparty", maintain_order=True).agg(
        pl.col("date").last().alias("last_paid"),
        pl.col("festival").last(),
        gaps.median().alias("usual"),
        gaps.quantile(0.9, interpolation="linear").alias("p90"),
        worked.quantile(0.9, interpolation="linear").alias("p90_worked"),
        pl.len().alias("payments"),
        pl.col("amount_minor").median().alias("amount"),
    )
    late = []
    until = pl.DataFrame({"date": [statement.last_day]}).select(_festival_days(statement)).item()
    for payer in payers.filter(pl.col("payments") >= PAYMENTS_MIN).iter_rows(named=True):
        gap = (statement.last_day - payer["last_paid"]).days
        if gap > payer["p90"] and gap - (until - payer["festival"]) > payer["p90_worked"]:
            late.append(
                LatePayer(
                    counterparty=payer["counterparty"],
                    last_paid=payer["last_paid"],
                    gap_days=gap,
                    usual_days=round(payer["usual"]),
                    p90_days=round(payer["p90"]),
                    payments=payer["payments"],
                    usual_amount=Money(round(payer["amount"]), statement.currency),
                )
            )
    return sorted(late, key=lambda payer: (payer.usual_days - payer.gap_days, payer.counterparty))


def _festival_days(statement: Statement) -> pl.Expr:
    """How many days of Spring Festival lie between the statement's first day and column ``date``, as ``festival``."""
    import polars as pl

    first, last = statement.first_day, statement.last_day
    named = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    festival = [day for day in named if day.month in (1, 2, 3) and holiday_name(day) == "spring-festival"]
    before = pl.col("date").to_physical()
    count = sum((before >= (day - date(1970, 1, 1)).days).cast(pl.Int64) for day in festival)
    return (pl.lit(0, pl.Int64) + count).alias("festival")


# -- in the bank ----------------------------------------------------------------------------------------------------


def import_statement(
    session: WriteSession,
    customer_id: UUID,
    statement: Statement,
    clock: Clock,
    *,
    cipher: FieldCipher | None = None,
    bus: Bus = _SILENT,
) -> Imported:
    """Keep a statement. Rows that are known from an overlapping file are not kept twice; doing it again changes nothing.

    Raises Conflict when the customer's statements so far are in another currency.
    """
    import polars as pl

    from brambling.perception.cashflow import store

    before = store.statements_of(session, customer_id)
    if before and before[0]["currency"] != statement.currency:
        raise Conflict(
            f"the statements of this customer are in {before[0]['currency']}, this one in {statement.currency}"
        )
    moment = clock.now()
    identifier = new_id(moment)
    only_told = statement.closing_balance_minor if statement.rows["balance_minor"].null_count() else None
    store.add_statements(
        session,
        [
            {
                "id": identifier,
                "customer_id": customer_id,
                "imported_at": moment,
                "dialect": statement.dialect,
                "currency": statement.currency,
                "holder": statement.holder,
                "first_day": statement.first_day,
                "last_day": statement.last_day,
                "closing_balance_minor": only_told,
                "rows_new": 0,
                "rows_known": statement.rows.height,
            }
        ],
    )
    rows = statement.rows.with_columns(
        pl.lit(str(customer_id)).alias("customer_id"), pl.lit(str(identifier)).alias("statement_id")
    )
    new = store.add_movements(session, rows, cipher or load_cipher(settings()))
    kept = store.settle_statements(session, [identifier])
    if new:
        _recategorise(session, customer_id)
    if kept:
        data = {"new": new, "known": statement.rows.height - new, "until": statement.last_day.isoformat()}
        key = key_of("event", "statement.imported", identifier)
        bus.publish(session, Event(key, customer_id, "statement.imported", moment, data))
    return Imported(new, statement.rows.height - new, identifier if kept else None)


def import_many(
    session: WriteSession,
    frame: pl.DataFrame,
    clock: Clock,
    *,
    dialect: str = "brambling",
    currency: str = "CNY",
    cipher: FieldCipher | None = None,
) -> Imported:
    """Keep the movements of many customers at once: about a million rows a minute and more.

    ``frame`` has ``customer`` (the customer's id), date, amount_minor, counterparty, memo, balance_minor, and account,
    counterparty_account, category where known; each customer's rows in time order and already checked. Categories that
    are missing are given by the rules alone. Raises InputRejected when a column is missing.
    """
    import polars as pl

    from brambling.perception.cashflow import store

    for column in ("customer", "date", "amount_minor", "counterparty", "memo"):
        if column not in frame.columns:
            raise InputRejected(f"no column {column!r}", expected="customer, date, amount_minor, counterparty, memo")
    if frame.height == 0:
        return Imported(0, 0)
    for name, kind in schema().items():
        if name not in frame.columns and name not in ("row", "category"):
            frame = frame.with_columns(pl.lit(None, kind).alias(name))
    if "category" not in frame.columns:
        by_rule = pl.select(pl.coalesce(features.sure(frame.drop("account")), features.likely(frame))).to_series()
        frame = frame.with_columns(by_rule.alias("category"))
    frame = frame.with_columns(pl.col("customer").cast(pl.String).alias("customer_id"))
    moment = clock.now()
    spans = frame.group_by("customer_id", maintain_order=True).agg(
        pl.col("date").min().alias("first_day"), pl.col("date").max().alias("last_day"), pl.len().alias("rows_known")
    )
    spans = spans.with_columns(pl.Series("id", [str(new_id(moment)) for _ in range(spans.height)]))
    fixed = {"imported_at": moment, "dialect": dialect, "currency": currency, "holder": "", "rows_new": 0}
    store.add_statements(
        session,
        [
            {
                **row,
                **fixed,
                "closing_balance_minor": None,
                "id": UUID(row["id"]),
                "customer_id": UUID(row["customer_id"]),
            }
            for row in spans.iter_rows(named=True)
        ],
    )
    owners = spans.select("customer_id", pl.col("id").alias("statement_id"))
    rows = frame.join(owners, on="customer_id", maintain_order="left")
    new = store.add_movements(session, rows, cipher or load_cipher(settings()))
    store.settle_statements(session, [UUID(text) for text in spans["id"].to_list()])
    return Imported(new, frame.height - new)


def load_statement(session: ReadSession, customer_id: UUID) -> Statement:
    """All that is known of a customer's movements as one statement; ``account`` is an id, never a number.

    Raises NotFound when nothing was imported for the customer.
    """
    import polars as pl

    from brambling.perception.cashflow import store

    found = store.movements_of(session, customer_id)
    if found.height == 0:
        raise NotFound("no statement was imported for this customer")
    statements = store.statements_of(session, customer_id)
    settled = readers.settle(
        found.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")),
        currency=statements[0]["currency"],
    )
    rows = settled.rows.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"),
        pl.lit(None, pl.String).alias("counterparty_account"),
    ).select(*schema())
    closing = settled.closing_balance_minor
    if closing is None and statements[0]["closing_balance_minor"] is not None:
        closing = int(statements[0]["closing_balance_minor"])
    return Statement(
        rows=rows,
        currency=statements[0]["currency"],
        dialect="bank",
        balance_known=closing is not None,
        closing_balance_minor=closing,
        holder=statements[0]["holder"],
    )


def correct(
    session: WriteSession,
    customer_id: UUID,
    category: str,
    clock: Clock,
    *,
    counterparty: str | None = None,
    memo: str | None = None,
    bus: Bus = _SILENT,
) -> int:
    """The user's word: movements of this counterparty, or whose memo holds this text, are of ``category``.

    The word holds for rows to come as well, and the model learns from it for similar ones. Returns how many rows have
    another category now. Raises InputRejected for an unknown category or when nothing says which rows are meant.
    """
    from brambling.perception.cashflow import store

    if category not in CATEGORIES:
        raise InputRejected(f"no category {category!r}", expected="one of " + ", ".join(CATEGORIES))
    if not (counterparty or "").strip() and not (memo or "").strip():
        raise InputRejected("nothing says which rows are meant", expected="a counterparty or a text of the memo")
    moment = clock.now()
    # rows are kept with numbers of persons masked, so a word on them is too: it fits, and shows nobody's number
    word = Correction(category, mask(counterparty or "") or None, mask(memo or "") or None, moment)
    identifier = new_id(moment)
    store.add_correction(session, identifier, customer_id, word)
    changed = _recategorise(session, customer_id)
    key = key_of("event", "category.corrected", identifier)
    data = {"rows": changed, "category": category}
    bus.publish(session, Event(key, customer_id, "category.corrected", moment, data))
    return changed


def _recategorise(session: WriteSession, customer_id: UUID) -> int:
    """Give all rows of a customer the category that is right by all that is known now; returns how many changed."""
    import polars as pl

    from brambling.perception.cashflow import store

    rows = store.movements_of(session, customer_id)
    now = categorise(rows, store.corrections_of(session, customer_id))
    changed = now.with_columns(rows["category"].alias("was")).filter(pl.col("category") != pl.col("was"))
    store.set_categories(session, customer_id, changed["id"].to_list(), changed["category"].to_list())
    return changed.height
