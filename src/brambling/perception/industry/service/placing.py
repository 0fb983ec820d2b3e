"""Where a text stands: GB/T 4754 classes, industries learnt from companies, products of the chain."""

from __future__ import annotations

import re

from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.kit.text import normalise
from brambling.perception.industry.model.linking import ProductLinker, bare
from brambling.perception.industry.model.placing import Firm, IndustryPlacer, NameLinker
from brambling.perception.industry.service.importing import load
from brambling.perception.industry.shapes import Graph, Placed, Placing

# Below these nothing fits: an industry must be likelier than one in eight, a class must share a fifth of its name.
INDUSTRY_MIN = 0.12
CLASS_MIN = 0.2
LABELS_MIN = 50
TEXT_MAX = 4000
WORK = ("零售", "批发", "种植", "养殖", "制造", "生产", "加工", "维修", "修理", "运输", "租赁", "服务")
_SPLIT = re.compile(r"[、，,；;。.\n\r\t：:（）()【】\[\]/]+")
# What every business scope says and no business means.
_BOILERPLATE = re.compile(
    r"依法须经批准.*?经营活动|经相关部门批准后方可开展|一般项目|许可项目|经营范围|除依法须经批准的项目外.*"
)


def place(text: str, *, top: int = 5, db: Database | None = None, graph: Graph | None = None) -> Placing:
    """The places that fit a business scope, products or invoice lines, best first, with the words that led there.

    Confidence of an industry is a probability (calibrated on companies held out within the import); that of a class or
    product is the likeness of names, 0 to 1. What nothing fits is named in ``none``. Raises InputRejected for a text
    without words, NotFound without a chain.
    """
    goods = goods_of(text)
    if not goods:
        raise InputRejected("the text has no words", expected="what the business makes or sells")
    if top < 1:
        raise InputRejected(f"--top {top}", expected="1 or more")
    graph = graph or load(db)
    places = [*_classes(graph, goods, top), *_industries(graph, goods, top), *_nodes(graph, goods, top)]
    systems = {found.system for found in places}
    none = tuple(system for system in ("gbt4754", "industry", "product") if system not in systems)
    return Placing(text, tuple(places), none)


def goods_of(text: str) -> list[str]:
    """The parts of a text that name goods or work, in their order, each once."""
    plain = _BOILERPLATE.sub(" ", normalise(text[:TEXT_MAX]))
    parts = (part.strip(" *-·") for piece in _SPLIT.split(plain) for part in piece.split())
    return list(dict.fromkeys(part for part in parts if part and not part.isdigit()))


def _classes(graph: Graph, goods: list[str], top: int) -> list[Placed]:
    classes = [i for i in graph.of_kind("class") if len(graph.keys[i]) == 4]
    if not classes:
        return []
    linker = NameLinker([bare(graph.names[i]) for i in classes])
    asked = [bare(word) for word in goods]
    best: dict[int, tuple[float, list[str]]] = {}
    for word, hits in zip(goods, linker.link(asked, top), strict=True):
        for at, bare_likeness in hits:
            likeness = min(bare_likeness * _same_work(word, graph.names[classes[at]]), 1.0)
            score, words = best.get(at, (0.0, []))
            # several goods that point to one class speak for it together
            best[at] = (1 - (1 - score) * (1 - likeness), [*words, word] if likeness >= CLASS_MIN / 2 else words)
    ranked = sorted(best.items(), key=lambda found: (-found[1][0], found[0]))[:top]
    return [
        Placed("gbt4754", graph.keys[classes[at]], graph.names[classes[at]], round(score, 4), tuple(words[:4]))
        for at, (score, words) in ranked
        if score >= CLASS_MIN
    ]


def _same_work(word: str, name: str) -> float:
    """Making, growing and selling one thing are different classes: the word of work decides where both have one."""
    said = next((work for work in WORK if work in word), None)
    written = next((work for work in WORK if work in name), None)
    if said is None or written is None:
        return 1.0
    return 1.25 if {said, written} <= {"制造", "生产", "加工"} or said == written else 0.6


def labelled(graph: Graph) -> list[Firm]:
    """Companies whose products and industry the chain both knows."""
    if "sells" not in graph.out or "in_industry" not in graph.out:
        return []
    sells, within = graph.out["sells"], graph.out["in_industry"]
    firms = []
    for company in graph.of_kind("company"):
        products, industries = sells.of(company), within.of(company)
        if len(products) and len(industries):
            goods = tuple(zip((graph.names[i] for i in products), sells.weights(company).tolist(), strict=True))
            firms.append(Firm(goods, graph.names[industries[0]]))
    return firms


def _industries(graph: Graph, goods: list[str], top: int) -> list[Placed]:
    firms = labelled(graph)
    if len(firms) < LABELS_MIN:
        return []
    placer = IndustryPlacer(firms).fit()
    firm = Firm(tuple((word, 0.0) for word in goods))
    if not placer.vectors([firm]).nnz:
        return []
    probability = placer.predict_proba([firm])[0]
    order = sorted(range(len(probability)), key=lambda i: (-probability[i], i))[:top]
    if probability[order[0]] < INDUSTRY_MIN:
        return []
    return [
        Placed("industry", name, name, round(float(probability[i]), 4), placer.words(firm, name))
        for i in order
        for name in (placer.industries[i],)
    ]


def _nodes(graph: Graph, goods: list[str], top: int) -> list[Placed]:
    linker = ProductLinker(chain_products(graph))
    found: dict[str, Placed] = {}
    for word, link in zip(goods, linker.link(goods), strict=True):
        if link is not None and (link.name not in found or found[link.name].confidence < link.confidence):
            found[link.name] = Placed("product", link.name, link.name, link.confidence, (word,))
    return sorted(found.values(), key=lambda place: (-place.confidence, place.name))[:top]


def chain_products(graph: Graph) -> list[str]:
    """Products that stand in the chain: with a material, a use, a class or a member."""
    return [
        graph.names[i]
        for i in graph.of_kind("product")
        if any(
            relation in side and side[relation].start[i + 1] > side[relation].start[i]
            for relation in ("made_of", "includes")
            for side in (graph.out, graph.into)
        )
    ]
