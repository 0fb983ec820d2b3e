"""Asking a scorer: counted, on a copy of the application, and never stopped by what it raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brambling.credit.axioms.model.scorers import ScorerGone
from brambling.credit.axioms.shapes import Outcome, Scorer


class Asker:
    """Asks ``scorer`` and counts; an application that it cannot answer counts apart, with an example of why."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.calls = 0
        self.unanswered = 0
        self.example = ""
        self._decide = scorer.decide

    def ask(self, application: Mapping[str, Any]) -> Outcome | None:
        """The answer, None where the scorer raised or gave something that is no mapping."""
        self.calls += 1
        try:
            outcome: Any = self._decide(dict(application))
        except ScorerGone:
            raise
        except Exception as error:  # whatever a user's scorer raises on a strange application is its answer to it
            self._missed(f"{type(error).__name__}: {error}")
            return None
        if isinstance(outcome, Mapping):
            return outcome
        self._missed(f"the answer is {type(outcome).__name__}, not a mapping")
        return None

    def _missed(self, why: str) -> None:
        self.unanswered += 1
        self.example = self.example or why.splitlines()[0][:200]
