"""One function for each thing a user can ask: write messages, draw pictures, compose for one customer of the bank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.i18n import Lang
from brambling.marketing.creative import readers
from brambling.marketing.creative.rules import Facts, Rulebook, Sheet, draft, shown_name, silence
from brambling.marketing.creative.shapes import Message

if TYPE_CHECKING:
    from brambling.engine.llm import Door

# Whether a customer has refused a topic: who keeps refusals fills it, and it is asked before a word is written.
Refused = Callable[[str, str], bool]


def write(
    product: Sheet | Path | str,
    customers: Sequence[Facts] | Path | str,
    *,
    today: date,
    langs: Sequence[Lang] = ("zh",),
    seed: int = 7,
    need: str = "",
    mapping: Mapping[str, str] | None = None,
    template: Path | None = None,
    rulebook: Rulebook | None = None,
    refused: Refused | None = None,
    door: Door | None = None,
) -> Iterator[Message]:
    """Messages about ``product`` (a sheet, its file, or the code of a shipped one), one a customer and language, in order.

    Whoever refused, did not consent, has another need or whose moment has passed gets a ``silent`` one. Raises
    InputRejected for a sheet, a template or a file of customers that cannot be used, before any message.
    """
    rules = rulebook or readers.shipped_rulebook()
    if isinstance(product, Sheet):
        product.require_valid(today)
        sheet = product
    else:
        sheet = readers.read_sheet(product, today, rules)
    known = customers if isinstance(customers, Sequence) and not isinstance(customers, str) else None
    people = known if known is not None else readers.read_customers(customers, mapping, need=need)  # type: ignore[arg-type]
    text = readers.read_template(template) if template is not None else ""

    def each() -> Iterator[Message]:
        for facts in people:
            for lang in langs:
                yield one(
                    sheet,
                    facts,
                    lang,
                    today=today,
                    seed=seed,
                    rulebook=rules,
                    template=text,
                    refused=refused,
                    door=door,
                )

    return each()


def one(
    sheet: Sheet,
    facts: Facts,
    lang: Lang,
    *,
    today: date,
    seed: int = 7,
    rulebook: Rulebook | None = None,
    template: str = "",
    refused: Refused | None = None,
    door: Door | None = None,
) -> Message:
    """The message for one customer: written and checked, or why there is none."""
    rules = rulebook or readers.shipped_rulebook()
    if refused is not None and refused(facts.customer, sheet.topic):
        facts = replace(facts, refused=facts.refused | {sheet.topic})
    if reasons := silence(facts, sheet, today):
        return Message(facts, lang, sheet.code, "silent", reasons=reasons)
    made = draft(sheet, facts, shown_name(facts.name), readers.shipped_phrases(lang), lang, seed, template)
    by = "template"
    if door is not None:
        from brambling.marketing.creative.agent import vary

        varied = vary(made, door)
        if varied is not None and not varied[0].findings(sheet, rules):
            made, by = varied
    found = made.findings(sheet, rules)
    if found:
        return Message(facts, lang, sheet.code, "rejected", findings=found, refused_text=made.text, by=by)
    parts = tuple((role, text) for role, text in made.parts if text)
    return Message(facts, lang, sheet.code, "written", made.text, parts, by=by)
