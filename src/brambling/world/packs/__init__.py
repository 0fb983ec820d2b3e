"""Document packs with known truth: what a small business hands in, drawn from a seed, with faults that are written down.

- :mod:`families` what is fixed: kinds of documents, layout families of ``dev`` and ``eval``, captures, faults, spots
- :mod:`goods`, :mod:`story` one business and what happened to it: the facts that every document of a pack agrees with
- :mod:`faults`, :mod:`injections` what can be planted, and what is written down of it
- :mod:`sheet`, :mod:`paint`, :mod:`pdf`, :mod:`ofd` a page of marks, and the page as image, PDF and OFD
- :mod:`capture`, :mod:`photos` what a scanner or phone does to a page; pictures, and the short video
- :mod:`forms` what each kind of document says and how it is laid out
- :mod:`build` packs

Nothing is stored: the same seed gives the same bytes where the same fonts are installed (``truth["fonts"]`` names them).

>>> from brambling.world.packs import make_pack, make_packs
>>> pack = make_pack(7, "d1")
>>> for pack in make_packs(300, "eval"): ...
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.world.packs.build import Pack, make_injected, make_pack, make_packs
    from brambling.world.packs.families import FAMILIES, FAULTS, KINDS

_HOMES = {
    "FAMILIES": "families",
    "FAULTS": "families",
    "KINDS": "families",
    "Pack": "build",
    "make_injected": "build",
    "make_pack": "build",
    "make_packs": "build",
}

__all__ = ["FAMILIES", "FAULTS", "KINDS", "Pack", "make_injected", "make_pack", "make_packs"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
