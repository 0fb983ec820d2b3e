"""A sheet as OFD (GB/T 33190-2016): a zip of XML, text objects in millimetres; the invoice's own XML is attached."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from brambling.world.packs.paint import code_rows
from brambling.world.packs.sheet import Area, Code, Rule, Seal, Sheet, Text, measure

_MM = 25.4 / 72
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ofd(sheet: Sheet, made_on: str, invoice: bytes) -> bytes:
    """One page. ``made_on`` is an ISO date, ``invoice`` the XML that is attached as ``original_invoice.xml``."""
    size = f"0 0 {sheet.width * _MM:.2f} {sheet.height * _MM:.2f}"
    files = {
        "OFD.xml": (
            f'<ofd:OFD {_SPACE} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{made_on.replace("-", "") * 4}</ofd:DocID>'
            f"<ofd:CreationDate>{made_on}</ofd:CreationDate><ofd:Creator>SYNTHETIC</ofd:Creator></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        ),
        "Doc_0/Document.xml": (
            f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>{size}"
            "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>"
            '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>'
        ),
        "Doc_0/PublicRes.xml": (
            f'<ofd:Res {_SPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>'
        ),
        "Doc_0/Attachs/Attachments.xml": (
            f'<ofd:Attachments {_SPACE}><ofd:Attachment ID="1" Name="original_invoice" Format="xml" Visible="false">'
            "<ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
        ),
        "Doc_0/Pages/Page_0/Content.xml": (
            f'<ofd:Page {_SPACE}><ofd:Content><ofd:Layer ID="5">{_objects(sheet)}</ofd:Layer></ofd:Content></ofd:Page>'
        ),
    }  # fmt: skip
    return _zip(
        {
            **{name: (_XML + text).encode() for name, text in files.items()},
            "Doc_0/Attachs/original_invoice.xml": invoice,
        }
    )


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _objects(sheet: Sheet) -> str:
    out: list[str] = []
    for mark in sheet.marks:
        number = 10 + len(out)
        if isinstance(mark, Text):
            out.append(_text(mark, number))
        elif isinstance(mark, Rule):
            out.append(_path(f"M {mark.x1 * _MM:.2f} {mark.y1 * _MM:.2f} L {mark.x2 * _MM:.2f} {mark.y2 * _MM:.2f}", sheet, number, mark.colour))  # fmt: skip
        elif isinstance(mark, Seal):
            out.append(_text(Text(mark.x - mark.radius, mark.y, mark.name, 7, "song", mark.colour), number))
        elif isinstance(mark, Code):
            out.append(_path(_squares(mark), sheet, number, (0, 0, 0), fill=True))
        elif isinstance(mark, Area):
            x, y = mark.x * _MM, mark.y * _MM
            right, below = x + mark.width * _MM, y + mark.height * _MM
            data = f"M {x:.2f} {y:.2f} L {right:.2f} {y:.2f} L {right:.2f} {below:.2f} L {x:.2f} {below:.2f} C"
            out.append(_path(data, sheet, number, mark.fill, fill=True))
    return "".join(out)


def _text(mark: Text, number: int) -> str:
    size = mark.size * _MM
    steps = " ".join(f"{measure(sign, mark.size) * _MM:.3f}" for sign in mark.words[:-1])
    box = f"{mark.x * _MM:.2f} {mark.y * _MM:.2f} {measure(mark.words, mark.size) * _MM:.2f} {size * 1.2:.2f}"
    colour = " ".join(str(part) for part in mark.colour)
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="3" Size="{size:.3f}"><ofd:FillColor Value="{colour}"/>'
        f'<ofd:TextCode X="0" Y="{size * 0.88:.3f}"{f" DeltaX={chr(34)}{steps}{chr(34)}" if steps else ""}>{escape(mark.words)}</ofd:TextCode></ofd:TextObject>'
    )


def _path(data: str, sheet: Sheet, number: int, colour: tuple[int, int, int], *, fill: bool = False) -> str:
    box = f"0 0 {sheet.width * _MM:.2f} {sheet.height * _MM:.2f}"
    inner = f'<ofd:{"Fill" if fill else "Stroke"}Color Value="{" ".join(str(part) for part in colour)}"/>'
    return f'<ofd:PathObject ID="{number}" Boundary="{box}" LineWidth="0.25" Fill="{str(fill).lower()}">{inner}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def _squares(code: Code) -> str:
    rows = code_rows(code.words)
    side = code.size / len(rows) * _MM
    out = []
    for row, modules in enumerate(rows):
        for column, module in enumerate(modules):
            if module:
                x, y = code.x * _MM + column * side, code.y * _MM + row * side
                out.append(
                    f"M {x:.2f} {y:.2f} L {x + side:.2f} {y:.2f} L {x + side:.2f} {y + side:.2f} L {x:.2f} {y + side:.2f} C"
                )
    return " ".join(out)
