"""What a door hands to the room behind it."""

from __future__ import annotations

from dataclasses import dataclass

from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.settings import Settings


@dataclass(frozen=True)
class Context:
    """The database, the time, the cipher of personal fields and the settings of this process.

    Routes and pages are made by functions that take a Context and the ports of their room; app/build.py calls them.
    """

    db: Database
    clock: Clock
    cipher: FieldCipher
    settings: Settings
