"""Writes what is known from the code into docs: the command reference and the OpenAPI document.

``python -m brambling.app.docs FOLDER`` (``make docs``). A test writes them afresh and compares, so they cannot fall behind.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from brambling.app.rooms import ROOMS, Entry
from brambling.kit.files import write_text

HEAD = """# Commands

Written from the code by `make docs`. Exit status: 0 done, 1 a finding that should stop a pipeline, 2 unusable input.
"""


def leaves(
    entries: Mapping[str, Entry], path: tuple[str, ...] = ("brambling",)
) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Every command of the table with the words that lead to it."""
    for name, entry in entries.items():
        here = (*path, name)
        if entry.entries:
            yield from leaves(entry.entries, here)
        else:
            yield here, entry


def command_reference() -> str:
    """The page of all commands: what each does, its arguments and options."""
    import typer

    parts = [HEAD]
    for path, entry in leaves(ROOMS):
        app: typer.Typer = getattr(importlib.import_module(entry.module), entry.attribute)
        command: Any = typer.main.get_command(app)
        verbs = {entry.verb: command} if entry.verb else {"": command}
        if hasattr(command, "commands"):
            verbs = {entry.verb: command.commands[entry.verb]} if entry.verb else dict(command.commands)
        for verb, found in verbs.items():
            words = path if entry.verb or not verb else (*path, verb)
            parts.append(_section(words, found))
    return "\n".join(parts)


def _section(words: tuple[str, ...], command: Any) -> str:
    lines = [f"## {' '.join(words)}", "", *[line.strip() for line in (command.help or "").strip().splitlines()], ""]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        if parameter.param_type_name == "argument":
            names = f"`{(parameter.metavar or parameter.name or '').upper()}`"
        text = (getattr(parameter, "help", None) or "").strip()
        lines.append(f"- {names} {text}".rstrip())
    return "\n".join([*lines, ""])


def openapi() -> str:
    """The OpenAPI document as text; needs no database."""
    from brambling.app.build import Bank
    from brambling.app.server import api
    from brambling.bank.contact.service import Gate
    from brambling.bank.events.service import Bus
    from brambling.kit.clock import SystemClock
    from brambling.kit.crypto import FieldCipher
    from brambling.kit.settings import Settings

    # routes are only read here, never called: no database is opened and no workflow runs
    nothing: Any = None
    bank = Bank(nothing, SystemClock(), FieldCipher.fresh(), Settings(), nothing, Bus(), Gate())
    return json.dumps(api(bank).openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(folder: Path) -> None:
    """Write both into ``folder``."""
    write_text(folder / "commands.md", command_reference())
    write_text(folder / "openapi.json", openapi())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
