"""Fit and route as a library: what is known, what is unknown, and input that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.marketing.dialogue.conftest import HashEmbedder, examples

from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected
from brambling.marketing.dialogue import DialogueFit, artefact, fit, load, route
from brambling.marketing.dialogue.features import CHARACTERS_MAX
from brambling.marketing.dialogue.readers import read_intents

NOW = datetime(2026, 11, 25, tzinfo=UTC)
UNKNOWN = ("the weather in spring is mild", "quantum theory of fields", "九月的天气怎么样", "bake bread with yeast")


@pytest.fixture(scope="module")
def made() -> DialogueFit:
    return fit(examples(), embedder=HashEmbedder())


def test_known_questions_are_answered_and_unknown_ones_are_not(made: DialogueFit) -> None:
    known = made.router.route(["please, my card is lost", "您好，额度怎么提高"])
    assert [(one.intent, one.action) for one in known] == [("card_lost", "answer"), ("limit", "answer")]
    assert len(known[0].others) == 2
    unknown = made.router.route(UNKNOWN)
    assert all(one.action == "handover" for one in unknown)
    assert max(one.confidence for one in unknown) < min(one.confidence for one in known)
    assert all(one.intent in made.router.intents for one in unknown)  # the best guess stands there all the same


@pytest.mark.parametrize("embedder", [None, HashEmbedder()], ids=["words alone", "with meaning"])
def test_a_reloaded_model_gives_the_same_to_the_last_digit(embedder: HashEmbedder | None) -> None:
    fitted = fit(examples(), embeddings=embedder is not None, embedder=embedder)
    saved = artefact(fitted, "a test", NOW).to_bytes()
    again = load(Artefact.from_bytes(saved), embedder)
    asked = [*examples()["text"].to_list()[::7], *UNKNOWN, "", "😀"]
    assert again.route(asked) == fitted.router.route(asked)
    assert fit(examples(), embeddings=embedder is not None, embedder=embedder).router.route(asked) == again.route(asked)


def test_a_model_holds_neither_whole_texts_nor_personal_numbers() -> None:
    numbers = ["call me on 13800138000 now", "my id 11010519491231002X is right", "6222 0200 1234 5678 is my card"]
    rows = pl.DataFrame({"text": [f"{text} {at}" for text in numbers for at in range(4)], "intent": ["person"] * 12})
    saved = artefact(fit(pl.concat([examples(), rows]), embeddings=False), "a test", NOW).to_bytes().decode()
    assert not [number for number in ("3800138", "05194912", "2001234", "8000", "5678") if f'{number}"' in saved]
    assert not [text for text in examples()["text"].to_list() if len(text.split()) > 2 and text in saved]


def test_a_text_is_routed_alike_alone_and_among_others(made: DialogueFit) -> None:
    asked = [*examples()["text"].to_list()[:80], *UNKNOWN]
    assert made.router.route(asked) == [made.router.route([text])[0] for text in asked]


@pytest.mark.parametrize(
    "text", ["", "😀😀🎉", "...", "x" * 50_000, "卡 lost ٣ карта 13800138000 11010519491231002X", "\x00", "a\u202eb"]
)
def test_every_text_gets_an_action(made: DialogueFit, text: str) -> None:
    (one,) = made.router.route([text])
    assert one.action in {"answer", "clarify", "handover"}
    assert 0 <= one.confidence <= 1
    if not any(char.isalnum() for char in text):
        assert (one.action, one.confidence) == ("clarify", 0.0)


def test_only_the_beginning_of_a_long_text_is_read(made: DialogueFit) -> None:
    long = "please, my card is lost " * 50
    assert len(long) > CHARACTERS_MAX
    assert made.router.route([long])[0] == made.router.route([long + "quantum " * 5_000])[0]


def test_columns_and_order_of_the_file_are_kept(made: DialogueFit) -> None:
    asked = pl.DataFrame({"id": [7, 3], "text": ["please, my card is lost", None], "confidence": ["high", "low"]})
    routed = route(made, asked)
    assert routed.table.columns == ["row", "action", "intent", "confidence", "id", "text"]
    assert routed.table["id"].to_list() == [7, 3]
    assert routed.table["row"].to_list() == [1, 2]
    assert [note.code for note in routed.notes] == ["replaced"]
    assert sum(routed.counts.values()) == 2


@pytest.mark.parametrize("named", ["oos", "misc"])
def test_a_labelled_unknown_is_never_guessed(named: str) -> None:
    strange = pl.DataFrame({"text": [f"{word} {at}" for word in UNKNOWN for at in range(4)], "intent": [named] * 16})
    fitted = fit(pl.concat([examples(), strange]), unknown="" if named == "oos" else named, embedder=HashEmbedder())
    assert fitted.unknown_rows == 16
    assert named not in fitted.router.intents
    assert all(one.action == "handover" for one in fitted.router.route(UNKNOWN))


def test_thresholds_do_not_see_the_intents_left_out(made: DialogueFit) -> None:
    assert made.kept_found >= made.kept
    assert made.answered_right >= made.right
    assert made.unknown_handed_over is not None
    assert made.unknown_handed_over > 0.5
    assert sum(one.examples for one in made.per_intent) == made.rows == 240


def test_what_teaches_nothing_is_left_out_and_said() -> None:
    odd = pl.DataFrame(
        {
            "text": ["😀😀", "My card is LOST", "what is my balance", "one of a kind"],
            "intent": ["rate", "card_lost", "limit", "rare"],
        }
    )
    read = read_intents(pl.concat([examples(), odd]), unknown="", mapping=None, seed=7)
    notes = {note.code: note.parameters for note in read.notes}
    assert notes["no-words"]["rows"] == 1
    assert notes["twins"]["rows"] == 1
    assert notes["disputed"] == {"texts": 1, "row": 243}
    assert notes["few-examples"] == {"count": 1, "least": 5, "intent": "rare"}
    fitted = fit(pl.concat([examples(), odd]), embeddings=False)  # an intent with one example is no obstacle
    assert "rare" in fitted.router.intents


def test_too_many_examples_are_drawn_alike_from_each_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brambling.marketing.dialogue.readers.ROWS_MAX", 60)
    read = read_intents(examples(), unknown="", mapping=None, seed=7)
    assert np.bincount(read.numbers).tolist() == [10] * 6
    assert [note.code for note in read.notes] == ["sampled"]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([("a b", "one"), ("c d", "one")] * 4, "only the intent 'one'"),
        ([("a b", "one"), ("c d", "two")], "2 texts"),
        ([("a b", "one"), (None, "two")], "row 2, column 'text': nothing there"),
        ([("a b", "one"), ("c d", None)], "row 2, column 'intent': nothing there"),
        ([("a b", "oos"), ("c d", "oos")], "no intent"),
    ],
)
def test_examples_that_cannot_teach_are_rejected(rows: list[tuple[str, str]], line: str) -> None:
    with pytest.raises(InputRejected) as caught:
        fit(pl.DataFrame(rows, schema=["text", "intent"], orient="row"), embeddings=False)
    assert line in str(caught.value)


def test_two_intents_are_enough() -> None:
    two = examples().filter(pl.col("intent").is_in(["rate", "person"]))
    assert fit(two, embeddings=False).router.route(["human please"])[0].intent == "person"


def test_another_embedding_model_and_damage_are_rejected(made: DialogueFit) -> None:
    saved = artefact(made, "a test", NOW)

    class Other(HashEmbedder):
        name = "hash-17"

    with pytest.raises(InputRejected, match="the embedding model is hash-17; expected hash-16"):
        load(saved, Other())
    parts = {name: part for name, part in saved.parts.items() if name != "weights"}
    with pytest.raises(InputRejected, match="damaged"):
        load(Artefact(saved.kind, saved.format, "a test", NOW, saved.data, parts), HashEmbedder())
    with pytest.raises(InputRejected, match="no intent 'misc'"):
        fit(examples(), unknown="misc")
    with pytest.raises(InputRejected, match="a share right of 1"):
        fit(examples(), right_min=1.0)


def test_real_questions_are_guessed_from_words_alone(shared_data: Path) -> None:
    frame = pl.read_csv(shared_data / "dialogue" / "banking77_train.csv").rename({"category": "intent"})
    some = sorted(set(frame["intent"]))[::6]
    order = np.random.default_rng(1).permutation(frame.height)
    mixed = frame[order].filter(pl.col("intent").is_in(some))
    fitted = fit(mixed[: mixed.height * 3 // 4], embeddings=False)
    ahead = mixed[mixed.height * 3 // 4 :]
    right = [one.intent for one in fitted.router.route(ahead["text"].to_list())] == ahead["intent"].to_numpy()
    assert right.mean() > 0.9
