"""A PDF writer for tests, by the letter of ISO 32000 and nothing else of this house."""

from __future__ import annotations

import zlib


def pdf(pages: list[list[tuple[float, float, str]]], *, encrypt: bool = False, image: bool = False) -> bytes:
    """A PDF of A4 pages; each page is lines of (x, y from the bottom, text in Latin script)."""
    objects: list[bytes] = [b"", b""]  # catalogue and page tree come first and are known last
    kids = []
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
        b"\nstream\n\x00\nendstream"
    )
    for lines in pages:
        words = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
        content = (words + ("q 595 0 0 842 0 0 cm /I1 Do Q" if image else "")).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return assembled(objects, encrypt=encrypt)


def assembled(objects: list[bytes], *, encrypt: bool = False) -> bytes:
    """Numbered objects, their table and the trailer."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    locked = b"<41>" * 0
    if encrypt:  # keys that no password opens, the empty one neither
        key = b"<" + b"41" * 32 + b">"
        locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O %s /U %s >> /ID [<00> <00>] " % (key, key)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, locked, table)
    return out


def bomb(megabytes: int) -> bytes:
    """A small PDF whose page content unpacks to many megabytes of text."""
    content = zlib.compress(b"BT /F1 12 Tf (AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA) Tj ET\n" * (megabytes * 16384), 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>"
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", tree, font, stream, page])
