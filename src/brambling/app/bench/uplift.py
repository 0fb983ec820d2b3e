"""Figures of uplift: a real e-mail experiment, real calls in time, allocation at scale, real bandit logs.

The Qini is that of 30 % of the customers held out, mean over 20 paired seeds: every method sees the same rows. One split
has a standard error of .010 or more, and all splits share one set of customers, so small differences mean nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.app.bench.measure import Bench, Measure, skipped

SEEDS = 20
HELD = 0.3
HILLSTROM = "marketing/hillstrom.csv.gz"
CALLS = "marketing/bank_calls.csv.gz"
LOGS = ("marketing/obd_random_men.csv", "marketing/obd_bts_men.csv")
NOBODY = "No E-Mail"
SETTINGS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "women's mail": (("Womens E-Mail",), ">= .060"),
    "any mail": (("Womens E-Mail", "Mens E-Mail"), ">= .040"),
    "men's mail": (("Mens E-Mail",), ">= .020"),
}
CUSTOMERS, OFFERS = 10_000_000, 4

Floats = NDArray[np.float64]


def run(bench: Bench) -> list[Measure]:
    """All figures of uplift."""
    out: list[Measure] = []
    sends = bench.file(HILLSTROM)
    if sends is None:
        out.append(skipped("uplift: e-mail experiment", f"{HILLSTROM} is not there"))
    else:
        out += _experiment(sends, bench)
    past = bench.file(CALLS)
    if past is None:
        out.append(skipped("uplift: calls", f"{CALLS} is not there"))
    else:
        bench.say("uplift: calls in time")
        out += _calls(past, bench.seed)
    logs = [bench.file(name) for name in LOGS]
    if logs[0] is None or logs[1] is None:
        out.append(skipped("uplift: bandit logs", "the Open Bandit logs are not there"))
    else:
        out += _logs(logs[0], logs[1])
    bench.say(f"uplift: allocation of {CUSTOMERS:,} customers")
    return out + _allocation(bench.seed)


def _experiment(path: Path, bench: Bench) -> list[Measure]:
    out = []
    sums: dict[str, list[float]] = {}
    for name, (treated, aim) in SETTINGS.items():
        bench.say(f"uplift: {name}, {SEEDS} seeds")
        found = paired(path, treated, range(SEEDS))
        means = {method: float(np.mean(values)) for method, values in found.items()}
        for method, value in means.items():
            sums.setdefault(method, []).append(value)
        beside = ", ".join(f"{method} {value:.3f}" for method, value in means.items() if method != "ours")
        spread = float(np.std(found["ours"]))
        out.append(
            Measure(
                f"uplift {name}: Qini",
                means["ours"],
                "",
                "two-model",
                means["two-model"],
                aim,
                f"{beside}; spread over seeds {spread:.3f}",
            )
        )
    total = {method: sum(values) for method, values in sums.items()}
    beside = ", ".join(f"{method} {value:.3f}" for method, value in total.items() if method != "ours")
    out.append(
        Measure(
            "uplift three settings: sum", total["ours"], "", "two-model", total["two-model"], ">= two-model", beside
        )
    )
    bench.say(f"uplift: shuffled treatment, {SEEDS} seeds")
    null = sum(shuffled(path, seed) == "no-evidence" for seed in range(SEEDS))
    out.append(Measure("uplift shuffled treatment: null verdicts", float(null), f"of {SEEDS}", aim=">= 19"))
    return out


def paired(path: Path, treated: tuple[str, ...], seeds: range) -> dict[str, list[float]]:
    """Qini of ours and of peers on the same splits: method to a value a seed."""
    import polars as pl

    from brambling.marketing.uplift import fit, qini, score
    from brambling.marketing.uplift.model.learners import Sample, response, two_model

    frame = pl.read_csv(path).filter(pl.col("segment").is_in([*treated, NOBODY]))
    out: dict[str, list[float]] = {}
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(frame.height)
        cut = round(frame.height * (1 - HELD))
        past, ahead = frame[order[:cut]], frame[order[cut:]]
        made = fit(past, "segment", "visit", treated=treated, control=NOBODY, seed=seed)
        on = ahead["segment"].is_in(treated).to_numpy()
        visits = ahead["visit"].to_numpy().astype(float)
        scores = {"ours": score(made, ahead)[0]["uplift"].to_numpy()}
        arm = past["segment"].is_in(treated).to_numpy().astype(float)
        x, unseen = made.model.encoder.encode(past), made.model.encoder.encode(ahead)
        sample = Sample(x, arm, past["visit"].to_numpy().astype(float), np.full(len(arm), arm.mean()), "logit")
        scores["two-model"] = two_model(sample).effect(unseen)
        scores["response"] = response(sample).effect(unseen)
        scores |= _causalml(sample, unseen, seed)
        for method, values in scores.items():
            out.setdefault(method, []).append(qini(values, on, visits))
    return out


def _causalml(sample: Any, unseen: Floats, seed: int) -> dict[str, Floats]:
    """causalml's X-learner with boosting, where the extra ``peers`` is installed."""
    try:
        from causalml.inference.meta import BaseXRegressor
    except ImportError:
        return {}
    from lightgbm import LGBMRegressor

    learner = BaseXRegressor(learner=LGBMRegressor(verbose=-1, random_state=seed, n_jobs=1))
    chance = np.full(len(sample.y), sample.treated.mean())
    learner.fit(X=sample.x, treatment=sample.treated.astype(int), y=sample.y, p=chance)
    effect: Floats = learner.predict(X=unseen, p=np.full(len(unseen), chance[0])).reshape(-1)
    return {"causalml X-learner, defaults": effect}


def shuffled(path: Path, seed: int) -> str:
    """The verdict on women's mail when treatment is shuffled: nothing can differ."""
    import polars as pl

    from brambling.marketing.uplift import fit

    frame = pl.read_csv(path).filter(pl.col("segment").is_in(["Womens E-Mail", NOBODY]))
    order = np.random.default_rng(seed).permutation(frame.height)
    mixed = frame.with_columns(frame["segment"][order])
    verdict: str = fit(mixed, "segment", "visit", treated="Womens E-Mail", control=NOBODY, seed=seed).verdict
    return verdict


def _calls(path: Path, seed: int) -> list[Measure]:
    import polars as pl
    from lightgbm import LGBMClassifier
    from sklearn.metrics import roc_auc_score

    from brambling.marketing.uplift import calls
    from brambling.marketing.uplift.features import learn

    start = time.perf_counter()
    made = calls(path, "y", attempts="campaign", exclude=["duration"], seed=seed)
    spent = time.perf_counter() - start
    frame = pl.read_csv(path).drop("duration")
    outcome, features = (frame["y"] == "yes").to_numpy().astype(float), frame.drop("y")
    cut = made.rows_learnt
    encoder, _notes = learn(features[:cut], features.columns)
    once = LGBMClassifier(verbose=-1, random_state=seed, n_jobs=1)
    once.fit(encoder.encode(features[:cut]), outcome[:cut])
    stale = once.predict(encoder.encode(features[cut:]), raw_score=True)
    assert made.auc is not None
    return [
        Measure(
            "uplift calls, last fifth in time: AUC",
            made.auc,
            "",
            "LightGBM fitted once",
            float(roc_auc_score(outcome[cut:], stale)),
            ">= .69",
            f"{made.refits} refits in {spent:.0f} s; rate {made.rate_learnt:.1%} before, {made.rate_walked:.1%} then",
        ),
        Measure("uplift stop rule: calls made", made.calls_kept / made.calls_made, "share", aim="<= .80"),
        Measure("uplift stop rule: subscriptions kept", made.outcomes_kept / made.outcomes_made, "share", aim=">= .95"),
    ]


def _logs(random_log: Path, other_log: Path) -> list[Measure]:
    """The clicks of each logging policy, estimated from the log of the other; the truth is its own mean."""
    import polars as pl

    logs = [pl.read_csv(path) for path in (random_log, other_log)]
    out = []
    for (log, truth), name in zip((logs, logs[::-1]), ("Thompson from random", "random from Thompson"), strict=True):
        out += _crossed(log, truth, name)
    return out


def _crossed(log: Any, truth: Any, name: str) -> list[Measure]:
    import polars as pl

    from brambling.kit.errors import Rejection
    from brambling.marketing.uplift import evaluate_policy

    # neither policy looks at the customer, so its chance of an item at a position is a mean over its own log
    shares = (
        truth.group_by("position", "item_id")
        .len("n")
        .with_columns(target=pl.col("n") / pl.col("n").sum().over("position"))
    )
    joined = log.join(shares, on=["position", "item_id"], how="left", maintain_order="left")
    own = float(truth["click"].mean())
    try:
        found = evaluate_policy(joined["click"], joined["propensity_score"], joined["target"].fill_null(0.0))
    except Rejection as error:
        return [skipped(f"uplift policy value, {name}", f"rejected: {error}")]
    note = (
        f"interval {found.snips.lower:.4f} .. {found.snips.upper:.4f}, IPS {found.ips.value:.4f}, "
        f"{found.rows_effective:,.0f} effective of {found.rows:,} rows"
    )
    label = f"uplift policy value (SNIPS), {name}"
    return [Measure(label, found.snips.value, "clicks a send", "its own log", own, "own log inside the interval", note)]


def offers_made_up(customers: int, seed: int) -> tuple[Floats, Any]:
    """Values of four offers (offers, customers) and three limits, for timing and against an exact solver."""
    from brambling.marketing.uplift.model.dual import Resource

    random = np.random.default_rng(seed)
    values = np.empty((OFFERS, customers))
    for offer in range(OFFERS):
        size = random.gamma(1.0, 20.0, customers) * (0.6 + 0.25 * offer)
        values[offer] = size * random.normal(0.5, 0.6, customers) - 2
    return values, (
        Resource("budget", np.array([[10], [30], [200], [500]]), 30 * customers),
        Resource("messages", np.array([[1], [1], [0], [0]]), customers // 4),
        Resource("calls", np.array([[0], [0], [1], [0]]), customers // 20),
    )


def exact(values: Floats, resources: Any, contacts_max: int) -> float:
    """The best value with fractions allowed (HiGHS): no plan is better."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, vstack

    offers, customers = values.shape
    cells = offers * customers
    own = coo_matrix((np.ones(cells), (np.tile(np.arange(customers), offers), np.arange(cells))))
    shared = [coo_matrix(np.broadcast_to(r.use, values.shape).reshape(1, -1)) for r in resources]
    limits = [*[contacts_max] * customers, *[r.limit for r in resources]]
    found = linprog(
        -values.reshape(-1), A_ub=vstack([own, *shared]).tocsr(), b_ub=limits, bounds=(0, 1), method="highs"
    )
    return float(-found.fun)


def _allocation(seed: int) -> list[Measure]:
    import resource

    from brambling.marketing.uplift.model.dual import allocate

    small, limits = offers_made_up(10_000, seed)
    plan, best = allocate(small, limits), exact(small, limits, 1)
    values, limits = offers_made_up(CUSTOMERS, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    large = allocate(values, limits)
    spent = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024**2
    name = f"uplift allocation, {CUSTOMERS // 1_000_000} M customers x {OFFERS} offers x {len(limits)} limits"
    note = f"{large.passes} passes; {more:.1f} GiB beside the input of {values.nbytes / 1024**3:.1f} GiB"
    return [
        Measure(
            "uplift allocation, 10,000 customers", plan.value, "yuan", "HiGHS", best, "within .1 %", synthetic=True
        ),
        Measure(name, spent, "s", aim="<= 60", note=note, synthetic=True),
        Measure("uplift allocation at that size: duality gap", large.gap, "", aim="< 1e-4", synthetic=True),
    ]
