"""Typed tables from CSV, Parquet, JSON records or any dataframe, with rejections that name row and column.

Columns are matched by name or by a mapping ``ours -> theirs``; extra columns are kept, input order too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from brambling.kit.errors import ExtraMissing, InputRejected
from brambling.kit.files.reading import find_delimiter, find_encoding, open_bytes, open_text
from brambling.kit.money import MINOR_LIMIT, digits_of

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["text", "date", "money", "number", "integer", "flag"]
Source = Any  # a path, or any dataframe Narwhals knows

_EXPECTED: dict[Kind, str] = {
    "text": "text",
    "date": "a date like 2026-11-24",
    "money": "an amount like 1234.50",
    "number": "a number like 0.25",
    "integer": "a whole number",
    "flag": "true or false",
}
# Each format is tried on the whole column; the first that reads every value is taken, so two formats never mix.
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
# Written with the year last, the same figures may be two days; only a value above 12 or the user tells which.
DateOrder = Literal["mdy", "dmy"]
YEAR_LAST: dict[DateOrder, tuple[str, ...]] = {
    "mdy": ("%m/%d/%Y", "%m-%d-%Y"),
    "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"),
}
YEARS = (1900, 2200)  # 5-1-26 is no day of the year 5
TIME_SUFFIX = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$"
_TIME_AFTER_DAY = r"日\s*\d{1,2}[:时]\d{1,2}.*$"
_WIDE = dict(zip("０１２３４５６７８９．，－＋：／", "0123456789.,-+:/", strict=True))


@dataclass(frozen=True)
class Column:
    """A column of a contract. ``money`` becomes an Int64 column ``<name>_minor`` of smallest units."""

    name: str
    kind: Kind = "text"
    required: bool = True
    nullable: bool = False


def read_frame(source: Source) -> pl.DataFrame:
    """The raw table of ``source``: CSV cells stay text, Parquet and dataframes keep their types.

    Raises InputRejected for a file that is no table, has no rows, or has two columns of one name.
    """
    import polars as pl

    if isinstance(source, str | Path):
        return _read_path(Path(source))
    if isinstance(source, pl.DataFrame):
        return source
    import narwhals as nw

    try:
        frame = nw.from_native(source)
        eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        return eager.to_polars()
    except TypeError:
        raise InputRejected(f"{type(source).__name__} is not a table", expected="a path or a dataframe") from None
    except nw.exceptions.DuplicateError as error:
        names = " ".join(str(error).partition("-")[2].split())
        raise InputRejected(f"two columns have one name ({names})", expected="each column name once") from None
    except ModuleNotFoundError:
        raise ExtraMissing("arrow", f"reading {type(source).__name__}") from None


def _read_path(path: Path) -> pl.DataFrame:
    import polars as pl

    name = path.name.lower()
    try:
        if name.endswith(".parquet"):
            with open_bytes(path) as handle:
                frame = pl.read_parquet(handle)
        elif name.endswith((".json", ".jsonl", ".ndjson")):
            frame = _read_json(path)
        else:
            frame = _read_csv(path)
    except pl.exceptions.PolarsError as error:
        raise InputRejected(f"is not a table ({_first_line(error)})", file=path) from error
    if frame.height == 0:
        raise InputRejected("has no rows", file=path)
    return frame


def _read_json(path: Path) -> pl.DataFrame:
    import polars as pl

    with open_text(path) as handle:
        text = handle.read()
    if text.lstrip().startswith("["):
        return pl.read_json(text.encode("utf-8"))
    return pl.read_ndjson(text.encode("utf-8"))


def _read_csv(path: Path) -> pl.DataFrame:
    import polars as pl

    encoding = find_encoding(path)
    with open_text(path) as handle:
        sample = handle.read(64 * 1024)
    with open_bytes(path) as binary:
        data = binary.read()
    if encoding != "utf-8":
        data = data.decode(encoding).encode("utf-8")
    header = sample.splitlines()[0] if sample else ""
    delimiter = find_delimiter(sample)
    _no_twins([cell.strip().strip('"') for cell in header.split(delimiter)], path)
    return pl.read_csv(data, separator=delimiter, infer_schema=False, truncate_ragged_lines=False, null_values=[""])


def _no_twins(names: Sequence[str], path: Path) -> None:
    for name in names:
        if name and names.count(name) > 1:
            raise InputRejected(f"two columns are called {name!r}", file=path)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:160]


def read_table(
    source: Source,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    *,
    currency: str = "CNY",
) -> pl.DataFrame:
    """The table of ``source`` with the contract's ``columns`` found, named and typed; the others follow untouched.

    ``mapping`` names our columns in the file's words. Types: text String, date Date, money Int64 ``<name>_minor``,
    number Float64 (NaN and infinities become null), integer Int64, flag Boolean. Raises InputRejected with file, row
    and column for the first value that does not fit, a missing required column, or a null where none may be.
    """
    import polars as pl

    file = Path(source) if isinstance(source, str | Path) else None
    frame = read_frame(source).rename(lambda name: name.strip().lstrip("\ufeff"))
    frame = _named(frame, columns, mapping or {}, file)
    for column in columns:
        if column.name not in frame.columns:
            continue
        values = frame[column.name]
        typed = _typed(values, column, file, currency)
        lost = typed.is_null() & values.is_not_null() & (values.cast(pl.String).str.strip_chars() != "")
        if column.kind == "number":
            lost = lost & ~_is_nan_word(values)
        if lost.any():
            row = int(lost.arg_max() or 0)
            raise InputRejected(
                f"{values[row]!r} does not fit",
                file=file,
                row=row + 1,
                column=column.name,
                expected=_EXPECTED[column.kind],
            )
        if not column.nullable and typed.is_null().any():
            row = int(typed.is_null().arg_max() or 0)
            raise InputRejected(
                "nothing there", file=file, row=row + 1, column=column.name, expected=_EXPECTED[column.kind]
            )
        frame = frame.with_columns(typed.alias(column.name))
        if column.kind == "money":
            frame = frame.rename({column.name: f"{column.name}_minor"})
    return frame


def names_by_file(
    files: Sequence[tuple[Source | None, Sequence[str]]], mapping: Mapping[str, str] | None
) -> list[dict[str, str]]:
    """The part of ``mapping`` that belongs to each of several files (None: not given) and its own columns.

    A name goes to every file that has it, because one file may call a day 日期 and the next one date. Raises InputRejected
    for a name that no file has.
    """
    found: list[dict[str, str]] = [{} for _file in files]
    have = [set() if source is None else _names_of(source) for source, _columns in files]
    for ours, theirs in (mapping or {}).items():
        places = [n for n, (_source, columns) in enumerate(files) if ours in columns and theirs in have[n]]
        if not places:
            known = [n for n, (source, columns) in enumerate(files) if source is not None and ours in columns]
            name = files[known[0]][0] if known else None
            raise InputRejected(
                f"--map {ours}={theirs}: no column {theirs!r}"
                if known
                else f"--map {ours}={theirs}: no file has {ours!r}",
                file=name if isinstance(name, str | Path) else None,
                expected="one of " + ", ".join(sorted(have[known[0]])[:12] if known else _own_names(files)),
            )
        for place in places:
            found[place][ours] = theirs
    return found


def _names_of(source: Source) -> set[str]:
    return {name.strip().lstrip("\ufeff") for name in read_frame(source).columns}


def _own_names(files: Sequence[tuple[Source | None, Sequence[str]]]) -> list[str]:
    return sorted({name for _source, columns in files for name in columns})


def _named(
    frame: pl.DataFrame, columns: Sequence[Column], mapping: Mapping[str, str], file: Path | None
) -> pl.DataFrame:
    for ours, theirs in mapping.items():
        if theirs not in frame.columns:
            have = ", ".join(frame.columns[:12])
            raise InputRejected(f"--map {ours}={theirs}: no column {theirs!r}", file=file, expected=f"one of {have}")
        if ours != theirs and ours in frame.columns:
            frame = frame.drop(ours)
        frame = frame.rename({theirs: ours})
    lower = {name.lower(): name for name in frame.columns}
    for column in columns:
        if column.name not in frame.columns and column.name.lower() in lower:
            frame = frame.rename({lower[column.name.lower()]: column.name})
        if column.required and column.name not in frame.columns:
            have = ", ".join(frame.columns[:12])
            raise InputRejected(
                f"no column {column.name!r} (has {have})", file=file, expected=f"it, or --map {column.name}=YOUR_NAME"
            )
    return frame


def _typed(values: pl.Series, column: Column, file: Path | None, currency: str) -> pl.Series:
    import polars as pl

    kind = column.kind
    if kind == "text":
        return values.cast(pl.String).str.strip_chars().replace("", None)
    if kind == "date":
        return parse_dates(values, file=file, column=column.name)
    if kind == "flag":
        return _flags(values)
    if kind == "money":
        return parse_minor(values, currency)
    if values.dtype == pl.String:
        values = _plain_digits(values).str.replace_all(",", "", literal=True)
    number = values.cast(pl.Float64, strict=False)
    number = pl.select(pl.when(number.is_finite()).then(number)).to_series()
    if kind == "integer":
        whole = number.cast(pl.Int64, strict=False)
        number = pl.select(pl.when(whole.cast(pl.Float64) == number).then(whole)).to_series()
    return number


def _is_nan_word(values: pl.Series) -> pl.Series:
    import polars as pl

    spelled = ["nan", "na", "n/a", "null", "none", "inf", "-inf", "+inf", "infinity", "-infinity"]
    words: pl.Series = values.cast(pl.String).str.strip_chars().str.to_lowercase().is_in(spelled)
    return words


def _plain_digits(values: pl.Series) -> pl.Series:
    """Full-width digits and signs as plain ones, spaces and currency marks taken off."""
    text = values.str.replace_many(list(_WIDE), list(_WIDE.values()))
    return text.str.replace_all(r"[\s¥￥\u00a0']", "").str.replace_all("\u2212", "-", literal=True)


def parse_minor(values: pl.Series, currency: str = "CNY") -> pl.Series:
    """Smallest units (Int64) from text or numbers; null where a value is no exact amount of the currency.

    Text may carry thousands separators, full-width digits, a currency mark, a leading sign or accountants' brackets.
    Numbers (floats of a dataframe) are read by their shortest decimal text, so 0.1 is ten fen and 0.105 is rejected.
    """
    import polars as pl

    digits = digits_of(currency)
    largest = MINOR_LIMIT // 10**digits - 1  # above it Int64 would wrap round without a word
    if values.dtype.is_integer():
        units = pl.lit(values.cast(pl.Int64, strict=False))
        return pl.select(pl.when(units.is_between(-largest, largest)).then(units * 10**digits)).to_series()
    text = _plain_digits(values.cast(pl.String)).str.replace(r"^\((.+)\)$", "-$1").str.replace(r"^(.+)-$", "-$1")
    parts = text.str.extract_groups(r"^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?$").struct.unnest()
    parts.columns = ["sign", "whole", "part"]
    whole = pl.col("whole").fill_null("0").str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
    part = pl.col("part").fill_null("").str.strip_chars_end("0")
    fits = (
        (part.str.len_chars() <= digits)
        & (whole <= largest)
        & (pl.col("whole").is_not_null() | pl.col("part").is_not_null())
    )
    small = part.str.pad_end(digits, "0").replace("", "0").cast(pl.Int64, strict=False)
    minor = (whole * 10**digits + small) * pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    return parts.select(pl.when(fits).then(minor)).to_series()


def parse_dates(
    values: pl.Series, *, file: Path | None = None, column: str = "date", order: DateOrder | None = None
) -> pl.Series:
    """Dates (polars Date); a time of day after the date is dropped; null where nothing stands.

    One format must read the whole column: raises InputRejected when two formats are mixed, naming the first row that
    differs, because a guess would move payments by months. For the same reason dates that may be read as month/day and
    as day/month are rejected, unless ``order`` says which. Values no format reads come back null.
    """
    import polars as pl

    if values.dtype == pl.Date:
        return values
    if values.dtype.is_temporal():
        return values.cast(pl.Date)
    text = values.cast(pl.String).str.strip_chars().str.replace_many(list(_WIDE), list(_WIDE.values()))
    text = text.str.replace(TIME_SUFFIX, "").str.replace(_TIME_AFTER_DAY, "日").str.strip_chars()
    text = pl.select(pl.when(text != "").then(text)).to_series()
    tried: list[pl.Series] = []
    for shape in DATE_FORMATS:
        tried.append(_dates(text, shape))
        if tried[-1].null_count() == text.null_count():
            return tried[-1]
    orders: tuple[DateOrder, ...] = ("mdy", "dmy") if order is None else (order,)
    last = [_dates(text, shape) for one in orders for shape in YEAR_LAST[one]]
    whole = [read for read in last if read.null_count() == text.null_count()]
    if whole:
        _reject_two_meanings(text, whole, file, column)
        return whole[0]
    tried += last
    best = max(tried, key=lambda read: read.len() - read.null_count())
    odd = best.is_null() & text.is_not_null()
    for read in tried:
        mixed = odd & read.is_not_null()
        if best.null_count() < best.len() and mixed.any():
            row = int(mixed.arg_max() or 0)
            raise InputRejected(
                f"{text[row]!r} is written in another format than the dates above it",
                file=file,
                row=row + 1,
                column=column,
                expected="one date format in the whole file",
            )
    return best


def _dates(text: pl.Series, shape: str) -> pl.Series:
    import polars as pl

    read = text.str.to_date(shape, strict=False, exact=True)
    return pl.select(pl.when(read.dt.year().is_between(*YEARS)).then(read)).to_series()


def _reject_two_meanings(text: pl.Series, whole: Sequence[pl.Series], file: Path | None, column: str) -> None:
    for other in whole[1:]:
        apart = (whole[0] != other).fill_null(False)
        if apart.any():
            row = int(apart.arg_max() or 0)
            raise InputRejected(
                f"{text[row]!r} may be month/day/year or day/month/year, and no row tells which",
                file=file,
                row=row + 1,
                column=column,
                expected="dates like 2026-11-24, or --date-format mdy or dmy where a command has it",
            )


def _flags(values: pl.Series) -> pl.Series:
    import polars as pl

    if values.dtype == pl.Boolean:
        return values
    words = values.cast(pl.String).str.strip_chars().str.to_lowercase()
    yes = words.is_in(["true", "1", "1.0", "yes", "y", "是"])
    no = words.is_in(["false", "0", "0.0", "no", "n", "否"])
    return pl.select(pl.when(yes).then(True).when(no).then(False)).to_series()
