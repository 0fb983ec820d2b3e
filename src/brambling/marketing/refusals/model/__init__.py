"""Whether a message is a refusal is weighed; what it refuses, where and until when is read by rules."""

from __future__ import annotations

from datetime import date

from brambling.marketing.refusals.model import letters
from brambling.marketing.refusals.rules import Refusal, is_code, parse, unnamed

# The log-odds of a refusal out of the looks and the grammar's verdict (+1 a refusal, -1/2 a lifting, 0 nothing):
# logistic regression on the corpus, on scores from folds that held the whole phrasing family out.
WEIGHT_LOOKS = 0.78
WEIGHT_GRAMMAR = 1.64
INTERCEPT = -0.45
# Where the looks alone, fitted on the corpus, take two to three in a hundred others of the part to build with for one.
LOG_ODDS_MIN = 1.0


def understand(text: str, today: date) -> Refusal | None:
    """The refusal, or the lifting of one, in a customer's words in Chinese or English; None where there is neither.

    ``today`` is the day in the customer's zone on which it was written; words like "next month" are counted from it.
    A message that is nothing but a code word is certain. Any other is weighed: how it looks beside the written corpus,
    and what the grammar makes of it. Where it weighs enough and the grammar found nothing, all that sells is refused
    on every channel, and it is not ``clear``: the customer is asked.
    """
    said = parse(text, today)
    if not text.strip() or is_code(text):
        return said
    verdict = 0.0 if said is None else -0.5 if said.lifts else 1.0
    if log_odds(letters.fitted().score(text), verdict) > LOG_ODDS_MIN:
        return said if said is not None and not said.lifts else unnamed(text, today)
    return said if said is not None and said.lifts else None


def log_odds(looks: float, verdict: float) -> float:
    """Both voices in one."""
    return WEIGHT_LOOKS * looks + WEIGHT_GRAMMAR * verdict + INTERCEPT
