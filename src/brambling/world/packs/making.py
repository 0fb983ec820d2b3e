"""One document of a pack: from story and family to bytes, fields and what happened to its pages."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from brambling.world.packs import photos
from brambling.world.packs.capture import capture
from brambling.world.packs.families import KINDS, Family, Severity
from brambling.world.packs.forms import words
from brambling.world.packs.forms.bank import statement_csv, statement_pages
from brambling.world.packs.forms.cards import licence
from brambling.world.packs.forms.contracts import contract
from brambling.world.packs.forms.hand import Drawn
from brambling.world.packs.forms.invoices import fields_of, invoice_xml, vat_invoice
from brambling.world.packs.forms.menu import FORMS
from brambling.world.packs.ofd import ofd
from brambling.world.packs.paint import paint
from brambling.world.packs.pdf import Origin, append, pdf
from brambling.world.packs.sheet import Area, Sheet, Text
from brambling.world.packs.story import Story
from brambling.world.town import stream

if TYPE_CHECKING:
    import numpy as np


@dataclass
class Document:
    """A file and what is true of it. ``place`` tells apart documents of one kind."""

    kind: str
    suffix: str
    data: bytes
    carrier: str
    pages: int
    fields: dict[str, Any]
    captured: dict[str, Any] = field(default_factory=dict)
    place: int = 1
    name: str = ""


def make(story: Story, family: Family, kind: str, planted: Mapping[str, str]) -> list[Document]:
    """The documents of one kind; ``planted`` are instructions by spot (see ``families.SPOTS``)."""
    rng = stream(story.seed, f"packs-{family.key}-{kind}")
    if kind == "bank_statement":
        return [_statement(story, family, planted, rng)]
    if kind == "e_invoice":
        return [_e_invoice(story, family, planted.get("remark", ""))]
    if kind in {"shop_photo", "stock_photo"}:
        return _photos(story, kind, planted, rng)
    if kind == "plant_video":
        goods = [good.name for good in story.line.sells]
        data = photos.video(story.firm.name, goods, rng)
        return [Document(kind, "mp4", data, "video", 30, {"name": story.firm.name, "goods": goods})]
    if kind in {"chat_text", "interview_transcript"}:
        tell, spot = (words.chat, "chat") if kind == "chat_text" else (words.interview, "transcript")
        text, fields = tell(story, family, planted.get(spot, ""))
        return [Document(kind, "txt", text.encode(), "text", 1, fields)]
    return [_page(story, family, kind, planted, rng)]


def _draw(story: Story, family: Family, kind: str, planted: Mapping[str, str]) -> Drawn:
    if kind == "business_licence":
        return licence(story, family, scope=story.scope + planted["scope"] if "scope" in planted else "")
    if kind == "vat_special_invoice":
        return vat_invoice(story, family, kind, code=planted.get("qr", ""))
    if kind == "vat_general_invoice":
        return vat_invoice(story, family, kind, remark=planted.get("invoice_remark", ""))
    if kind == "sales_contract":
        return contract(story, family, kind, footer=planted.get("footer", ""))
    return FORMS[kind](story, family)


def _page(story: Story, family: Family, kind: str, planted: Mapping[str, str], rng: np.random.Generator) -> Document:
    drawn = _draw(story, family, kind, planted)
    screen = story.screen == kind
    severity = "phone" if screen else severity_of(family, kind)
    image = paint(drawn.sheets[0], family.dpi, rng)
    data, suffix, captured = capture(image, severity, rng, screen=screen)
    return Document(kind, suffix, data, "image", 1, drawn.fields, captured)


def severity_of(family: Family, kind: str) -> Severity:
    """How a kind arrives in this family: the severities take turns over the kinds."""
    return family.severity[list(KINDS).index(kind) % len(family.severity)]


def _origin(producer: str, creator: str, made_on: date, title: str = "") -> Origin:
    return Origin(producer, creator, f"D:{made_on:%Y%m%d}093015+08'00'", title)


def _statement(story: Story, family: Family, planted: Mapping[str, str], rng: np.random.Generator) -> Document:
    hidden = {"white_text", "metadata"} & planted.keys()
    carrier = "pdf" if story.edited or hidden else family.statement
    memo = planted.get("memo", "")
    if carrier == "csv":
        data, fields = statement_csv(story, family, memo)
        return Document("bank_statement", "csv", data, "csv", 1, fields)
    drawn = statement_pages(story, family, memo)
    pages = len(drawn.sheets)
    if carrier == "scan":
        data, captured = _scanned(drawn.sheets, family, story.as_of, rng)
        return Document("bank_statement", "pdf", data, "scan", pages, drawn.fields, captured)
    if "white_text" in planted:
        for place, line in enumerate((planted["white_text"][:60], planted["white_text"][60:])):
            drawn.sheets[0].text(family.margin, 826 + 7 * place, line, 6, family.cjk, colour=(255, 255, 255))
    origin = _origin("iText 2.1.7 by 1T3XT", "Imitation Core Banking", story.as_of, planted.get("metadata", ""))
    data = pdf(drawn.sheets, origin)
    if story.edited:
        data = _edited(data, drawn, story)
    return Document("bank_statement", "pdf", data, "pdf", pages, drawn.fields)


def _edited(data: bytes, drawn: Drawn, story: Story) -> bytes:
    """The third amount and balance painted over with greater ones: an editor's appended save, its font and its name."""
    line = drawn.fields["lines"][2]
    cover: list[Area | Text] = []
    for key in ("amount", "balance"):
        sheet = drawn.sheets[0]
        mark = next(one for one in sheet.marks if isinstance(one, Text) and one.words == line[key])
        digits = line[key].lstrip("-")
        line[key] = ("-" if line[key].startswith("-") else "") + f"9{digits}"
        cover.append(Area(mark.x - 2, mark.y - 1, mark.size * 0.58 * len(digits) + 4, mark.size + 2, (255, 255, 255)))
        cover.append(Text(mark.x - mark.size * 0.58, mark.y, line[key], mark.size, "hei"))
    return append(
        data, drawn.sheets[0], 0, cover, _origin("Imitation PDF Editor 9.2", "Imitation PDF Editor", story.as_of)
    )


def _scanned(
    sheets: list[Sheet], family: Family, made_on: date, rng: np.random.Generator
) -> tuple[bytes, dict[str, Any]]:
    from PIL import Image

    images: list[Image.Image] = []
    captured: dict[str, Any] = {}
    for sheet in sheets:
        data, _, captured = capture(paint(sheet, family.dpi, rng), "scan", rng)
        images.append(Image.open(io.BytesIO(data)))
    out = io.BytesIO()
    stamp = made_on.timetuple()
    images[0].save(
        out, "PDF", save_all=True, append_images=images[1:], resolution=family.dpi, creationDate=stamp, modDate=stamp, producer="Imitation Scanner"
    )  # fmt: skip
    return out.getvalue(), captured


def _e_invoice(story: Story, family: Family, remark: str) -> Document:
    bill = story.invoices["e_invoice"]
    drawn = vat_invoice(story, family, "e_invoice", remark=remark)
    if family.e_invoice == "pdf":
        data = pdf(drawn.sheets, _origin("Imitation Tax Platform", "Imitation Tax Platform", bill.day))
        return Document("e_invoice", "pdf", data, "pdf", 1, drawn.fields)
    xml = invoice_xml(bill, remark)
    if family.e_invoice == "ofd":
        return Document("e_invoice", "ofd", ofd(drawn.sheets[0], f"{bill.day:%Y-%m-%d}", xml), "ofd", 1, drawn.fields)
    fields = fields_of(bill) | {"date": f"{bill.day:%Y-%m-%d}"}
    fields["lines"] = [
        row | {"rate": f"0.{item.rate:02d}"} for row, item in zip(fields["lines"], bill.items, strict=True)
    ]
    del fields["code"]
    return Document("e_invoice", "xml", xml, "xml", 1, fields | ({"remark": remark} if remark else {}))


def _photos(story: Story, kind: str, planted: Mapping[str, str], rng: np.random.Generator) -> list[Document]:
    """One photo of the front, or two of stock; a twin of the first where the story says so."""
    goods = [good.name for good in story.line.sells]
    fields: dict[str, Any] = {
        "taken": f"{story.photo_day:%Y-%m-%d}",
        "latitude": story.photo_place[0],
        "longitude": story.photo_place[1],
    }
    if kind == "shop_photo":
        images = [photos.shop(story.firm.name, story.line.sign, rng, planted.get("sign", ""))]
        fields |= {"name": story.firm.name, "sign": story.line.sign}
        block = photos.exif(story.photo_day, story.photo_place, planted.get("exif", ""))
    else:
        first = photos.stock(goods, rng)
        other = stream(story.seed, f"packs-second-{kind}")
        images = [first, photos.again(first, other) if story.twins else photos.stock(goods[::-1], other)]
        fields = {"goods": goods}
        block = photos.exif(story.as_of, (30.25, 119.95))
    found = []
    for place, image in enumerate(images, start=1):
        grain = stream(story.seed, f"packs-{kind}-grain-{place}")
        data, suffix, captured = capture(image, "scan", grain, exif=block)
        found.append(Document(kind, suffix, data, "image", 1, dict(fields), captured, place))
    return found
