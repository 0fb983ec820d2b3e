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
    wanted = room or have
    for name in wanted:
        if name not in have:
            raise InputRejected(f"no benchmark {name!r}", expected=f"one of {', '.join(have)}")
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


def _run(name: str, given: Bench) -> list[Measure]:
    module = importlib.import_module(f"brambling.app.bench.{name}")
    try:
        measured: list[Measure] = module.run(given)
    except BramblingError as error:
        return [skipped(name, str(error))]
    return measured


def _print(name: str, measures: list[Measure]) -> None:
    from rich.table import Table

    table = Table(title=name, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading, justify in (
        ("figure", "left"),
        ("ours", "right"),
        ("peer", "right"),
        ("ratio", "right"),
        ("aim", "left"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column("note", overflow="fold")
    for item in measures:
        label = f"{item.name} (synthetic)" if item.synthetic else item.name
        if item.value is None:
            table.add_row(label, "skipped", "", "", item.aim, item.note)
            continue
        peer = f"{item.peer_value:,.4g} {item.peer}" if item.peer_value is not None else ""
        ratio = f"{item.ratio:.3f}" if item.ratio is not None else ""
        table.add_row(label, f"{item.value:,.4g} {item.unit}", peer, ratio, item.aim, item.note)
    console().print(table)
