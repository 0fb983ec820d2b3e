"""Off-policy values against the truth, and the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brambling.app.bench.uplift import LOGS, _logs
from brambling.kit.errors import InputRejected
from brambling.marketing.uplift import evaluate_policy
from brambling.marketing.uplift.model.offpolicy import LogTooThin

RATES = np.array([0.1, 0.3, 0.6])
NEW = np.array([0.2, 0.3, 0.5])


def log(rows: int, seed: int, old: tuple[float, ...] = (0.5, 0.3, 0.2)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    random = np.random.default_rng(seed)
    action = random.choice(3, rows, p=old)
    return action, (random.random(rows) < RATES[action]).astype(float), np.array(old)[action]


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth = float(NEW @ RATES)
    inside = {"ips": 0, "snips": 0, "dr": 0}
    for seed in range(200):
        action, reward, chance = log(1_000, seed)
        model = RATES * 0.8  # a wrong model: the weights must mend it
        found = evaluate_policy(
            reward,
            chance,
            NEW[action],
            expected=model[action],
            expected_target=np.full(len(action), float(NEW @ model)),
        )
        for name in inside:
            one = getattr(found, name)
            inside[name] += one.lower <= truth <= one.upper
    assert all(180 <= count <= 200 for count in inside.values()), inside


def test_the_policy_that_ran_is_worth_what_it_earned() -> None:
    _action, reward, chance = log(1_000, 3)
    found = evaluate_policy(reward, chance, chance)
    assert found.ips.value == pytest.approx(reward.mean())
    assert found.rows_effective == pytest.approx(1_000)
    assert found.dr is None


def test_a_log_that_cannot_say_gives_no_figure() -> None:
    action, reward, chance = log(1_000, 4, old=(0.9, 0.09, 0.01))
    with pytest.raises(LogTooThin, match="effective rows"):
        evaluate_policy(reward, chance, np.where(action == 2, 1.0, 0.0))


def test_wrong_propensities_are_found_by_their_weights() -> None:
    action, reward, _chance = log(2_000, 5)
    with pytest.raises(LogTooThin, match="instead of 1"):
        evaluate_policy(reward, np.full(len(action), 0.2), NEW[action])


def test_a_propensity_of_zero_is_rejected() -> None:
    with pytest.raises(InputRejected, match="row 2, column 'propensity': 0 does not fit"):
        evaluate_policy([1, 0], [0.5, 0.0], [0.5, 0.5])
    with pytest.raises(InputRejected, match="differ in number"):
        evaluate_policy([1, 0], [0.5], [0.5, 0.5])


def test_each_policy_of_the_bandit_logs_is_found_in_the_log_of_the_other(shared_data: Path) -> None:
    for measure in _logs(*(shared_data / name for name in LOGS)):
        assert measure.value is not None
        assert measure.peer_value is not None
        low, high = (float(part) for part in measure.note.split(",")[0].removeprefix("interval ").split(" .. "))
        assert low <= measure.peer_value <= high
