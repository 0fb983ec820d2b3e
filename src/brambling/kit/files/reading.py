"""Bytes to text: gzip opened, UTF-8 or GB18030 found, sizes limited."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, cast

from brambling.kit.errors import InputRejected, LimitExceeded

Encoding = Literal["utf-8", "gb18030"]

# A decompressed file may be this large; a statement of 100,000 rows has about 10 MB.
BYTES_MAX = 1 << 30
_CHUNK = 1 << 20


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, decompressed where it is gzip; raises InputRejected when it cannot be opened."""
    try:
        if path.is_dir():
            raise InputRejected("this is a folder", file=path, expected="a file")
        handle = path.open("rb")
    except FileNotFoundError:
        raise InputRejected("no such file", file=path) from None
    except OSError as error:
        raise InputRejected(f"cannot be read ({error.strerror})", file=path) from error
    if handle.read(2) == b"\x1f\x8b":
        handle.close()
        return cast(BinaryIO, gzip.open(path, "rb"))
    handle.seek(0)
    return handle


def find_encoding(path: Path) -> Encoding:
    """UTF-8 (with or without mark) or GB18030, from the whole file in bounded memory.

    Raises InputRejected for an empty file, a binary one, and text that is neither.
    """
    utf8 = _Decoding("utf-8")
    gb = _Decoding("gb18030")
    size = 0
    with open_bytes(path) as handle:
        while chunk := _read(handle, path):
            if size == 0:
                _reject_other_kinds(chunk, path)
            size += len(chunk)
            if size > BYTES_MAX:
                raise LimitExceeded(f"{path.name}: larger than {BYTES_MAX >> 20} MiB; split it")
            if b"\x00" in chunk:
                raise InputRejected("is not text", file=path, expected="UTF-8 or GB18030 text")
            utf8.feed(chunk)
            gb.feed(chunk)
            if not (utf8.works or gb.works):
                break
    if size == 0:
        raise InputRejected("the file is empty", file=path)
    if utf8.end():
        return "utf-8"
    if gb.end():
        return "gb18030"
    raise InputRejected("is neither UTF-8 nor GB18030", file=path, expected="UTF-8 or GB18030 text")


# What a file that is no text begins with, what that is, and what to do about it.
_OTHER_KINDS = (
    (b"PK\x03\x04", "is a spreadsheet (.xlsx) or an archive", "a CSV: open it and save it as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "is an Excel file (.xls)", "a CSV: open it and save it as CSV UTF-8"),
    (b"%PDF", "is a PDF", "the same table as CSV"),
    (b"\xff\xfe", "is UTF-16 text", "UTF-8 or GB18030: save it as CSV UTF-8"),
    (b"\xfe\xff", "is UTF-16 text", "UTF-8 or GB18030: save it as CSV UTF-8"),
    (b"PAR1", "is a Parquet file", "its name to end in .parquet"),
)


def _reject_other_kinds(head: bytes, path: Path) -> None:
    for mark, what, way_out in _OTHER_KINDS:
        if head.startswith(mark):
            raise InputRejected(what, file=path, expected=way_out)


class _Decoding:
    """Whether a stream of bytes decodes, fed in chunks."""

    def __init__(self, encoding: Encoding) -> None:
        import codecs

        self.works = True
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def feed(self, chunk: bytes, final: bool = False) -> None:
        if self.works:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError:
                self.works = False

    def end(self) -> bool:
        self.feed(b"", final=True)
        return self.works


def _read(handle: BinaryIO, path: Path) -> bytes:
    try:
        return handle.read(_CHUNK)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise InputRejected(f"is damaged ({error})", file=path) from error


def open_text(path: Path) -> io.TextIOWrapper:
    """The file as text with its encoding found; a byte-order mark is dropped."""
    encoding = find_encoding(path)
    return io.TextIOWrapper(open_bytes(path), encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def read_text(path: Path, *, bytes_max: int = BYTES_MAX) -> str:
    """The whole text; raises LimitExceeded past ``bytes_max`` decoded characters."""
    with open_text(path) as handle:
        text = handle.read(bytes_max + 1)
    if len(text) > bytes_max:
        raise LimitExceeded(f"{path.name}: longer than {bytes_max:,} characters")
    return text


def find_delimiter(sample: str) -> str:
    """The delimiter (comma, tab, semicolon or bar) that splits the sample's lines most evenly; comma when none does."""
    lines = [line for line in sample.splitlines() if line.strip()][:50]
    best, best_score = ",", 0
    for delimiter in (",", "\t", ";", "|"):
        counts = [line.count(delimiter) for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        score = counts.count(common) * common
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_rows(path: Path) -> Iterator[list[str]]:
    """Raw rows of a delimited file as lists of text, with its encoding and delimiter found; streams."""
    with open_text(path) as handle:
        sample = handle.read(64 * 1024)
        handle.seek(0)
        if sample.startswith("\ufeff"):
            handle.read(1)
        try:
            yield from csv.reader(handle, delimiter=find_delimiter(sample))
        except csv.Error as error:
            raise InputRejected(f"is not a delimited table ({error})", file=path) from error
