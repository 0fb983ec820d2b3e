"""Where a business stands: links that people judged, honest none, portfolios and the morning list."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import translator
from brambling.kit.money import Money
from brambling.perception.industry import ChainEvent, Graph, alerts, exposure, import_, load, place
from brambling.perception.industry.model.linking import ProductLinker, bare
from brambling.perception.industry.model.placing import Firm, IndustryPlacer
from brambling.perception.industry.report import EVENTS, FINDINGS, RELATIONS, SYSTEMS
from brambling.perception.industry.service.placing import goods_of

JUDGED = Path(__file__).parent / "judged_links.csv"


@pytest.fixture
def graph(db: Database, clock: FixedClock) -> Graph:
    import_(demo=True, as_of=date(2026, 1, 1), db=db, clock=clock)
    return load(db)


def test_links_that_a_person_judged_are_right_nine_times_in_ten(shared_data: Path) -> None:
    relations = pl.read_csv(shared_data / "industry" / "chain" / "product_relation.csv.gz")
    linker = ProductLinker(sorted({*relations["from_product"], *relations["to_product"]}))
    with JUDGED.open(encoding="utf-8") as handle:
        judged = {row["text"]: (row["product"], row["right"] == "yes") for row in csv.DictReader(handle)}
    assert len(judged) == 200
    links = linker.link(list(judged))
    same = [judged[text][1] for text, link in zip(judged, links, strict=True) if link and link.name == judged[text][0]]
    assert len(same) >= 180  # what is linked another way now was not judged
    assert sum(same) / len(same) >= 0.90


def test_the_head_of_a_name_is_what_it_is() -> None:
    linker = ProductLinker(["激光器", "集装箱", "钢管", "铜", "设备"])
    found = linker.link(["超快激光器", "集装箱码头", "螺旋钢管销售", "粗铜", "制药设备", "激光器及配件", "后勤服务"])
    assert [link.name if link else None for link in found] == ["激光器", None, "钢管", "铜", None, "激光器", None]
    assert bare("防盗门的生产和销售") == "防盗门"


def test_a_scope_loses_its_boilerplate() -> None:
    text = "一般项目：电子连接器制造；线束销售（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
    assert goods_of(text) == ["电子连接器制造", "线束销售"]


def test_a_text_is_placed_with_the_words_that_led_there(graph: Graph) -> None:
    placing = place("电子连接器制造；蔬菜种植", graph=graph)
    found = {(each.system, each.name): each for each in placing.places}
    assert found["product", "电子连接器"].words == ("电子连接器制造",)
    assert found["gbt4754", "蔬菜种植"].code == "0141"
    assert all(0 < each.confidence <= 1 for each in placing.places)
    assert placing.none == ("industry",)  # twelve labelled companies are too few to learn from


def test_where_nothing_fits_it_says_so(graph: Graph) -> None:
    placing = place("xyzzy 42", graph=graph)
    assert placing.places == ()
    assert placing.none == ("gbt4754", "industry", "product")
    with pytest.raises(InputRejected, match="no words"):
        place("；；", graph=graph)


def test_industries_are_learnt_from_companies() -> None:
    things = {"茶业": "绿茶红茶白茶", "钢铁": "螺纹钢角钢圆钢", "服装": "男装女装童装"}
    firms = [
        Firm(tuple((words[2 * k : 2 * k + 3] + f"{i}", 0.5) for k in range(2)), name)
        for name, words in things.items()
        for i in range(12)
    ]
    placer = IndustryPlacer(firms).fit()
    asked = Firm((("精品绿茶", 1.0),))
    probability = placer.predict_proba([asked])
    assert probability.sum() == pytest.approx(1, abs=1e-5)
    assert placer.industries[int(probability[0].argmax())] == "茶业"
    assert any("茶" in word for word in placer.words(asked, "茶业"))


def test_a_portfolio_hangs_on_what_its_customers_use(graph: Graph) -> None:
    rows = pl.DataFrame(
        {
            "customer": ["甲", "乙", "丙", "丁"],
            "amount": ["100.00", "50.00", "30.00", "1.00"],
            "product": ["电子连接器", "线束", "xyz", None],
            "gbt4754": [None, None, None, "6510"],
        }
    )
    found = exposure(rows, hops=3, top=50, graph=graph)
    lines = {line.node: line for line in found.lines}
    assert found.total == Money.of("181.00")
    assert lines["电解铜"].amount == Money.of("150.00")
    assert lines["电解铜"].customers == 2
    assert lines["电解铜"].path == ("电子连接器", "铜带", "电解铜")
    assert [row for row, _ in found.unplaced] == [3, 4]
    assert [finding.code for finding in found.findings] == ["code_2011"]
    with pytest.raises(InputRejected, match="says nowhere what a customer makes"):
        exposure(rows.select("customer", "amount"), graph=graph)


def test_the_morning_list_is_of_yesterday(graph: Graph) -> None:
    rows = pl.DataFrame({"customer": ["甲", "乙"], "amount": ["1000.00", "1000.00"], "product": ["铜带", "面粉"]})
    events = [ChainEvent("cu", date(2026, 3, 9), "price_up", "电解铜")]
    assert alerts(events, rows, as_of=date(2026, 3, 9), graph=graph) == []
    (alert,) = alerts(events, rows, as_of=date(2026, 3, 10), graph=graph)
    assert (alert.customer, alert.effect.path) == ("甲", ("电解铜", "铜带"))
    assert alert.effect.size == -0.6
    assert alert.at_risk == Money.of("600.00")
    failing = [ChainEvent("d", date(2026, 3, 9), "default", "清溪接插件厂")]
    (alert,) = alerts(failing, rows, as_of=date(2026, 3, 10), graph=graph)
    assert alert.effect.path[0] == "清溪接插件厂"
    assert alert.effect.size < 0


def test_every_word_for_people_has_chinese() -> None:
    for table in (FINDINGS, RELATIONS, EVENTS, SYSTEMS):
        for text in table.values():  # type: ignore[attr-defined]
            assert translator("zh")(text) != text
