"""The replay capsule: one file that holds a decision with all it rests on, and the proof that it comes out again.

Two stages are replayed apart. The rules take numbers on a grid and must give the same result to the last digit, on any
machine. The float stage before them (models, simulation) is recomputed from the raw inputs where the capsule holds
them; floats may differ between machines, so a difference of one step of the grid is agreement and more is reported,
with both environments.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from brambling.bank.decisions.rules import (
    Decision,
    Difference,
    beyond_grid,
    canonical,
    chain_hash,
    differences,
    sealed,
    unsealed,
)
from brambling.engine.doors.output import plain
from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text

FORMAT = 1
_WORD = "brambling-decision-capsule"
_LIBRARIES = ("brambling", "numpy", "scipy", "polars", "lightgbm", "scikit-learn", "statsforecast")
BYTES_MAX = 64 << 20


class Replayer(Protocol):
    """How decisions of one kind are made again; rooms that decide provide one."""

    def decide(self, features: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
        """The result of the rules. It may also name ``outcome`` and ``reasons``, which are then compared too."""
        ...

    def recompute(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The features from the raw inputs, on their grid."""
        ...


@dataclass(frozen=True)
class Capsule:
    """A capsule that was opened and found whole. ``raw`` is None where the raw inputs were not exported."""

    decision: Decision
    raw: dict[str, Any] | None
    environment: dict[str, Any]


@dataclass(frozen=True)
class ReplayReport:
    """What a replay found.

    ``same``: the rules gave the recorded result bit by bit. ``differences`` are theirs; ``float_differences`` those of
    the recomputed features beyond the grid (``recomputed`` says whether there were raw inputs). ``environments`` holds
    where the decision was ``recorded`` and where it was ``replayed``.
    """

    decision: Decision
    same: bool
    differences: list[Difference]
    recomputed: bool
    float_differences: list[Difference]
    environments: dict[str, dict[str, Any]]


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
    """The capsule of ``decision`` as one JSON file that carries its own SHA-256.

    ``raw`` holds what the float stage started from (statement rows, say); leave it out where it may not travel.
    """
    content = {
        "capsule": _WORD,
        "format": FORMAT,
        "decision": {field.name: getattr(decision, field.name) for field in fields(Decision)},
        "raw": raw,
        "environment": environment,
    }
    whole = {**plain(content), "sha256": _sha256(content)}
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def open_capsule(source: Path | str | bytes) -> Capsule:
    """The capsule in a file or in bytes.

    Raises InputRejected when it is no capsule, of another format, changed since it was written, or holds a decision
    whose hash is not that of its content.
    """
    file = None if isinstance(source, bytes) else Path(source)
    content = _content(source, file)
    if content.get("format") != FORMAT:
        raise InputRejected(f"is a capsule of format {content.get('format')!r}", file=file, expected=f"format {FORMAT}")
    own_sha256 = content.pop("sha256", None)
    try:
        whole = own_sha256 == _sha256(content)
        own = content["decision"]
        body = canonical({key: value for key, value in own.items() if key not in ("previous_hash", "hash")})
        decision = unsealed(body, own["previous_hash"], own["hash"])
        # once more from the parsed decision: a capsule cannot bring text that only looks canonical
        whole = whole and sealed(decision, decision.number, decision.previous_hash)[1] == body
        raw, where = content["raw"], content["environment"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputRejected("is not a whole capsule", file=file, expected="the file as it was exported") from None
    if not whole or decision.hash != chain_hash(decision.previous_hash, body):
        raise InputRejected("was changed after it was written", file=file, expected="the file as it was exported")
    return Capsule(decision, raw, where)


def replay(source: Capsule | Path | str | bytes, replayers: Mapping[str, Replayer]) -> ReplayReport:
    """Make the decision of a capsule again and say what differs.

    Raises InputRejected for a capsule that does not open or whose kind nobody here can replay.
    """
    opened = source if isinstance(source, Capsule) else open_capsule(source)
    decision = opened.decision
    replayer = replayers.get(decision.kind)
    if replayer is None:
        known = ", ".join(sorted(replayers)) or "none"
        raise InputRejected(f"decisions of kind {decision.kind!r} cannot be replayed here", expected=f"one of: {known}")
    found = plain(replayer.decide(decision.features, decision.inputs))
    beside = {"outcome": decision.outcome, "reasons": decision.reasons}
    recorded = {**{key: value for key, value in beside.items() if key in found}, **decision.result}
    different = differences(recorded, found)
    moved: list[Difference] = []
    if opened.raw is not None:
        again = plain(replayer.recompute(opened.raw))
        moved = [item for item in differences(decision.features, again) if beyond_grid(item)]
    here = {"recorded": opened.environment, "replayed": environment()}
    return ReplayReport(decision, not different, different, opened.raw is not None, moved, here)


def _content(source: Path | str | bytes, file: Path | None) -> dict[str, Any]:
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else read_text(Path(source), bytes_max=BYTES_MAX)
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("capsule") != _WORD:
        raise InputRejected("is not a replay capsule", file=file, expected="a JSON file exported with a decision")
    return content


def _sha256(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()
