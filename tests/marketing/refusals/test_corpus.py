"""The written corpus is large, diverse and well formed, and what is fitted on it carries over to other phrasings."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import date

import pytest

from brambling.marketing.refusals.evals.cases import load
from brambling.marketing.refusals.model import LOG_ODDS_MIN, corpus, letters, log_odds
from brambling.marketing.refusals.rules import is_code, parse, unnamed

TODAY = date(2026, 11, 24)
WRITTEN = corpus.read()
FOLDS = 10


def shares(found: list[bool], refuses: list[bool]) -> tuple[float, float]:
    """Recall, and the share of the others taken for a refusal."""
    hits = [hit for hit, no in zip(found, refuses, strict=True) if no]
    taken = [hit for hit, no in zip(found, refuses, strict=True) if not no]
    return sum(hits) / len(hits), sum(taken) / len(taken)


def test_there_is_enough_of_both_kinds_in_both_languages():
    for refuses in (True, False):
        assert sum(line.refuses is refuses for line in WRITTEN) >= 1500
        for lang in ("zh", "en"):
            assert sum(line.refuses is refuses and line.lang == lang for line in WRITTEN) >= 800
    assert len({line.family for line in WRITTEN}) >= 150
    assert len({(line.family, line.written) for line in WRITTEN}) >= 3000


def test_no_message_is_both():
    kinds = Counter(text for text, _ in {(line.text.casefold(), line.refuses) for line in WRITTEN})
    assert max(kinds.values()) == 1
    assert not any("{" in line.text for line in WRITTEN)


def test_no_message_that_is_held_out_stands_in_the_corpus_but_code_words():
    bare = {re.sub(r"\W+", "", line.text.casefold()) for line in WRITTEN}
    shared = [case for case in load("held_out") if re.sub(r"\W+", "", case.text.casefold()) in bare]
    assert all(is_code(case.text) for case in shared)


def test_the_fit_is_the_same_each_time():
    few = WRITTEN[::40]
    assert letters.fit_written(few) == letters.fit_written(few)


def test_what_is_fitted_on_the_corpus_alone_reads_another_hand():
    """The looks alone, without the grammar (which was built on this part): corpus to the part to build with."""
    voice = letters.fit_written(WRITTEN)
    cases = load("dev")
    recall, taken = shares([voice.score(case.text) > LOG_ODDS_MIN for case in cases], [case.refuses for case in cases])
    print(f"looks alone, another hand: recall {recall:.3f}, taken {taken:.3f}")
    assert recall >= 0.90, (recall, taken)
    assert taken <= 0.03, (recall, taken)


@pytest.mark.story
def test_phrasing_families_that_were_held_out():
    names = sorted({line.family for line in WRITTEN})
    random.Random(1).shuffle(names)
    fold = {name: at % FOLDS for at, name in enumerate(names)}
    found, refuses = [], []
    for number in range(FOLDS):
        voice = letters.fit_written(line for line in WRITTEN if fold[line.family] != number)
        for line in (line for line in WRITTEN if fold[line.family] == number):
            said = parse(line.text, TODAY)
            verdict = 0.0 if said is None else -0.5 if said.lifts else 1.0
            found.append(log_odds(voice.score(line.text), verdict) > LOG_ODDS_MIN)
            refuses.append(line.refuses)
    recall, taken = shares(found, refuses)
    print(f"by family: recall {recall:.3f}, taken {taken:.3f}")
    assert recall >= 0.65
    assert taken <= 0.07


def test_what_the_corpus_states_of_scope_channel_and_end_is_read():
    right: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for line in WRITTEN:
        said = parse(line.text, TODAY)
        if said is None or said.lifts:
            said = unnamed(line.text, TODAY)
        for part in ("scopes", "channels"):
            if part in line.truth:
                stated[part] += 1
                right[part] += getattr(said, part) == {line.truth[part]}
        if "until" in line.truth:
            stated["until"] += 1
            right["until"] += ends_as(said.until, line.truth["until"])
    shares_right = {part: round(right[part] / stated[part], 3) for part in stated}
    assert shares_right["scopes"] >= 0.9, shares_right
    assert shares_right["channels"] >= 0.8, shares_right
    assert shares_right["until"] >= 0.97, shares_right


def ends_as(until: date | None, truth: str) -> bool:
    """Whether ``until`` is the day (or lies in the days) of ``truth``; open is right with a fortnight or more."""
    if truth == "open":
        return until is None or (until - TODAY).days >= 14
    earliest, _, latest = truth.partition("..")
    return until is not None and date.fromisoformat(earliest) <= until <= date.fromisoformat(latest or earliest)
