"""Writes whole or not at all: a temporary file beside the target, then a rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    import polars as pl


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; raises InputRejected when the folder is missing or may not be written."""
    _write(path, lambda temporary: temporary.write_bytes(data))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text to ``path``."""
    write_bytes(path, text.encode("utf-8"))


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table by suffix: ``.csv``, ``.csv.gz``, ``.parquet`` or ``.json`` (records)."""
    name = path.name.lower()
    if name.endswith(".csv.gz"):
        import gzip

        write_bytes(path, gzip.compress(frame.write_csv().encode("utf-8"), mtime=0))
    elif name.endswith(".csv"):
        _write(path, frame.write_csv)
    elif name.endswith(".parquet"):
        _write(path, frame.write_parquet)
    elif name.endswith(".json"):
        _write(path, frame.write_json)
    else:
        raise InputRejected(f"cannot write {path.name!r}", expected="a name ending in .csv, .csv.gz, .parquet or .json")


def _write(path: Path, fill: Callable[[Path], object]) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InputRejected(f"cannot write to {path.parent} ({error.strerror})", file=path) from error
    os.close(handle)
    temporary = Path(name)
    try:
        fill(temporary)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
