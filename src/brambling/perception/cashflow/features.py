"""Movements as the rules and the model see them: which rule fits which row, and the words a row is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from brambling.kit.text.normal import normalise_name
from brambling.perception.cashflow.rules import ORGANISATION, PAYING_OUT, SURE, Rule
from brambling.perception.cashflow.shapes import Correction

if TYPE_CHECKING:
    import polars as pl

LEG_DAYS_MAX = 2  # a transfer between own accounts arrives within so many days


def sure(rows: pl.DataFrame, holder: str = "") -> pl.Series:
    """The category a sure rule or a move between own accounts gives; null where none does."""
    import polars as pl

    own = _own(rows, holder)
    texts = rows.select(
        "amount_minor",
        pl.col("memo").fill_null("").str.to_lowercase(),
        pl.col("counterparty").fill_null("").str.to_lowercase(),
        own.alias("own"),
    )
    words = pl.coalesce(*[pl.when(_fits(rule)).then(pl.lit(rule.category)) for rule in SURE])
    return texts.select(pl.when("own").then(pl.lit("transfer")).otherwise(words).alias("sure")).to_series()


def likely(rows: pl.DataFrame) -> pl.Series:
    """The category by sign and by the shape of the counterparty alone."""
    import polars as pl

    name = pl.col("counterparty").fill_null("").str.to_lowercase()
    organisation = name.str.contains(ORGANISATION) | name.str.contains(PAYING_OUT)
    by_shape = (
        pl.when(pl.col("amount_minor") > 0)
        .then(pl.lit("sales"))
        .when(organisation)
        .then(pl.lit("supplier"))
        .otherwise(pl.lit("other"))
    )
    return rows.select(by_shape.alias("likely")).to_series()


def corrected(rows: pl.DataFrame, corrections: Sequence[Correction]) -> pl.Series:
    """What the user said, null where nothing; a later word overrules an earlier one, names match by their key."""
    import polars as pl

    said = pl.Series("said", [None] * rows.height, pl.String)
    if not corrections:
        return said
    names = rows["counterparty"].fill_null("")
    distinct = names.unique()
    keys = names.replace_strict(
        distinct, pl.Series([normalise_name(name) for name in distinct.to_list()], dtype=pl.String)
    )
    memos = rows["memo"].fill_null("").str.to_lowercase()
    for correction in corrections:
        fits = pl.Series([True] * rows.height)
        if correction.counterparty is not None:
            fits = keys == normalise_name(correction.counterparty)
        if correction.memo is not None:
            fits = fits & memos.str.contains(correction.memo.lower(), literal=True)
        said = pl.select(pl.when(fits).then(pl.lit(correction.category)).otherwise(said)).to_series()
    return said.alias("said")


def _fits(rule: Rule) -> pl.Expr:
    import polars as pl

    text = pl.concat_str("memo", pl.lit(" "), "counterparty") if rule.where == "any" else pl.col(rule.where)
    fits = text.str.contains(rule.pattern)
    if rule.direction == "in":
        return fits & (pl.col("amount_minor") > 0)
    if rule.direction == "out":
        return fits & (pl.col("amount_minor") < 0)
    return fits


def _own(rows: pl.DataFrame, holder: str) -> pl.Series:
    """Whether the other side is an own account: by a mark, by its number, by its name, or by the opposite leg."""
    import polars as pl

    if "own" in rows.columns:
        own = rows["own"].fill_null(False)
    else:
        own = pl.Series([False] * rows.height)
    if "account" in rows.columns and "counterparty_account" in rows.columns:
        ours = rows["account"].drop_nulls().unique()
        own = own | rows["counterparty_account"].is_in(ours.implode()).fill_null(False)
    if holder:
        names = rows["counterparty"].fill_null("").unique().to_list()
        mine = [name for name in names if name and normalise_name(name) == normalise_name(holder)]
        own = own | rows["counterparty"].fill_null("").is_in(mine)
    if "account" in rows.columns and rows["account"].n_unique() > 1:
        own = own | _opposite_legs(rows)
    return own.alias("own")


def _opposite_legs(rows: pl.DataFrame) -> pl.Series:
    """Rows that leave one account and arrive in another within two days, each leg used once, the nearest first."""
    import polars as pl

    legs = rows.select("account", "date", "amount_minor").with_row_index("place").filter(pl.col("amount_minor") != 0)
    legs = legs.with_columns(pl.col("amount_minor").abs().alias("size")).drop_nulls("account")
    out = legs.filter(pl.col("amount_minor") < 0)
    into = legs.filter(pl.col("amount_minor") > 0)
    pairs = out.join(into, on="size", suffix="_in").with_columns(
        (pl.col("date_in") - pl.col("date")).dt.total_days().alias("days")
    )
    pairs = pairs.filter((pl.col("account") != pl.col("account_in")) & pl.col("days").is_between(0, LEG_DAYS_MAX)).sort(
        "days", "place", "place_in"
    )
    used: set[int] = set()
    for left, arrived in pairs.select("place", "place_in").iter_rows():
        if left not in used and arrived not in used:
            used |= {left, arrived}
    return pl.Series([place in used for place in range(rows.height)], dtype=pl.Boolean)


def words(rows: pl.DataFrame) -> list[tuple[str, ...]]:
    """The words of each row for the model: character pairs and triples of memo and counterparty, the sign, the size,
    whether the amount is a round one, and the rhythm in which the same payment returns."""
    import polars as pl

    marks = rows.select(
        pl.col("memo").fill_null("").str.to_lowercase(),
        pl.col("counterparty").fill_null("").str.to_lowercase(),
        pl.when(pl.col("amount_minor") > 0).then(pl.lit("+")).otherwise(pl.lit("-")).alias("sign"),
        (pl.col("amount_minor").abs().clip(1).log10() * 2).floor().cast(pl.Int64).alias("size"),
        (pl.col("amount_minor") % 10_000 == 0).alias("round"),
        rhythm(rows).alias("rhythm"),
    )
    cache: dict[tuple[str, ...], tuple[str, ...]] = {}
    made = []
    for memo, name, sign, size, even, rhythm_word in marks.iter_rows():
        key = (memo, name)
        if key not in cache:
            cache[key] = (*_grams("m", memo), *_grams("c", name))
        tail = (sign, f"{sign}{size}", f"{sign}{'round' if even else 'odd'}", f"{sign}{rhythm_word}")
        made.append(cache[key] + tail)
    return made


def _grams(mark: str, text: str) -> tuple[str, ...]:
    framed = f"^{text}$"
    return tuple({mark + framed[i : i + n] for n in (2, 3) for i in range(len(framed) - n + 1)})


def rhythm(rows: pl.DataFrame) -> pl.Series:
    """How often the same payment (counterparty, memo, sign) returns: once, weekly, monthly, quarterly or often."""
    import polars as pl

    gaps = rows.select(
        pl.col("counterparty").fill_null(""),
        pl.col("memo").fill_null(""),
        (pl.col("amount_minor") > 0).alias("in"),
        pl.col("date") if "date" in rows.columns else pl.lit(None, pl.Date).alias("date"),
    )
    same = ("counterparty", "memo", "in")
    gap = pl.col("date").sort().diff().dt.total_days().filter(pl.col("date").sort().diff().dt.total_days() > 0).median()
    days = gaps.select(gap.over(same).alias("days"))["days"]
    named = (
        pl.when(days.is_null())
        .then(pl.lit("once"))
        .when(days.is_between(5, 9))
        .then(pl.lit("weekly"))
        .when(days.is_between(26, 35))
        .then(pl.lit("monthly"))
        .when(days.is_between(80, 100))
        .then(pl.lit("quarterly"))
        .otherwise(pl.lit("often"))
    )
    return pl.select(named.alias("rhythm")).to_series()
