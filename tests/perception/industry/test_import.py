"""Chains come in whole, told what is odd, and twice is once."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected, NotFound
from brambling.perception.industry import Graph, import_, load
from brambling.perception.industry.readers import read_chain, read_codes

DAY = date(2026, 1, 1)


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def relations(*rows: str) -> str:
    return "from_product,relation,to_product\n" + "\n".join(rows) + "\n"


def codes(findings: object) -> dict[str, int]:
    return {finding.code: finding.count for finding in findings}  # type: ignore[attr-defined]


def test_what_is_odd_is_named_and_counted(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "chain",
        product_relation=relations("面包,上游材料,面粉", "面粉,上游材料,面包", "盐,上游材料,盐", "面包,上游材料,面粉"),
        industry="code,name\n01,食品\n",
        company="code,name\n600001,东方股份\n600002,东方股份\n",
        company_industry="company_code,company,industry_code,industry\n600001.SH,东方股份,99,天外\n",
        company_product="company_code,company,product,weight\n600001SH,东方股份,面包,-0.5\n",
    )
    read = read_chain(folder, DAY)
    assert codes(read.findings) == {
        "cycle": 1, "self_loop": 1, "duplicate_edge": 1, "orphan_code": 1, "same_name": 1, "odd_weight": 1, "isolated": 1,
    }  # fmt: skip
    assert next(f for f in read.findings if f.code == "self_loop").examples == ("盐 made_of 盐",)
    # one company whatever form its code has; the ring is kept, the loop is not an edge
    assert sum(node.kind == "company" for node in read.nodes) == 2
    assert sum(edge.relation == "made_of" for edge in read.edges) == 2


def test_downstream_is_upstream_read_backwards(tmp_path: Path) -> None:
    read = read_chain(write(tmp_path / "c", product_relation=relations("铜矿,下游产品,铜")), DAY)
    (edge,) = read.edges
    assert (edge.source[1], edge.relation, edge.target[1]) == ("铜", "made_of", "铜矿")
    assert edge.origin == "product_relation.csv"
    assert edge.as_of == DAY


def test_encodings_of_one_folder_may_differ_and_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", product_relation=relations("面包,上游材料,面粉"))
    (folder / "industry.csv").write_bytes("code,name\n01,食品加工制造\n".encode("gb18030"))
    assert codes(read_chain(folder, DAY).findings) == {"encoding": 2}
    (folder / "industry.csv").write_bytes("code,name\n01,食品\n".encode() + "02,服装\n".encode("gb18030") + b"\xff\n")
    with pytest.raises(InputRejected, match=r"industry.csv: is neither UTF-8 nor GB18030"):
        read_chain(folder, DAY)


def test_gzip_is_read(tmp_path: Path) -> None:
    (tmp_path / "product_relation.csv.gz").write_bytes(gzip.compress(relations("面包,上游材料,面粉").encode()))
    assert len(read_chain(tmp_path, DAY).edges) == 1


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "holds no CSV files"),
        ({"other": "a\n1\n"}, "expected product_relation.csv"),
        ({"product_relation": relations("a,是,b")}, "product_relation.csv, row 1, column 'relation'"),
        ({"product_relation": relations("a,上游材料,")}, "product_relation.csv, row 1, column 'to_product'"),
        ({"product_relation": "from_product,to_product\na,b\n"}, "no column 'relation'"),
    ],
)
def test_an_unusable_folder_is_rejected(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(InputRejected, match=told):
        read_chain(write(tmp_path / "c", **files), DAY)


def test_codes_tell_the_edition_and_orphans(tmp_path: Path) -> None:
    path = tmp_path / "gbt.csv"
    path.write_text("code,name,parent,level\nI,信息,,\n65,软件,I,\n6510,软件开发,651,\n", encoding="utf-8")
    assert codes(read_codes(path, DAY).findings) == {"code_2011": 1, "orphan_code": 1}
    path.write_text("code,name,parent\n01,a,\n01,b,\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="row 2, column 'code': code 01 stands twice"):
        read_codes(path, DAY)


def test_importing_twice_is_importing_once(db: Database, clock: FixedClock) -> None:
    with pytest.raises(NotFound, match="no chain is imported yet"):
        load(db)
    first = import_(demo=True, as_of=DAY, db=db, clock=clock)
    before = load(db)
    again = import_(demo=True, as_of=DAY, db=db, clock=clock)
    assert [each.changed for each in first] == [True, True]
    assert [each.changed for each in again] == [False, False]
    after = load(db)
    assert (before.content, before.keys) == (after.content, after.keys)


def test_a_new_chain_takes_the_place_of_the_old_one(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    import_(demo=True, as_of=DAY, db=db, clock=clock)
    import_(write(tmp_path / "c", product_relation=relations("面包,上游材料,面粉")), as_of=DAY, db=db, clock=clock)
    graph = load(db)
    assert [graph.keys[i] for i in graph.of_kind("product")] == sorted(["面包", "面粉"], key=graph.keys.index)
    assert graph.find("product", "电子连接器") is None


def test_a_rejected_import_leaves_everything_as_it_was(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    import_(demo=True, as_of=DAY, db=db, clock=clock)
    before = load(db).content
    with pytest.raises(InputRejected):
        import_([write(tmp_path / "good", product_relation=relations("a,上游材料,b")), tmp_path], db=db, clock=clock)
    assert load(db).content == before


def test_the_real_chains_are_read(shared_data: Path) -> None:
    small = read_chain(shared_data / "industry" / "kag_supplychain", DAY)
    pays = [edge for edge in small.edges if edge.relation == "pays"]
    assert pays
    assert all(edge.as_of != DAY for edge in pays)
    assert any(edge.relation == "represents" for edge in small.edges)
    read = read_codes(shared_data / "industry" / "gbt4754_2017.csv", DAY)
    assert len(read.nodes) == 1971
    assert read.findings == ()


def test_a_name_of_two_companies_asks_for_a_code(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "c",
        product_relation=relations("a,上游材料,b"),
        company="code,name\n600001,东方\n600002,东方\n",
    )
    import_(folder, db=db, clock=clock)
    graph: Graph = load(db)
    with pytest.raises(NotFound, match="2 companies: 600001, 600002; give a code"):
        graph.need("东方", ("company",))
    assert graph.names[graph.need("600002", ("company",))] == "东方"
