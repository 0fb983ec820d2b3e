"""Policy files are read exactly and strictly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.kit.policy import dump, fingerprint, load, read_policy


@dataclass(frozen=True)
class Step:
    name: str
    rate_annual: Rate


@dataclass(frozen=True)
class Small:
    version: str
    currency: str
    share: Decimal
    least: Money
    days: int
    open: bool
    steps: tuple[Step, ...]
    most: Money | None = None


GOOD = """
version: one
currency: CNY
share: 0.10
least: 1,000.00
days: 14
open: true
steps: [{name: a, rate_annual: 4.35%}]
"""


def read(tmp_path: Path, text: str) -> Small:
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path, Small)


def test_values_are_exact(tmp_path: Path) -> None:
    small = read(tmp_path, GOOD)
    assert small.share == Decimal("0.10")
    assert small.least == Money.of("1000.00")
    assert small.steps[0].rate_annual == Rate.of("4.35%")
    assert small.most is None


def test_plain_form_gives_the_same_policy_back_and_the_same_fingerprint(tmp_path: Path) -> None:
    small = read(tmp_path, GOOD)
    assert load(Small, dump(small)) == small
    assert fingerprint(load(Small, dump(small))) == fingerprint(small)
    assert fingerprint(read(tmp_path, GOOD.replace("0.10", "0.11"))) != fingerprint(small)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("days: 14", "days: 14\nday: 3", "unknown key day"),
        ("days: 14", "", "no key days"),
        ("days: 14", "days: many", "days: 'many' does not fit"),
        ("days: 14", "days: 14\ndays: 15", "stands twice"),
        ("least: 1,000.00", "least: 0.001", "least: '0.001' does not fit"),
        ("rate_annual: 4.35%", "rate: 4.35%", "unknown key steps\\[0\\].rate"),
        ("share: 0.10", "share: .nan", "share"),
        ("open: true", "open: 1", "open"),
        (GOOD, "- a list", "not a policy file"),
        (GOOD, "version: [", "not a policy file"),
    ],
)
def test_anything_else_is_one_clear_rejection(tmp_path: Path, before: str, after: str, words: str) -> None:
    with pytest.raises(InputRejected, match=words) as caught:
        read(tmp_path, GOOD.replace(before, after))
    assert "\n" not in str(caught.value)
    assert "small.yaml" in str(caught.value)
