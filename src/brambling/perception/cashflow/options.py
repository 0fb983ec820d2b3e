"""How commands take a bank statement: one meaning of each option in every room. Annotations of Typer commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.kit.files.tables import DateOrder

StatementFile = Annotated[Path, typer.Argument(help="Bank statement: CSV, OFX, camt.053, WeChat or Alipay bill.")]
BalanceOption = Annotated[
    str | None, typer.Option("--balance", help="Balance after the last row, where the file has none: 12,345.67")
]
CurrencyOption = Annotated[str, typer.Option("--currency", help="Currency of the statement.")]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option("--date-format", help="How 01/02/2026 is meant, where no row tells: mdy or dmy."),
]
