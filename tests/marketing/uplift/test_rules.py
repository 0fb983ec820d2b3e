"""Acting, hold-outs and copy variants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.marketing.uplift.rules import act, break_even, verdict_of
from brambling.marketing.uplift.rules.holdout import held_out, read_out
from brambling.marketing.uplift.rules.variants import Tally, Variants


def test_the_break_even_is_cost_over_value() -> None:
    assert break_even(Money.of("50"), Money.of("1")) == 0.02
    assert break_even(Money.of("0"), Money.of("1")) == float("inf")
    assert break_even(Money.of("0"), Money.of("0")) == 0


def test_without_evidence_the_average_decides_for_all() -> None:
    uplift = np.array([-0.02, 0.01, 0.05])
    assert act(uplift, 0.03, "no-evidence", 0.02).tolist() == [True, True, True]
    assert act(uplift, 0.01, "no-evidence", 0.02).tolist() == [False, False, False]
    assert act(uplift, 0.01, "heterogeneous", 0.02).tolist() == [False, False, True]


def test_the_verdict_needs_one_percent() -> None:
    assert verdict_of(0.0099) == "heterogeneous"
    assert verdict_of(0.01) == "no-evidence"


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_hold_out_only_adds_customers(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for number in range(50):
        assert held_out(f"c{number}", low, "2026") <= held_out(f"c{number}", high, "2026")


def test_hold_outs_of_two_campaigns_are_independent() -> None:
    names = [f"c{number}" for number in range(20_000)]
    a = np.array([held_out(name, 0.1, "spring") for name in names])
    b = np.array([held_out(name, 0.1, "autumn") for name in names])
    assert a.mean() == pytest.approx(0.1, abs=0.01)
    assert b[a].mean() == pytest.approx(0.1, abs=0.03)


def test_a_hold_out_without_a_salt_is_rejected() -> None:
    with pytest.raises(InputRejected, match="without a salt"):
        held_out("c", 0.1, "")
    with pytest.raises(InputRejected, match=r"a hold-out of 1\.5"):
        held_out("c", 1.5, "x")


def test_the_read_out_is_a_difference_with_its_interval() -> None:
    found = read_out([1] * 30 + [0] * 70, [1] * 20 + [0] * 80, smallest=0.01)
    assert found.lift == pytest.approx(0.1)
    # by hand: sqrt(.3 * .7 / 99 + .2 * .8 / 99) = .061134, times 1.96
    assert found.upper - found.lift == pytest.approx(1.959964 * 0.0611340, rel=1e-4)
    assert not found.enough
    with pytest.raises(InputRejected, match="two outcomes"):
        read_out([1], [0, 1])


def test_a_variant_that_angers_is_stopped_however_well_it_sells() -> None:
    rules = Variants("plain", refusal_rate_max=0.01)
    shares = rules.shares(
        {"plain": Tally(1000, 20, 5), "loud": Tally(1000, 200, 40), "warm": Tally(1000, 60, 4)}, seed=1
    )
    assert shares["loud"].share == 0
    assert shares["loud"].state == "stopped"
    assert shares["warm"].share > shares["plain"].share >= rules.share_min
    assert sum(one.share for one in shares.values()) == pytest.approx(1)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 500))))
def test_shares_sum_to_one_and_the_control_always_plays(counts: dict[str, tuple[int, int, int]]) -> None:
    tallies = {name: Tally(sends + 50, wins, angry) for name, (wins, angry, sends) in counts.items()}
    tallies["control"] = Tally(100, 1, 100)
    shares = Variants("control", refusal_rate_max=0.02, draws=200).shares(tallies, seed=3)
    assert sum(one.share for one in shares.values()) == pytest.approx(1)
    assert shares["control"].share >= 0.05


def test_variants_say_what_is_wrong() -> None:
    with pytest.raises(InputRejected, match="no control"):
        Variants("x", 0.01).shares({"a": Tally()}, 1)
    with pytest.raises(InputRejected, match="cannot be"):
        Tally(1, 2, 0)
