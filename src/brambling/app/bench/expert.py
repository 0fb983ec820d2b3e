"""How a policy that learned from people agrees with people on applications it has not seen, beside LightGBM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.app.bench.measure import Bench, Measure, skipped

if TYPE_CHECKING:
    import polars as pl

SPLITS, HELD_OUT = 8, 0.3


@dataclass(frozen=True)
class _File:
    """A file of people's decisions."""

    name: str
    path: str
    decision: str
    approve: str
    protected: tuple[str, ...] = ()


AUSTRALIA = _File("Australian credit approval", "credit/australian_credit.csv", "class", "1")
BOSTON = _File("Boston HMDA", "credit/boston_hmda.csv", "deny", "no", ("afam",))


def run(bench: Bench) -> list[Measure]:
    """The mean of eight random resplits of each file; everything that is set is set on the training folds."""
    return [*_file(bench, AUSTRALIA, _australia), *_file(bench, BOSTON, _boston)]


def _file(bench: Bench, file: _File, tell: Any) -> list[Measure]:
    path = bench.file(file.path)
    if path is None:
        return [skipped(file.name, f"no {file.path} in the data folder (--data)")]
    rows = [_split(bench, file, path, number) for number in range(SPLITS)]
    means = {key: float(np.nanmean([row[key] for row in rows])) for key in rows[0]}
    measures: list[Measure] = tell(means)
    return measures


def _australia(mean: dict[str, float]) -> list[Measure]:
    peer, note = "plain LightGBM", f"mean of {SPLITS} resplits, {HELD_OUT:.0%} held out, no stage beyond supervised"
    name = AUSTRALIA.name
    return [
        Measure(f"{name}, agreement, all decided", mean["agreement"], "", peer, mean["peer"], ">= .875", note),
        Measure(f"{name}, kappa, all decided", mean["kappa"], "", peer, mean["peer_kappa"], ">= .75", note),
        Measure(f"{name}, share decided by the default dial", mean["share"], "", aim=">= .80", note=note),
        Measure(f"{name}, agreement of those", mean["dialled"], "", aim=">= .94", note=note),
        Measure(f"{name}, kappa of those", mean["dialled_kappa"], "", aim=">= .87", note=note),
    ]


def _boston(mean: dict[str, float]) -> list[Measure]:
    peer, note = "plain LightGBM", f"mean of {SPLITS} resplits, race withheld and audited; people {mean['people']:.2f}"
    name = BOSTON.name
    return [
        Measure(f"{name}, kappa, all decided", mean["kappa"], "", peer, mean["peer_kappa"], ">= .45", note),
        Measure(f"{name}, ratio of approval rates", mean["ratio"], "", peer, mean["peer_ratio"], ">= .87", note),
        Measure(f"{name}, kappa without a ratio asked for", mean["free_kappa"], "", peer, mean["peer_kappa"], "", note),
        Measure(f"{name}, ratio of approval rates then", mean["free_ratio"], "", peer, mean["peer_ratio"], "", note),
    ]


def _split(bench: Bench, file: _File, path: Path, number: int) -> dict[str, float]:
    from brambling.credit.expert import decide, fit
    from brambling.credit.expert.service.fitting import split
    from brambling.kit.files import read_frame

    bench.say(f"expert: {file.name}, split {number + 1} of {SPLITS}")
    frame = read_frame(path)
    approved = (frame[file.decision] == file.approve).to_numpy()
    train, test = split(approved.astype(float), HELD_OUT, bench.seed + number)
    learnt, unseen = frame[train.tolist()], frame[test.tolist()]
    people, seed = approved[test], bench.seed + number
    fitted = fit(learnt, file.decision, file.approve, protected=file.protected, holdout=0, stages=(), seed=seed)
    everything = decide(fitted.expert, unseen, all_decided=True).table["decision"].to_list()
    dialled = decide(fitted.expert, unseen).table["decision"].to_list()
    out = _agreed(people, everything)
    sure = np.array([one != "refer" for one in dialled])
    among = _agreed(people[sure], [one for one in dialled if one != "refer"])
    out |= {"share": float(sure.mean()), "dialled": among["agreement"], "dialled_kappa": among["kappa"]}
    peer = _peer(learnt, unseen, file, seed)
    against = _agreed(people, peer)
    out |= {"peer": against["agreement"], "peer_kappa": against["kappa"]}
    if file.protected:
        group = unseen[file.protected[0]].to_numpy()
        free = fit(
            learnt,
            file.decision,
            file.approve,
            protected=file.protected,
            holdout=0,
            stages=(),
            ratio_min=0.0,
            seed=seed,
        )
        freely = decide(free.expert, unseen, all_decided=True).table["decision"].to_list()
        out |= {
            "ratio": _ratio(everything, group),
            "peer_ratio": _ratio(peer, group),
            "free_ratio": _ratio(freely, group),
        }
        out |= {"free_kappa": _agreed(people, freely)["kappa"]}
        out["people"] = _ratio(["approve" if one else "decline" for one in people], group)
    return out


def _agreed(people: Any, machine: Sequence[str]) -> dict[str, float]:
    from brambling.credit.expert.rules.agreement import agreement, counts_of, kappa

    pairs = [("approve" if a else "decline", b) for a, b in zip(people, machine, strict=True)]
    counts = counts_of(pairs)  # type: ignore[arg-type]
    figures = {"agreement": agreement(counts), "kappa": kappa(counts)}
    return {name: float("nan") if one is None else one.value for name, one in figures.items()}


def _ratio(decisions: Sequence[str], group: Any) -> float:
    yes = np.array([one == "approve" for one in decisions])
    rates = [float(yes[group == label].mean()) for label in np.unique(group)]
    return min(rates) / max(rates)


def _peer(learnt: pl.DataFrame, unseen: pl.DataFrame, file: _File, seed: int) -> list[str]:
    """LightGBM with its own defaults on the same columns, text by code."""
    import lightgbm as lgb

    names = [name for name in learnt.columns if name not in (file.decision, "rownames", *file.protected)]
    tables = [_numbers(one, names) for one in (learnt, unseen)]
    y = (learnt[file.decision] == file.approve).to_numpy().astype(float)
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": seed}
    p = lgb.train(settings, lgb.Dataset(tables[0], y), 100).predict(tables[1])
    return ["approve" if one >= 0.5 else "decline" for one in np.asarray(p)]


def _numbers(frame: pl.DataFrame, names: Sequence[str]) -> Any:
    import polars as pl

    columns = []
    for name in names:
        found = frame[name].cast(pl.Float64, strict=False)
        if found.null_count() == frame.height:
            found = (frame[name] == "yes").cast(pl.Float64)
        columns.append(found.to_numpy())
    return np.stack(columns, axis=1)
