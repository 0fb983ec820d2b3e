"""Identifiers sort by time; keys are the same for the same words alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.ids import key_of, new_id

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
word_lists = st.lists(st.text(), min_size=1, max_size=4)


def test_ids_are_version_7_and_carry_their_time() -> None:
    made = new_id(NOW)
    assert made.version == 7 and made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(NOW.timestamp() * 1000)


def test_ids_of_one_millisecond_keep_their_order() -> None:
    made = [new_id(NOW) for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20, unique=True))
def test_ids_sort_by_time(offsets) -> None:
    made = [new_id(NOW + timedelta(milliseconds=offset)) for offset in sorted(offsets)]
    assert made == sorted(made)


def test_threads_never_get_the_same_id() -> None:
    made: list[object] = []

    def make() -> None:
        made.extend([new_id(NOW) for _ in range(500)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


@given(word_lists, word_lists)
def test_the_same_words_give_the_same_key_and_others_another(one, two) -> None:
    assert key_of(*one) == key_of(*one)
    assert (key_of(*one) == key_of(*two)) == (one == two)
    assert key_of(*one).version == 5


def test_a_key_does_not_change_between_releases() -> None:
    # another value here would let a request of yesterday be paid again
    assert str(key_of("pay-out", "application-1")) == "cdc9c376-ef65-54a7-877d-96d21a0f9ddb"
