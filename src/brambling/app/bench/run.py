"""``brambling bench``: run the benchmarks and print each figure beside its peer."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Annotated

import typer

from brambling.app import bench as folder
from brambling.app.bench.measure import Bench, Measure, skipped
from brambling.engine.doors.options import JsonFlag, OutFile, Seed
from brambling.engine.doors.output import console, emit_json, note, to_json
from brambling.kit.errors import BramblingError, InputRejected
from brambling.kit.files import write_text

app = typer.Typer(add_completion=False)

# A line by its name is all benchmarks of its rooms.
LINES = {
    "wealth": ("flows", "ladder", "structure", "advice", "negotiation"),
    "marketing": ("needs", "uplift", "creative"),
    "credit": ("ledger", "scorecard", "axioms", "expert"),
}
NOT_BENCHES = {"measure", "offers", "run"}


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in pkgutil.iter_modules(folder.__path__) if module.name not in NOT_BENCHES)


@app.command()
def bench(
    room: Annotated[list[str] | None, typer.Argument(help="Which benchmarks; all when none is named.")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of real data; figures that need it skip without.")
    ] = None,
    as_json: JsonFlag = False,
    out: OutFile = None,
    seed: Seed = 7,
) -> None:
    """Print each performance figure beside its peer, measured in the same run.

    Example: brambling bench cashflow ledger --data ../shared/data
    """
    have = names()
    wanted = [found for name in room or have for found in _meant(name, have)]
    if data is not None and not data.is_dir():
        raise InputRejected(f"no folder {data}", expected="the folder of real data")
    results: dict[str, list[Measure]] = {}
    for name in wanted:
        note(f"bench {name} ...")
        results[name] = _run(name, Bench(data=data, seed=seed, say=note))
        if not as_json:
            _print(name, results[name])
    if as_json:
        emit_json(results)
    if out is not None:
        write_text(out, to_json(results) + "\n")


def _meant(name: str, have: list[str]) -> list[str]:
    if name in have:
        return [name]
    found = [bench for bench in LINES.get(name, ()) if bench in have]
    if not found:
        raise InputRejected(f"no benchmark {name!r}", expected=f"one of {', '.join([*have, *LINES])}")
    return found


def _run(name: str, given: Bench) -> list[Measure]:
    module = importlib.import_module(f"brambling.app.bench.{name}")
    try:
        measured: list[Measure] = module.run(given)
    except BramblingError as error:
        return [skipped(name, str(error))]
    return measured


def _print(name: str, measures: list[Measure]) -> None:
    out = console()
    out.print(f"\n[bold]{name}[/]")
    wide = max((len(_label(item)) for item in measures), default=0)
    told = ""
    for item in measures:
        if item.value is None:
            out.print(f"  {_label(item):<{wide}}  skipped: {item.note}")
            continue
        line = f"  {_label(item):<{wide}}  {item.value:>12,.4g} {item.unit}"
        if item.peer_value is not None:
            line += f"  beside {item.peer_value:,.4g} ({item.peer})"
        if item.ratio is not None:
            line += f", ratio {item.ratio:.3f}"
        out.print(line + (f"  [dim]aim {item.aim}[/]" if item.aim else ""))
        if item.note and item.note != told:
            out.print(f"  {'':<{wide}}  [dim]{item.note}[/]")
            told = item.note


def _label(item: Measure) -> str:
    return f"{item.name} (synthetic)" if item.synthetic else item.name
