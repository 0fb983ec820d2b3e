"""From a table of decisions to pairs: labels read strictly, limits exact, outcomes and periods where they are given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from brambling.credit.expert.rules.agreement import BAD_WORDS, GOOD_WORDS, WORDS, Decision
from brambling.credit.expert.shapes.agreement import Pair
from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.files.tables import parse_dates
from brambling.kit.money import Money

Note = tuple[str, Mapping[str, Any]]
LABELS_SHOWN = 5
# Labels that say yes or no to the name of their column, and the names to which yes is a no.
_SHORT = {"0", "1", "0.0", "1.0", "true", "false", "t", "f", "yes", "no", "y", "n", "是", "否"}
_NO_COLUMNS = ("deny", "denied", "declin", "reject", "refus", "拒")
_TURNED: Mapping[Decision, Decision] = {"approve": "decline", "decline": "approve", "refer": "refer"}
TIME_NAMES = ("date", "decided_at", "decision_date", "decided_on", "month", "time", "period", "application_date")


def read_pairs(
    source: Any,
    *,
    human: str,
    ai: str,
    human_limit: str | None = None,
    ai_limit: str | None = None,
    outcome: str | None = None,
    segment: str | None = None,
    time: str | None = None,
    approve: Collection[str] = (),
    decline: Collection[str] = (),
    refer: Collection[str] = (),
    bad: Collection[str] = (),
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
) -> tuple[list[Pair], int, str, list[Note]]:
    """The pairs, how many rows were left out for want of a decision, what orders them in time, and notes.

    Raises InputRejected for a column that is not there, a label that is no decision (free text above all), an amount
    that is none, and an outcome whose words do not say what is bad.
    """
    columns = [Column(human, nullable=True), Column(ai, nullable=True)]
    columns += [Column(name, "money", nullable=True) for name in (human_limit, ai_limit) if name]
    columns += [Column(name, nullable=True) for name in (outcome, segment, time) if name]
    if human == ai:
        raise InputRejected(f"--human and --ai are both {human!r}", expected="two columns")
    frame = read_table(source, columns, mapping, currency=currency)
    file = Path(source) if isinstance(source, str | Path) else None
    named = _named(approve, decline, refer)
    notes: list[Note] = []
    person = _decisions(frame[human].to_list(), human, named, file, notes)
    machine = _decisions(frame[ai].to_list(), ai, named, file, notes)
    limits = [read_amounts(frame, name, currency) for name in (human_limit, ai_limit)]
    bads = read_bads(frame[outcome].to_list(), outcome, bad, file, notes) if outcome else [None] * frame.height
    segments = frame[segment].to_list() if segment else [None] * frame.height
    ordered_by, periods = _periods(frame, time, file)
    pairs = [
        Pair(
            row=i + 1,
            person=one,
            machine=other,
            person_limit=limits[0][i],
            machine_limit=limits[1][i],
            bad=bads[i],
            segment="-" if segments[i] is None else str(segments[i]),
            period=periods[i],
        )
        for i, (one, other) in enumerate(zip(person, machine, strict=True))
        if one is not None and other is not None
    ]
    return pairs, frame.height - len(pairs), ordered_by, notes


def read_amounts(frame: Any, name: str | None, currency: str) -> list[Money | None]:
    """The amounts of a column that was read as money; all None without one."""
    if name is None:
        return [None] * frame.height
    return [None if minor is None else Money(minor, currency) for minor in frame[f"{name}_minor"].to_list()]


def _named(approve: Collection[str], decline: Collection[str], refer: Collection[str]) -> Mapping[str, Decision]:
    named: dict[str, Decision] = {}
    for meaning, labels in (("approve", approve), ("decline", decline), ("refer", refer)):
        for label in labels:
            word = label.strip().casefold()
            if named.setdefault(word, meaning) != meaning:  # type: ignore[arg-type]
                raise InputRejected(f"{label!r} cannot be {named[word]} and {meaning}")
    return named


def _decisions(
    values: Sequence[Any], column: str, named: Mapping[str, Decision], file: Path | None, notes: list[Note]
) -> list[Decision | None]:
    """Labels as decisions; raises InputRejected for the first that is none."""
    words = [None if value is None else str(value).strip().casefold() for value in values]
    distinct = list(dict.fromkeys(word for word in words if word))
    if not distinct:
        raise InputRejected(
            "there is no decision in it", file=file, column=column, expected="approve, decline or refer"
        )
    meaning = _meaning(distinct, column, named)
    unknown = next((i for i, word in enumerate(words) if word and word not in meaning), None)
    if unknown is not None:
        many = f" (the column has {len(distinct)} labels)" if len(distinct) > LABELS_SHOWN else ""
        raise InputRejected(
            f"{str(values[unknown])[:60]!r} is no decision{many}",
            file=file,
            row=unknown + 1,
            column=column,
            expected="approve, decline or refer, or name your labels: --approve VALUE --decline VALUE --refer VALUE",
        )
    if not named and set(distinct) <= _SHORT:
        approving = [word for word in distinct if meaning[word] == "approve"]
        code = "label-assumed" if approving else "label-assumed-none"
        notes.append((code, {"column": column, "label": ", ".join(approving)}))
    return [meaning[word] if word else None for word in words]


def _meaning(distinct: Sequence[str], column: str, named: Mapping[str, Decision]) -> dict[str, Decision]:
    """What each label means. What the user named counts first; where that names one side and a single other label is
    left, it is the other side, whatever it would mean elsewhere; yes in a column called deny is a decline."""
    meaning: dict[str, Decision] = {word: named[word] for word in distinct if word in named}
    rest = [word for word in distinct if word not in meaning]
    sides = {"approve", "decline"} & set(meaning.values())
    if len(sides) == 1 and len(rest) == 1 and WORDS.get(rest[0]) != "refer":
        meaning[rest[0]] = "decline" if sides == {"approve"} else "approve"
    turned = any(part in column.casefold() for part in _NO_COLUMNS)
    for word in distinct:
        if word not in meaning and word in WORDS:
            meaning[word] = _TURNED[WORDS[word]] if turned and word in _SHORT else WORDS[word]
    return meaning


def read_bads(
    values: Sequence[Any], column: str, bad: Collection[str], file: Path | None, notes: list[Note]
) -> list[bool | None]:
    """Whether each outcome is bad, None where it is not known; raises InputRejected for words that do not say so."""
    wanted = {word.strip().casefold() for word in bad}
    out: list[bool | None] = []
    for i, value in enumerate(values):
        word = "" if value is None else str(value).strip().casefold()
        if not word or word in ("nan", "null", "none", "na", "n/a", "unknown"):
            out.append(None)
        elif wanted:
            out.append(word in wanted)
        elif word in BAD_WORDS or word in GOOD_WORDS:
            out.append(word in BAD_WORDS)
        else:
            raise InputRejected(
                f"{str(value)[:60]!r} does not say good or bad",
                file=file,
                row=i + 1,
                column=column,
                expected="--bad VALUE, the outcome that is bad",
            )
    if wanted and not any(out):
        raise InputRejected(f"no row has the outcome {', '.join(sorted(wanted))}", file=file, column=column)
    if not wanted:
        notes.append(("bad-assumed", {"column": column}))
    return out


def _periods(frame: Any, time: str | None, file: Path | None) -> tuple[str, list[str]]:
    """The period of each row: its month where dates are given, its value where they are not, else its block of rows."""
    name = time or next((one for one in frame.columns if one.strip().casefold() in TIME_NAMES), None)
    if name is not None:
        values = frame[name].to_list()
        try:
            dates = parse_dates(frame[name], file=file, column=name).to_list()
        except InputRejected:
            dates = [None] * len(values)
        known = sum(value is not None for value in values)
        if known and sum(day is not None for day in dates) == known:
            return name, ["-" if day is None else f"{day:%Y-%m}" for day in dates]
        if time is not None or len(set(values)) <= 60:
            return name, ["-" if value is None else str(value) for value in values]
    size = max(1, -(-frame.height // 10))
    return "", [f"{i // size * size + 1}-{min(frame.height, (i // size + 1) * size)}" for i in range(frame.height)]
