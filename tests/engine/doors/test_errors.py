"""Errors in the reader's language: with their parameters where the line is known, in English where it is not."""

from __future__ import annotations

import pytest

from brambling.engine.doors.errors import LINES, error_text
from brambling.kit.errors import BramblingError, ExtraMissing, InputRejected, NotAllowed, NotFound


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFound("no customer 7"), "没有客户 7"),
        (InputRejected("no such file", file="a.csv"), "a.csv：没有这个文件"),
        (
            InputRejected("'x' does not fit", file="a.csv", row=3, column="amount", expected="an amount"),
            "a.csv，第 3 行，列 'amount'：'x' 不符合要求；应为 an amount",
        ),
        (
            InputRejected(
                "the statement covers 3 days with 3 movements, too little for a twin: it needs 57 more days and 9 more movements",
                file="a.csv",
                expected="at least 60 days of history and 12 movements",
            ),
            "a.csv：流水只有 3 天、3 笔，不足以预测现金流：还需要 57 天和 9 笔；应为 至少 60 天的历史和 12 笔流水",
        ),
        (NotAllowed("a line that nobody has translated"), "a line that nobody has translated"),
        (ExtraMissing("fields", "this"), "this 需要扩展 'fields'：pip install 'brambling[fields]'"),
    ],
)
def test_a_known_line_is_said_in_chinese(error: BramblingError, words: str) -> None:
    assert error_text(error, "zh") == words
    assert error_text(error, "en") == str(error)


def test_no_line_is_said_twice() -> None:
    assert len(set(LINES)) == len(LINES)
