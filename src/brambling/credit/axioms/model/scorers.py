"""Scorers by name: ``card.json``, ``python:module:function``, ``http://...``; all become one :class:`Scorer`."""

from __future__ import annotations

import http.client
import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from decimal import Decimal
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any
from urllib.parse import urlsplit

from brambling.credit.axioms.model.cards import scorer_of_card
from brambling.credit.axioms.shapes import Decides, HasForm, Scorer
from brambling.credit.scorecard.rules import Card
from brambling.kit.errors import InputRejected, Rejection


class ScorerGone(Rejection):
    """A scorer behind an address that does not answer any more."""


EXPECTED = "an artefact (.json), python:module:function or http://..."
HTTP_SECONDS = 10
ANSWER_BYTES_MAX = 1 << 20
CONSTANTS_MAX = 400
_DEPTH = 4


def open_scorer(source: Any) -> Scorer:
    """A scorer from its name, a function, or anything with ``decide``. Raises InputRejected for what is none."""
    if isinstance(source, Scorer):
        return source
    if isinstance(source, str | Path):
        text = str(source)
        if text.startswith("python:"):
            return _python(text.removeprefix("python:"))
        if text.startswith(("http://", "https://")):
            return _http(text)
        if ":" in text and not Path(text).exists():
            raise InputRejected(f"no scorer {text!r}", expected=EXPECTED)
        return _artefact(Path(text))
    return scorer_of(source, getattr(source, "__name__", type(source).__name__))


def scorer_of(target: Any, name: str) -> Scorer:
    """The scorer of a Python object: a function of one application, an estimator that decides, a scorecard."""
    if isinstance(target, Card):
        return scorer_of_card(target, name)
    form = target.form() if isinstance(target, HasForm) else None
    decide = target.decide if isinstance(target, Decides) else target
    if not callable(decide):
        raise InputRejected(f"{name} is no scorer", expected="a function from an application to an outcome")
    return Scorer(name, decide, constants_of(target), form)


def _artefact(path: Path) -> Scorer:
    from brambling.engine.learn import open_model, read_artefact

    model = open_model(read_artefact(path))
    try:
        return scorer_of(model, path.name)
    except InputRejected as error:
        raise InputRejected("holds a model that makes no decision", file=path, expected="a scorecard") from error


def _python(target: str) -> Scorer:
    where, sign, name = target.rpartition(":")
    if not sign or not where or not name:
        raise InputRejected(f"python:{target} names no function", expected="python:module:function")
    module = _module(where)
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
        if found is None:
            raise InputRejected(f"python:{target}: there is no {name!r} in {where}", expected="a function")
    if isinstance(found, type):
        try:
            found = found()
        except TypeError as error:
            raise InputRejected(f"python:{target} cannot be made ({error})", expected="a function") from None
    return scorer_of(found, f"python:{target}")


def _module(where: str) -> ModuleType:
    """The module of that name, also from the working folder, or of that file."""
    try:
        if where.endswith(".py"):
            path = Path(where)
            spec = importlib.util.spec_from_file_location(path.stem, path)
            if spec is None or spec.loader is None or not path.exists():
                raise InputRejected("no such file", file=path)
            module = importlib.util.module_from_spec(spec)
            sys.modules.setdefault(path.stem, module)  # dataclasses of the file look their module up
            spec.loader.exec_module(module)
            return module
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.insert(0, here)
        return importlib.import_module(where)
    except InputRejected:
        raise
    except Exception as error:  # what a user's module does on import is the user's to mend
        problem = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
        raise InputRejected(f"{where} cannot be imported ({problem})", expected="python:module:function") from error


# -- http ----------------------------------------------------------------------------------------------------------


def _http(url: str) -> Scorer:
    place = urlsplit(url)
    if not place.hostname:
        raise InputRejected(f"{url!r} names no host", expected="http://host:port/path")
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    wire = kind(place.hostname, place.port, timeout=HTTP_SECONDS)
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")

    def decide(application: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps(dict(application), ensure_ascii=False).encode()
        for attempt in (1, 2):  # a kept connection may have been closed meanwhile
            try:
                wire.request("POST", path, body, {"Content-Type": "application/json", "Accept": "application/json"})
                answer = wire.getresponse()
                data = answer.read(ANSWER_BYTES_MAX)
                break
            except (OSError, http.client.HTTPException) as error:
                wire.close()
                if attempt == 2:
                    raise ScorerGone(f"the scorer at {place.netloc} does not answer ({error})") from error
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        outcome = json.loads(data)
        if not isinstance(outcome, dict):
            raise ValueError("the answer is no JSON object")
        return outcome

    return Scorer(url, decide, remote=True)


# -- what the code of a scorer speaks of ---------------------------------------------------------------------------


def constants_of(target: Any) -> tuple[Any, ...]:
    """Numbers and texts in the code of ``target`` and in what it refers to inside its own module.

    They are only places to look at: a threshold in the code is where the answer turns.
    """
    found: dict[Any, None] = {}
    home = str(getattr(target, "__module__", "")).partition(".")[0]
    for value in _values(target, home, _DEPTH, set()):
        number = float(value) if isinstance(value, Decimal) else value
        if isinstance(number, int | float | str) and not isinstance(number, bool):
            found.setdefault(number)
            if len(found) >= CONSTANTS_MAX:
                break
    return tuple(found)


def _values(item: Any, home: str, depth: int, seen: set[int]) -> Iterator[Any]:
    if isinstance(item, int | float | str | Decimal):
        yield item
        return
    if depth < 0 or id(item) in seen or isinstance(item, ModuleType):
        return
    seen.add(id(item))
    for part in _parts(item, home):
        yield from _values(part, home, depth - 1, seen)


def _parts(item: Any, home: str) -> Iterator[Any]:
    """What to look into next: constants, globals of the same module, closures, members."""
    if isinstance(item, CodeType):
        yield from item.co_consts
    elif isinstance(item, FunctionType):
        yield from item.__code__.co_consts
        yield from item.__defaults__ or ()
        yield from (item.__kwdefaults__ or {}).values()
        yield from _closed_over(item)
        yield getattr(item, "__wrapped__", None)
        if not _at_home(item, home):
            return
        names = [
            *item.__code__.co_names,
            *(n for c in item.__code__.co_consts if isinstance(c, CodeType) for n in c.co_names),
        ]
        yield from (item.__globals__[name] for name in names if name in item.__globals__)
    elif isinstance(item, Mapping):
        yield from item.keys()
        yield from item.values()
    elif isinstance(item, list | tuple | set | frozenset):
        yield from list(item)[:CONSTANTS_MAX]
    elif getattr(item, "__func__", None) is not None:
        yield item.__func__
        yield item.__self__
    elif is_dataclass(item) and not isinstance(item, type):
        yield from (getattr(item, field.name) for field in fields_of(item))
    elif isinstance(item, type):
        yield from vars(item).values() if _at_home(item, home) else ()
    elif _at_home(type(item), home):
        yield from vars(item).values() if hasattr(item, "__dict__") else ()
        yield type(item)


def _at_home(item: Any, home: str) -> bool:
    return str(getattr(item, "__module__", "")).partition(".")[0] == home


def _closed_over(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
