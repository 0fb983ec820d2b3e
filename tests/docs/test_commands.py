"""The commands of README are run as they stand, and its examples are real."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from tests.docs.files import write_files

from brambling.app.main import main
from brambling.app.rooms import ROOMS

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md")


def commands(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    inside = re.findall(r"`(?:\.venv/bin/)?(brambling [^`]+)`", text)
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.S)
    for block in blocks:
        inside += re.findall(r"^(?:\.venv/bin/)?(brambling .+?)(?:\s+#.*)?$", block, re.M)
    return sorted(set(inside))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages speak of."""
    folder = tmp_path_factory.mktemp("readme")
    write_files(folder)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_is_one_of_ours(page: str) -> None:
    assert commands(page)
    for line in commands(page):
        entries = ROOMS
        for word in shlex.split(line)[1:]:
            if word.startswith("-") or not entries or word not in entries:
                break
            entries = entries[word].entries
        else:
            continue
        assert shlex.split(line)[1] in ROOMS, line


@pytest.mark.parametrize("line", [line for line in commands("README.md") if ".csv" in line])
def test_the_commands_on_files_run_as_they_stand(line: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    words = shlex.split(line)[1:]
    assert main(words) == 0
    for flag in ("--report", "--out"):
        if flag in words:
            written = place / words[words.index(flag) + 1]
            assert written.stat().st_size > 0
            written.unlink()


def test_the_verbs_of_the_contributing_page_are_those_of_the_makefile() -> None:
    told = set(re.findall(r"^\| `make (\w+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M))
    verbs = set(re.findall(r"^(\w+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert told <= verbs
    assert (
        shutil.which("make") is None
        or {"demo", "test", "check", "fmt", "docs", "serve", "bench", "story", "clean"} <= told
    )
