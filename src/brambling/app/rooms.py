"""The table of rooms: which module serves which word of the command line. Nothing is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One word on the command line.

    ``module`` has a Typer called ``app``; with ``verb`` the word is that one command of it, without it the word is a
    group of all its commands. ``entries`` makes the word a level of its own. ``help`` is shown without any import.
    """

    help: str
    module: str = ""
    verb: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)


ROOMS: Mapping[str, Entry] = {
    "cfo": Entry(
        "the one-to-one expert for one business",
        entries={
            "brief": Entry("13 weeks of cash, what is idle, what could be borrowed", "brambling.cfo.commands", "brief")
        },
    ),
}
