"""Errors in the reader's language.

An error is raised as one English line, by rooms that know no language. The lines that people meet most stand here as
patterns; a line that fits one is said in the reader's words with the same parameters, any other stays in English: no
translation is better than a guessed one.
"""

from __future__ import annotations

import re
from functools import cache

from brambling.kit.errors import BramblingError, InputRejected
from brambling.kit.i18n import N_, Lang, translator

LINES = (
    N_("no such file"),
    N_("the file is empty"),
    N_("this is a folder"),
    N_("is not text"),
    N_("is neither UTF-8 nor GB18030"),
    N_("is a web page, whatever it is called"),
    N_("is a spreadsheet (.xlsx) or an archive"),
    N_("is an Excel file (.xls)"),
    N_("is a spreadsheet in XML"),
    N_("is a PDF"),
    N_("is UTF-16 text"),
    N_("{value} may be month/day/year or day/month/year, and no row tells which"),
    N_("{value} is a spreadsheet's own day number"),
    N_("columns {columns} are both called {name}"),
    N_("its head says the amounts are in {unit}"),
    N_("is not a replay capsule"),
    N_("is not a whole capsule: {why}"),
    N_("has no rows below its header"),
    N_("has no rows"),
    N_("has no entries"),
    N_("ends in the middle of a row: {cells} cells, the header {width}"),
    N_(
        "the statement covers {days} days with {movements} movements, too little for a twin: it needs {more_days} more days and {more} more movements"
    ),
    N_(
        "the statement covers {days} days with {movements} movements, too little for a twin: it needs {more_days} more days"
    ),
    N_(
        "the statement covers {days} days with {movements} movements, too little for a twin: it needs {more} more movements"
    ),
    N_("at least {days} days of history and {movements} movements"),
    N_("no row moved money"),
    N_("nothing there"),
    N_("no column {column}"),
    N_("--map {pair}: no column {column}"),
    N_("{value} does not fit"),
    N_("{value} is written in another format than the dates above it"),
    N_("rows {rows} are identical in every column, balance too"),
    N_("has {cells} cells, the header {width}"),
    N_("{file}: larger than {size} MiB; split it"),
    N_("{file}: more than {rows} rows; split it"),
    N_("cannot write to {folder} ({why})"),
    N_("cannot write {name}"),
    N_("cannot be read ({why})"),
    N_("{text} is not an amount; expected text like {example}"),
    N_("{user} may not {act} this {thing}; it needs the role {roles}"),
    N_("four eyes: somebody else has to do this"),
    N_("sign in first"),
    N_("no customer {id}"),
    N_("no decision {id}"),
    N_("there is no loan {id}"),
    N_("there is no task {id}"),
    N_("decision {id} has no offer"),
    N_("no statement was imported for this customer"),
    N_("the customer has not agreed that its statement is read"),
    N_("the business has not consented to its statements being kept"),
    N_("a customer with credit code {code} is already there"),
    N_("the offer of decision {id} is {status}, not open"),
    N_("the offer of decision {id} lapsed on {day}"),
    N_("loan {id} is {state}; only an active loan is paid back"),
    N_("loan {id} is {state}"),
    N_("the customer of loan {id} is on the list {list}"),
    N_("this task is for the role {role}"),
    N_("task {id} is with {name}"),
    N_("task {id} needs four eyes: {name} has decided, somebody else must confirm"),
    N_("a decision without a reason"),
    N_("nothing says which rows are meant"),
    N_("no category {category}"),
    N_("{code} has a wrong check digit"),
    N_("{code} is not 18 characters long"),
    N_("{code} is no credit code"),
    N_("{purpose} is no purpose"),
    N_("a consent ends before it begins"),
    N_("{text} is not an amount"),
    N_("the setting {name} cannot be used"),
    N_("{what} needs the extra {extra}: pip install {package}"),
    N_("there is a user {name} already"),
    N_("the password is too weak"),
    N_("{role} is no role"),
    N_("names nobody"),
    N_("the decision does not come out again"),
    N_("something of this installation needs mending"),
    N_("the database does not answer: {reason}"),
    N_("the customer's instruction is missing"),
)


def error_text(error: BramblingError, lang: Lang) -> str:
    """The line of ``error`` in ``lang``."""
    if lang == "en":
        return str(error)
    _ = translator(lang)
    if not isinstance(error, InputRejected):
        return _said(str(error), lang)
    place = [error.file] if error.file is not None else []
    if error.row is not None:
        place.append(_("row {row}").format(row=error.row))
    if error.column is not None:
        place.append(_("column {column}").format(column=repr(error.column)))
    text = _said(error.problem, lang)
    text = _("{place}: {problem}").format(place=_(", ").join(place), problem=text) if place else text
    return (
        _("{problem}; expected {expected}").format(problem=text, expected=_said(error.expected, lang))
        if error.expected
        else text
    )


def _said(line: str, lang: Lang) -> str:
    for pattern, message in _patterns():
        if found := pattern.fullmatch(line):
            return translator(lang)(message).format(**found.groupdict())
    return line


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    found = []
    for message in LINES:
        parts = re.split(r"\{(\w+)\}", message)
        text = "".join(f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
        found.append((re.compile(text), message))
    return found
