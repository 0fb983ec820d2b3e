"""Every error of the house stands in one tree, drawn at the head of its file."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from brambling.kit import errors
from brambling.kit.errors import BramblingError, ExtraMissing, Failure, Finding, InputRejected, Rejection, about_file


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = errors.__doc__ or ""
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, BramblingError):
            assert name in drawn


def test_exit_status_says_whose_turn_it_is() -> None:
    assert (Rejection.exit_status, Finding.exit_status, Failure.exit_status) == (2, 1, 70)


def test_a_rejection_is_one_line_with_its_place() -> None:
    error = InputRejected("'x' does not fit", file="/home/me/a.csv", row=3, column="amount", expected="an amount")
    assert str(error) == "a.csv, row 3, column 'amount': 'x' does not fit; expected an amount"
    assert str(InputRejected("nothing there")) == "nothing there"
    assert "brambling[documents]" in str(ExtraMissing("documents", "reading PDF files"))


def test_a_rejection_of_content_gets_the_name_of_its_file() -> None:
    with pytest.raises(InputRejected, match=r"^a.csv, row 3: too short; expected more$"), about_file(Path("x/a.csv")):
        raise InputRejected("too short", row=3, expected="more")
    with pytest.raises(InputRejected, match=r"^b.csv: bad$"), about_file("a.csv"):
        raise InputRejected("bad", file="b.csv")
    with pytest.raises(InputRejected, match=r"^bad$"), about_file([1, 2]):
        raise InputRejected("bad")
