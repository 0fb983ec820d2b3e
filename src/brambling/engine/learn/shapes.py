"""An artefact: everything of a fitted model in one file that holds data and no code."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected, LimitExceeded
from brambling.kit.files import write_bytes
from brambling.kit.files.reading import open_bytes

FORMAT = 1  # of the file; the format of what is inside belongs to the kind
BYTES_MAX = 512 << 20
_KEYS = {"brambling_artefact", "kind", "format", "version", "created_by", "created_at", "metadata", "data", "parts"}


@dataclass(frozen=True)
class Artefact:
    """A fitted model as data.

    ``kind`` says which estimator reads it and ``format`` in which version of its layout. ``data`` is JSON-able,
    ``parts`` are named bytes (LightGBM's text, ONNX, ``array_part``). ``metadata`` describes (data used, figures) and
    is not part of the version: the same content has the same ``version``, whoever fitted it and whenever.
    """

    kind: str
    format: int
    created_by: str
    created_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, bytes] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise InputRejected("an artefact needs a time with its zone")
        for name in ("data", "parts", "metadata"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @cached_property
    def version(self) -> str:
        """SHA-256 of kind, format, data and parts, as hexadecimal."""
        digest = hashlib.sha256()
        head = {"kind": self.kind, "format": self.format, "data": dict(self.data)}
        digest.update(_json(head).encode())
        for name in sorted(self.parts):
            digest.update(b"\x00" + name.encode() + b"\x00" + hashlib.sha256(self.parts[name]).digest())
        return digest.hexdigest()

    def to_bytes(self) -> bytes:
        """The file: one JSON object, binary parts in base64."""
        whole = {
            "brambling_artefact": FORMAT,
            "kind": self.kind,
            "format": self.format,
            "version": self.version,
            "created_by": self.created_by,
            "created_at": self.created_at.isoformat(),
            "metadata": dict(self.metadata),
            "data": dict(self.data),
            "parts": {name: base64.b64encode(part).decode("ascii") for name, part in sorted(self.parts.items())},
        }
        return (_json(whole) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes, *, kind: str | None = None, file: Path | None = None) -> Artefact:
        """Read what ``to_bytes`` wrote; raises InputRejected for anything else.

        Another file format, another ``kind`` than asked for, a missing or a strange key, and content that does not
        have the version it names are each told apart.
        """
        try:
            whole = json.loads(data)
        except (ValueError, RecursionError):
            raise InputRejected("is no artefact", file=file, expected="a JSON file written by brambling") from None
        if not isinstance(whole, dict) or "brambling_artefact" not in whole:
            raise InputRejected("is no artefact", file=file, expected="a JSON file written by brambling")
        if whole["brambling_artefact"] != FORMAT:
            raise InputRejected(
                f"is an artefact of format {whole['brambling_artefact']}", file=file, expected=f"format {FORMAT}"
            )
        if set(whole) != _KEYS:
            odd = ", ".join(sorted(set(whole) ^ _KEYS))
            raise InputRejected(f"is not a whole artefact ({odd})", file=file)
        if kind is not None and whole["kind"] != kind:
            raise InputRejected(f"is an artefact of kind {whole['kind']!r}", file=file, expected=f"kind {kind!r}")
        try:
            artefact = cls(
                kind=str(whole["kind"]),
                format=int(whole["format"]),
                created_by=str(whole["created_by"]),
                created_at=datetime.fromisoformat(whole["created_at"]),
                data=whole["data"],
                parts={name: base64.b64decode(part, validate=True) for name, part in whole["parts"].items()},
                metadata=whole["metadata"],
            )
        except (TypeError, ValueError, AttributeError, binascii.Error):
            raise InputRejected("is a damaged artefact", file=file) from None
        if artefact.version != whole["version"]:
            raise InputRejected("is a damaged artefact: its content is not that of its version", file=file)
        return artefact


def _json(value: Any) -> str:
    # Python writes the shortest text that reads back as the same float, so nothing is lost and hashes are stable
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_artefact(artefact: Artefact, path: Path) -> None:
    """Write the file, whole or not at all."""
    write_bytes(path, artefact.to_bytes())


def read_artefact(path: Path, *, kind: str | None = None) -> Artefact:
    """The artefact in ``path``; raises InputRejected as ``Artefact.from_bytes``, LimitExceeded above 512 MiB."""
    with open_bytes(path) as handle:
        data = handle.read(BYTES_MAX + 1)
    if len(data) > BYTES_MAX:
        raise LimitExceeded(f"{path.name}: larger than {BYTES_MAX >> 20} MiB")
    return Artefact.from_bytes(data, kind=kind, file=path)


def array_part(array: NDArray[Any]) -> bytes:
    """A numeric array as a part (NumPy's npy format); raises InputRejected for an array of objects."""
    if array.dtype.hasobject:
        raise InputRejected("an array of objects cannot be saved without pickle", expected="numbers")
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def array_of(part: bytes) -> NDArray[Any]:
    """The array of a part; raises InputRejected for anything that is none."""
    try:
        array: NDArray[Any] = np.load(io.BytesIO(part), allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise InputRejected("a part of the artefact is no array") from None
    return array
