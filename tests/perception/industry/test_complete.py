"""Missing edges: the ranker finds what was hidden from it, and asks nothing but the chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.perception.industry import complete, import_
from brambling.perception.industry.features import gram_matrix, grams, top_rows
from brambling.perception.industry.model.industries import IndustryRanker, ease
from brambling.perception.industry.model.products import ProductRanker

KINDS = ("汤", "饼", "面", "粥", "酱", "丸", "糕", "茶")
GOODS = ("牛肉", "鸡蛋", "土豆", "香菇", "豆腐", "红枣", "花生", "芝麻", "山药", "莲子", "玉米", "南瓜")
STAPLES = {
    "汤": "清水",
    "饼": "面粉",
    "面": "面粉",
    "粥": "大米",
    "酱": "食盐",
    "丸": "淀粉",
    "糕": "糯米",
    "茶": "茶叶",
}


def kitchen() -> list[tuple[str, str]]:
    """Dishes of one or two goods (synthetic): made of the goods in the name and of the staple of its kind."""
    edges = []
    for kind in KINDS:
        for i, one in enumerate(GOODS):
            for other in GOODS[i + 1 :]:
                dish = f"{one}{other}{kind}"
                edges += [(dish, one), (dish, other), (dish, STAPLES[kind])]
    return edges


def test_hidden_materials_come_back() -> None:
    edges = kitchen()
    names = sorted({name for edge in edges for name in edge})
    position = {name: i for i, name in enumerate(names)}
    pairs = np.array([(position[a], position[b]) for a, b in edges], np.int64)
    hidden = np.random.default_rng(3).random(len(pairs)) < 0.1
    none = np.zeros((0, 2), np.int64)
    ranker = ProductRanker(names, pairs[~hidden], none).fit()
    queries = np.unique(pairs[hidden, 0])
    found, probability = ranker.predict(queries)
    hits = 0
    for source, target in pairs[hidden]:
        mine = queries[found.query] == source
        best = found.node[mine][np.argsort(-probability[mine])[:3]]
        hits += target in best
        assert not set(found.node[mine]) & set(pairs[~hidden][pairs[~hidden, 0] == source, 1])
    assert hits / hidden.sum() > 0.9
    again = ProductRanker(names, pairs[~hidden], none).load(ranker.dump())
    assert np.array_equal(again.predict(queries)[1], probability)


def test_ease_is_the_constrained_least_squares_solution() -> None:
    """Column by column: regress each item on the others with a ridge, its own weight held at zero."""
    matrix = (np.random.default_rng(1).random((12, 6)) < 0.5).astype(float)
    expected = np.zeros_like(matrix)
    for j in range(6):
        others = [k for k in range(6) if k != j]
        x = matrix[:, others]
        expected[:, j] = x @ np.linalg.solve(x.T @ x + 3 * np.eye(5), x.T @ matrix[:, j])
    assert np.allclose(ease(matrix, 3), expected)


def test_known_edges_and_an_industry_itself_are_never_suggested() -> None:
    rng = np.random.default_rng(0)
    edges = np.argwhere(rng.random((30, 30)) < 0.3)
    edges = edges[edges[:, 0] != edges[:, 1]]
    scores = IndustryRanker(30, edges, np.ones(len(edges)), rng.integers(-1, 5, 30)).fit().scores()
    assert (scores[edges[:, 0], edges[:, 1]] == -1).all()
    assert (np.diag(scores) == -1).all()
    assert ((scores >= -1) & (scores <= 1)).all()


def test_grams_and_top_rows() -> None:
    assert grams("铜") == ["^铜", "^铜$", "铜", "铜$"]
    matrix, known = gram_matrix(["铜带", "铜"])
    assert matrix[1].sum() == 4
    assert gram_matrix(["锌"], known)[0].nnz == 0
    best = top_rows(matrix, 2).toarray()
    assert (np.count_nonzero(best, axis=1) == 2).all()


def test_complete_on_the_demo_chain(db: Database, clock: FixedClock) -> None:
    import_(demo=True, db=db, clock=clock)
    made = complete(pl.DataFrame({"name": ["新款男装", "童装"]}), top=3, db=db, clock=clock)
    assert made.table.columns == ["name", "rank", "candidate", "probability", "evidence"]
    assert made.table["rank"].to_list() == [1, 2, 3, 1, 2, 3]
    assert made.table["name"].to_list() == ["新款男装"] * 3 + ["童装"] * 3
    assert "棉布" not in made.table.filter(pl.col("name") == "童装")["candidate"].to_list()
    assert made.table.equals(complete(pl.DataFrame({"name": ["新款男装", "童装"]}), top=3, db=db, clock=clock).table)
    other = complete(pl.DataFrame({"name": ["电子元件", "没有"]}), kind="industry", top=2, db=db, clock=clock)
    assert other.unknown == ("没有",)
    assert other.table.height == 2


def test_bad_questions_are_rejected(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    frame = pl.DataFrame({"name": ["a"]})
    with pytest.raises(InputRejected, match="expected upstream"):
        complete(frame, relation="sideways", db=db, clock=clock)
    with pytest.raises(InputRejected, match="no column 'name'"):
        complete(pl.DataFrame({"x": ["a"]}), db=db, clock=clock)
