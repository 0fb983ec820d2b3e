"""Fitted models as artefacts: version by content, save without pickle, load, evaluate, watch, release by four eyes.

- ``Artefact`` one JSON file: kind, format, data, binary parts, and who made it; its version is the hash of its content
- ``write_artefact``, ``read_artefact`` files; ``array_part``, ``array_of`` arrays as parts
- ``open_model`` the estimator of an artefact, by the loader its kind registers; ``evaluate`` its figures on a table
- ``save``, ``get``, ``propose``, ``release``, ``retire``, ``released``, ``releases`` the same in the bank, where a
  model acts only after somebody else than its maker released it
- ``psi``, ``psi_critical``, ``Bins`` the watch: has the population moved, or is that noise
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.learn.features import Bins, psi, psi_critical
    from brambling.engine.learn.model import Kind, evaluate, open_model
    from brambling.engine.learn.rules import Drift, Release, drift
    from brambling.engine.learn.service import get, propose, release, released, releases, retire, save
    from brambling.engine.learn.shapes import Artefact, array_of, array_part, read_artefact, write_artefact

_HOMES = {
    "Artefact": "shapes",
    "Bins": "features",
    "Drift": "rules",
    "Kind": "model",
    "Release": "rules",
    "array_of": "shapes",
    "array_part": "shapes",
    "drift": "rules",
    "evaluate": "model",
    "get": "service",
    "open_model": "model",
    "propose": "service",
    "psi": "features",
    "psi_critical": "features",
    "read_artefact": "shapes",
    "release": "service",
    "released": "service",
    "releases": "service",
    "retire": "service",
    "save": "service",
    "write_artefact": "shapes",
}

__all__ = [
    "Artefact",
    "Bins",
    "Drift",
    "Kind",
    "Release",
    "array_of",
    "array_part",
    "drift",
    "evaluate",
    "get",
    "open_model",
    "propose",
    "psi",
    "psi_critical",
    "read_artefact",
    "release",
    "released",
    "releases",
    "retire",
    "save",
    "write_artefact",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
