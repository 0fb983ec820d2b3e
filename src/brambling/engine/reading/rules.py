"""What a file is, by its bytes, and how much it may ask for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, get_args

from brambling.kit.errors import InputRejected, LimitExceeded

Kind = Literal["pdf", "html", "csv", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The first bytes of formats that are not read here, to name them when they come under another name.
_OTHERS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_SUFFIXES: dict[str, Kind] = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".md": "text",
    ".log": "text",
}
_SAID = {"pdf": "a PDF", "html": "an HTML page", "csv": "a table", "text": "plain text"}


@dataclass(frozen=True)
class Limits:
    """What reading one file may take; the operating system holds the parser to them."""

    bytes_max: int = 64 << 20
    pages_max: int = 500
    chars_max: int = 5_000_000
    memory_bytes_max: int = 1 << 30
    cpu_s_max: int = 20
    wall_s_max: float = 30.0


def kind_of(data: bytes, name: str, limits: Limits) -> Kind:
    """The kind of a file from its bytes; its name must not say another one.

    Raises InputRejected for an empty file, a kind that is not read here and a name that does not fit, LimitExceeded
    for too many bytes.
    """
    if not data:
        raise InputRejected("the file is empty", file=name)
    if len(data) > limits.bytes_max:
        raise LimitExceeded(
            f"{PurePath(name).name}: {len(data) / (1 << 20):,.1f} MiB; a document may have {limits.bytes_max >> 20} MiB"
        )
    suffix = PurePath(name).suffix.lower()
    said = _SUFFIXES.get(suffix)
    # writers put up to a kilobyte of other things before the mark of a PDF
    found: Kind | None = "pdf" if b"%PDF-" in data[:1024] else None
    if found is None:
        for mark, words in _OTHERS:
            if data.startswith(mark):
                raise InputRejected(f"holds {words}", file=name, expected="a PDF, plain text, HTML or CSV")
        if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputRejected("is not text", file=name, expected="a PDF, plain text, HTML or CSV")
    if (said == "pdf") != (found == "pdf") and said is not None:
        holds = _SAID[found] if found else "no PDF"
        raise InputRejected(
            f"is called {suffix} but holds {holds}", file=name, expected=f"{_SAID[said]}, or its own suffix"
        )
    if found is not None:
        return found
    head = data[:1024].lstrip().lower()
    if said is None and (head.startswith((b"<!doctype html", b"<html"))):
        return "html"
    return said or "text"
