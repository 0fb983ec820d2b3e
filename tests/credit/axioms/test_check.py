"""The check as a person meets it: files, forms of scorers, words, exit status, what does not apply, what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from brambling.app.main import main
from brambling.credit.axioms import axioms_from, check, consistent, open_scorer, scorer_of
from brambling.credit.axioms.features import space_of, typed
from brambling.credit.axioms.model.scorers import constants_of
from brambling.credit.axioms.report import counter_example_text, lines, report
from brambling.kit.errors import InputRejected

INCOME = {
    "name": "income-never-hurts",
    "kind": "monotone",
    "field": "verified_income",
    "direction": "increasing",
    "outcome": "limit",
    "reason": "more verified income never lowers the limit",
}
BLOCKED = {"name": "blocked", "kind": "veto", "when": "blocked == true", "value": "decline", "reason": "r"}

SCORERS = '''
def good(a):
    """Lends three months of income."""
    if a["blocked"]:
        return {"decision": "decline", "limit": 0, "reasons": ["blocked"]}
    return {"decision": "approve", "limit": 3 * a["verified_income"], "reasons": []}

def bad(a):
    outcome = good(a)
    if outcome["limit"] > 150000:
        outcome["limit"] = 120000
    return outcome

def angry(a):
    raise RuntimeError("no")

class Maker:
    def decide(self, a):
        return good(a)
'''


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bank_scorers.py").write_text(SCORERS)
    rows = "\n".join(f"{1000 * i}.50,{'True' if i % 9 == 0 else 'False'},{'F' if i % 2 else 'M'}" for i in range(1, 60))
    (tmp_path / "applications.csv").write_text(f"verified_income,blocked,gender\n{rows}\n")
    (tmp_path / "axioms.yaml").write_text(yaml.safe_dump([INCOME, BLOCKED]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(scorer: str, *more: str, axioms: str = "axioms.yaml") -> int:
    return main(
        [
            "credit",
            "axioms",
            "check",
            axioms,
            "--scorer",
            scorer,
            "--applications",
            "applications.csv",
            "--cases",
            "2000",
            *more,
        ]
    )


def test_a_good_scorer_passes_and_a_bad_one_stops_the_pipeline(place: Path, capsys: Any) -> None:
    assert run("python:bank_scorers:good") == 0
    assert "held in" in capsys.readouterr().out
    assert run("python:bank_scorers:bad", "--json", "--report", "r.html", "--out", "r.json") == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["broken"] == ["income-never-hurts"]
    example = found["verdicts"][0]["counter_example"]
    assert example["changed"] == ["verified_income"]
    # the smallest pair: the two sides of the cut, on the grid of the file
    low, high = example["application"]["verified_income"], example["other_application"]["verified_income"]
    assert sorted((low, high)) == [50_000.0, 50_000.1] or abs(high - low) <= 0.1
    assert "limit goes from 150,000 to 120,000" in example["words"] or "limit goes from" in example["words"]
    assert "1 broken" in err
    assert "income-never-hurts" in (place / "r.html").read_text()
    assert json.loads((place / "r.json").read_text()) == found


def test_a_scorer_is_a_function_a_class_or_a_file(place: Path) -> None:
    assert run("python:bank_scorers:Maker") == 0
    assert run("python:bank_scorers.py:good") == 0


@pytest.mark.parametrize(
    ("scorer", "told"),
    [
        ("python:bank_scorers:missing", "there is no 'missing'"),
        ("python:nowhere:f", "cannot be imported"),
        ("python:bank_scorers", "names no function"),
        ("python:bank_scorers:angry", "answers no application"),
        ("card.json", "no such file"),
        ("ftp://x/y", "no scorer"),
        ("http://127.0.0.1:9/", "does not answer"),
    ],
)
def test_a_scorer_that_is_none_is_one_clear_line(place: Path, capsys: Any, scorer: str, told: str) -> None:
    assert run(scorer) == 2
    err = capsys.readouterr().err.strip().splitlines()
    assert told in err[-1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"field": "wages"}, "have no field 'wages'"),
        ({"field": "gender"}, "'gender' is text"),
        ({"outcome": "score"}, "returns no 'score'"),
        ({"when": "wages > 3"}, "'wages'"),
        ({"when": "blocked == 'yes'"}, "compares field 'blocked'"),
    ],
)
def test_an_axiom_that_names_what_is_not_there_is_refused(
    place: Path, capsys: Any, change: dict[str, Any], told: str
) -> None:
    (place / "odd.yaml").write_text(yaml.safe_dump([INCOME | change]))
    assert run("python:bank_scorers:good", axioms="odd.yaml") == 2
    assert told in capsys.readouterr().err


def test_the_default_set_does_not_apply_where_its_names_are_absent(place: Path, capsys: Any) -> None:
    assert run("python:bank_scorers:good", "--json", axioms="default") == 0
    verdicts = {one["axiom"]: one["status"] for one in json.loads(capsys.readouterr().out)["verdicts"]}
    assert verdicts["income-never-hurts"] == "held"
    assert verdicts["debt-never-helps"] == "not-applicable"
    assert verdicts["risk-never-cheapens"] == "not-applicable"


def test_names_of_the_file_are_mapped(place: Path, capsys: Any) -> None:
    (place / "theirs.yaml").write_text(yaml.safe_dump([INCOME | {"field": "income"}]))
    assert run("python:bank_scorers:bad", "--map", "income=verified_income", axioms="theirs.yaml") == 1
    assert run("python:bank_scorers:bad", "--map", "salary=verified_income", axioms="theirs.yaml") == 2


def test_the_words_speak_chinese(place: Path, capsys: Any) -> None:
    assert run("python:bank_scorers:bad", "--lang", "zh") == 1
    assert "违反" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_result(place: Path, capsys: Any) -> None:
    run("python:bank_scorers:bad", "--json")
    first = capsys.readouterr().out
    run("python:bank_scorers:bad", "--json")
    assert capsys.readouterr().out == first


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            application = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            limit = 3 * application["verified_income"]
            body = json.dumps({"decision": "approve", "limit": f"{min(limit, 300000 - limit):.2f}"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/score"
        httpd.shutdown()
        thread.join()


def test_a_scorer_behind_an_address_is_searched(place: Path, server: str, capsys: Any) -> None:
    assert run(server, "--json") == 1
    assert json.loads(capsys.readouterr().out)["broken"] == ["income-never-hurts", "blocked"]


# -- the library ---------------------------------------------------------------------------------------------------


def test_values_arrive_typed() -> None:
    assert typed(["True", "false", None]) == ("flag", [True, False, None])
    assert typed(["1", "2", ""]) == ("integer", [1, 2, None])
    assert typed(["1", "2.5", "inf"]) == ("number", [1.0, 2.5, None])
    assert typed(["007", "12"]) == ("text", ["007", "12"])
    assert typed(["1,234.50", "3"]) == ("number", [1234.5, 3.0])
    assert typed(["yes", "no"]) == ("text", ["yes", "no"])


def test_missing_values_are_tried_only_where_the_file_has_them() -> None:
    seen: set[Any] = set()

    def decide(a: Any) -> dict[str, Any]:
        seen.update(name for name, value in a.items() if value is None)
        assert a["share"] is None or 0 <= a["share"] <= 1
        assert a["amount"] >= 0
        assert type(a["count"]) in (int, float)
        return {"decision": "approve", "limit": 1}

    table = pl.DataFrame(
        {"amount": [1.0, 5.0, 9.0], "share": [0.1, None, 0.9], "count": [1, 2, 3], "blocked": [False] * 3}
    )
    axioms = axioms_from(
        [
            BLOCKED | {"value": "approve"},
            INCOME | {"field": "amount"},
            {"name": "c", "kind": "consistency", "reason": "r"},
        ]
    )
    checked = check(axioms, decide, table, cases=3_000)
    assert checked.ok
    assert checked.unanswered == 0
    assert seen == {"share"}


def test_an_answer_that_turns_on_a_missing_whole_number_is_searched() -> None:
    table = pl.DataFrame(
        {"count": [None if i % 3 == 0 else i for i in range(60)], "amount": [float(i) for i in range(60)]}
    )
    axiom = axioms_from([INCOME | {"field": "amount"}])
    assert check(axiom, lambda a: {"limit": 5 if a["count"] is None else 9}, table, cases=3_000).ok


def test_a_scorer_that_changes_what_it_is_given_changes_nothing() -> None:
    def decide(a: Any) -> dict[str, Any]:
        a["verified_income"] = 0
        return {"decision": "approve", "limit": 5}

    table = pl.DataFrame({"verified_income": [1.0, 2.0]})
    assert check(axioms_from([INCOME]), decide, table, cases=500).ok


def test_the_pair_is_the_smallest() -> None:
    def decide(a: Any) -> dict[str, Any]:
        return {"limit": 10 if a["x"] > 37.5 and a["region"] == "north" else 20}

    table = pl.DataFrame(
        {"x": [1.0, 40.5, 90.0, 60.5], "region": ["south", "north", "south", "south"], "z": [1, 2, 3, 2]}
    )
    axiom = axioms_from([INCOME | {"field": "x"}])
    (verdict,) = check(axiom, decide, table, cases=3_000).verdicts
    example = verdict.counter_example
    assert example is not None and example.other is not None
    assert example.changed == ("x",)
    assert sorted((example.application["x"], example.other["x"])) == [37.5, 37.6]
    assert example.application["z"] == 2  # as in the most ordinary application
    assert "x goes from" in counter_example_text(example)


def test_constants_of_the_code_are_places_to_look() -> None:
    cut = 1234.5

    def inner(a: Any) -> bool:
        return bool(a["x"] > cut)

    def decide(a: Any) -> Any:
        return inner(a) and a["y"] in ("north", 77)

    assert {1234.5, "north", 77} <= set(constants_of(decide))


def test_what_is_neither_a_function_nor_a_file_is_no_scorer() -> None:
    with pytest.raises(InputRejected, match="no scorer"):
        open_scorer(5)
    with pytest.raises(InputRejected):
        space_of(pl.DataFrame())


def test_a_report_has_every_axiom() -> None:
    table = pl.DataFrame({"verified_income": [1.0, 2.0], "blocked": [True, False]})
    checked = check(
        axioms_from([INCOME, BLOCKED]),
        scorer_of(lambda a: {"decision": "approve", "limit": -a["verified_income"]}, "x"),
        table,
        cases=300,
    )
    assert len(checked.broken) == 2
    assert any("BROKEN" in line for line in lines(checked))
    html = report(checked, "zh").html()
    assert "income-never-hurts" in html


# -- sets ----------------------------------------------------------------------------------------------------------


def test_the_default_set_has_a_model_that_lends() -> None:
    result = consistent("default")
    assert result.decided
    assert result.trivial
    assert result.lends is not None
    assert result.lends["blocked"] is False


VIP = {"name": "vip", "kind": "veto", "when": "vip == true", "value": "approve", "reason": "r"}


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([VIP, BLOCKED], {"vip", "blocked"}),
        (
            [
                {
                    "name": "low",
                    "kind": "veto",
                    "when": "income < 10 and region == 'n'",
                    "value": "approve",
                    "reason": "r",
                },
                {"name": "high", "kind": "veto", "when": "income > 99", "value": "decline", "reason": "r"},
                INCOME | {"field": "income", "outcome": "decision"},
            ],
            {"low", "high"},
        ),
        (
            [
                {
                    "name": "floor",
                    "kind": "veto",
                    "when": "years > 3",
                    "outcome": "limit",
                    "value": 5000,
                    "reason": "r",
                },
                {"name": "cap", "kind": "cap", "field": "inflow", "factor": 0.5, "reason": "r"},
            ],
            {"floor", "cap"},
        ),
    ],
)
def test_a_set_that_contradicts_itself_is_refused_in_words(
    entries: list[Any], names: set[str], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "axioms.yaml"
    path.write_text(yaml.safe_dump(entries))
    assert main(["credit", "axioms", "consistent", str(path)]) == 2
    out = capsys.readouterr().out
    assert all(name in out for name in names)


def test_a_set_that_forces_an_approval_can_have_a_model() -> None:
    result = consistent(axioms_from([VIP | {"when": "vip == true and not blocked"}, BLOCKED]))
    assert result.decided
    assert not result.trivial
    assert result.conflict is None
