"""Whatever is wrong with a file, a command ends with a status of its own and at most one line of complaint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.damage import damaged, mistold
from tests.shops import SHOP, open_shop, shop_rows

from brambling.app.main import main
from brambling.credit.underwriting import apply, export_capsule
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database

Said = tuple[int, str]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command on these bytes; its status and what it said on standard error."""

    def run(data: bytes, *words: str, name: str = "file.csv") -> Said:
        path = tmp_path / name
        path.write_bytes(data)
        status = main([str(path) if word == "FILE" else word for word in words])
        return status, capsys.readouterr().err

    return run


@pytest.fixture
def capsule(db: Database, clock: FixedClock) -> bytes:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        return export_capsule(session, apply(session, SHOP.id, clock).decision_id)


def of_its_own(said: Said) -> None:
    status, words = said
    assert status in (0, 1, 2), words
    lines = [line for line in words.splitlines() if not line.startswith("warning: ")]
    assert len(lines) == (0 if status == 0 else 1), words
    assert "Traceback" not in words


def same_content(data: bytes, whole: bytes) -> bool:
    """Whether two JSON files say the same: a space more or a line twice changes nothing."""
    try:
        return bool(json.loads(data) == json.loads(whole) and data.count(b".0") == whole.count(b".0"))
    except ValueError:
        return False


COUNTS = [pytest.param(40, id="some"), pytest.param(300, id="many", marks=pytest.mark.story)]


@pytest.mark.parametrize("count", COUNTS)
def test_replay_of_a_damaged_capsule(capsule: bytes, say: Callable[..., Said], count: int) -> None:
    assert say(capsule, "replay", "FILE")[0] == 0
    for data in (*damaged(capsule, count // 2, 1), *mistold(capsule, count // 2, 2)):
        said = say(data, "replay", "FILE")
        of_its_own(said)
        assert said[0] == (0 if same_content(data, capsule) else said[0] or -1), said


@pytest.mark.parametrize("count", COUNTS)
def test_brief_of_a_damaged_statement(say: Callable[..., Said], count: int) -> None:
    data = shop_rows().write_csv().encode("utf-8")
    assert say(data, "cfo", "brief", "FILE", "--json")[0] == 0
    for copy in damaged(data, count, 3):
        of_its_own(say(copy, "cfo", "brief", "FILE", "--json"))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"[]", b"[1]", b"null", b"{}", b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\xff\xfea\x00"],
)
@pytest.mark.parametrize(
    "words", [("replay", "FILE"), ("cfo", "brief", "FILE"), ("wealth", "advise", "FILE")], ids=lambda w: w[0]
)
def test_a_file_of_another_kind(say: Callable[..., Said], content: bytes, words: tuple[str, ...]) -> None:
    for name in ("file", "file.csv", "file.json", "file.parquet", "file.csv.gz"):
        said = say(content, *words, name=name)
        of_its_own(said)
        assert said[0] == 2 and name in said[1], said


@pytest.mark.parametrize("seed", ["-1", "x", "99999999999999999999"])
def test_a_seed_that_is_none(say: Callable[..., Said], seed: str) -> None:
    status, words = say(b"date,amount\n", "cfo", "brief", "FILE", "--seed", seed)
    assert status == 2 and "--seed" in words and "Traceback" not in words
