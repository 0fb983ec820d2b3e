"""From sends to a verdict, a model file and scored customers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.marketing.uplift.conftest import sends

from brambling.engine.learn import read_artefact, write_artefact
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.marketing.uplift import calls, fit, load, qini, score


def test_customers_who_differ_are_told_apart(fitted: Any) -> None:
    assert fitted.verdict == "heterogeneous"
    assert fitted.marks[0].column == "old = yes" or fitted.marks[0].column == "old = no"
    fresh = sends(4_000, 2)
    scored, notes = score(fitted, fresh)
    assert notes == []
    assert scored.columns[:5] == ["row", "uplift", "lower", "upper", "act"]
    uplift = scored["uplift"].to_numpy()
    old = (fresh["old"] == "yes").to_numpy()
    assert uplift[old].mean() == pytest.approx(0.2, abs=0.06)
    assert uplift[~old].mean() == pytest.approx(0.0, abs=0.06)
    treated = (fresh["mail"] == "sent").to_numpy()
    assert qini(uplift, treated, fresh["visit"].to_numpy().astype(float)) > 0.1


@pytest.mark.parametrize("effect", ["same", "none"])
def test_customers_who_do_not_differ_are_not_told_apart(effect: str) -> None:
    made = fit(sends(2_000, 11, effect), "mail", "visit", treated="sent", exclude=["truth"])
    assert made.verdict == "no-evidence"
    assert made.average.lower < {"same": 0.1, "none": 0.0}[effect] < made.average.upper
    scored, _notes = score(made, sends(300, 12, effect), value=Money.of("100"), cost=Money.of("50"))
    assert not scored["act"].any()


def test_the_interval_holds_the_mean_effect_of_those_who_score_alike() -> None:
    inside = total = 0
    for seed in range(4):
        made = fit(sends(2_000, 100 + seed), "mail", "visit", treated="sent", exclude=["truth"], seed=seed)
        scored, _notes = score(made, sends(2_000, 200 + seed))
        for part in np.array_split(np.argsort(scored["uplift"].to_numpy()), 5):
            group = scored[part]
            inside += group["lower"].mean() <= group["truth"].mean() <= group["upper"].mean()  # type: ignore[operator]
            total += 1
    assert inside >= 0.7 * total  # far from 0.95 only where the blend is not yet straight in the truth


def test_a_model_file_scores_as_the_model_did(fitted: Any, tmp_path: Path) -> None:
    place = tmp_path / "model.json"
    write_artefact(fitted.artefact("a test", datetime(2026, 3, 10, tzinfo=UTC)), place)
    fresh = sends(200, 5)
    assert score(place, fresh)[0].equals(score(fitted, fresh)[0])
    assert load(place).features == ["old", "size", "region"]
    assert read_artefact(place).metadata["verdict"] == "heterogeneous"


def test_the_same_seed_gives_the_same_model() -> None:
    frame = sends(800, 6)
    one, two = (fit(frame, "mail", "visit", treated="sent", exclude=["truth"]) for _ in range(2))
    when = datetime(2026, 3, 10, tzinfo=UTC)
    assert one.artefact("a", when).version == two.artefact("b", when).version


def test_unknown_levels_and_missing_columns_are_said(fitted: Any) -> None:
    fresh = sends(50, 7).with_columns(region=pl.lit("west"), act=pl.lit(1))
    _scored, notes = score(fitted, fresh)
    assert {note.code for note in notes} == {"unseen", "replaced"}
    with pytest.raises(InputRejected, match="no column 'size'"):
        score(fitted, fresh.drop("size"))


def test_features_that_say_nothing_are_rejected() -> None:
    with pytest.raises(InputRejected, match="no column tells customers apart"):
        fit(sends(100, 3).select("mail", "visit", flat=pl.lit(1)), "mail", "visit", treated="sent")


def test_an_arm_without_any_outcome_is_handled() -> None:
    frame = sends(400, 4).with_columns(visit=pl.when(pl.col("mail") == "sent").then(pl.col("visit")).otherwise(0))
    made = fit(frame, "mail", "visit", treated="sent", exclude=["truth"])
    assert {note.code for note in made.notes} == {"few-outcomes"}
    assert np.isfinite(score(made, frame)[0]["upper"].to_numpy()).all()


def test_amounts_are_learnt_too() -> None:
    frame = sends(3_000, 8)
    random = np.random.default_rng(1)
    spend = 20 + 10 * frame["visit"].to_numpy() + random.normal(0, 3, frame.height)
    made = fit(frame.with_columns(spend=spend), "mail", "spend", treated="sent", exclude=["truth", "visit"])
    assert not made.binary
    assert made.verdict == "heterogeneous"
    assert made.average.lower < 1.0 < made.average.upper


def test_sends_that_were_not_random_are_said_and_mended() -> None:
    random = np.random.default_rng(9)
    frame = sends(4_000, 9, "none")
    north = (frame["region"] == "north").to_numpy()
    treated = random.random(frame.height) < np.where(north, 0.8, 0.3)
    biased = frame.with_columns(mail=pl.Series(np.where(treated, "sent", "not sent")))
    # visits depend on the region alone, so sending changes nothing
    visit = (random.random(frame.height) < np.where(north, 0.4, 0.1)).astype(int)
    made = fit(biased.with_columns(visit=visit), "mail", "visit", treated="sent", exclude=["truth"])
    assert "not-random" in {note.code for note in made.notes}
    assert made.rate_treated - made.rate_control > 0.1
    assert made.average.lower < 0 < made.average.upper


def test_calls_are_walked_in_time_without_looking_ahead() -> None:
    random = np.random.default_rng(2)
    rows = 1_500
    good = random.random(rows) < 0.5
    attempts = random.integers(1, 4, rows)
    y = (random.random(rows) < np.where(good, 0.5, 0.05)).astype(int)
    frame = pl.DataFrame({"y": y, "good": good.astype(int), "k": attempts, "noise": random.normal(size=rows)})
    made = calls(frame, "y", attempts="k", share_learnt=0.95)
    assert made.auc is not None
    assert made.auc > 0.65
    assert made.calls_kept <= made.calls_made
    # turning the last outcome round changes no prediction before it
    turned = frame.with_columns(y=pl.Series([*y[:-1].tolist(), 1 - int(y[-1])]))
    again = calls(turned, "y", attempts="k", share_learnt=0.95)
    assert made.table["probability"].equals(again.table["probability"])


def test_the_experiment_gives_its_known_verdict(shared_data: Path) -> None:
    made = fit(
        shared_data / "marketing" / "hillstrom.csv.gz",
        "segment",
        "visit",
        treated="Womens E-Mail",
        control="No E-Mail",
    )
    assert made.verdict == "heterogeneous"
    assert {note.parameters.get("column") for note in made.notes} == {None, "conversion", "spend"}
    assert made.average.lower > 0.03
    assert made.average.upper < 0.06
