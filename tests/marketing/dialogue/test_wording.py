"""A language model may put an answer into other words; no mode of it changes what is done or which numbers are told."""

from __future__ import annotations

import pytest
from tests.marketing.dialogue.conversations.held import Holder

from brambling.engine.llm import Budget, Door
from brambling.engine.llm.stub import MODES, StubModel
from brambling.kit.clock import SystemClock
from brambling.marketing.dialogue.agent.wording import holds, phrased
from brambling.marketing.dialogue.evals.cases import load

SOURCE = "The annual rate is 4.35%, 5.80%, 8.00% or 12.00%. It stays until the loan is repaid."


@pytest.mark.parametrize(
    "said",
    [
        "You pay 4.35%, 5.80%, 8.00% or 1.20%.",
        "You pay 4.35%.",
        "4.35%, 5.80%, 8.00% or 12.00% - and I guarantee it.",
        "4.35%, 5.80%, 8.00% or 12.00%; you are approved!",
        "4.35%、5.80%、8.00%、12.00%，已为您转接人工",
        "",
        "4.35%, 5.80%, 8.00% or 12.00%. " * 60,
    ],
)
def test_a_number_or_promise_that_is_not_in_the_answer_is_dropped(said):
    assert not holds(said, SOURCE)


def test_the_same_in_friendlier_words_is_taken():
    assert holds("Depending on your risk it is 4.35%, 5.80%, 8.00% or 12.00% a year, fixed to the end.", SOURCE)


class Worded(Holder):
    """A conversation whose answers a language model rephrases."""

    door: Door

    def worded(self, acts, said):
        return phrased(said, acts, self.state.lang, self.door, timeout_s=0.3)


@pytest.mark.parametrize("mode", MODES)
def test_every_conversation_holds_whatever_the_model_does(mode, tmp_path):
    some = load("dev")[:: 1 if mode == "good" else 9]
    with StubModel(mode, lambda message: {"words": message.partition(">>>")[2].partition("<<<")[0].strip()}) as stub:
        door = Door(
            base_url=stub.base_url, model="stub", api_key=None, budget=Budget(tmp_path, 10**8), clock=SystemClock()
        )
        faults = []
        for conversation in some[:12]:
            held = Worded(conversation)
            held.door = door
            faults += list(held.faults())
        assert faults == []
        owners = [turn.user for c in some[:12] for turn in c.turns if turn.user and len(turn.user) > 12]
        sent = str(stub.requests)
        assert not any(text in sent for text in owners)
