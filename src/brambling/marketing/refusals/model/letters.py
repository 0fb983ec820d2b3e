"""How much a message looks like a refusal: logistic regression on its letters, words and ideas, fitted at first use.

No weights are shipped: the fit takes seconds from the written corpus in the package, is the same for the same corpus,
and is kept under ``BRAMBLING_HOME`` by a hash of everything it follows from.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from brambling.kit.errors import BramblingError, InputRejected
from brambling.kit.files import read_text, write_text
from brambling.kit.settings import settings
from brambling.marketing.refusals import features
from brambling.marketing.refusals.evals import cases
from brambling.marketing.refusals.model import corpus

# Letters and words share one unit of length, so do ideas and their neighbours: a long message is not a stronger one.
_GROUP = {"c": "letters", "w": "letters", "i": "ideas", "p": "ideas"}
_SCALE = {"s": 0.7, "L": 0.5}
INVERSE_PENALTY = 5.0
DECIMALS = 6


@dataclass(frozen=True)
class Letters:
    """A fitted voice. ``weights`` gives for each feature its rarity (inverse document frequency) and coefficient."""

    intercept: float
    weights: dict[str, tuple[float, float]]

    def score(self, text: str) -> float:
        """The log-odds that ``text`` is a refusal, by its looks alone."""
        sums: defaultdict[str, float] = defaultdict(float)
        squares: defaultdict[str, float] = defaultdict(float)
        for feature in dict.fromkeys(features.of(text)):
            known = self.weights.get(feature)
            if known is not None:
                group = _GROUP.get(feature[0], feature[0])
                sums[group] += known[0] * known[1]
                squares[group] += known[0] ** 2
        return self.intercept + sum(
            _SCALE.get(group, 1.0) * sums[group] / math.sqrt(squares[group]) for group in sorted(sums)
        )


def fit(texts: Sequence[str], refuses: Sequence[bool], weights: Sequence[float]) -> Letters:
    """Fit on messages of which it is known whether they refuse; a feature that only one message has is left out."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    found = [list(dict.fromkeys(features.of(text))) for text in texts]
    counts = Counter(feature for line in found for feature in line)
    names = sorted(feature for feature, count in counts.items() if count > 1)
    place = {feature: at for at, feature in enumerate(names)}
    rarity = [math.log((1 + len(texts)) / (1 + counts[feature])) + 1 for feature in names]
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, line in enumerate(found):
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for feature in line:
            if feature in place:
                groups[_GROUP.get(feature[0], feature[0])].append(place[feature])
        for group, members in groups.items():
            length = math.sqrt(sum(rarity[at] ** 2 for at in members)) / _SCALE.get(group, 1.0)
            rows.extend([row] * len(members))
            columns.extend(members)
            values.extend(rarity[at] / length for at in members)
    table = csr_matrix((values, (rows, columns)), shape=(len(texts), len(names)))
    estimator = LogisticRegression(C=INVERSE_PENALTY, max_iter=400, tol=1e-3)
    estimator.fit(table, [int(no) for no in refuses], sample_weight=list(weights))
    pairs = zip(names, rarity, estimator.coef_[0], strict=True)
    return Letters(
        round(float(estimator.intercept_[0]), DECIMALS),
        {name: (round(rare, DECIMALS), round(float(slope), DECIMALS)) for name, rare, slope in pairs},
    )


def fit_written(written: Iterable[corpus.Written]) -> Letters:
    """Fit on ``written`` messages; the fillings of one line weigh together as one."""
    lines = list(written)
    fillings = Counter((line.family, line.written) for line in lines)
    weights = [1 / fillings[line.family, line.written] for line in lines]
    return fit([line.text for line in lines], [line.refuses for line in lines], weights)


def dev() -> list[corpus.Written]:
    """The part of the evals to build with, as written messages."""
    found = cases.load("dev")
    return [
        corpus.Written(case.text, case.lang, f"{case.lang}-dev-{case.family}", case.refuses, number)
        for number, case in enumerate(found)
    ]


@cache
def fitted() -> Letters:
    """The voice of this version of the package: read from the cache, or fitted and put there."""
    place = settings().home / "models" / f"refusals-{_version()[:16]}.json"
    if place.exists():
        try:
            kept = json.loads(read_text(place))
            return Letters(kept["intercept"], {name: (rare, slope) for name, rare, slope in kept["weights"]})
        except (InputRejected, ValueError, KeyError, TypeError):
            pass  # cut off or touched: it is made anew
    voice = fit_written([*corpus.read(), *dev()])
    _keep(voice, place)
    return voice


def _keep(voice: Letters, place: Path) -> None:
    rows = [[name, rare, slope] for name, (rare, slope) in voice.weights.items()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_text(place, json.dumps({"intercept": voice.intercept, "weights": rows}, ensure_ascii=False))
    except (OSError, BramblingError, InputRejected):
        pass  # a home that cannot be written costs seconds at each start, and no refusal


def _version() -> str:
    digest = hashlib.sha256(corpus.version().encode())
    room = Path(features.__file__).parent
    for path in (
        Path(features.__file__),
        Path(__file__),
        room / "evals" / "dev.yaml",
        *sorted(room.glob("rules/*.py")),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()
