"""Every text that a person sees has a Chinese translation, with the same parameters."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2] / "src" / "brambling"
KEYWORDS = {"_": None, "N_": None}


@cache
def said() -> dict[str, str]:
    """Each message id of the source, and where it stands."""
    found: dict[str, str] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for line, message, *_ in extract_from_file("python", str(file), KEYWORDS):
            if isinstance(message, str):
                found.setdefault(message, f"{file.relative_to(SOURCE)}:{line}")
    for file in sorted(SOURCE.rglob("*.j2")):
        for message in re.findall(r'\b_\("([^"]+)"\)', file.read_text(encoding="utf-8")):
            found.setdefault(message, str(file.relative_to(SOURCE)))
    return found


@cache
def chinese() -> dict[str, str]:
    whole: dict[str, str] = {}
    for file in sorted((SOURCE / "locale" / "zh_CN").glob("*.po")):
        with file.open("rb") as handle:
            catalogue: Catalog = read_po(handle)
        whole |= {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
    return whole


def fields(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(text) if name}


def test_every_message_has_a_chinese_translation() -> None:
    missing = {message: place for message, place in said().items() if message not in chinese()}
    assert missing == {}


@pytest.mark.parametrize("message", sorted(set(said()) & set(chinese())))
def test_a_translation_has_the_parameters_of_its_message(message: str) -> None:
    assert fields(chinese()[message]) == fields(message)
