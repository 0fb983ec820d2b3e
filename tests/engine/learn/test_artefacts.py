"""Artefacts: the same content is the same version, a file gives back what was saved, anything else is rejected."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brambling.engine.learn as room
from brambling.engine.learn import Artefact, array_of, array_part, evaluate, open_model, read_artefact, write_artefact
from brambling.engine.learn import model as learn_model
from brambling.kit.errors import InputRejected

NOW = datetime(2026, 3, 10, tzinfo=UTC)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def artefact(**changes) -> Artefact:
    fields = {
        "kind": "mean",
        "format": 1,
        "created_by": "fang",
        "created_at": NOW,
        "data": {"mean": 0.1 + 0.2},
        "parts": {"weights": array_part(np.arange(6.0).reshape(2, 3))},
        "metadata": {"rows": 100},
    }
    return Artefact(**{**fields, **changes})


def test_every_name_of_the_menu_is_there() -> None:
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError):
        _ = room.nothing


@given(st.dictionaries(st.text(), plain, max_size=4), st.dictionaries(st.text(), st.binary(max_size=20), max_size=3))
def test_bytes_give_back_what_was_saved(data, parts) -> None:
    first = artefact(data=data, parts=parts)
    again = Artefact.from_bytes(first.to_bytes())
    assert again == first
    assert again.version == first.version


def test_the_version_is_of_the_content_alone() -> None:
    version = artefact().version
    assert artefact(created_by="li", metadata={}).version == version
    assert artefact(data={"mean": 0.3}).version != version
    assert artefact(kind="median").version != version
    assert artefact(parts={}).version != version


def test_a_file_comes_back_with_its_arrays(tmp_path: Path) -> None:
    write_artefact(artefact(), tmp_path / "m.json")
    again = read_artefact(tmp_path / "m.json", kind="mean")
    assert np.array_equal(array_of(again.parts["weights"]), np.arange(6.0).reshape(2, 3))
    assert again.data["mean"] == 0.1 + 0.2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"brambling_artefact": 2}, "format 2"),
        ({"kind": "median"}, "kind 'median'"),
        ({"data": {"mean": 0.5}}, "not that of its version"),
        ({"parts": {"weights": "!"}}, "damaged"),
        ({"created_at": "yesterday"}, "damaged"),
        ({"extra": 1}, "not a whole artefact"),
    ],
)
def test_another_file_is_rejected_with_its_reason(change, said, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({**json.loads(artefact().to_bytes()), **change}))
    with pytest.raises(InputRejected, match=said):
        read_artefact(path, kind="mean")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"\x80\x04.", pickle.dumps({"brambling_artefact": 1}), b"[" * 99999]
)
def test_what_is_no_artefact_is_rejected(data: bytes) -> None:
    with pytest.raises(InputRejected, match="is no artefact"):
        Artefact.from_bytes(data)


def test_objects_have_no_way_in_or_out() -> None:
    with pytest.raises(InputRejected, match="without pickle"):
        array_part(np.array([object()]))
    for part in (pickle.dumps([1]), b"", b"\x93NUMPY"):
        with pytest.raises(InputRejected, match="no array"):
            array_of(part)
    with pytest.raises(InputRejected, match="zone"):
        artefact(created_at=NOW.replace(tzinfo=None))


class Mean:
    """A kind of model for these tests."""

    formats = (1,)

    def load(self, kept: Artefact) -> float:
        return float(kept.data["mean"])

    def evaluate(self, model: float, table: list[float]) -> dict[str, float]:
        return {"mae": sum(abs(value - model) for value in table) / len(table)}


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch):
    points = {"mean": f"{__name__}:MEAN", "odd": "json:dumps"}

    def found(*, group: str, name: str | None = None) -> EntryPoints:
        chosen = [n for n in points if name in (None, n)]
        return EntryPoints(Registered(n, points[n], group) for n in chosen)

    monkeypatch.setattr(learn_model, "entry_points", found)
    learn_model.kind_of.cache_clear()
    yield
    learn_model.kind_of.cache_clear()


class Registered(EntryPoint):
    def load(self):
        return Mean() if self.name == "mean" else json.dumps


@pytest.mark.usefixtures("registered")
def test_a_registered_kind_reads_and_judges_its_artefacts() -> None:
    assert open_model(artefact(data={"mean": 2.0})) == 2.0
    assert evaluate(artefact(data={"mean": 2.0}), [1.0, 2.0]) == {"mae": 0.5}


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("change", "said"),
    [({"kind": "forest"}, "nothing here reads"), ({"format": 9}, "format 9"), ({"kind": "odd"}, "no kind of model")],
)
def test_what_nobody_reads_is_rejected(change, said) -> None:
    with pytest.raises(InputRejected, match=said):
        open_model(artefact(**change))
