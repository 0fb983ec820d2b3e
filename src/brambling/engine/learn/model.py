"""From artefact to estimator: each kind of model registers what reads it.

A package names its kinds in the entry-point group ``brambling.artefacts`` (``kind = "module:object"``), so that this
room knows no model of any line and a bank can add its own kinds without touching ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

from brambling.engine.learn.shapes import Artefact
from brambling.kit.errors import InputRejected

GROUP = "brambling.artefacts"


@runtime_checkable
class Kind(Protocol):
    """What a kind of model provides. ``formats`` are the layouts it still reads."""

    formats: tuple[int, ...]

    def load(self, artefact: Artefact) -> Any:
        """The estimator; raises InputRejected for content that it cannot be made of."""

    def evaluate(self, model: Any, table: Any) -> Mapping[str, float]:
        """The figures by which this kind is judged, on a table with known outcomes."""


@cache
def kind_of(name: str) -> Kind:
    """The registered kind; raises InputRejected when nobody registered it."""
    found = entry_points(group=GROUP, name=name)
    if not found:
        known = ", ".join(sorted({point.name for point in entry_points(group=GROUP)})) or "none"
        raise InputRejected(f"nothing here reads artefacts of kind {name!r}", expected=f"one of {known}")
    kind = next(iter(found)).load()
    if not isinstance(kind, Kind):
        raise InputRejected(f"what is registered for artefacts of kind {name!r} is no kind of model")
    return kind


def open_model(artefact: Artefact) -> Any:
    """The estimator of ``artefact``; raises InputRejected for an unknown kind or a format this version does not read."""
    return _kind(artefact).load(artefact)


def evaluate(artefact: Artefact, table: Any) -> Mapping[str, float]:
    """The figures of the model in ``artefact`` on ``table``."""
    kind = _kind(artefact)
    return kind.evaluate(kind.load(artefact), table)


def _kind(artefact: Artefact) -> Kind:
    kind = kind_of(artefact.kind)
    if artefact.format not in kind.formats:
        read = ", ".join(str(number) for number in kind.formats)
        raise InputRejected(f"a {artefact.kind} of format {artefact.format}", expected=f"format {read}")
    return kind
