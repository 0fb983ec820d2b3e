"""Documents in, text with places out; anything else gets one clear line."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brambling.engine.reading as room
from brambling.engine.reading import Limits, read
from brambling.engine.reading import service as reading_service
from brambling.kit.errors import ExtraMissing, InputRejected, LimitExceeded, Rejection

_spec = importlib.util.spec_from_file_location("reading_pdf", Path(__file__).with_name("pdf.py"))
assert _spec is not None and _spec.loader is not None
written = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(written)

CONTRACT = [[(72, 770, "Contract 2026-17"), (72, 740, "Amount 300,000.00")], [(72, 770, "Signed")]]


def test_every_name_of_the_menu_is_there() -> None:
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError):
        _ = room.nothing


def test_a_pdf_gives_lines_with_page_span_and_box() -> None:
    text = read(written.pdf(CONTRACT), name="contract.pdf")
    assert text.kind == "pdf" and len(text.sha256) == 64
    assert text.text == "Contract 2026-17\nAmount 300,000.00\nSigned"
    assert [(page.number, page.width, page.height, page.scanned) for page in text.pages] == [
        (1, 595.0, 842.0, False),
        (2, 595.0, 842.0, False),
    ]
    assert [block.page for block in text.blocks] == [1, 1, 2]
    for block in text.blocks:
        assert text.text[block.start : block.end] == block.text
    amount = text.blocks[1]
    assert 72 <= amount.box.left < 75 and amount.box.right < 200
    assert 842 - 740 - 12 < amount.box.top < amount.box.bottom < 842 - 740 + 4  # measured from the top
    start = text.text.index("300,000.00")
    assert text.at(start, start + 10) == (amount,)


def test_a_scanned_page_says_so() -> None:
    text = read(written.pdf([[]], image=True), name="scan.pdf")
    assert text.text == "" and text.pages[0].scanned
    assert not read(written.pdf([[]]), name="blank.pdf").pages[0].scanned


def test_plain_text_in_both_encodings(tmp_path: Path) -> None:
    words = "货款三十万元\n\n账期六十天\f第二页"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path = tmp_path / "a.txt"
        path.write_bytes(words.encode(encoding))
        text = read(path)
        assert text.text == "货款三十万元\n账期六十天\n第二页", encoding
        assert [block.page for block in text.blocks] == [1, 1, 2]
        assert text.blocks[0].box is None


def test_html_gives_what_people_see() -> None:
    page = (
        "<html><head><title>发票</title><script>alert(1)</script><style>p{}</style></head><body>"
        "<p>金额 <b>300</b>元</p><!-- hidden --><table><tr><td>甲</td><td>乙</td></tr></table><template>x</template></body>"
    )
    assert read(page.encode(), name="invoice").text == "发票\n金额 300元\n甲 乙"
    assert read(page.encode(), name="invoice").kind == "html"


def test_a_table_gives_its_rows() -> None:
    text = read('日期;金额\n2026-01-01;"1,5"\n'.encode("gb18030"), name="a.csv")
    assert text.text == "日期\t金额\n2026-01-01\t1,5"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.pdf", "a.pdf: the file is empty"),
        (written.pdf(CONTRACT)[:-200], "a.pdf", "cut off"),
        (b"%PDF-1.4\nnothing\n%%EOF", "a.pdf", "damaged"),
        (written.pdf(CONTRACT, encrypt=True), "a.pdf", "locked by a password"),
        (b"\x89PNG\r\n\x1a\n1234", "a.pdf", "holds a PNG image"),
        (b"PK\x03\x041234", "a.txt", "holds a ZIP archive or an Office document"),
        (b"just words", "a.pdf", "is called .pdf but holds no PDF"),
        (written.pdf(CONTRACT), "a.txt", "is called .txt but holds a PDF"),
        (b"ab\x00cd", "a.txt", "is not text"),
        (b"\xff\xfe\xff", "a.txt", "neither UTF-8 nor GB18030"),
        (b"\x81", "a.txt", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_cannot_be_used_gets_one_line(data: bytes, name: str, said: str) -> None:
    with pytest.raises(InputRejected, match=said) as caught:
        read(data, name=name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "limits", "said"),
    [
        (b"12345", Limits(bytes_max=4), "a document may have"),
        (written.pdf([[]] * 10_000), Limits(), "10,000 pages; a document may have 500"),
        (b"words " * 100, Limits(chars_max=50), "more than 50 characters"),
        (b"words", Limits(wall_s_max=0.001), "takes more than 0.001 s"),
    ],
)
def test_what_asks_for_too_much_is_stopped(data: bytes, limits: Limits, said: str) -> None:
    with pytest.raises(LimitExceeded, match=said):
        read(data, name="a", limits=limits)


def test_a_pdf_that_unpacks_to_much_more_is_stopped() -> None:
    data = written.bomb(300)
    assert len(data) < 4 << 20
    with pytest.raises((LimitExceeded, InputRejected), match=r"takes more than|damaged|more than"):
        read(data, name="bomb.pdf", limits=Limits(memory_bytes_max=400 << 20, cpu_s_max=2))


def test_memory_and_time_of_the_parser_end_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitExceeded, match="MiB of memory"):
        read(b"words " * (20 << 20), name="a.txt", limits=Limits(bytes_max=1 << 30, memory_bytes_max=200 << 20))
    with pytest.raises(LimitExceeded, match="1 s of computing"):
        read(b"a b\n" * (8 << 20), name="a.html", limits=Limits(cpu_s_max=1))


def test_the_parser_reaches_neither_files_nor_network_nor_secrets() -> None:
    probe = (
        "import socket, os, json\n"
        "from brambling.engine.reading.worker import give_up\n"
        "give_up(1 << 30, 5)\n"
        "tried = {}\n"
        "for name, act in {'socket': socket.socket, 'file': lambda: open('/etc/hostname'), 'pipe': os.pipe}.items():\n"
        "    try:\n        act()\n        tried[name] = 'open'\n"
        "    except OSError as error:\n        tried[name] = error.errno\n"
        "print(json.dumps(tried))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '{"socket": 24, "file": 24, "pipe": 24}'  # EMFILE
    assert not any(key.startswith("BRAMBLING") for key in reading_service._ENVIRONMENT)


def test_nothing_is_left_running_or_lying_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = set(psutil.Process().children())  # other tests of this worker may have a server or a browser
    with pytest.raises(LimitExceeded):
        read(b"words", name="a.txt", limits=Limits(wall_s_max=0.001))
    assert list(tmp_path.iterdir()) == []
    assert set(psutil.Process().children()) <= before


def test_without_the_extra_pdf_files_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_service, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match="documents"):
        read(written.pdf(CONTRACT), name="a.pdf")
    assert read(b"words", name="a.txt").text == "words"


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(8, 800), st.integers(0, 255)), min_size=1, max_size=30))
def test_a_damaged_pdf_is_text_or_a_rejection(changes: list[tuple[int, int]]) -> None:
    data = bytearray(written.pdf(CONTRACT))
    for place, value in changes:
        data[place] = value
    try:
        text = read(bytes(data), name="a.pdf")
    except Rejection as rejection:
        assert str(rejection).startswith("a.pdf: ")
    else:
        assert all(text.text[block.start : block.end] == block.text for block in text.blocks)


def test_a_path_that_is_none_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no such file"):
        read(tmp_path / "nothing.pdf")
