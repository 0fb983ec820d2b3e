"""The one file of an expert: data as JSON, arrays as parts, no code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from brambling.credit.expert.features.design import input_of_plain, input_to_plain
from brambling.credit.expert.model.blend import blend_of_plain, blend_to_plain
from brambling.credit.expert.model.grounds import grounds_of_plain, grounds_to_plain
from brambling.credit.expert.model.limits import Limits
from brambling.credit.expert.model.policy import Expert
from brambling.credit.expert.model.trees import Trees
from brambling.credit.expert.rules.agreement import agreement, counts_of, kappa
from brambling.credit.expert.rules.policy import Dial, Rung
from brambling.credit.expert.shapes.policy import FORMAT, KIND
from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected


class ExpertKind:
    """How engine/learn opens and judges an expert."""

    formats: tuple[int, ...] = (FORMAT,)

    def load(self, artefact: Artefact) -> Expert:
        """The expert; raises InputRejected for another format and for content that is none."""
        if artefact.format not in self.formats:
            raise InputRejected(f"an expert of format {artefact.format}", expected=f"format {FORMAT}")
        return expert_of(artefact)

    def evaluate(self, model: Any, table: Any) -> Mapping[str, float]:
        """Agreement and kappa with people on a table that has their decision in ``human`` (approve or decline)."""
        from brambling.kit.files import read_frame

        frame = read_frame(table)
        outcomes = model.turned(model.dial.deciding_all()).decide_table(frame, spelled=isinstance(table, str))
        counts = counts_of(
            [(person, one.decision) for person, one in zip(frame["human"].to_list(), outcomes, strict=True)]
        )
        found = {"agreement": agreement(counts), "kappa": kappa(counts)}
        return {name: figure.value for name, figure in found.items() if figure is not None}


EXPERT = ExpertKind()


def make(expert: Expert, *, at: datetime, by: str, story: Mapping[str, Any]) -> Artefact:
    """The artefact of an expert."""
    blend, parts = blend_to_plain(expert.blend)
    if expert.limits is not None:
        parts |= expert.limits.trees.to_parts("limits")
    dial = expert.dial
    data = {
        "inputs": [input_to_plain(one) for one in expert.inputs],
        "blend": blend,
        "grounds": grounds_to_plain(expert.grounds),
        "dial": {
            "cut": dial.cut,
            "confidence": dial.confidence,
            "target": dial.target,
            "rungs": [[one.confidence, one.share, one.agreement, one.low] for one in dial.rungs],
        },
        "best": list(expert.best),
        "worst": list(expert.worst),
        "limits": None if expert.limits is None else expert.limits.to_plain(),
        "currency": expert.currency,
    }
    return Artefact(KIND, FORMAT, by, at, data, parts, dict(story))


def expert_of(artefact: Artefact) -> Expert:
    """The expert of an artefact; raises InputRejected where that holds none."""
    data, parts = artefact.data, artefact.parts
    try:
        dial, limits = data["dial"], data["limits"]
        return Expert(
            inputs=tuple(input_of_plain(one) for one in data["inputs"]),
            blend=blend_of_plain(data["blend"], parts),
            grounds=grounds_of_plain(data["grounds"]),
            dial=Dial(dial["cut"], dial["confidence"], dial["target"], tuple(Rung(*one) for one in dial["rungs"])),
            best=tuple(data["best"]),
            worst=tuple(data["worst"]),
            limits=None
            if limits is None
            else Limits(
                Trees.of_parts("limits", parts, limits["trees"]), limits["least"], limits["most"], limits["grid"]
            ),
            currency=data["currency"],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputRejected("the artefact holds no expert", expected="what expert fit wrote") from None
