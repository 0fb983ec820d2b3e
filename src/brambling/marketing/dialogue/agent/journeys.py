"""Journeys: slots filled in any order, said back, corrected, and handed in after a yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from brambling.marketing.dialogue.agent.ports import Message, Tools
from brambling.marketing.dialogue.rules import amounts, cues, times, topics
from brambling.marketing.dialogue.rules.acts import JOURNEYS, Act, State

LOAN, CALLBACK = "loan-application", "callback"
AMOUNT_PLAIN_MIN = 1000  # yuan; nobody borrows less, and who writes less leaves out a unit


def slots_said(state: State, text: str, message: Message, tools: Tools) -> tuple[dict[str, str], list[Act]]:
    """The slots of the journey that a message fills, and notes on values that cannot be or may mean two things."""
    if state.journey == CALLBACK:
        return _callback_slots(state, text, message)
    return _loan_slots(state, text, tools)


def _loan_slots(state: State, text: str, tools: Tools) -> tuple[dict[str, str], list[Act]]:
    said = amounts.said(text, bare=state.asked == "amount" or state.confirming)
    amount, about_amount = _amount(state, text, said, tools)
    tenor, about_tenor = _tenor(state, text, said, tools)
    return amount | tenor, about_amount + about_tenor


def _amount(state: State, text: str, said: amounts.Said, tools: Tools) -> tuple[dict[str, str], list[Act]]:
    if said.unclear or (said.amount is not None and "amount" in state.slots and amounts.is_relative(text)):
        return {}, [Act("clarify", "amount")]
    if said.amount is None:
        if state.asked == "amount" and text.strip(" 元块.。") in ("0", "零", "zero"):
            return {}, [Act("note", "amount-impossible")]
        offer = tools["limit"]({}) if topics.wants_whole(text) else None
        return ({"amount": amounts.amount_text(Decimal(str(offer["amount"])))} if offer else {}), []
    if said.amount <= 0:
        return {}, [Act("note", "amount-impossible")]
    if said.amount < AMOUNT_PLAIN_MIN and "元" not in text and "yuan" not in text:
        return {}, [Act("clarify", "amount")]  # twenty yuan, or twenty times ten thousand?
    return {"amount": amounts.amount_text(said.amount)}, []


def _tenor(state: State, text: str, said: amounts.Said, tools: Tools) -> tuple[dict[str, str], list[Act]]:
    months = said.tenor_months
    if months is None and state.asked == "tenor_months":
        months = _bare_months(text)
    if months is not None:
        if months in amounts.TENORS_MONTHS:
            return {"tenor_months": str(months)}, []
        return {}, [Act("note", "tenor-impossible")]
    if topics.wants_longest(text) and not topics.figures(text):
        offer = tools["limit"]({}) or {}
        return {"tenor_months": str(offer.get("tenor_months_max", amounts.TENORS_MONTHS[-1]))}, []
    if topics.wants_shortest(text):
        return {"tenor_months": str(amounts.TENORS_MONTHS[0])}, []
    return {}, []


def _bare_months(text: str) -> int | None:
    """A bare number in answer to the question for the tenor counts months."""
    said = amounts.said(f"{text.strip(' .。!')}个月")
    return said.tenor_months if len(text) <= 12 else None


def _callback_slots(state: State, text: str, message: Message) -> tuple[dict[str, str], list[Act]]:
    kept = date.fromisoformat(state.slots["on"]) if "on" in state.slots else None
    today = message.at.date()
    day = times.day_said(text, today, kept)
    at = times.time_said(text, asked=state.asked == "at" or "at" in state.slots)
    new_day, new_at = day or kept, at or (time.fromisoformat(state.slots["at"]) if "at" in state.slots else None)
    if day is not None and (day < today or not times.desk_open(day, times.DESK_OPENS)):
        return {}, [Act("note", "desk-closed")]
    if at is not None and not times.DESK_OPENS <= at < times.DESK_CLOSES:
        return ({"on": day.isoformat()} if day else {}), [Act("note", "desk-closed")]
    if new_day == today and new_at is not None and new_at <= message.at.time():
        return {}, [Act("note", "time-past")]
    found = {"on": day.isoformat()} if day else {}
    return found | ({"at": f"{at:%H:%M}"} if at else {}), []


def started(state: State, text: str) -> str:
    """The journey that a message begins, empty for none."""
    if topics.wants_call(text) and not cues.is_order(text):
        return CALLBACK
    said = amounts.said(text)
    with_terms = said.amount is not None or said.tenor_months is not None or said.unclear
    return LOAN if topics.wants_to_apply(text, with_terms=with_terms) else ""


def going_on(state: State, filled: Mapping[str, str], notes: list[Act]) -> tuple[list[Act], State]:
    """Slots kept, and the next question: for a slot that is open, or for the yes. A changed slot is confirmed again."""
    slots = {**state.slots, **filled}
    acts = [Act("slot", name, {name: value}) for name, value in filled.items()]
    missing = [name for name in JOURNEYS[state.journey] if name not in slots]
    if any(note.kind == "clarify" for note in notes):
        return [*acts, *notes], replace(state, slots=slots, asked="amount", confirming=False)
    if missing:
        asked = next((name for name in missing if name != state.asked), missing[0]) if filled else missing[0]
        acts = [*acts, *notes, Act("ask", asked, slots)]
        return acts, replace(state, slots=slots, asked=asked, confirming=False)
    acts = [*acts, *notes, Act("confirm", state.journey, slots)]
    return acts, replace(state, slots=slots, asked="", confirming=True)


def skipped(state: State) -> tuple[list[Act], State]:
    """The owner does not want to say this now: the other open slot is asked first, where there is one."""
    missing = [name for name in JOURNEYS[state.journey] if name not in state.slots]
    asked = next((name for name in missing if name != state.asked), missing[0] if missing else "")
    if not asked:
        return [Act("confirm", state.journey, state.slots)], replace(state, confirming=True)
    return [Act("ask", asked, state.slots)], replace(state, asked=asked, confirming=False)


def handed_in(state: State) -> tuple[list[Act], State]:
    """The journey is complete: it is handed in, once. A call is a hand-over with a time."""
    acts = [Act("submit", state.journey, state.slots)]
    after = replace(state, journey="", slots={}, asked="", confirming=False)
    if state.journey == CALLBACK:
        acts.append(Act("handover", "wish", state.slots))
        after = replace(after, reason="wish", attended=False)
    return acts, after


def given_up(state: State) -> tuple[list[Act], State]:
    """The journey ends at the owner's wish; nothing is handed in."""
    return [Act("drop", state.journey)], replace(state, journey="", slots={}, asked="", confirming=False)
