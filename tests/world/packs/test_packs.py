"""Packs as files: same seed, same bytes; a fault changes the documents it names and no other; injections are where they say."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from brambling.kit.errors import NotFound
from brambling.world.packs import FAMILIES, FAULTS, KINDS, Pack, make_injected, make_pack, make_packs
from brambling.world.packs.families import SPOTS
from brambling.world.packs.faults import plant
from brambling.world.packs.injections import TEXTS, choose
from brambling.world.packs.story import tell


def documents(pack: Pack) -> dict[tuple[str, int], tuple[bytes, object]]:
    """Bytes and fields of each document by kind and place among its kind."""
    found: dict[tuple[str, int], tuple[bytes, object]] = {}
    for one in pack.truth["documents"]:
        place = sum(key[0] == one["kind"] for key in found)
        found[one["kind"], place] = (pack.files[one["file"]], one["fields"])
    return found


def one(pack: Pack, kind: str) -> dict:
    return next(document for document in pack.truth["documents"] if document["kind"] == kind)


@pytest.mark.parametrize(("family", "kinds"), [("d3", None), ("e2", ["business_licence", "e_invoice", "plant_video"])])
def test_a_seed_gives_the_same_bytes(family: str, kinds: list[str] | None) -> None:
    first, second = make_pack(12, family, kinds=kinds), make_pack(12, family, kinds=kinds)
    assert first.files == second.files
    assert first.truth == second.truth
    assert make_pack(13, family, kinds=["receipt"]).files != make_pack(12, family, kinds=["receipt"]).files


def test_every_kind_can_be_made_and_files_say_nothing_of_it() -> None:
    pack = make_pack(5, "d2", kinds=list(KINDS))
    assert {document["kind"] for document in pack.truth["documents"]} == set(KINDS)
    assert len(pack.files) == len(pack.truth["documents"])
    for document in pack.truth["documents"]:
        assert document["fields"], document["kind"]
        assert pack.files[document["file"]]
        assert not any(part in document["file"] for part in (document["kind"], KINDS[document["kind"]]))
    heads = {name.rsplit(".", 1)[1]: data[:12] for name, data in pack.files.items()}
    assert heads["pdf"].startswith(b"%PDF")
    assert heads["mp4"][4:8] == b"ftyp"
    assert heads["jpg"].startswith(b"\xff\xd8")


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_changes_what_it_names_and_nothing_else(kind: str) -> None:
    shows = plant(tell(21), kind).shows
    kinds = sorted({*shows, "business_licence", "receipt", "e_invoice", "bank_statement", "vat_return"})
    clean, faulty = make_pack(21, "d4", kinds=kinds), make_pack(21, "d4", kinds=kinds, faults=[kind])
    before, after = documents(clean), documents(faulty)
    assert before.keys() == after.keys()
    assert {key[0] for key in before if before[key] != after[key]} == set(shows)
    if not shows:
        assert (clean.declared, clean.invoices_seen) != (faulty.declared, faulty.invoices_seen)
    assert clean.truth["faults"] == []
    (record,) = faulty.truth["faults"]
    assert record["kind"] == kind
    assert {faulty.truth["documents"][list(faulty.files).index(name)]["kind"] for name in record["files"]} == set(shows)


def test_carriers_say_what_truth_says() -> None:
    import pypdfium2

    ofd = make_pack(31, "d1", kinds=["e_invoice", "bank_statement"])
    bill = one(ofd, "e_invoice")
    archive = zipfile.ZipFile(io.BytesIO(ofd.files[bill["file"]]))
    content = etree.fromstring(archive.read("Doc_0/Pages/Page_0/Content.xml"))
    words = ["".join(node.itertext()) for node in content.iter("{http://www.ofdspec.org/2016}TextCode")]
    for key in ("number", "buyer", "seller_tax_number", "total_capitals"):
        assert bill["fields"][key] in words
    assert "Doc_0/Attachs/original_invoice.xml" in archive.namelist()

    rows = list(csv.reader(io.StringIO(ofd.files[one(ofd, "bank_statement")["file"]].decode("utf-8-sig"))))
    assert len(rows) - 2 == len(one(ofd, "bank_statement")["fields"]["lines"])

    xml = make_pack(31, "d2", kinds=["e_invoice", "bank_statement"])
    bill = one(xml, "e_invoice")
    tree = etree.fromstring(xml.files[bill["file"]])
    assert tree.findtext(".//TotalTax-includedAmountInChinese") == bill["fields"]["total_capitals"]
    assert tree.findtext(".//BuyerIdNum") == bill["fields"]["buyer_tax_number"]

    statement = one(xml, "bank_statement")
    document = pypdfium2.PdfDocument(xml.files[statement["file"]])
    text = "".join(page.get_textpage().get_text_range() for page in document)
    for line in statement["fields"]["lines"]:
        assert line["balance"] in text
        assert line["counterparty"] in text


def test_an_edited_pdf_has_two_endings_two_fonts_and_another_producer() -> None:
    import pypdfium2

    clean = make_pack(8, "e1", kinds=["bank_statement"])
    edited = make_pack(8, "e1", kinds=["bank_statement"], faults=["edited_pdf"])
    before, after = (pack.files[one(pack, "bank_statement")["file"]] for pack in (clean, edited))
    assert after.startswith(before)
    assert (before.count(b"%%EOF"), after.count(b"%%EOF")) == (1, 2)
    assert b"SimHei" in after
    document = pypdfium2.PdfDocument(after)
    assert document.get_metadata_dict()["Producer"] != pypdfium2.PdfDocument(before).get_metadata_dict()["Producer"]
    assert one(edited, "bank_statement")["fields"]["lines"][2]["amount"] in document[0].get_textpage().get_text_range()


def test_photos_say_when_and_where_they_were_taken() -> None:
    from PIL import Image

    pack = make_pack(14, "d1", kinds=["shop_photo"])
    taken = one(pack, "shop_photo")
    exif = Image.open(io.BytesIO(pack.files[taken["file"]])).getexif()
    assert exif.get_ifd(0x8769)[0x9003][:10].replace(":", "-") == taken["fields"]["taken"]
    degrees, minutes, seconds = exif.get_ifd(0x8825)[2]
    assert float(degrees) + float(minutes) / 60 + float(seconds) / 3600 == pytest.approx(
        taken["fields"]["latitude"], abs=1e-4
    )


def test_injected_documents_are_counted_and_named() -> None:
    packs = list(make_injected(20, "dev"))
    planted = [record for pack in packs for record in pack.truth["injections"]]
    assert len(planted) >= 20
    for pack in packs:
        assert pack.truth["faults"] == []
        for record in pack.truth["injections"]:
            assert record["text"] in TEXTS
            assert all(name in pack.files for name in record["files"])
            assert record["files"]
    assert {spot for seed in range(60) for spot in choose(seed)} == set(SPOTS)


@pytest.mark.parametrize("spot", SPOTS)
def test_each_spot_changes_its_document(spot: str) -> None:
    kind = SPOTS[spot]
    plain = make_pack(3, "e4", kinds=[kind])
    injected = make_pack(3, "e4", kinds=[kind], injected={spot: TEXTS[0]})
    assert plain.files != injected.files


def test_a_folder_never_holds_the_truth(tmp_path: Path) -> None:
    pack = make_pack(2, "d2", kinds=["chat_text", "receipt"])
    folder = pack.write(tmp_path)
    assert {path.name for path in folder.iterdir()} == set(pack.files)
    truth = json.loads((tmp_path / "truth" / f"{pack.name}.json").read_text("utf-8"))
    assert truth["synthetic"] is True
    assert truth == json.loads(json.dumps(pack.truth))


def test_a_series_takes_turns() -> None:
    packs = list(make_packs(2, "eval"))
    assert [pack.truth["family"] for pack in packs] == ["e1", "e2"]
    assert [len(pack.truth["faults"]) for pack in packs] == [0, 1]
    (again,) = make_packs(1, "eval", first=1)
    assert again.files == packs[1].files
    (clean,) = make_packs(1, "eval", first=1, faulty=False)
    assert clean.truth["faults"] == []


def test_unknown_names_are_refused() -> None:
    with pytest.raises(NotFound, match="layout family"):
        make_pack(1, "x9")
    with pytest.raises(NotFound, match="fault"):
        make_pack(1, "d1", faults=["earthquake"])
    with pytest.raises(NotFound, match="kind"):
        make_pack(1, "d1", kinds=["poem"])


@pytest.mark.story
@pytest.mark.parametrize("split", ["dev", "eval"])
def test_three_hundred_packs_hold_every_kind_and_every_fault_in_every_family(split: str) -> None:
    kinds, met, prints = set(), set(), set()
    for pack in make_packs(300, split):  # type: ignore[arg-type]
        kinds |= {document["kind"] for document in pack.truth["documents"]}
        met |= {(fault["kind"], pack.truth["family"]) for fault in pack.truth["faults"]}
        prints.add(pack.name)
    assert kinds == set(KINDS)
    assert len(prints) == 300
    assert {kind for kind, _ in met} == set(FAULTS)
    families = {family.key for family in FAMILIES.values() if family.split == split}
    assert met == {(kind, family) for kind in FAULTS for family in families}
