"""Delimited files, Parquet and dataframes into raw movements.

The header is looked for in the first lines (bank exports begin with a preamble), lines that are no movement (totals,
notes, repeated headers, opening balances) are passed over, and every other row must be read whole or the file is
rejected with its row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brambling.kit.errors import InputRejected
from brambling.kit.files import read_frame
from brambling.perception.cashflow.readers.dialects import REQUIRED, Layout, plain_name, recognise

if TYPE_CHECKING:
    import polars as pl

HEADER_LINES_MAX = 200  # a preamble is at most this long
CELL_LINES_MAX = 20  # a cell with more lines is a quote that was never closed
DELIMITERS = (",", "\t", ";", "|")

# A line that begins so, and has no date, is a total or a note of the bank.
NOTE = (
    r"^\W*(合计|总计|小计|本页|累计|共\d*|总笔数|总收入|总支出|收入合计|支出合计|收入总|支出总|借方合计|贷方合计|资金流水总|期初|期末|上期|承前|过次|上页|打印|制表"
    r"|经办|说明|备注|注[:：]|截止|查询|页码|第.*页|导出|终止|起始|以下无|end of|total|subtotal|sum\b|opening|closing|page|note)"
)
# A dated row without an amount that only carries a balance forward.
CARRIED = r"期初|上期|承前|上页|期末|过次|结转|opening|closing|brought forward|carried forward|b/f|c/f"
# A dated row that is no movement but the sum of a day, a month or a page.
SUBTOTAL = r"^(本日|当日|本月|当月|本季|本年|本页|本期)?(合计|小计|累计|总计)[:：]?$"
# Label and value of a preamble stand in one cell or in two.
_SAYS = r"\s*[:：,，;\t][\s:：,，;\"]*\[?"
HOLDER = re.compile(
    rf"(?:户\s*名|账户名称|账号名称|客户名称|客户姓名|姓\s*名|微信昵称|account name){_SAYS}([^,，;\t\]|\r\n\"]+)", re.I
)
# 单位：万元, but not a firm called so: 单位：千禧贸易
UNITS_ABOVE = re.compile(
    r"(?:单\s*位|\bunit|\bin)\s*[:：]?[\s,，\"]*(?:人民币|rmb|cny|yuan)?[\s,，]*"
    r"((?:百万|[千万亿])元|[千万亿](?=[\s,，)）\]\"]|$)|thousands?\b|millions?\b)",
    re.I,
)
ACCOUNT = re.compile(
    rf"(?:账\s*号|卡\s*号|账\s*户|account(?: no\.?| number)?){_SAYS}([0-9*xX][0-9*xX \-]{{6,}}[0-9*xX])", re.I
)


@dataclass(frozen=True, eq=False)
class Table:
    """Cells under a recognised header. ``cells`` has one column for each header cell (``0``, ``1``, ...)."""

    cells: pl.DataFrame
    layout: Layout
    holder: str
    account: str | None


def table_of_text(text: str, mapping: Mapping[str, str], file: Path) -> Table:
    """Find the header of a delimited text and cut the rest into cells."""
    lines = io.StringIO(text, newline="")
    preamble: list[str] = []
    for line in lines:
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            layout = recognise(_cells_of(line, delimiter), mapping, file)
            if layout is not None:
                _reject_large_units(preamble, file)
                return _below_header(lines, layout, delimiter, preamble, file)
        preamble.append(line)
        if len(preamble) >= HEADER_LINES_MAX:
            break
    raise _no_header(preamble, mapping, file)


def _reject_large_units(preamble: Sequence[str], file: Path) -> None:
    """A title row that says the amounts are in thousands or more: read as yuan they would be wrong without a word."""
    for line in preamble:
        found = UNITS_ABOVE.search(line)
        if found is not None:
            raise InputRejected(
                f"its head says the amounts are in {found.group(1)}",
                file=file,
                expected="amounts in yuan, not in 万元 or 千元",
            )


def _cells_of(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _below_header(lines: io.StringIO, layout: Layout, delimiter: str, preamble: list[str], file: Path) -> Table:
    import polars as pl

    width = len(layout.header)
    rows: list[list[str]] = []
    shorter, cells = 0, [""] * width
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            if not any(cell.strip() for cell in cells):
                continue
            shorter += len(cells) < width
            rows.append(_fitted(cells, width, len(rows) + 1, file))
    except csv.Error as error:
        raise InputRejected(f"is not a delimited table ({error})", file=file, row=len(rows) + 1) from error
    if not rows:
        raise InputRejected("has no rows below its header", file=file, expected="at least one movement")
    if shorter == 1 and len(cells) < width and not lines.getvalue().endswith(("\n", "\r")):
        _reject_cut_off(cells, width, len(rows), file)
    frame = pl.DataFrame(rows, schema=[(str(i), pl.String) for i in range(width)], orient="row")
    words = "".join(preamble)
    holder, account = HOLDER.search(words), ACCOUNT.search(words)
    return Table(
        frame,
        layout,
        holder.group(1).strip() if holder else "",
        re.sub(r"[ \-]", "", account.group(1)) if account else None,
    )


def _reject_cut_off(cells: list[str], width: int, row: int, file: Path) -> None:
    """The only row that is short is the last and has no end: a broken download, whose last amount may lack digits."""
    if not re.search(NOTE, cells[0].strip(), re.I):
        raise InputRejected(
            f"ends in the middle of a row: {len(cells)} cells, the header {width}",
            file=file,
            row=row,
            expected="the whole file: download it again",
        )


def _fitted(cells: list[str], width: int, row: int, file: Path) -> list[str]:
    """The row in the header's width; rejects a row with more, for its columns may have slipped."""
    if len(cells) > width:
        if any(cell.strip() for cell in cells[width:]) and not re.search(NOTE, cells[0].strip(), re.I):
            raise InputRejected(
                f"has {len(cells)} cells, the header {width}",
                file=file,
                row=row,
                expected="commas inside a cell quoted",
            )
        return cells[:width]
    for cell in cells:
        if cell.count("\n") > CELL_LINES_MAX:
            raise InputRejected("a quotation mark is not closed", file=file, row=row)
    return cells + [""] * (width - len(cells))


def _no_header(lines: Sequence[str], mapping: Mapping[str, str], file: Path | None) -> InputRejected:
    seen = max(lines, key=lambda line: max(line.count(d) for d in DELIMITERS), default="").strip()
    shown = seen if len(seen) <= 120 else seen[:117] + "..."
    if mapping:
        names = ", ".join(f"{ours}={theirs}" for ours, theirs in mapping.items())
        return InputRejected(
            f"no header with the columns of --map {names}; saw {shown!r}", file=file, expected=REQUIRED
        )
    return InputRejected(
        f"the header is of no known layout; saw {shown!r}",
        file=file,
        expected=f"{REQUIRED}; name them with --map date=YOUR_NAME --map amount=YOUR_NAME",
    )


def table_of_frame(source: Any, mapping: Mapping[str, str], file: Path | None) -> Table:
    """The same for Parquet, JSON records or any dataframe: the header is its column names."""
    frame = read_frame(source)
    layout = recognise(frame.columns, mapping, file)
    if layout is None:
        raise _no_header([",".join(frame.columns)], mapping, file)
    if frame.height == 0:
        raise InputRejected("has no rows", file=file, expected="at least one movement")
    return Table(frame.rename(dict(zip(frame.columns, map(str, range(frame.width)), strict=True))), layout, "", None)


def movements(table: Table) -> pl.DataFrame:
    """Only the rows that are movements, their text cells cleaned; ``row`` is the data row of the file, from 1.

    ``fingerprint`` is the hash of the whole row as the file has it.
    """
    import polars as pl

    cells = table.cells
    texts = [name for name in cells.columns if cells[name].dtype == pl.String]
    clean = pl.col(texts).str.strip_chars(" \t\r\n`'\u3000\u00a0\ufeff").str.replace(r'^="?(.*?)"?$', "$1")
    whole = cells.hash_rows(seed=7).alias("fingerprint")
    cells = cells.with_columns(clean).with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"), whole)
    if str(table.layout.roles["date"]) not in texts:
        return cells
    return cells.filter(~_is_note(table.layout, texts))


def _is_note(layout: Layout, texts: Sequence[str]) -> pl.Expr:
    import polars as pl

    day = pl.col(str(layout.roles["date"])).fill_null("")
    dated = day.str.contains(r"^\W{0,2}([0-9０-９]{4}.?[0-9０-９]|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})")
    cells = [pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts]
    first = pl.coalesce(cells).fill_null("")
    filled = pl.sum_horizontal([cell.is_not_null() for cell in cells])
    header_again = pl.all_horizontal(
        [pl.col(str(i)).fill_null("") == layout.header[i] for i in layout.roles.values() if str(i) in texts]
    )
    ruled = first.str.contains(r"^[#*\-—=_]{1,}")
    total = first.str.to_lowercase().str.contains(NOTE)
    money = [str(layout.roles[role]) for role in ("amount", "in", "out") if role in layout.roles]
    empty = pl.all_horizontal(
        [~pl.col(name).cast(pl.String).fill_null("").str.contains("[1-9１-９]") for name in money]
    )
    words = pl.concat_str(texts, separator=" ", ignore_nulls=True).str.to_lowercase()
    carried = dated & empty & words.str.contains(CARRIED)
    carried = carried | pl.any_horizontal([pl.col(name).fill_null("").str.contains(SUBTOTAL) for name in texts])
    undated = ~dated & (total | ruled | (filled <= 1) | header_again)
    # a total may be told in several lines of their own: below the last movement the first note ends the table
    place = pl.int_range(pl.len())
    below = place > pl.when(dated).then(place).max().fill_null(-1)
    return undated | carried | (below & (below & undated).cum_max())


def named(layout: Layout, role: str) -> str:
    """The header cell of a role, for messages."""
    return layout.header[layout.roles[role]] if role in layout.roles else role


__all__ = ["Table", "movements", "named", "plain_name", "table_of_frame", "table_of_text"]
