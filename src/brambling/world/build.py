"""Build a town in memory, or stream it to Parquet; districts one after another, so memory stays that of a few."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import Conflict, InputRejected
from brambling.kit.files import write_table, write_text
from brambling.world.economy import run
from brambling.world.funds import FundPart, flows, fund_part, holders
from brambling.world.network import orders, relations
from brambling.world.population import population
from brambling.world.registry import register
from brambling.world.responses import responses
from brambling.world.schedule import schedule
from brambling.world.statements import outside_names, statements
from brambling.world.timeline import Timeline, timeline
from brambling.world.town import DISTRICT, Simulation, Town
from brambling.world.truth import future, needs, payers, truth

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[int, int], None]  # businesses done, of how many

FORMAT = 1
DISTRICTS_A_FILE = 4  # one Parquet part holds 2,000 businesses
FRAMES = ("businesses", "statements", "truth", "needs", "responses", "payers", "related", "future")


@dataclass(frozen=True, eq=False)
class _Part:
    frames: dict[str, pl.DataFrame]
    funds: FundPart


def build(town: Town, progress: Progress | None = None) -> Simulation:
    """The whole town in memory: about 100 MB for each 1,000 businesses over 18 months.

    The same town gives the same frames. Raises InvariantBroken when an account does not add up.
    """
    time = timeline(town)
    parts = list(_districts(town, time, progress))
    funds = [part.funds for part in parts]
    return Simulation(
        town=town,
        **{name: _joined([part.frames[name] for part in parts]) for name in FRAMES},
        funds=flows(time, funds),
        holders=holders(funds),
    )


def write(town: Town, folder: Path, progress: Progress | None = None) -> Path:
    """Stream the town to ``folder``: ``<frame>/part-0000.parquet`` ..., ``funds.parquet``, ``holders.parquet``,
    ``town.json``. Memory is that of a few districts, and of the list of fund holders.

    The folder appears whole or not at all. Raises Conflict when it is there already, InputRejected when its parent
    cannot be written.
    """
    if folder.exists():
        raise Conflict(f"{folder} is there already; name a new folder or remove it")
    try:
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputRejected(f"cannot write to {folder.parent} ({error.strerror})", file=folder) from error
    try:
        _fill(town, place, progress)
        place.chmod(0o755)
        place.rename(folder)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return folder


def read(folder: Path) -> Simulation:
    """The town that ``write`` left in ``folder``; raises InputRejected for anything else."""
    import polars as pl

    try:
        words = json.loads((folder / "town.json").read_text(encoding="utf-8"))
        if words["format"] != FORMAT:
            raise InputRejected(f"a town of format {words['format']}", file=folder, expected=f"format {FORMAT}")
        town = Town(**{**words["town"], "end": date.fromisoformat(words["town"]["end"])})
        return Simulation(
            town=town,
            **{name: pl.read_parquet(folder / name / "part-*.parquet") for name in FRAMES},
            funds=pl.read_parquet(folder / "funds.parquet"),
            holders=pl.read_parquet(folder / "holders.parquet"),
        )
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise InputRejected("is no folder of a town", file=folder, expected="what world.write left") from error


def _fill(town: Town, place: Path, progress: Progress | None) -> None:
    time = timeline(town)
    for name in FRAMES:
        (place / name).mkdir()
    funds: list[FundPart] = []
    waiting: dict[str, list[pl.DataFrame]] = {name: [] for name in FRAMES}
    for district, part in enumerate(_districts(town, time, progress)):
        funds.append(part.funds)
        for name in FRAMES:
            waiting[name].append(part.frames[name])
        number, place_in_file = divmod(district, DISTRICTS_A_FILE)
        if place_in_file == DISTRICTS_A_FILE - 1 or district == town.districts - 1:
            for name in FRAMES:
                write_table(_joined(waiting[name]), place / name / f"part-{number:04d}.parquet")
                waiting[name].clear()
    write_table(flows(time, funds), place / "funds.parquet")
    write_table(holders(funds), place / "holders.parquet")
    words = {"format": FORMAT, "synthetic": True, "town": {**asdict(town), "end": town.end.isoformat()}}
    write_text(place / "town.json", json.dumps(words, indent=2) + "\n")


def _joined(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """One frame in one piece, so that a part written from it does not show where districts met."""
    import polars as pl

    return pl.concat(frames, rechunk=True)


def _districts(town: Town, time: Timeline, progress: Progress | None) -> Iterator[_Part]:
    for district in range(town.districts):
        yield _district(town, district, time)
        if progress is not None:
            progress(min((district + 1) * DISTRICT, town.businesses), town.businesses)


def _district(town: Town, district: int, time: Timeline) -> _Part:
    people = population(town, district, time)
    links = relations(town, district, people, time)
    plan = schedule(town, district, people, time)
    placed = orders(town, district, people, time, links=links, demand=plan.demand)
    books, state = run(people, links, placed, time, plan)
    who = register(town, district, people, time)
    outside = outside_names(town, district, links)
    found, strength = needs(who, people, time, books, state)
    frames = {
        "businesses": who.businesses,
        "statements": statements(who, people, time, links=links, books=books, outside=outside),
        "truth": truth(who, people, time, state),
        "needs": found,
        "responses": responses(town, district, who, time, strength),
        "payers": payers(who, links, time, outside),
        "related": who.related,
        "future": future(who, time, books),
    }
    return _Part(frames, fund_part(town, district, people, time, who=who, books=books))
