"""``decide``: the policy put to applications, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from brambling.credit.expert.agent import after_opinion, opinion
from brambling.credit.expert.model.artefacts import EXPERT
from brambling.credit.expert.model.policy import Expert, Outcome
from brambling.credit.expert.readers import is_spelled
from brambling.credit.expert.shapes.policy import KIND, Decided
from brambling.credit.scorecard.features.columns import labels_of
from brambling.credit.scorecard.readers import file_of, read_named
from brambling.engine.learn import Artefact, read_artefact
from brambling.engine.llm import Door
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.kit.reasons import Reason

ExpertLike = Expert | Artefact | Path | str


def open_expert(expert: ExpertLike) -> Expert:
    """The expert of a file, an artefact, or itself; raises InputRejected for anything else."""
    if isinstance(expert, Expert):
        return expert
    artefact = expert if isinstance(expert, Artefact) else read_artefact(Path(expert), kind=KIND)
    return EXPERT.load(artefact)


def decide(
    expert: ExpertLike,
    source: Any,
    *,
    target: float | None = None,
    all_decided: bool = False,
    mapping: Mapping[str, str] | None = None,
) -> Decided:
    """Every application with ``row``, ``decision``, ``confidence``, ``limit`` (where it was learnt) and ``reasons``, then
    the columns of the input.

    ``target`` turns the dial to another agreement, ``all_decided`` refers nothing but what an axiom refers. A column
    that the file lacks is missing in every row, and is told. Raises InputRejected where it has none of them.
    """
    import polars as pl

    opened = open_expert(expert)
    if all_decided:
        opened = opened.turned(opened.dial.deciding_all())
    elif target is not None:
        if not 0.5 < target <= 1:
            raise InputRejected(f"an agreement of {target}", expected="a share above 0.5, such as 0.95")
        opened = opened.turned(opened.dial.at(target))
    frame = read_named(source, mapping)
    absent = [one.name for one in opened.inputs if one.name not in frame.columns]
    if len(absent) == len(opened.inputs):
        raise InputRejected(
            "has none of the expert's columns", file=file_of(source), expected=f"for example {', '.join(absent[:6])}"
        )
    notes = [Reason("absent-column", {"column": name}) for name in absent]
    notes += _unseen(opened, frame)
    outcomes = opened.decide_table(frame, spelled=is_spelled(source))
    if opened.dial.confidence > 1:
        notes.append(Reason("dial-out-of-reach", {"agreement": f"{opened.dial.target:g}"}))
    table = table_of(outcomes, with_limit=opened.limits is not None)
    replaced = [name for name in frame.columns if name in table.columns]
    notes += [Reason("replaced-column", {"column": name}) for name in replaced]
    return Decided(pl.concat([table, frame.drop(replaced)], how="horizontal"), tuple(notes))


def table_of(outcomes: list[Outcome], *, with_limit: bool) -> Any:
    """Outcomes as a table; amounts are text with two decimals, reasons are joined by semicolons."""
    import polars as pl

    made: dict[str, Any] = {
        "row": list(range(1, len(outcomes) + 1)),
        "decision": [one.decision for one in outcomes],
        "confidence": [one.confidence for one in outcomes],
    }
    if with_limit:
        limits = [None if one.limit is None else str(one.limit.decimal) for one in outcomes]
        made["limit"] = pl.Series("limit", limits, dtype=pl.String)
    made["reasons"] = ["; ".join(one.reasons) for one in outcomes]
    return pl.DataFrame(made)


def _unseen(expert: Expert, frame: Any) -> list[Reason]:
    """Categories that the expert never saw: they count as none of those it knows."""
    out = []
    for one in expert.inputs:
        if one.kind == "category" and one.name in frame.columns:
            labels = labels_of(frame[one.name], one.width)
            strange = sum(label is not None and label not in one.known for label in labels)
            if strange:
                out.append(Reason("unseen-labels", {"column": one.name, "rows": str(strange)}))
    return out


RESULTS = ("row", "decision", "confidence", "limit", "reasons")
GIVEN_UP = ("none", "budget", "unreachable", "timeout")  # no use in asking again


def with_opinions(
    table: Any, door: Door, *, lang: Lang = "en", said: Callable[[], object] = lambda: None
) -> tuple[Any, list[str]]:
    """A decided table with a column ``opinion``: what the configured model wrote and could quote.

    A decision may become a referral by it and nothing else; a limit that was referred is taken out. The codes say why
    opinions are missing.
    """
    import polars as pl

    rows = table.to_dicts()
    decisions, texts, missing = [], [], []
    stopped = False
    for row in rows:
        decision, text = row["decision"], ""
        if not stopped:
            application = {name: value for name, value in row.items() if name not in RESULTS}
            found = opinion(door, application, decision, row["reasons"].split("; "), lang=lang)
            decision = after_opinion(decision, found)
            text = " ".join(f"{words} [{found.document[start:end]}]" for words, start, end in found.sentences)
            if found.missing and found.missing not in missing:
                missing.append(found.missing)
            stopped = found.missing in GIVEN_UP
        decisions.append(decision)
        texts.append(text)
        said()
    referred = pl.Series([a == "refer" and b["decision"] != "refer" for a, b in zip(decisions, rows, strict=True)])
    changed = [pl.Series("decision", decisions), pl.Series("opinion", texts)]
    if "limit" in table.columns:
        changed.append(pl.select(pl.when(referred).then(None).otherwise(table["limit"]).alias("limit")).to_series())
    return table.with_columns(changed), missing
