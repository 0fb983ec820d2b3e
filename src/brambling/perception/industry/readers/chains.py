"""Folders of chains: the wild-goose layout (companies, products, industries) and the small one with persons and events."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_rows, read_table
from brambling.kit.files.reading import find_encoding
from brambling.perception.industry.readers.collecting import Collector, table
from brambling.perception.industry.rules import NodeKind, Relation
from brambling.perception.industry.shapes import ChainFile

# What the layout calls its product relations; the last one is written the other way round.
PRODUCT_RELATIONS: dict[str, tuple[Relation, bool]] = {
    "上游材料": ("made_of", False),
    "产品小类": ("includes", False),
    "下游产品": ("made_of", True),
    "made_of": ("made_of", False),
    "includes": ("includes", False),
}
_LISTED_CODE = re.compile(r"^(\d{6})\.?(SH|SZ|BJ)?$", re.IGNORECASE)


def read_chain(folder: Path, as_of: date) -> ChainFile:
    """A folder of one of the two layouts; ``as_of`` dates the edges that carry no date of their own.

    Raises InputRejected for a folder that is absent, empty or of another layout, and, naming file, row and column, for
    a table that cannot be used. Loops, doubles, rings, orphan codes, companies of one name and files of different
    encodings are findings of the result.
    """
    if not folder.is_dir():
        raise InputRejected(f"no folder {folder.name}", expected="a folder of a chain")
    files = {path.name.removesuffix(".gz"): path for path in sorted(folder.iterdir()) if ".csv" in path.name}
    if not files:
        raise InputRejected(f"the folder {folder.name} holds no CSV files", expected="the files of a chain")
    if "product_relation.csv" in files or "industry_upstream.csv" in files:
        found = Collector("chain", as_of)
        _wild_goose(files, found)
    elif "Product.csv" in files:
        found = Collector("kag", as_of)
        _small(files, found)
    else:
        raise InputRejected(
            f"the folder {folder.name} has {', '.join(list(files)[:5])}",
            expected="product_relation.csv or industry_upstream.csv, or Product.csv",
        )
    _encodings(files, found)
    return found.finish()


def _encodings(files: dict[str, Path], found: Collector) -> None:
    read = {name: find_encoding(path) for name, path in files.items()}
    if len(set(read.values())) > 1:
        for name, encoding in read.items():
            found.odd("encoding", "folder", f"{name}: {encoding}")


def _wild_goose(files: dict[str, Path], found: Collector) -> None:
    parts: tuple[tuple[str, Callable[[Path, Collector], None]], ...] = (
        ("industry.csv", _industries),
        ("industry_parent.csv", _industry_parents),
        ("industry_upstream.csv", _industry_upstream),
        ("product_relation.csv", _product_relations),
        ("company.csv", _companies),
        ("company_industry.csv", _company_industries),
        ("company_product.csv", _company_products),
    )
    for name, read in parts:
        if name in files:
            read(files[name], found)


def _industries(path: Path, found: Collector) -> None:
    for code, name in table(path, ["code", "name"]).iter_rows():
        found.node("industry", name, name)
        found.codes[code] = name


def _industry_parents(path: Path, found: Collector) -> None:
    for code, name, parent_code, parent in table(path, ["code", "name", "parent_code", "parent"]).iter_rows():
        for each, told in ((code, name), (parent_code, parent)):
            if found.codes and each not in found.codes:
                found.odd("orphan_code", path.name, f"{each} {told}")
        source, target = found.node("industry", name, name), found.node("industry", parent, parent)
        found.edge(source, "part_of", target, path.name)


def _industry_upstream(path: Path, found: Collector) -> None:
    frame = table(path, ["industry", "upstream_industry"])
    support, coded = _numbers(path, "support"), found.code_names
    for i, (name, upstream) in enumerate(frame.iter_rows()):
        for each in (name, upstream):
            if found.codes and each not in coded:
                found.odd("orphan_code", path.name, each)
        source, target = found.node("industry", name, name), found.node("industry", upstream, upstream)
        found.edge(source, "upstream", target, path.name, weight=support[i] if support else 1.0)


def _numbers(path: Path, column: str) -> list[float]:
    """A column of numbers; empty where the file has none, one where a cell is."""
    frame = read_table(path, [Column(column, "number", required=False, nullable=True)])
    return [] if column not in frame.columns else [1.0 if value is None else float(value) for value in frame[column]]


def _product_relations(path: Path, found: Collector) -> None:
    frame = table(path, ["from_product", "relation", "to_product"])
    for row, (source, word, target) in enumerate(frame.iter_rows(), start=1):
        if word not in PRODUCT_RELATIONS:
            raise InputRejected(
                f"relation {word!r}", file=path, row=row, column="relation", expected=" or ".join(PRODUCT_RELATIONS)
            )
        relation, backwards = PRODUCT_RELATIONS[word]
        one, other = found.node("product", source), found.node("product", target)
        found.edge(*((other, relation, one) if backwards else (one, relation, other)), origin=path.name)


def listed_code(text: str) -> str:
    """One form of a listed company's code: ``688268.SH``, ``688268SH`` and ``688268`` are one company."""
    match = _LISTED_CODE.match(text)
    return match.group(1) if match else text


def _companies(path: Path, found: Collector) -> None:
    for code, name in table(path, ["code", "name"]).iter_rows():
        found.node("company", listed_code(code), name)
        found.companies.add(listed_code(code))


def _company(code: str, name: str, path: Path, found: Collector) -> tuple[NodeKind, str]:
    key = listed_code(code)
    if found.companies and key not in found.companies:
        found.odd("orphan_code", path.name, f"{code} {name}")
        found.companies.add(key)
    return found.node("company", key, name)


def _company_industries(path: Path, found: Collector) -> None:
    for code, name, industry_code, industry in table(
        path, ["company_code", "company", "industry_code", "industry"]
    ).iter_rows():
        if found.codes and industry_code not in found.codes:
            found.odd("orphan_code", path.name, f"{industry_code} {industry}")
        company, place = _company(code, name, path, found), found.node("industry", industry, industry)
        found.edge(company, "in_industry", place, path.name)


def _company_products(path: Path, found: Collector) -> None:
    frame = table(path, ["company_code", "company", "product"])
    weights = _numbers(path, "weight")
    for i, (code, name, product) in enumerate(frame.iter_rows()):
        weight = weights[i] if weights else 1.0
        if not 0 <= weight <= 1:
            found.odd("odd_weight", path.name, f"{name} {product}: {weight}")
        company = _company(code, name, path, found)
        found.edge(company, "sells", found.node("product", product), path.name, weight=weight)


def _small(files: dict[str, Path], found: Collector) -> None:
    _small_products(files["Product.csv"], found)
    names: dict[str, str] = {}
    if "Company.csv" in files:
        for key, name, products in table(files["Company.csv"], ["id", "name", "product"]).iter_rows():
            company = found.node("company", key, name)
            names[name] = key
            for product in _listed(products):
                found.edge(company, "sells", found.node("product", product), "Company.csv")
    if "Person.csv" in files:
        for key, name, owns in table(files["Person.csv"], ["id", "name", "legalRepresentative"]).iter_rows():
            person = found.node("person", key, name)
            for company_name in _listed(owns):
                if company_name not in names:
                    found.odd("orphan_code", "Person.csv", f"{name}: {company_name}")
                company = found.node("company", names.get(company_name, company_name), company_name)
                found.edge(person, "represents", company, "Person.csv")
    if "Company_fundTrans_Company.csv" in files:
        _transfers(files["Company_fundTrans_Company.csv"], found)


def _small_products(path: Path, found: Collector) -> None:
    for row, cells in enumerate(_dictionaries(path), start=1):
        if "id" not in cells:
            raise InputRejected("no column 'id'", file=path, row=row, expected="id, belongToIndustry, hasSupplyChain")
        product = found.node("product", cells["id"])
        if cells.get("belongToIndustry"):
            found.edge(product, "part_of", found.node("industry", cells["belongToIndustry"]), path.name)
        for user in _listed(cells.get("hasSupplyChain", "")):
            found.edge(found.node("product", user), "made_of", product, path.name)
        wider = cells["id"].rpartition("-")[0]
        if wider:
            found.edge(found.node("product", wider), "includes", product, path.name)


def _dictionaries(path: Path) -> list[dict[str, str]]:
    """Rows by column name; cells hold commas in quotes."""
    csv.field_size_limit(1 << 24)
    rows = list(read_rows(path))
    head = [cell.strip() for cell in rows[0]] if rows else []
    return [dict(zip(head, (cell.strip() for cell in row), strict=False)) for row in rows[1:] if any(row)]


def _listed(cell: str | None) -> list[str]:
    """Parts of a cell, with doubles kept: they are told as such."""
    return [part.strip() for part in re.split(r"[,，]", cell or "") if part.strip()]


def _transfers(path: Path, found: Collector) -> None:
    for row, (source, target, day, amount) in enumerate(
        table(path, ["srcId", "dstId", "transDate", "transAmt"]).iter_rows(), start=1
    ):
        try:
            when, much = datetime.strptime(day, "%Y%m%d").date(), float(amount)  # noqa: DTZ007
        except ValueError:
            raise InputRejected(
                f"{day!r}, {amount!r}", file=path, row=row, expected="a date like 20230821 and an amount"
            ) from None
        for key in (source, target):
            if ("company", key) not in found.nodes:
                found.odd("orphan_code", path.name, key)
        ends = found.node("company", source), found.node("company", target)
        found.edge(ends[0], "pays", ends[1], path.name, weight=much, as_of=when)
