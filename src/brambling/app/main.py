"""The command line: ``brambling ROOM [CAPABILITY] VERB``.

A small dispatcher walks the table of rooms and imports only the capability that is called, so ``--help`` is quick and
no room pays for another's libraries; from there on it is Typer.

Exit status: 0 done, 1 a finding that should stop a pipeline, 2 unusable input, 70 a failure of ours.
"""

from __future__ import annotations

import difflib
import importlib
import itertools
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brambling import __version__
from brambling.app.rooms import ROOMS, Entry
from brambling.kit.errors import BramblingError, Failure

if TYPE_CHECKING:
    from brambling.kit.i18n import Lang

ABOUT = "Brambling 燕雀: an open-source AI bank for small and micro businesses."


def run(arguments: Sequence[str] | None = None) -> None:
    """The entry point: one clear line for every rejection, and the exit status of its kind."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = main(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 0
    sys.exit(status)


def _terminated(number: int, frame: object) -> None:
    # as an exception, so that what is open is closed: a process that is simply ended leaves the embedded database running
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status."""
    if list(arguments) == ["--version"]:
        print(f"brambling {__version__}")
        return 0
    path: list[str] = ["brambling"]
    entries: Mapping[str, Entry] = ROOMS
    about = ABOUT
    rest = list(arguments)
    while True:
        if not rest or rest[0] in ("--help", "-h"):
            print(help_text(path, about, entries))
            return 0 if rest else 2
        word = rest.pop(0)
        entry = entries.get(word)
        if entry is None:
            near = difflib.get_close_matches(word, entries, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; {' '.join(path)} --help lists what there is"
            print(f"{' '.join(path)}: no command {word!r}{hint}", file=sys.stderr)
            return 2
        path.append(word)
        if not entry.entries:
            return _call(entry, path, rest)
        entries, about = entry.entries, entry.help


def help_text(path: Sequence[str], about: str, entries: Mapping[str, Entry]) -> str:
    """The help of a level of the table, from its static lines."""
    width = max(len(name) for name in entries) + 2
    lines = [f"Usage: {' '.join(path)} COMMAND ...", "", about, "", "Commands:"]
    lines += [f"  {name:<{width}}{entry.help}" for name, entry in entries.items()]
    return "\n".join([*lines, "", f"{' '.join(path)} COMMAND --help tells more."])


def _call(entry: Entry, path: Sequence[str], rest: Sequence[str]) -> int:
    try:
        return _invoke(entry, path, rest)
    except BramblingError as error:
        return _tell(error, rest)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _tell(error: BramblingError, rest: Sequence[str]) -> int:
    """The line of an error in the language of the command, and its exit status."""
    from brambling.engine.doors.errors import error_text
    from brambling.kit.i18n import N_, translator

    lang = _language(rest)
    print(f"brambling: {error_text(error, lang)}", file=sys.stderr)
    if isinstance(error, Failure):
        ours = N_("This is ours to mend: please report it with the command you ran.")
        print(translator(lang)(ours), file=sys.stderr)
    return error.exit_status


def _language(rest: Sequence[str]) -> Lang:
    """What ``--lang`` says, else ``BRAMBLING_LANG``."""
    said = [word.partition("=")[2] for word in rest if word.startswith("--lang=")]
    said += [after for word, after in itertools.pairwise(rest) if word == "--lang"]
    return "zh" if [*said, os.environ.get("BRAMBLING_LANG", "")][0] == "zh" else "en"


def _invoke(entry: Entry, path: Sequence[str], rest: Sequence[str]) -> int:
    import typer

    app: typer.Typer = getattr(importlib.import_module(entry.module), entry.attribute)
    command = typer.main.get_command(app)
    arguments, name = list(rest), " ".join(path)
    if entry.verb and isinstance(command, typer.core.TyperGroup):
        arguments, name = [entry.verb, *arguments], " ".join(path[:-1])
    open_before = _output_device()
    try:
        command.main(arguments, prog_name=name, standalone_mode=True)
    except SystemExit as stop:
        return 0 if _reader_gone(open_before) else int(stop.code or 0)
    return 0


def _output_device() -> int | None:
    try:
        return os.fstat(1).st_rdev
    except OSError:
        return None


def _reader_gone(open_before: int | None) -> bool:
    """Whether whoever read our output closed the pipe: Typer and Rich then ask for status 1, but nothing is wrong.

    Typer has put a wrapper over the output by then, Rich has pointed it at the null device.
    """
    null = Path(os.devnull).stat().st_rdev
    return type(sys.stdout).__name__ == "PacifyFlushWrapper" or (open_before != null and _output_device() == null)
