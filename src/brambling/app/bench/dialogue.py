"""Figures of routing and matching, on held-out parts of public questions, beside TF-IDF with logistic regression.

Nothing is chosen on a held-out part: thresholds come from the router's fit. Splits follow from the seed; a fifth is held
out of BANKING77, CLINC150 has its own validation part, Chinese pairs are cut into ten folds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.app.bench.measure import Bench, Measure, percentile, skipped, times_ms
from brambling.engine.search import Embedder, RememberingEmbedder, open_embedder
from brambling.kit.settings import settings

BANKING, CLINC, PAIRS = "dialogue/banking77_train.csv", "dialogue/clinc150.csv", "dialogue/bank_question_pairs_zh.csv"
SEEDS = 3
HELD = 0.2
LEFT_OUT = 25
FOLDS = 10
ROUTED = 300
PEER = "TF-IDF + logistic regression"

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def run(bench: Bench) -> list[Measure]:
    """All figures of routing and matching."""
    embedder = RememberingEmbedder(open_embedder(settings()))
    out: list[Measure] = []
    for name, measured in ((BANKING, banking), (CLINC, clinc), (PAIRS, pairs)):
        path = bench.file(name)
        out += measured(path, bench, embedder) if path else [skipped(f"dialogue: {Path(name).stem}", f"no {name}")]
    return out


class Asked:
    """A router's fit on one part and its guesses on another, beside those of the peer."""

    def __init__(self, fit_on: Any, ask: Any, known: Sequence[str], seed: int, embedder: Embedder | None) -> None:
        from brambling.marketing.dialogue import fit

        start = time.perf_counter()
        self.made = fit(fit_on, embeddings=embedder is not None, embedder=embedder, seed=seed)
        self.fit_s = time.perf_counter() - start
        routed = self.made.router.route(ask["text"].to_list())
        wanted = ask["intent"].to_numpy()
        self.known: Bools = np.isin(wanted, list(known))
        self.confidence: Floats = np.array([one.confidence for one in routed])
        self.right: Bools = np.array([one.intent for one in routed]) == wanted
        self.answered: Bools = np.array([one.action == "answer" for one in routed])
        self.handed: Bools = np.array([one.action == "handover" for one in routed])
        self.peer_confidence, peer_guess = _peer(fit_on, ask["text"].to_list())
        self.peer_right: Bools = peer_guess == wanted

    def peer_kept(self) -> Bools:
        """What the peer keeps when it keeps as many known questions as we do: its threshold is given to it."""
        share = float((~self.handed[self.known]).mean())
        kept: Bools = self.peer_confidence >= np.quantile(self.peer_confidence[self.known], 1 - share)
        return kept


def _peer(fit_on: Any, texts: Sequence[str]) -> tuple[Floats, NDArray[Any]]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=300)
    )
    model.fit(fit_on["text"].to_list(), fit_on["intent"].to_list())
    chances = model.predict_proba(list(texts))
    return chances.max(axis=1), model.classes_[chances.argmax(axis=1)]


def banking(path: Path, bench: Bench, embedder: Embedder) -> list[Measure]:
    """All 77 intents known, then 25 of them left out of the fit."""
    import polars as pl

    frame = pl.read_csv(path).rename({"category": "intent"})
    full, partly = [], []
    for seed in range(bench.seed, bench.seed + SEEDS):
        bench.say(f"dialogue: BANKING77, seed {seed}")
        random = np.random.default_rng(seed)
        order = random.permutation(frame.height)
        cut = round(frame.height * (1 - HELD))
        past, ahead = frame[order[:cut]], frame[order[cut:]]
        intents = sorted(set(frame["intent"]))
        full.append(Asked(past, ahead, intents, seed, embedder))
        out = {intents[i] for i in random.permutation(len(intents))[:LEFT_OUT]}
        rest = past.filter(~pl.col("intent").is_in(out))
        partly.append(Asked(rest, ahead, [name for name in intents if name not in out], seed, embedder))
    bench.say("dialogue: speed")
    return [*_known(full), *_unknown(partly), *_speed(full[0], frame, bench.seed)]


def _known(runs: Sequence[Asked]) -> list[Measure]:
    accuracy = [float(run.right.mean()) for run in runs]
    peer = [float(run.peer_right.mean()) for run in runs]
    answered = [float(run.answered.mean()) for run in runs]
    right = [float(run.right[run.answered].mean()) for run in runs]
    peer_right = []
    for run in runs:
        first = np.argsort(-run.peer_confidence)[: int(run.answered.sum())]
        peer_right.append(float(run.peer_right[first].mean()))
    return [
        _mean("BANKING77 accuracy, every text answered", accuracy, peer, ">= .925"),
        _mean("BANKING77 share answered", answered, None, ">= .82"),
        _mean("BANKING77 right among answered", right, peer_right, ">= .98"),
    ]


def _unknown(runs: Sequence[Asked]) -> list[Measure]:
    kept, right, handed, peer_right, peer_handed = [], [], [], [], []
    for run in runs:
        mine, peers = ~run.handed, run.peer_kept()
        kept.append(float(mine[run.known].mean()))
        right.append(float(run.right[mine & run.known].mean()))
        handed.append(float(run.handed[~run.known].mean()))
        peer_right.append(float(run.peer_right[peers & run.known].mean()))
        peer_handed.append(float((~peers)[~run.known].mean()))
    return [
        _mean(f"BANKING77, {LEFT_OUT} intents unknown: known not handed over", kept, None, ">= .90"),
        _mean("BANKING77, the same: right among those", right, peer_right, ">= .96"),
        _mean("BANKING77, the same: unknown handed over", handed, peer_handed, ">= .55"),
    ]


def _mean(name: str, values: Sequence[float], peer: Sequence[float] | None, aim: str) -> Measure:
    note = f"{len(values)} seeds: {', '.join(f'{value:.4f}' for value in values)}"
    beside = None if peer is None else float(np.mean(peer))
    return Measure(name, float(np.mean(values)), "", PEER if peer else "", beside, aim, note)


def _speed(run: Asked, frame: Any, seed: int) -> list[Measure]:
    from datetime import UTC, datetime

    from brambling.marketing.dialogue import Router, artefact, fit, load

    texts = frame["text"].sample(ROUTED, seed=seed).to_list()

    def p95(router: Router) -> float:
        waiting = iter(texts)
        return percentile(times_ms(lambda: router.route([next(waiting)]), runs=ROUTED - 2), 0.95)

    reloaded = load(artefact(run.made, "bench", datetime(2026, 1, 1, tzinfo=UTC)))
    note = f"{run.made.rows:,} examples; one text at a time, embeddings not remembered"
    start = time.perf_counter()
    bare = fit(frame, embeddings=False, seed=seed)
    spent = time.perf_counter() - start
    return [
        Measure("dialogue route with embeddings: p95", p95(reloaded), "ms", aim="< 40", note=note),
        Measure("dialogue route without embeddings: p95", p95(bare.router), "ms", aim="< 5"),
        Measure("dialogue fit without embeddings", spent, "s", note=f"{bare.rows:,} texts"),
        # the first fit of the run: nothing is remembered yet, so it embeds all its texts
        Measure("dialogue fit with embeddings", run.fit_s, "s", aim="< 240", note=f"{run.made.rows:,} texts"),
    ]


def clinc(path: Path, bench: Bench, embedder: Embedder) -> list[Measure]:
    """Fitted on the training part with its labelled out-of-scope texts, asked the validation part."""
    import polars as pl
    from sklearn.metrics import roc_auc_score

    frame = pl.read_csv(path)
    past = frame.filter(pl.col("split").is_in(["train", "oos_train"])).select("text", "intent")
    ahead = frame.filter(pl.col("split").is_in(["val", "oos_val"])).select("text", "intent")
    intents = sorted(set(past["intent"]) - {"oos"})
    bench.say("dialogue: CLINC150")
    run = Asked(past, ahead, intents, bench.seed, embedder)
    # the peer learns out-of-scope as a class of its own, and is as sure as its best intent
    peer = _peer(past.filter(pl.col("intent") != "oos"), ahead["text"].to_list())[0]
    found = [(float(roc_auc_score(run.known, sure)), _recall(sure, run.known)) for sure in (run.confidence, peer)]
    note = f"{int((~run.known).sum())} out-of-scope texts; fit {run.fit_s:.0f} s"
    return [
        Measure("CLINC150 out of scope: AUROC", found[0][0], "", PEER, found[1][0], ">= .95", note),
        Measure("CLINC150 recall, 95 % of in-scope kept", found[0][1], "", PEER, found[1][1], ">= .72", note),
        Measure(
            "CLINC150 accuracy in scope",
            float(run.right[run.known].mean()),
            "",
            PEER,
            float(run.peer_right[run.known].mean()),
        ),
    ]


def _recall(confidence: Floats, known: Bools) -> float:
    return float((confidence[~known] < np.quantile(confidence[known], 0.05)).mean())


def pairs(path: Path, bench: Bench, embedder: Embedder) -> list[Measure]:
    """Whether two Chinese questions ask the same, by folds of pairs, and by folds that share no question."""
    import polars as pl

    frame = pl.read_csv(path)
    bench.say("dialogue: Chinese pairs, 10 folds")
    random = np.random.default_rng(bench.seed)
    fold = random.permutation(frame.height) % FOLDS
    ours = _by_folds(frame, fold, embedder)
    ngram = _by_folds(frame, fold, None)
    apart = _apart(frame, embedder, bench.seed)
    return [
        Measure("Chinese pairs, 10-fold accuracy", ours, "", "character n-grams", ngram, ">= .76"),
        Measure("Chinese pairs, no question in both parts", apart, "", note="a fifth of the questions held out"),
    ]


def _by_folds(frame: Any, fold: NDArray[Any], embedder: Embedder | None) -> float:
    same = (frame["label"] == 1).to_numpy()
    right = np.zeros(frame.height, dtype=bool)
    for number in range(FOLDS):
        held = fold == number
        guess = _pairs_guess(frame.filter(~held), frame.filter(held), embedder)
        right[held] = guess == same[held]
    return float(right.mean())


def _apart(frame: Any, embedder: Embedder, seed: int) -> float:
    import polars as pl

    questions = sorted({*frame["sentence1"], *frame["sentence2"]})
    drawn = np.random.default_rng(seed).permutation(len(questions))[: len(questions) // 5]
    held = {questions[i] for i in drawn}
    one, other = pl.col("sentence1").is_in(held), pl.col("sentence2").is_in(held)
    past, ahead = frame.filter(~one & ~other), frame.filter(one & other)
    guess = _pairs_guess(past, ahead, embedder)
    return float((guess == (ahead["label"] == 1).to_numpy()).mean())


def _pairs_guess(past: Any, ahead: Any, embedder: Embedder | None) -> Bools:
    from brambling.marketing.dialogue import Matcher

    first, second = past["sentence1"].to_list(), past["sentence2"].to_list()
    asked = ahead["sentence1"].to_list(), ahead["sentence2"].to_list()
    label = (past["label"] == 1).to_numpy()
    if embedder is not None:
        yes: Bools = Matcher(embedder).fit(first, second, label).probability(*asked) > 0.5
        return yes
    return _ngrams_guess((first, second), label, asked)


def _ngrams_guess(past: Sequence[list[str]], label: Bools, asked: Sequence[list[str]]) -> Bools:
    """Character n-grams that both hold and that one alone holds, through logistic regression."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    counts = CountVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, binary=True).fit([*past[0], *past[1]])

    def rows(two: Sequence[list[str]]) -> Any:
        one, other = counts.transform(two[0]).astype(float), counts.transform(two[1]).astype(float)
        return hstack([one.multiply(other), abs(one - other)]).tocsr()

    guess: Bools = LogisticRegression(C=0.1, max_iter=300).fit(rows(past), label).predict(rows(asked)).astype(bool)
    return guess
