"""The replay capsule: one file that holds a decision with all it rests on, and the proof that it comes out again.

Every part of the file is sealed by the SHA-256 of its canonical text, so a part that was changed afterwards is told by
its name. Seals can be made anew by whoever changes a file; therefore nothing is taken from the file that can be found
again: result, reasons, versions, features and the digest of the raw inputs are all recomputed and compared. What no
computation can find again (who it was about, when, by whom) is proved by the decision's hash, kept outside the file.

Two stages are replayed apart. The rules take numbers on a grid and must give the same result to the last digit, on any
machine. The float stage before them (models, simulation) is recomputed from the raw inputs where the capsule holds
them; floats may differ between machines, so a difference of one step of the grid is agreement and more is reported,
with both environments.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from brambling.bank.decisions.rules import (
    Decision,
    Difference,
    beyond_grid,
    canonical,
    differences,
    sealed,
)
from brambling.engine.doors.output import plain
from brambling.kit.errors import BramblingError, InputRejected
from brambling.kit.files import read_text

FORMAT = 2
_WORD = "brambling-decision-capsule"
_PARTS = ("capsule", "format", "decision", "raw", "environment", "seals")
_LIBRARIES = ("brambling", "numpy", "scipy", "polars", "lightgbm", "scikit-learn", "statsforecast")
BYTES_MAX = 64 << 20


class Replayer(Protocol):
    """How decisions of one kind are made again; rooms that decide provide one.

    Both answers name parts of a decision (``result``, ``outcome``, ``reasons``, ``versions``, ``inputs``, ...). Of
    ``versions`` and ``inputs`` they may hold some keys only; every other part they name is compared whole.
    """

    def decide(self, decision: Decision) -> dict[str, Any]:
        """What the rules make of the decision's features and inputs; compared to the last digit."""
        ...

    def recompute(self, decision: Decision, raw: dict[str, Any]) -> dict[str, Any]:
        """What the float stage makes of the raw inputs: ``features`` on their grid, compared within one step of it;
        whatever else it names (versions, the digest of ``raw`` among the inputs) is compared to the last digit."""
        ...


@dataclass(frozen=True)
class Capsule:
    """A capsule that was opened. ``raw`` is None where the raw inputs were not exported.

    ``altered`` names the parts that are not what was sealed: ``decision.outcome``, ``raw``; empty for a whole file.
    """

    decision: Decision
    raw: dict[str, Any] | None
    environment: dict[str, Any]
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplayReport:
    """What a replay found.

    ``same``: nothing was altered and the rules gave the recorded result bit by bit. ``altered`` names the parts of the
    file that were changed after it was written; ``differences`` are where recorded and found again disagree;
    ``float_differences`` those of the recomputed features beyond the grid (``recomputed`` says whether there were raw
    inputs). ``environments`` holds where the decision was ``recorded`` and where it was ``replayed``.
    """

    decision: Decision
    same: bool
    differences: list[Difference]
    recomputed: bool
    float_differences: list[Difference]
    environments: dict[str, dict[str, Any]]
    altered: tuple[str, ...] = ()


def environment() -> dict[str, Any]:
    """What may move a float: interpreter, machine and the versions of the libraries that compute."""
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
    }
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def capsule(decision: Decision, raw: Mapping[str, Any] | None, environment: Mapping[str, Any]) -> bytes:
    """The capsule of ``decision`` as one JSON file, each part sealed.

    ``raw`` holds what the float stage started from, and no personal data; leave it out where it may not travel.
    """
    content = {
        "capsule": _WORD,
        "format": FORMAT,
        "decision": {field.name: getattr(decision, field.name) for field in fields(Decision)},
        "raw": raw,
        "environment": environment,
    }
    whole = plain({**content, "seals": _seals(content)})
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def open_capsule(source: Path | str | bytes) -> Capsule:
    """The capsule in a file or in bytes; ``altered`` tells what was changed in it.

    Raises InputRejected when it is no capsule, of another format, or damaged: a part missing, of another kind, or
    unknown.
    """
    file = None if isinstance(source, bytes) else Path(source)
    content = _content(source, file)
    if content.get("format") != FORMAT or isinstance(content["format"], bool | float):
        raise InputRejected(
            f"is a capsule of format {str(content.get('format'))[:40]!r}",
            file=file,
            expected=f"format {FORMAT}; export the decision again, or replay it with the version that wrote it",
        )
    decision = _decision(content, file)
    try:
        seals = _seals(content)
        own, number, before = decision.hash, decision.number, decision.previous_hash
        altered = [name for name, seal in seals.items() if content["seals"].get(name) != seal]
        if content["seals"].keys() != seals.keys():
            altered.append("seals")
        if (
            not any(name.startswith("decision.") for name in altered)
            and sealed(decision, number, before)[0].hash != own
        ):
            altered.append("decision.hash")
    except (TypeError, ValueError, RecursionError):
        raise _damaged("a value in it has no exact form", file) from None
    return Capsule(decision, content["raw"], content["environment"], tuple(altered))


def replay(
    source: Capsule | Path | str | bytes, replayers: Mapping[str, Replayer], *, own_hash: str | None = None
) -> ReplayReport:
    """Make the decision of a capsule again and say what differs.

    ``own_hash`` is the decision's hash as the bank's chain has it: with it, also what no computation finds again
    (subject, time, actor, the hash before) is proved. Raises InputRejected for a capsule that does not open, whose kind
    nobody here can replay, or whose content cannot be read.
    """
    opened = source if isinstance(source, Capsule) else open_capsule(source)
    file = Path(source) if isinstance(source, str | Path) else None
    decision = opened.decision
    replayer = replayers.get(decision.kind)
    if replayer is None and not opened.altered:
        known = ", ".join(sorted(replayers)) or "none"
        raise InputRejected(
            f"decisions of kind {decision.kind[:40]!r} cannot be replayed here", file=file, expected=f"one of: {known}"
        )
    different: list[Difference] = []
    moved: list[Difference] = []
    if own_hash is not None and own_hash != decision.hash:
        different.append(Difference("hash", own_hash, decision.hash))
    if replayer is not None:
        found = _stage(opened, file, "decision", lambda: replayer.decide(decision))
        different += _apart(decision, found)
    features = None
    if replayer is not None and opened.raw is not None:
        raw = opened.raw
        again = _stage(opened, file, "raw", lambda: replayer.recompute(decision, raw))
        features = again.pop("features", None)
        different += _apart(decision, again)
    if features is not None:
        moved = [item for item in differences(decision.features, features) if beyond_grid(item)]
    here = {"recorded": opened.environment, "replayed": environment()}
    same = not different and not opened.altered
    return ReplayReport(decision, same, different, features is not None, moved, here, opened.altered)


def _stage(opened: Capsule, file: Path | None, part: str, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a stage of a replayer finds, in plain form.

    A capsule comes from outside and may hold anything under a name that is right, so whatever stops a stage is said as
    a fault of the file. Of a file known to be altered the finding is the alteration: nothing is compared then.
    """
    try:
        return dict(plain(run()))
    except Exception as error:
        if opened.altered:
            return {}
        why = str(error).splitlines()[0][:120] if isinstance(error, BramblingError) else type(error).__name__
        raise _damaged(f"its {part} stage cannot be read: {why}", file) from error


def _apart(decision: Decision, found: Mapping[str, Any]) -> list[Difference]:
    """Where the parts that were found again differ from the recorded ones."""
    different: list[Difference] = []
    for part, value in found.items():
        recorded = plain(getattr(decision, part))
        if part in ("inputs", "versions"):
            recorded = {key: recorded[key] for key in value if key in recorded}
        different += differences(recorded, value, part)
    return different


def _content(source: Path | str | bytes, file: Path | None) -> dict[str, Any]:
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else read_text(Path(source), bytes_max=BYTES_MAX)
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("capsule") != _WORD:
        raise InputRejected("is not a replay capsule", file=file, expected="a JSON file exported with a decision")
    return content


# What each part of a decision must be, so that the rules get what they were written for.
_KINDS: dict[str, type | tuple[type, ...]] = {
    "id": str, "kind": str, "subject": str, "at": str, "actor": str, "outcome": str, "inputs": dict, "features": dict,
    "versions": dict, "reasons": list, "result": dict, "previous_hash": str, "hash": str, "number": int,
}  # fmt: skip


def _decision(content: dict[str, Any], file: Path | None) -> Decision:
    """The decision of a capsule's content, after every part was found to be of its kind."""
    for name in (*_PARTS, *content):
        if name not in content or name not in _PARTS:
            raise _damaged(f"{name[:40]!r} is {'missing' if name not in content else 'no part of it'}", file)
    for name in ("decision", "environment", "seals"):
        if not isinstance(content[name], dict):
            raise _damaged(f"{name} is no object", file)
    if content["raw"] is not None and (not isinstance(content["raw"], dict) or not content["raw"]):
        raise _damaged("raw is empty or no object", file)
    own = content["decision"]
    for name in (*_KINDS, *own):
        if name not in own or name not in _KINDS:
            raise _damaged(f"decision.{name[:40]} is {'missing' if name not in own else 'no part of it'}", file)
        if not isinstance(own[name], _KINDS[name]) or isinstance(own[name], bool):
            raise _damaged(f"decision.{name} is of another kind", file)
    try:
        values = {
            **own,
            "id": UUID(own["id"]),
            "subject": UUID(own["subject"]),
            "at": datetime.fromisoformat(own["at"]),
        }
        return Decision(**values)
    except (ValueError, BramblingError):
        raise _damaged("its id, subject, time or versions are not such", file) from None


def _damaged(why: str, file: Path | None) -> InputRejected:
    return InputRejected(f"is not a whole capsule: {why}", file=file, expected="the file as it was exported")


def _seals(content: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of every part of a capsule's content, by name."""
    parts = {f"decision.{name}": value for name, value in content["decision"].items()}
    parts |= {"raw": content["raw"], "environment": content["environment"]}
    return {name: hashlib.sha256(canonical(value).encode("utf-8")).hexdigest() for name, value in parts.items()}
