"""No customer can be worked out from what a wealth company is given."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.wealth.structure.rules.kinds import KINDS
from brambling.wealth.structure.rules.releasing import CUSTOMERS_MIN, Release, release


def people(rows: list[list[int]]) -> dict[UUID, list[int]]:
    return {UUID(int=number + 1): row for number, row in enumerate(rows)}


def even(count: int, amount: int = 1_000_00) -> list[list[int]]:
    return [[amount] * len(KINDS) for _ in range(count)]


def test_twenty_customers_may_be_told_and_nineteen_not() -> None:
    told = release(people(even(20)))
    assert told is not None and len(told.groups) == len(KINDS)
    assert release(people(even(19))) is None


def test_a_small_kind_is_merged_because_the_total_would_give_it_away() -> None:
    rows = even(40)
    for row in rows[5:]:
        row[KINDS.index("hot")] = 0
    told = release(people(rows))
    assert told is not None
    assert ("hot",) not in told.groups and sum(len(group) for group in told.groups) == len(KINDS)
    assert sum(told.amounts().values()) == sum(map(sum, rows))


def test_one_customer_who_is_half_of_a_kind_is_not_told() -> None:
    rows = even(40)
    rows[0][KINDS.index("idle")] = 100 * sum(row[KINDS.index("idle")] for row in rows)
    told = release(people(rows))
    assert told is None or ("idle",) not in told.groups


def test_a_day_on_which_one_customer_moved_is_not_released() -> None:
    before = release(people(even(60)))
    assert before is not None
    joined = people(even(61))
    assert release(joined, [before]) is None
    moved = even(60)
    moved[3][0], moved[3][5] = moved[3][0] - 100, moved[3][5] + 100
    assert release(people(moved), [before]) is None
    assert release(people(even(60)), [before]) is not None  # nothing moved: the same figures again


def test_many_who_change_kind_do_not_hide_one_who_joins() -> None:
    """Thirty move from idle to hot; both kinds alone differ by 31 customers, their sum by the one who came."""
    before = release(people(even(60)))
    rows = even(61)
    idle, hot = KINDS.index("idle"), KINDS.index("hot")
    for row in rows[:30]:
        row[idle], row[hot] = 0, row[idle] + row[hot]
    rows[60] = [0] * len(KINDS)
    rows[60][idle] = rows[60][hot] = 50_000
    assert before is not None and release(people(rows), [before]) is None


def test_a_detour_over_another_day_does_not_help() -> None:
    first = release(people(even(60)))
    other = even(60)
    for row in other[:30]:
        row[0] += 5_000
    assert first is not None
    second = release(people(other), [first])
    assert second is not None
    back = even(60)
    back[0][0] += 7_000
    assert release(people(back), [second]) is not None  # alone it differs from the second day by thirty
    assert release(people(back), [first, second]) is None


def naive_sums(told: Release) -> dict[frozenset[str], dict[UUID, int]]:
    """By customer, everything the receiver can add up."""
    sums: dict[frozenset[str], dict[UUID, int]] = {}
    for size in range(1, len(told.groups) + 1):
        for chosen in combinations(told.groups, size):
            kinds = frozenset(kind for group in chosen for kind in group)
            sums[kinds] = {
                customer: sum(int(told.parts[row, KINDS.index(kind)]) for kind in kinds)
                for row, customer in enumerate(told.customers)
            }
    return sums


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(15, 50), days=st.integers(2, 5), quiet=st.floats(0, 1))
def test_every_difference_of_two_days_speaks_of_twenty_or_nobody(
    seed: int, count: int, days: int, quiet: float
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, (count, len(KINDS))) * 10_000
    given_out: list[Release] = []
    for _day in range(days):
        told = release(people(rows.tolist()), given_out)
        if told is not None:
            given_out.append(told)
        moves = rng.random(count) > quiet
        rows = np.where(moves[:, None], rng.integers(0, 3, (count, len(KINDS))) * 10_000, rows)
    for place, told in enumerate(given_out):
        mine = naive_sums(told)
        for values in mine.values():
            assert sum(value != 0 for value in values.values()) >= CUSTOMERS_MIN
        for other in given_out[:place]:
            theirs = naive_sums(other)
            for kinds in mine.keys() & theirs.keys() - {frozenset(KINDS)}:
                everybody = mine[kinds].keys() | theirs[kinds].keys()
                moved = [mine[kinds].get(one, 0) - theirs[kinds].get(one, 0) for one in everybody]
                changed = [abs(one) for one in moved if one]
                assert not changed or (len(changed) >= CUSTOMERS_MIN and 2 * max(changed) <= sum(changed))
