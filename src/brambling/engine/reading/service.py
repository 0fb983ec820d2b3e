"""Reading one document: a process of its own parses it, and this one judges how that ended."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brambling.engine.reading.rules import Kind, Limits, kind_of
from brambling.engine.reading.shapes import Text, text_of
from brambling.kit.errors import ExtraMissing, InputRejected, LimitExceeded, Rejection
from brambling.kit.files.reading import open_bytes
from brambling.kit.log import logger

_LIMITS = Limits()
# Nothing of this process's environment reaches the parser: no keys, no addresses.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}


def read(source: Path | bytes, *, name: str | None = None, limits: Limits = _LIMITS) -> Text:
    """The text of a document, with page, box and span of every line.

    ``source`` is a path, or bytes with the ``name`` they were sent under. Raises InputRejected with one clear line for
    a file that is empty, damaged, cut off, locked by a password, or not what its name says; LimitExceeded when it has
    too many bytes or pages or takes too much time or memory; ExtraMissing when PDF files cannot be read here.
    """
    data, name = _bytes_of(source, name, limits)
    kind = kind_of(data, name, limits)
    if kind == "pdf" and find_spec("pypdfium2") is None:
        raise ExtraMissing("documents", "reading PDF files")
    found = _parsed(data, kind, name, limits)
    return text_of(Path(name).name, kind, hashlib.sha256(data).hexdigest(), found)


def _bytes_of(source: Path | bytes, name: str | None, limits: Limits) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name or "document"
    with open_bytes(source) as handle:  # a byte more than allowed is enough to know
        return handle.read(limits.bytes_max + 1), name or source.name.removesuffix(".gz")


def _parsed(data: bytes, kind: Kind, name: str, limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "brambling.engine.reading.worker", kind]
    command += [
        str(number) for number in (limits.pages_max, limits.chars_max, limits.memory_bytes_max, limits.cpu_s_max)
    ]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as trouble:
        given.write(data)
        given.seek(0)
        child = subprocess.Popen(
            command,
            stdin=given,
            stdout=said,
            stderr=trouble,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        try:
            status = child.wait(limits.wall_s_max)
        except subprocess.TimeoutExpired:
            raise _too_slow(name, f"{limits.wall_s_max:g} s") from None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        said.seek(0)
        words = said.read()
        trouble.seek(0)
        last = trouble.read()[-300:].decode(errors="replace").strip().splitlines()[-1:]
    try:
        answer: dict[str, Any] = json.loads(words)
    except ValueError:
        logger("reading").warning("the parser stopped", status=status, trouble="".join(last))
        raise _broken(status, name, limits) from None
    if "rejected" in answer:
        raise _rejection(answer, name, limits)
    return answer


def _broken(status: int, name: str, limits: Limits) -> Rejection:
    """The parser ended without a word: the system stopped it, or it crashed on the document."""
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(name, f"{limits.cpu_s_max} s of computing")
    return InputRejected("is damaged: reading it had to be stopped", file=name)


def _too_slow(name: str, limit: str) -> LimitExceeded:
    return LimitExceeded(f"{Path(name).name}: reading it takes more than {limit}")


def _rejection(answer: dict[str, Any], name: str, limits: Limits) -> Rejection:
    short = Path(name).name
    match answer["rejected"]:
        case "password":
            return InputRejected("is locked by a password", file=name, expected="the document without one")
        case "pages":
            return LimitExceeded(f"{short}: {answer['pages']:,} pages; a document may have {limits.pages_max:,}")
        case "chars":
            return LimitExceeded(f"{short}: more than {limits.chars_max:,} characters")
        case "memory":
            return LimitExceeded(f"{short}: reading it takes more than {limits.memory_bytes_max >> 20} MiB of memory")
        case "encoding":
            return InputRejected("is neither UTF-8 nor GB18030", file=name, expected="UTF-8 or GB18030 text")
        case "cut-off":
            return InputRejected("is cut off: its end is missing", file=name, expected="the whole document")
        case _:
            return InputRejected("is damaged and cannot be read", file=name)
