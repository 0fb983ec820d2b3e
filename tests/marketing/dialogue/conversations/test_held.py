"""The scripted conversations, held with the assistant: required done, forbidden never, a promise is a task."""

from __future__ import annotations

import pytest
from tests.marketing.dialogue.conversations.held import Holder

from brambling.marketing.dialogue.evals.cases import load


@pytest.mark.parametrize("conversation", load("dev"), ids=lambda c: c.id)
def test_what_is_required_is_done_and_what_is_forbidden_never(conversation):
    assert list(Holder(conversation).faults()) == []


@pytest.mark.parametrize("conversation", load("held_out"), ids=lambda c: c.id)
def test_the_laws_hold_in_conversations_never_seen(conversation):
    faults = [fault for fault in Holder(conversation).faults() if not fault.split(": ", 1)[1].startswith("no ")]
    broken = [fault for fault in faults if "state" not in fault and "journey" not in fault and "slots" not in fault]
    assert broken == []
