"""One turn: what is heard, decided and done, in the order in which it matters.

A person first, then refusals, then what is under way, then figures, then texts. What nobody knows is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from brambling.marketing.dialogue.agent import journeys
from brambling.marketing.dialogue.agent.ports import Ear, Guess, Message, Tools, Turned
from brambling.marketing.dialogue.model.knowledge import Finder, Text
from brambling.marketing.dialogue.rules import amounts, cues, topics
from brambling.marketing.dialogue.rules.acts import MISSES_MAX, Act, Call, State, graver
from brambling.marketing.dialogue.rules.persons import person_needed
from brambling.marketing.refusals import Refusal

SUBSTANCE = ("answer", "tool", "ask", "confirm", "clarify", "note")
_ABOUT_MESSAGES = (
    "发", "推", "广告", "短信", "电话", "营销", "消息", "骚扰", "退订", "推销", "message", "text", "call", "ad", "email",
    "mail", "market", "sms", "phone", "promo", "unsubscribe", "contact", "spam", "offers",
)  # fmt: skip


class Assistant:
    """Answers for one business. ``texts`` the approved knowledge, ``tools`` its figures, ``guess`` a fitted router."""

    def __init__(self, texts: Mapping[str, Text], tools: Tools, finder: Finder, guess: Guess | None = None) -> None:
        self._texts, self._tools, self._finder, self._guess = texts, tools, finder, guess

    def turn(self, state: State, message: Message, hear: Ear) -> Turned:
        """What is done in answer to ``message``. ``hear`` is asked, and records, before anything is answered."""
        text = cues.cleaned(message.text)
        state = replace(state, lang=cues.spoken(text, state.lang))
        acts = [Act("evidence", text=name) for name in message.attachments]
        if state.handed_over:
            return self._while_waiting(state, text, acts, hear)
        if acts and not text:
            return Turned(tuple(acts), replace(state, misses=0))
        if cues.is_order(text):
            return self._kept(state, [*acts, *self._not_obeyed(state, text)], replace(state, misses=0))
        reason = person_needed(text, closed=state.closed > 0)
        call = topics.wants_call(text) and reason in ("", "wish") and journeys.started(state, text) == journeys.CALLBACK
        if call:
            opened = replace(state, journey=journeys.CALLBACK, slots={}, asked="", confirming=False)
            call = any(journeys.slots_said(opened, text, message, self._tools))
        if reason and not call:
            return self._to_person(state, reason, acts)
        refused = self._refusal(state, text, hear)
        if refused:
            return self._kept(state, [*acts, *refused], replace(state, misses=0))
        done, after = self._spoken(replace(state, misses=0), text, message, misses=state.misses)
        return self._kept(state, [*acts, *done], after)

    # -- persons and refusals --------------------------------------------------------------------------------------------

    def _while_waiting(self, state: State, text: str, acts: list[Act], hear: Ear) -> Turned:
        """A person has it: the message goes to the task. A refusal holds all the same, and a graver matter is told."""
        acts = [*acts, *self._refusal(state, text, hear)]
        reason = person_needed(text)
        if reason and graver(reason, state.reason) == reason:
            state = replace(state, reason=reason)
        return Turned((*acts, Act("waiting", state.reason)), state)

    def _to_person(self, state: State, reason: str, acts: Iterable[Act]) -> Turned:
        done = [*acts, Act("complaint")] if reason == "complaint" else [*acts]
        after = replace(
            state,
            reason=reason,
            attended=False,
            misses=0,
            offered=False,
            journey="",
            slots={},
            asked="",
            confirming=False,
        )
        return Turned((*done, Act("handover", reason)), after)

    def _refusal(self, state: State, text: str, hear: Ear) -> list[Act]:
        """What the owner no longer wants, recorded. A polite no to our own question is not one."""
        about = any(word in text for word in _ABOUT_MESSAGES)
        if not about or len(text) < 2:
            return []
        heard = hear(_lifting(text))
        if heard is None:
            return []
        return [_heard(heard)]

    def _not_obeyed(self, state: State, text: str) -> list[Act]:
        """An order to the machine is no wish: what the assistant is and does not do is said instead."""
        if state.confirming:
            return [Act("answer", "assistant"), Act("confirm", state.journey, state.slots)]
        return [Act("answer", "assistant")]

    # -- what is said ----------------------------------------------------------------------------------------------------

    def _spoken(self, state: State, text: str, message: Message, misses: int) -> tuple[list[Act], State]:
        if cues.says_nothing(text):
            return self._asked_back(state, misses)
        if state.offered:
            answered = self._to_offer(state, text)
            if answered is not None:
                return answered
        state = replace(state, offered=False)
        if state.last and cues.asks_again(text):
            return [Act("repeat"), *state.last], state
        if state.journey:
            moved = self._in_journey(state, text, message)
            if moved is not None:
                return moved
        elif (begun := self._begins(state, text, message)) is not None:
            return begun
        if cues.is_social(text) or (cues.is_yes(text) and not state.journey):
            return [Act("greet"), *self._again(state)], state
        found, after = self._informed(state, text)
        needs = [Act("need", kind) for kind in topics.needs_heard(text)]
        if needs and not found:
            topic = {"credit": "loan-product", "wealth": "cash-products"}[needs[0].name]
            found, after = [Act("answer", topic)], replace(after, topic=topic)
        if found:
            return [*needs, *found, *self._again(after)], after
        if cues.points_at_nothing(text) or len(text) > 600:
            return self._asked_back(state, misses)
        if cues.is_no(text) or cues.gives_up(text) or cues.hesitates(text) or _closing(text):
            return [Act("greet"), *self._again(state)], state
        return self._unknown(state, misses)

    def _asked_back(self, state: State, misses: int) -> tuple[list[Act], State]:
        state = replace(state, misses=misses)
        return ([Act("clarify")] if not state.journey else [Act("clarify"), *self._again(state)]), state

    def _to_offer(self, state: State, text: str) -> tuple[list[Act], State] | None:
        """A person was offered: a yes is a wish, a no is taken."""
        if cues.is_yes(text):
            turned = self._to_person(state, "wish", ())
            return list(turned.acts), turned.state
        if (cues.is_no(text) or cues.gives_up(text)) and not topics.asks(text) and len(text) <= 30:
            return [Act("greet")], replace(state, offered=False)
        return None

    def _unknown(self, state: State, misses: int) -> tuple[list[Act], State]:
        if misses + 1 >= MISSES_MAX:
            turned = self._to_person(state, "misses", ())
            return list(turned.acts), turned.state
        return [Act("unknown"), *self._again(state)], replace(state, misses=misses + 1, offered=True)

    def _again(self, state: State) -> list[Act]:
        """The question of a journey that goes on where it was."""
        if not state.journey:
            return []
        if state.confirming:
            return [Act("confirm", state.journey, state.slots)]
        return [Act("ask", state.asked, state.slots)] if state.asked else []

    # -- journeys --------------------------------------------------------------------------------------------------------

    def _begins(self, state: State, text: str, message: Message) -> tuple[list[Act], State] | None:
        journey = journeys.started(state, text)
        if not journey or (journey == journeys.LOAN and topics.topic_of(text) in ("loan-trades", "loan-use")):
            return None
        if topics.wants_schedule(text) and journey == journeys.LOAN:
            return None
        opened = replace(state, journey=journey, slots={}, asked="", confirming=False)
        filled, notes = journeys.slots_said(opened, text, message, self._tools)
        if journey == journeys.LOAN and state.schedule and not filled and not notes:
            # "apply for that": the loan whose instalments were just asked for
            filled = {name: state.schedule[name] for name in ("amount", "tenor_months") if name in state.schedule}
        need = [Act("need", "credit")] if journey == journeys.LOAN else []
        acts, after = journeys.going_on(opened, filled, notes)
        return [*need, *acts], after

    def _in_journey(self, state: State, text: str, message: Message) -> tuple[list[Act], State] | None:
        filled, notes = journeys.slots_said(state, text, message, self._tools)
        asked_for = topics.wants_schedule(text) or (topics.figures(text) and topics.asks(text))
        if asked_for or cues.wants_promise(text):
            return None
        if filled or notes:
            return journeys.going_on(state, filled, notes)
        if state.confirming and cues.is_yes(text):
            return journeys.handed_in(state)
        if cues.gives_up(text):
            return journeys.given_up(state)
        if topics.figures(text) or topics.topic_of(text):
            return None
        if cues.skips(text):
            return journeys.skipped(state)
        if cues.hesitates(text):
            return [Act("note", "take-your-time")], state
        if state.confirming and cues.is_no(text):
            return [Act("clarify", "change")], state
        return None

    # -- figures and texts ---------------------------------------------------------------------------------------------------

    def _informed(self, state: State, text: str) -> tuple[list[Act], State]:
        """Figures by tools, texts by patterns, then by the ways to ask that the knowledge lists."""
        if cues.of_others(text) and (asked := topics.figures(text)):
            return [Act("answer", "privacy")], replace(state, topic="privacy", call=Call(asked[0]))
        if explained := topics.explanation(text, state.call):
            return [Act("answer", explained)], replace(state, topic=explained)
        if (schedule := self._schedule(state, text)) is not None:
            return schedule
        if cues.wants_promise(text) and not topics.figures(text):
            topic = "loan-rate" if amounts_or_rate(text) else "loan-review" if state.call else "decision-reasons"
            return [Act("answer", topic)], replace(state, topic=topic)
        asked = topics.figures(text) or self._mine(state, text)
        topic = "" if asked else self._topic(state, text)
        if topic == "loan-rate" and state.lang and (own := self._tools["rate"]({})):
            return [Act("answer", topic), Act("tool", "rate", {}, own)], replace(state, topic=topic, call=Call("rate"))
        if asked:
            return self._by_tools(state, text, asked)
        found = topics.topics_of(text) if topic and topic == topics.topic_of(text) else ((topic,) if topic else ())
        return [Act("answer", name) for name in found], replace(state, topic=found[-1] if found else state.topic)

    def _by_tools(self, state: State, text: str, asked: tuple[str, ...]) -> tuple[list[Act], State]:
        acts = [Act("tool", name, {}, self._tools[name]({})) for name in asked]
        if all(act.facts is None for act in acts) and (topic := topics.topic_of(text)):
            acts.append(Act("answer", topic))
        others = [name for name in topics.topics_of(text) if name in _BESIDE and _BESIDE[name] not in asked]
        acts += [Act("answer", name) for name in others if len(acts) < 3]
        return acts, replace(state, call=Call(asked[-1]))

    def _mine(self, state: State, text: str) -> tuple[str, ...]:
        """ "Then mine": the figure that was asked for of another."""
        mine = any(word in text for word in ("mine", "我自己的", "我的呢", "my own", "我的吧"))
        return (state.call.tool,) if mine and state.call and len(text) <= 30 else ()

    def _topic(self, state: State, text: str) -> str:
        if found := topics.topic_of(text):
            return found
        if self._guess is not None and (guessed := self._guess(text)) in self._texts:
            return guessed
        return self._finder.find(text, state.lang)

    def _schedule(self, state: State, text: str) -> tuple[list[Act], State] | None:
        """Instalments: of the terms named, else of those spoken of last, else of the journey under way."""
        said = amounts.said(text)
        new = said.amount is not None or said.tenor_months is not None or bool(said.method)
        follows = bool(state.schedule) and not state.journey and new and len(text) <= 60
        if not topics.wants_schedule(text) and not follows:
            return None
        known = {**state.schedule, **{k: v for k, v in state.slots.items() if k in ("amount", "tenor_months")}}
        if said.amount is not None:
            known["amount"] = amounts.amount_text(said.amount)
        if said.tenor_months is not None:
            known["tenor_months"] = str(said.tenor_months)
        known["method"] = said.method or known.get("method", "annuity")
        if "amount" not in known or "tenor_months" not in known:
            if self._tools["loans"]({}):
                return [Act("tool", "loans", {}, self._tools["loans"]({}))], replace(state, call=Call("loans"))
            return [Act("clarify", "schedule")], replace(state, schedule=known)
        if int(known["tenor_months"]) not in amounts.TENORS_MONTHS:
            return [Act("note", "tenor-impossible")], state
        facts = self._tools["schedule"](known)
        call = Call("schedule", known)
        return [Act("tool", "schedule", known, facts)], replace(state, schedule=known, call=call)

    def _kept(self, before: State, acts: list[Act], after: State) -> Turned:
        """The turn, with what it said of substance kept for who asks again."""
        said = tuple(act for act in acts if act.kind in SUBSTANCE)
        return Turned(tuple(acts), replace(after, last=said or before.last))


# texts that may stand beside a figure, and the figure that already says it
_BESIDE = {
    "loan-fees": "",
    "loan-documents": "",
    "loan-payout": "",
    "loan-tenor": "",
    "loan-collateral": "",
    "hours": "",
}


def amounts_or_rate(text: str) -> bool:
    """Whether a promise is wanted of a price rather than of an outcome."""
    return any(
        word in text for word in ("%", "折", "便宜", "优惠", "降", "少收", "少算", "discount", "rate", "cheaper")
    )


def resolved(state: State) -> State:
    """The person has closed the matter: the assistant is back, and nothing old brings the hand-over back."""
    return replace(state, reason="", attended=False, closed=state.closed + 1, misses=0, journey="", slots={}, asked="")


def attended(state: State) -> State:
    """The person has written."""
    return replace(state, attended=True)


def _closing(text: str) -> bool:
    return any(
        word in text for word in ("就问问", "了解一下", "现在还得上", "just asking", "just curious", "没事", "all good")
    )


def _lifting(text: str) -> str:
    """ "Never mind, you may call": the opening is no wish."""
    for opening in ("算了,", "算了", "好吧,", "好吧", "ok ", "okay "):
        text = text.removeprefix(opening)
    channels = {"电话": "打电话", "短信": "发短信"}
    for word, verb in channels.items():
        if text.startswith(word) and "可以" in text and not any(no in text for no in ("不可以", "不要", "别")):
            return f"可以{verb}了"
    return text


def _heard(refusal: Refusal) -> Act:
    kind = "lift" if refusal.lifts else "refuse"
    values = {"channels": ",".join(sorted(refusal.channels)), "until": str(refusal.until or "")}
    return Act(kind, ",".join(sorted(refusal.scopes)), values, text="" if refusal.clear else "unclear")  # type: ignore[arg-type]
