"""The process that parses one document: run by :mod:`service`, never imported by it.

The document comes on standard input, the answer leaves on standard output as one JSON object. Before it looks at the
document the process gives up what it does not need: memory and time are limited, and after its libraries are loaded it
may open no further file descriptor, so that neither file nor network can be reached by a document that takes it over.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

# Codecs are modules, found at first use: by then no file can be opened any more.
_CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "latin-1")

Line = tuple[int, str, tuple[float, float, float, float] | None]
_BREAKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "title",
        "dt",
        "dd",
        "pre",
    ]
)
_HIDDEN = frozenset(("script", "style", "template", "noscript", "head"))


class Rejected(Exception):
    """The document cannot be used; the code says why, ``service`` finds the words."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"rejected": code, **more}


class Lines:
    """Lines as they are found, up to a number of characters."""

    def __init__(self, chars_max: int) -> None:
        self.lines: list[Line] = []
        self._left = chars_max

    def add(self, page: int, words: str, box: tuple[float, float, float, float] | None = None) -> None:
        """Keep a line that has words."""
        clean = "".join(char if char.isprintable() or char == "\t" else " " for char in words).strip()
        if not clean:
            return
        self._left -= len(clean) + 1
        if self._left < 0:
            raise Rejected("chars")
        self.lines.append((page, clean, box))


def read_pdf(data: bytes, lines: Lines, pages_max: int) -> list[tuple[int, float, float, bool]]:
    """Lines of a PDF by its text layer, with the box around the characters of each."""
    import pypdfium2

    # a PDF ends with this mark; without it the file was cut off, and repairing would lose pages without a word
    if b"%%EOF" not in data[-2048:]:
        raise Rejected("cut-off")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Rejected("password" if locked else "damaged") from None
    if len(document) > pages_max:
        raise Rejected("pages", pages=len(document))
    if len(document) == 0:
        raise Rejected("damaged")
    pages = []
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            raise Rejected("damaged") from None
        width, height = page.get_size()
        found = False
        for words, box in _page_lines(page, height):
            lines.add(number, words, box)
            found = True
        images = not found and any(True for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        pages.append((number, round(width, 2), round(height, 2), images))
        page.close()
    return pages


def _page_lines(page: Any, height: float) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Lines of one page: runs of characters between the line ends that the parser puts in."""
    text = page.get_textpage()
    count = text.count_chars()
    start = 0
    whole = text.get_text_range()
    # characters outside the basic plane take two places in one of both: then each is asked for
    words = list(whole) if len(whole) == count else [text.get_text_range(i, 1) for i in range(count)]
    for i in range(count + 1):
        if i < count and words[i] not in ("\r", "\n", "\r\n"):
            continue
        line = "".join(words[start:i])
        if line.strip():
            boxes = [text.get_charbox(k) for k in range(start, i) if words[k].strip()]
            left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
            bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
            yield line, (round(left, 2), round(height - top, 2), round(right, 2), round(height - bottom, 2))
        start = i + 1
    text.close()


def read_text(data: bytes, lines: Lines, _pages_max: int) -> list[tuple[int, float, float, bool]]:
    """Lines of plain text; a form feed starts a page."""
    pages = decoded(data).split("\f")
    for number, page in enumerate(pages, start=1):
        for words in page.splitlines():
            lines.add(number, words)
    return [(number, 0.0, 0.0, False) for number in range(1, len(pages) + 1)]


def read_csv(data: bytes, lines: Lines, _pages_max: int) -> list[tuple[int, float, float, bool]]:
    """Rows of a table as lines, cells apart by tabs."""
    text = decoded(data)
    head = text[:4096]
    delimiter = max(",\t;|", key=head.count)
    csv.field_size_limit(1 << 20)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            lines.add(1, "\t".join(row))
    except csv.Error:
        raise Rejected("damaged") from None
    return [(1, 0.0, 0.0, False)]


def read_html(data: bytes, lines: Lines, _pages_max: int) -> list[tuple[int, float, float, bool]]:
    """Visible words of an HTML page, a line for each block; scripts, styles and comments are left out."""
    parser = _Visible()
    parser.feed(decoded(data))
    parser.close()
    for words in "".join(parser.parts).splitlines():
        lines.add(1, " ".join(words.split()))
    return [(1, 0.0, 0.0, False)]


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        if tag == "title":  # the one word of the head that people see
            self._hidden.clear()
        self.parts.append("\n" if tag in _BREAKS else " " if tag in ("td", "th") else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        self.parts.append("\n" if tag in _BREAKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Rejected("encoding")


READERS: dict[str, Callable[[bytes, Lines, int], list[tuple[int, float, float, bool]]]] = {
    "pdf": read_pdf,
    "text": read_text,
    "csv": read_csv,
    "html": read_html,
}


def give_up(memory_bytes_max: int, cpu_s_max: int) -> None:
    """Limits that this process cannot raise again: memory, computing time, size of the answer, no new descriptor."""
    limits = {
        resource.RLIMIT_AS: memory_bytes_max,
        resource.RLIMIT_CPU: cpu_s_max,
        resource.RLIMIT_NOFILE: 3,  # standard input, output and error are all there will be
        resource.RLIMIT_FSIZE: 512 << 20,  # the answer
        resource.RLIMIT_CORE: 0,
    }
    for what, limit in limits.items():
        resource.setrlimit(what, (limit, limit))


def main(arguments: list[str]) -> None:
    """Parse what comes in; say what was found, or why not."""
    kind = arguments[0]
    pages_max, chars_max, memory_bytes_max, cpu_s_max = (int(number) for number in arguments[1:])
    for codec in _CODECS:
        codecs.lookup(codec)
    if kind == "pdf":
        import pypdfium2

        pypdfium2.PdfDocument.new().close()  # whatever it loads at first use it loads now
    give_up(memory_bytes_max, cpu_s_max)
    try:
        lines = Lines(chars_max)
        pages = READERS[kind](sys.stdin.buffer.read(), lines, pages_max)
        answer: dict[str, Any] = {"pages": pages, "lines": lines.lines}
    except Rejected as rejected:
        answer = rejected.answer
    except MemoryError:
        answer = {"rejected": "memory"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
