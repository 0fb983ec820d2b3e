"""Start-up: what a person waits for before anything happens, as whole processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from brambling.app.bench.measure import Bench, Measure, percentile, times_ms
from brambling.kit.files import write_bytes
from brambling.world import Town, build, statement_csv

RUNS = 7


def run(bench: Bench) -> list[Measure]:
    """Seconds of whole processes, beside an interpreter that does nothing."""

    def process(*words: str) -> float:
        command = [sys.executable, *words]
        spent = times_ms(lambda: subprocess.run(command, check=True, capture_output=True), runs=RUNS, warm=1)
        return percentile(spent, 0.5) / 1000

    nothing = process("-c", "pass")
    main = "from brambling.app.main import run; run()"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statement.csv"
        write_bytes(file, statement_csv(build(Town(seed=bench.seed, businesses=1)), 1))
        bench.say("whole processes")
        figures = (
            ("import brambling", process("-c", "import brambling"), "< 0.5", False),
            ("brambling --help", process("-c", main, "--help"), "< 0.5", False),
            ("cfo brief --help", process("-c", main, "cfo", "brief", "--help"), "", False),
            ("cfo brief, 18 months", process("-c", main, "cfo", "brief", str(file), "--json"), "", True),
        )
    note = f"median of {RUNS}; the peer is an interpreter that does nothing"
    return [
        Measure(name, value, "s", "python -c pass", nothing, aim, note, synthetic)
        for name, value, aim, synthetic in figures
    ]
