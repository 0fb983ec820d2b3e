"""XML read safely: no document type, so no entities of the file's own and nothing fetched; depth and size limited.

``xml.etree`` by itself expands internal entities (a few hundred bytes can become gigabytes) and the statement formats
have no use for a document type, so a file that declares one is rejected before anything of it is expanded.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from brambling.kit.errors import InputRejected

DEPTH_MAX = 64


def parse_xml(text: str, file: Path) -> Element:
    """The root element, names without namespaces. Raises InputRejected for what is not well-formed or declares a
    document type."""
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise InputRejected(f"XML deeper than {DEPTH_MAX} levels", file=file)
        builder.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name.rpartition(" ")[2])

    def refuse(*_: object) -> NoReturn:
        raise InputRejected("declares a document type or entity", file=file, expected="XML without one")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        # the text is decoded already: what its head says of the encoding holds no more
        parser.Parse(_without_head(text).encode("utf-8"), True)
    except expat.ExpatError as error:
        raise InputRejected(f"is not well-formed XML ({error})", file=file) from error
    return builder.close()


def _without_head(text: str) -> str:
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        return text[text.find("?>") + 2 :].lstrip()
    return text


def text_at(element: Element | None, path: str) -> str:
    """The text of the first element at ``path``, stripped; empty where there is none."""
    found = element.find(path) if element is not None else None
    return (found.text or "").strip() if found is not None else ""
