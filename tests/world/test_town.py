"""The description of a town, and the promise: same seed, same bytes, whatever the number of districts."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import brambling.world as world
from brambling.kit.errors import Conflict, InputRejected
from brambling.world import Simulation, Town, build, read, write
from brambling.world.town import stream, yuan

SMALL = Town(seed=3, businesses=40, months=2, end=date(2026, 3, 31))
FRAMES = [field.name for field in fields(Simulation) if field.name != "town"]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_months_end_with_the_month_of_end() -> None:
    assert Town().start == date(2025, 5, 1)
    assert Town(months=1, end=date(2026, 2, 28)).start == date(2026, 2, 1)
    assert Town(months=14, end=date(2026, 1, 31)).start == date(2024, 12, 1)


@pytest.mark.parametrize(
    "words",
    [
        {"businesses": 0},
        {"months": 0},
        {"months": 121},
        {"end": date(2026, 10, 30)},
        {"seed": -1},
        {"end": date(2100, 12, 31)},
    ],
)
def test_a_town_that_cannot_be_is_rejected_in_one_line(words: dict[str, object]) -> None:
    with pytest.raises(InputRejected) as caught:
        Town(**words)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert "expected" in str(caught.value)


def test_same_seed_same_frames_and_another_seed_other_ones() -> None:
    one, two = build(SMALL), build(SMALL)
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
    other = build(Town(seed=4, businesses=40, months=2, end=date(2026, 3, 31)))
    assert not one.statements.equals(other.statements)
    assert set(one.businesses["customer"]).isdisjoint(other.businesses["customer"])


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    one, two = write(SMALL, tmp_path / "one"), write(SMALL, tmp_path / "two")
    assert digests(one) == digests(two)
    assert "statements/part-0000.parquet" in digests(one)


def test_a_district_does_not_know_how_many_there_are() -> None:
    """500 businesses are the first 500 of 700: alone, with others, and in what a file holds."""
    one = build(Town(seed=5, businesses=500, months=1, end=date(2026, 3, 31)))
    more = build(Town(seed=5, businesses=700, months=1, end=date(2026, 3, 31)))
    for name in FRAMES:
        if name in ("funds", "holders"):
            continue
        assert_frame_equal(getattr(one, name), getattr(more, name).filter(pl.col("business") <= 500))
    assert more.businesses["business"].to_list() == list(range(1, 701))
    assert more.businesses["uscc"].n_unique() == more.businesses["name"].n_unique() == 700


def test_what_is_written_is_what_is_built(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = write(SMALL, tmp_path / "town", lambda done, of: seen.append((done, of)))
    back, built = read(folder), build(SMALL)
    assert back.town == SMALL
    for name in FRAMES:
        assert_frame_equal(getattr(back, name), getattr(built, name))
    assert seen == [(40, 40)]
    assert '"synthetic": true' in (folder / "town.json").read_text(encoding="utf-8")


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(SMALL, tmp_path / "town", stop)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "town").mkdir()
    with pytest.raises(Conflict):
        write(SMALL, tmp_path / "town")
    with pytest.raises(InputRejected):
        write(SMALL, tmp_path / "nowhere" / "town")


def test_a_folder_that_is_no_town_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputRejected):
        read(tmp_path)
    (tmp_path / "town.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(InputRejected, match="format 99"):
        read(tmp_path)


def test_streams_of_two_names_or_districts_differ() -> None:
    draws = {tuple(stream(7, name, place).integers(0, 1 << 40, 3)) for name in ("a", "b") for place in (None, 0, 1)}
    assert len(draws) == 6


def test_fen_become_exact_yuan() -> None:
    frame = pl.DataFrame({"minor": [1, -1, 12345, 99_999_999_999_99]}).select(yuan("minor"))
    assert [str(value) for value in frame["minor"]] == ["0.01", "-0.01", "123.45", "99999999999.99"]


def test_the_menu_is_lazy_and_says_what_it_lacks() -> None:
    assert set(world.__all__) == set(world._HOMES)
    with pytest.raises(AttributeError, match="castle"):
        _ = world.castle  # type: ignore[attr-defined]


def test_the_worked_example_of_the_page() -> None:
    page = Path(__file__).parents[2] / "docs" / "world.md"
    example = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    exec(compile(example, str(page), "exec"), {})


@pytest.mark.story
def test_memory_stays_that_of_a_few_districts(tmp_path: Path) -> None:
    """Ten times the businesses take the same memory, within a third."""
    import subprocess
    import sys

    words = (
        "import resource,sys;from pathlib import Path;from brambling.world import Town,write;"
        "write(Town(businesses=int(sys.argv[1]),months=6),Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peak = [
        int(subprocess.run([sys.executable, "-c", words, str(n), str(tmp_path / str(n))], check=True, capture_output=True, text=True).stdout)
        for n in (2_000, 20_000)
    ]  # fmt: skip
    assert peak[1] < 1.33 * peak[0]
