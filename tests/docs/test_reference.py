"""The pages written from the code say what the code says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from brambling.app import docs

FOLDER = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "write"), [("commands.md", docs.command_reference), ("openapi.json", docs.openapi)])
def test_the_page_is_the_one_that_make_docs_writes(name: str, write: object) -> None:
    assert callable(write)
    assert (FOLDER / name).read_text(encoding="utf-8") == write(), "run `make docs`"
