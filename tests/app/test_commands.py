"""Import and export on the command line, the end of a server, and what a terminal does to a command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
from tests.shops import shop_rows

from brambling.app.build import open_bank
from brambling.app.main import main
from brambling.engine.access import add_user, trail
from brambling.kit.settings import Settings, settings

USCC = "91110000600037341L"
PASSWORD = "long enough for everyone"
RUN = "from brambling.app.main import run; run()"


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own on a fresh database."""
    monkeypatch.setenv("BRAMBLING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BRAMBLING_DATABASE_URL", database_url)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def brambling(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    """Run a command that ends well and return what it printed as JSON."""
    capsys.readouterr()
    assert main([str(word) for word in words]) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    return json.loads(out) if out else None


def customers_file(folder: Path, *rows: str) -> Path:
    path = folder / "customers.csv"
    path.write_text("\n".join(("uscc,name,gbt4754,region,opened_on", *rows)), encoding="utf-8")
    return path


def test_files_come_in_once_and_go_out_masked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = customers_file(home, f"{USCC},春风小吃店,6210,320500,2023-05-01")
    words = ("import", "customers", file, "--consent", "statement", "--json")
    assert brambling(capsys, *words) == {"new": 1, "known": 0}
    assert brambling(capsys, *words) == {"new": 0, "known": 1}

    statement = home / "statement.csv"
    shop_rows().write_csv(statement)
    words = ("import", "statement", statement, "--customer", USCC, "--json")
    assert brambling(capsys, *words)["new"] > 0
    assert brambling(capsys, *words)["new"] == 0

    blocks = home / "courts.csv"
    blocks.write_text(f"uscc,reason\n{USCC},dishonest debtor\n", encoding="utf-8")
    assert brambling(capsys, "import", "blocks", blocks, "--list", "courts", "--json")["entries"] == 1

    out = home / "customers.parquet"
    masked = brambling(capsys, "export", "customers", "--json", "--out", out)
    assert masked[0]["name"] == "春***"
    assert USCC not in json.dumps(masked)
    assert pl.read_parquet(out).height == 1
    kinds = {row["kind"] for row in brambling(capsys, "export", "events", "--json")}
    assert {"consent.given", "statement.imported"} <= kinds
    for table in ("decisions", "ledger", "contacts"):
        assert brambling(capsys, "export", table, "--json") == []
    with open_bank(Settings(), launch=False) as bank, bank.db.read() as session:
        told = {(entry.act, entry.thing) for entry in trail(session)}
    assert {("import", "business"), ("imported", "statement"), ("import", "block"), ("export", "export")} <= told


def test_personal_data_are_clear_for_an_auditor_only(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    brambling(
        capsys, "import", "customers", customers_file(home, f"{USCC},春风小吃店,6210,320500,2023-05-01"), "--json"
    )
    with open_bank(Settings(), launch=False) as bank, bank.db.write() as session:
        for role in ("auditor", "officer"):
            add_user(session, role, PASSWORD, [role], now=bank.clock.now(), actor="test")
    monkeypatch.setattr("typer.prompt", lambda *_words, **_options: PASSWORD)
    assert main(["export", "customers", "--json", "--clear", "--as", "officer"]) == 2
    assert main(["export", "customers", "--json", "--clear"]) == 2
    assert brambling(capsys, "export", "customers", "--json", "--clear", "--as", "auditor")[0]["uscc"] == USCC
    with open_bank(Settings(), launch=False) as bank, bank.db.read() as session:
        exports = [(entry.actor, entry.detail["clear"]) for entry in trail(session, thing="export")]
    assert exports == [("auditor", True)]


def test_a_bad_row_brings_in_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = customers_file(home, f"{USCC},春风小吃店,6210,320500,2023-05-01", "123,某店,6210,320500,2023-05-01")
    assert main(["import", "customers", str(file)]) == 2
    assert "row 2" in capsys.readouterr().err
    assert brambling(capsys, "export", "customers", "--json") == []


def test_an_error_speaks_the_language_of_the_command(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAMBLING_LANG", "zh")
    assert main(["cfo", "brief", "none.csv"]) == 2
    assert capsys.readouterr().err.strip() == "brambling: none.csv：没有这个文件"
    assert main(["cfo", "brief", "none.csv", "--lang", "en"]) == 2
    assert capsys.readouterr().err.strip() == "brambling: none.csv: no such file"


@pytest.mark.parametrize("value", ["fr", ""])
def test_a_setting_that_cannot_be_used_is_one_line(
    home: Path, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAMBLING_LANG", value)
    settings.cache_clear()
    assert main(["doctor"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "BRAMBLING_LANG" in lines[0]


@pytest.mark.parametrize("words", ["--help", "credit scorecard --help", "doctor", "doctor --json"])
def test_a_reader_who_has_read_enough_is_no_failure(home: Path, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", RUN, *words.split()]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminated_server_takes_its_database_with_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for place in (home, *home.parents):  # the database runs as another user, who must be able to walk in
        if not place.stat().st_mode & 0o001:
            place.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "BRAMBLING_DATABASE_URL"}
    environment |= {"BRAMBLING_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", RUN, "serve", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        _wait_for(f"http://127.0.0.1:{port}/api/health", server)
        first = (home / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        database = psutil.Process(int(first))
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    database.wait(timeout=60)  # raises when it goes on running
    assert not (home / "postgres" / "postmaster.pid").exists()
    assert b"pixeltable" not in (home / "server.log").read_bytes()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert server.poll() is None
            time.sleep(0.2)
