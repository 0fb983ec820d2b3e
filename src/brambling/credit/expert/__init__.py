"""A policy that learns from people, and agreement told honestly.

- ``agree`` two columns of decisions, a person's and a machine's: how far they agree, where not, and who was right
- ``fit`` learn a policy from people's decisions, under axioms; ``decide`` put it to applications, with its confidence
- ``open_expert`` the policy of a file; ``opinion`` a configured language model reads a decision and may refer it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.expert.agent import opinion
    from brambling.credit.expert.model.policy import Expert
    from brambling.credit.expert.service.agreeing import agree
    from brambling.credit.expert.service.deciding import decide, open_expert
    from brambling.credit.expert.service.fitting import fit
    from brambling.credit.expert.shapes.agreement import Agreement
    from brambling.credit.expert.shapes.policy import Decided, Fitted

_HOMES = {
    "Agreement": "shapes.agreement",
    "Decided": "shapes.policy",
    "Expert": "model.policy",
    "Fitted": "shapes.policy",
    "agree": "service.agreeing",
    "decide": "service.deciding",
    "fit": "service.fitting",
    "open_expert": "service.deciding",
    "opinion": "agent",
}

__all__ = ["Agreement", "Decided", "Expert", "Fitted", "agree", "decide", "fit", "open_expert", "opinion"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
