"""The words and pictures of routing, and their JSON."""

from __future__ import annotations

from typing import Any

from brambling.engine.doors.charts import ACCENT, Chart, base, line, value_axis
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.marketing.dialogue.rules import NOTES, Note
from brambling.marketing.dialogue.shapes import DialogueFit, IntentFigures, RoutedTable

ACTIONS = {"answer": N_("answered"), "clarify": N_("asked back"), "handover": N_("handed over")}
WORST_SHOWN = 10


def note_text(note: Note, lang: Lang = "en") -> str:
    """One line for people."""
    return translator(lang)(NOTES[note.code]).format(**note.parameters)


def fit_plain(made: DialogueFit, lang: Lang = "en") -> dict[str, Any]:
    """What ``dialogue fit --json`` prints."""
    return {
        "rows": made.rows,
        "intents": made.intents,
        "labelled_unknown_rows": made.unknown_rows,
        "embedder": made.router.embedder,
        "thresholds": {"answer": made.thresholds.answer, "handover": made.thresholds.handover},
        "asked_for": {"right": made.right, "kept": made.kept},
        "on_texts_not_seen": {
            "accuracy": made.accuracy,
            "answered": made.answered,
            "answered_right": made.answered_right,
            "kept": made.kept_found,
            "kept_right": made.kept_right,
            "unknown_handed_over": made.unknown_handed_over,
            "unknown_answered": made.unknown_answered,
        },
        "per_intent": made.per_intent,
        "seed": made.seed,
        "notes": [{"code": note.code, "text": note_text(note, lang)} for note in made.notes],
    }


def fit_lines(made: DialogueFit, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    lines = [
        _("{rows} examples of {intents} intents; {accuracy} guessed right on texts not seen").format(
            rows=f"{made.rows:,}", intents=made.intents, accuracy=f"{made.accuracy:.1%}"
        ),
        _("Answered: {answered} of known questions, {right} of them right").format(
            answered=f"{made.answered:.1%}", right=f"{made.answered_right:.1%}"
        ),
        _("Handed over: {handed} of known questions").format(handed=f"{1 - made.kept_found:.1%}"),
    ]
    if made.unknown_handed_over is not None and made.unknown_answered is not None:
        lines.append(
            _("Of questions whose intent was left out, {handed} are handed over and {answered} are answered").format(
                handed=f"{made.unknown_handed_over:.1%}", answered=f"{made.unknown_answered:.1%}"
            )
        )
    return lines


def intents_table(made: DialogueFit, lang: Lang = "en", *, shown: int | None = WORST_SHOWN) -> Table:
    """Intents, the one guessed worst first."""
    _ = translator(lang)
    heads = (_("intent"), _("examples"), _("guessed right"), _("answered"), _("most often taken for"))
    return table_of(heads, [_intent_row(one) for one in made.per_intent[:shown]], numeric=heads[1:4])


def _intent_row(one: IntentFigures) -> tuple[Any, ...]:
    return (one.intent, one.examples, f"{one.right:.1%}", f"{one.answered:.1%}", one.taken_for)


def fit_report(made: DialogueFit, lang: Lang = "en") -> Report:
    """The HTML report: what is answered, how right it is, and which intents are taken for which."""
    _ = translator(lang)
    page = Report(
        title=_("Questions routed"),
        lang=lang,
        lead=fit_lines(made, lang)[0],
        footer=_("Method, guarantees and measured figures: docs/algorithms/routing.md"),
    )
    first = page.section(_("What is answered, and what is handed over"), *fit_lines(made, lang)[1:])
    first.figures += [
        Figure(_("guessed right"), f"{made.accuracy:.1%}", _("of all known questions")),
        Figure(
            _("answered"), f"{made.answered:.1%}", _("{right} of them right").format(right=f"{made.answered_right:.1%}")
        ),
    ]
    if made.unknown_handed_over is not None:
        first.figures.append(
            Figure(_("unknown, handed over"), f"{made.unknown_handed_over:.1%}", _("of questions of intents left out"))
        )
    points = [[round(share * 100, 2), round(right * 100, 2)] for share, right in made.curve]
    heads = (_("known questions answered, %"), _("answers right, %"))
    drawn = line(_("answers right, %"), [], ACCENT)
    drawn["data"] = points
    option = base(xAxis=value_axis(heads[0], max=100), yAxis=value_axis(heads[1], max=100, scale=True), series=[drawn])
    curve = page.section(_("The more is answered, the less of it is right"))
    curve.charts.append(Chart(option, heads, tuple((a, b) for a, b in points)))
    worst = page.section(_("Intents, the one guessed worst first"))
    worst.tables.append(intents_table(made, lang, shown=None))
    if made.notes:
        notes = [(note_text(note, lang),) for note in made.notes]
        page.section(_("What to know")).tables.append(table_of((_("note"),), notes))
    return page


def route_plain(made: RoutedTable, *, rows: bool) -> dict[str, Any]:
    """What ``dialogue route --json`` prints: counts, and the routed rows where they went to no file."""
    told: dict[str, Any] = {"rows": made.table.height, "actions": made.counts}
    if rows:
        told["routed"] = made.table.select("row", "action", "intent", "confidence").to_dicts()
    return told


def route_lines(made: RoutedTable, lang: Lang = "en") -> list[str]:
    """How many texts got which action."""
    _ = translator(lang)
    parts = [f"{_(ACTIONS[action])} {count:,}" for action, count in made.counts.items()]
    return [_("{rows} texts: {parts}").format(rows=f"{made.table.height:,}", parts=", ".join(parts))]


def routed_table(made: RoutedTable, lang: Lang = "en", *, shown: int = 20) -> Table:
    """The first rows, for the terminal; texts are left out, they may be personal."""
    _ = translator(lang)
    heads = (_("row"), _("action"), _("intent"), _("confidence"))
    rows = [
        (row, _(ACTIONS[action]), intent, f"{confidence:.3f}")
        for row, action, intent, confidence in made.table.select("row", "action", "intent", "confidence")
        .head(shown)
        .iter_rows()
    ]
    return table_of(heads, rows, numeric=(heads[0], heads[3]))
