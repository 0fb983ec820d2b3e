"""The command line: help without imports, one line for a rejection, the exit status of its kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from brambling.app.main import main
from brambling.app.rooms import ROOMS, Entry
from brambling.kit.errors import ExtraMissing, Failure, Finding, InputRejected


def leaves(entries: dict[str, Entry], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Entry]]:
    found = []
    for name, entry in entries.items():
        here = (*path, name)
        found += leaves(dict(entry.entries), here) if entry.entries else [(here, entry)]
    return found


@pytest.mark.parametrize(
    ("path", "entry"), leaves(dict(ROOMS)), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_of_the_table_has_help_with_an_example(
    path: tuple[str, ...], entry: Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*path, "--help"]) == 0
    words = capsys.readouterr().out
    assert "Usage:" in words
    if entry.verb:
        assert "Example:" in words


def test_help_of_each_level_names_what_is_below(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    words = capsys.readouterr().out
    assert all(f"  {name} " in words for name in ROOMS)


def test_without_words_help_is_shown_and_the_status_is_that_of_bad_input() -> None:
    assert main([]) == 2


def test_an_unknown_word_is_named_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cfo", "breif"]) == 2
    assert "did you mean 'brief'?" in capsys.readouterr().err


def test_help_imports_no_library_of_any_room() -> None:
    code = (
        "import sys; from brambling.app.main import main; main(['--help']);"
        "print([m for m in ('numpy','polars','sqlalchemy','fastapi','nicegui','typer','pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, brambling; print(len([m for m in sys.modules if m.split('.')[0] in ('numpy','polars','sqlalchemy')]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize(
    ("error", "status"),
    [(InputRejected("x"), 2), (ExtraMissing("fields", "this"), 2), (Finding("x"), 1), (Failure("x"), 70)],
)
def test_each_kind_of_error_has_its_status_and_one_line(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr("brambling.app.main._invoke", fail)
    assert main(["doctor"]) == status
    assert capsys.readouterr().err.splitlines()[0] == f"brambling: {error}"


def test_a_missing_file_is_one_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.html"
    assert main(["cfo", "brief", str(tmp_path / "none.csv"), "--report", str(report)]) == 2
    assert capsys.readouterr().err.strip() == "brambling: none.csv: no such file"
    assert not report.exists()
