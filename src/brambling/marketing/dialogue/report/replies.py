"""The words of a reply: each act as a sentence. Figures come from the acts, texts from the approved knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from brambling.kit.i18n import N_, show_money, translator
from brambling.kit.money import Money
from brambling.marketing.dialogue.model.knowledge import Text
from brambling.marketing.dialogue.rules.acts import Act, Spoken

SAID: Mapping[str, str] = {
    "greet": N_("I am glad to help. What can I do for you?"),
    "unknown": N_("I don't know that, and I do not want to guess. Would you like a person of the bank?"),
    "clarify": N_("I am not sure what you mean. Could you say in one sentence what it is about?"),
    "clarify amount": N_("I am not sure which amount you mean. Please write it as one number of yuan."),
    "clarify schedule": N_("For which amount and how many months shall I work it out?"),
    "clarify change": N_("Nothing is handed in. What should be changed: the amount, the months, the day or the time?"),
    "repeat": N_("Once more:"),
    "ask amount": N_("How much would you like to borrow, in yuan?"),
    "ask tenor_months": N_("For how many months: 3, 6, 9 or 12?"),
    "ask on": N_("On which day may we call you? Somebody is at the desk on workdays."),
    "ask at": N_("At what time? Somebody is at the desk from 09:00 to 18:00."),
    "confirm loan-application": N_("An application for {amount} over {tenor_months} months: is that right? With your yes it is handed in."),
    "confirm callback": N_("We call you on {on} at {at}: is that right?"),
    "submit loan-application": N_("Your application for {amount} over {tenor_months} months is handed in. It is not decided yet; you are told as soon as it is."),
    "submit callback": N_("Your call is noted for {on} at {at}."),
    "drop": N_("All right, this is given up; nothing was handed in."),
    "waiting": N_("Your message is with the request; a person reads it."),
    "waiting night": N_("Your message is kept with the request. The desk opens at {opens}; then a person answers."),
    "complaint": N_("Your complaint is registered; its number is {number}."),
    "evidence": N_("{name} has arrived and is kept as evidence."),
    "need": "",
    "slot": "",
    "refuse": N_("That holds from now on: {scopes}, {channels}."),
    "refuse unclear": N_("I have noted: {scopes}, {channels}. Tell me if you meant it otherwise."),
    "lift": N_("You hear from us again: {scopes}, {channels}."),
    "note tenor-impossible": N_("A loan runs 3, 6, 9 or 12 months; other tenors are not offered."),
    "note amount-impossible": N_("The amount must be more than nothing."),
    "note desk-closed": N_("Nobody is at the desk then: it is staffed on workdays from 09:00 to 18:00."),
    "note time-past": N_("That time has passed already."),
    "note take-your-time": N_("Take your time. Nothing is handed in before your yes."),
}  # fmt: skip
HANDOVER: Mapping[str, str] = {
    "wish": N_("A person takes over; you need not say anything twice."),
    "misses": N_("I could not help you; a person takes over and sees what was said here."),
    "complaint": N_("A person takes over and looks into it."),
    "hardship": N_("This is for a person, who looks for a way with you. I have passed it on at once."),
    "fraud": N_("A person takes over at once. Please call the police on 110, too, and do not pay anything more."),
    "death": N_("We are sorry for your loss. A person takes over and arranges everything with you."),
    "threat": N_("Please stay safe; a person takes over at once. In danger to life please call 110 or 120 now."),
    "again": N_("I am sorry that it is not settled. A person takes it up again."),
}
AT_NIGHT = N_(
    "Nobody is at the desk just now. It opens on {day} at {opens}, and your request comes first; it is due by {due}."
)
NO_FIGURE: Mapping[str, str] = {
    "balance": N_("I have no balance of yours yet; upload a statement and I can tell."),
    "limit": N_("You have no open offer, so there is no limit yet. An application with a statement brings one."),
    "rate": N_("You have no rate of your own yet: it stands in an offer."),
    "schedule": N_("I cannot work that out yet: a schedule needs a rate, which stands in an offer."),
    "loans": N_("You have no loan with us."),
    "forecast": N_("I have no forecast yet; upload a statement of at least 90 days."),
    "idle_plan": N_("I have no plan for idle cash yet; upload a statement first."),
    "application": N_("You have no application that is open or decided."),
}
SCOPES: Mapping[str, str] = {
    "all": N_("no messages at all"),
    "marketing": N_("advertising"),
    "credit": N_("loan offers"),
    "wealth": N_("wealth products"),
    "insurance": N_("insurance"),
    "payments": N_("payments"),
}
CHANNELS: Mapping[str, str] = {
    "all": N_("on every channel"),
    "sms": N_("by text message"),
    "app": N_("in the app"),
    "phone": N_("by phone"),
    "mail": N_("by mail"),
    "wecom": N_("on WeCom"),
}
PRODUCTS: Mapping[str, str] = {
    "cash-t0": N_("same-day cash fund"),
    "term-7": N_("7-day product"),
    "term-30": N_("30-day product"),
    "term-90": N_("90-day product"),
}
METHODS: Mapping[str, str] = {
    "annuity": N_("equal instalments"),
    "equal-principal": N_("equal principal"),
    "bullet": N_("interest first, principal on the last day"),
}
Say = Callable[[str], str]


def reply(
    acts: Iterable[Act], texts: Mapping[str, Text], lang: Spoken, *, desk: Desk | None = None, number: str = ""
) -> str:
    """What the owner reads. ``desk`` is where the task of a hand-over stands, ``number`` that of a complaint."""
    lines = [_line(act, texts, lang, desk, number) for act in acts]
    return "\n".join(dict.fromkeys(line for line in lines if line))


class Desk:
    """Where a request stands: whether somebody is there, when the desk opens, by when it is due."""

    def __init__(self, online: bool, opens: datetime, due: datetime) -> None:
        self.online, self.opens, self.due = online, opens, due


def _line(act: Act, texts: Mapping[str, Text], lang: Spoken, desk: Desk | None, number: str) -> str:
    _ = translator(lang)
    if act.kind == "answer":
        text = texts[act.name]
        return _("{text} (Source: {source}, valid from {day})").format(
            text=text.words[lang], source=text.source, day=text.valid_from.isoformat()
        )
    if act.kind == "tool":
        return _(NO_FIGURE[act.name]) if act.facts is None else _FIGURES[act.name](act.facts, act.values, lang)
    if act.kind == "handover":
        return _handover(act, desk, lang)
    if act.kind in ("refuse", "lift"):
        code = f"{act.kind} {act.text}".strip()
        return _(SAID.get(code, SAID[act.kind])).format(
            scopes=_joined(act.name.split(","), SCOPES, lang),
            channels=_joined(act.values["channels"].split(","), CHANNELS, lang),
        )
    if act.kind == "waiting" and desk is not None and not desk.online:
        kept = SAID["waiting night"]
        return _(kept).format(opens=f"{desk.opens:%H:%M}")
    words = SAID.get(f"{act.kind} {act.name}", SAID.get(act.kind, ""))
    if not words:
        return ""
    return _(words).format(name=act.text, number=number, **_shown(act.values, lang))


def _handover(act: Act, desk: Desk | None, lang: Spoken) -> str:
    _ = translator(lang)
    told = _(HANDOVER[act.name])
    if desk is None or desk.online or "at" in act.values:
        return told
    return (
        told
        + " "
        + _(AT_NIGHT).format(
            day=f"{desk.opens:%Y-%m-%d}", opens=f"{desk.opens:%H:%M}", due=f"{desk.due:%Y-%m-%d %H:%M}"
        )
    )


def _joined(codes: Iterable[str], words: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    return ("、" if lang == "zh" else ", ").join(_(words[code]) for code in codes if code in words)


def _shown(values: Mapping[str, str], lang: Spoken) -> dict[str, str]:
    return {name: _money(value, lang) if name == "amount" else value for name, value in values.items()}


def _money(value: Any, lang: Spoken) -> str:
    return show_money(Money.of(str(value)), lang)


# -- figures ------------------------------------------------------------------------------------------------------------


def _balance(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    return translator(lang)("Your balance is {amount}.").format(amount=_money(_one(facts, "balance"), lang))


def _one(facts: Any, name: str) -> Any:
    return facts[name] if isinstance(facts, Mapping) else facts


def _limit(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    return translator(lang)(
        "Your open offer: up to {amount}, for at most {months} months; it stands until {until}."
    ).format(amount=_money(facts["amount"], lang), months=facts["tenor_months_max"], until=facts["offer_until"])


def _rate(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    return translator(lang)("Your annual rate is {rate}.").format(rate=_one(facts, "rate"))


def _schedule(facts: Any, values: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    return _(
        "{amount} over {months} months, {method}: the first instalment is {first}, the last {last}, the interest in sum {interest}."
    ).format(
        amount=_money(values["amount"], lang),
        months=values["tenor_months"],
        method=_(METHODS[values["method"]]),
        **{name: _money(facts[name], lang) for name in ("first", "last", "interest")},
    )


def _loans(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    loans = facts["loans"] if isinstance(facts, Mapping) else facts
    if not loans:
        return _(NO_FIGURE["loans"])
    lines = []
    for loan in loans:
        words = _("Of your loan of {principal} at {rate} you owe {owed}; {next_due} is due on {next_due_on}.")
        if loan["overdue_days"] not in (0, "0"):
            words = _("Of your loan of {principal} at {rate} you owe {owed}; {overdue} is {overdue_days} days late.")
        amounts = {name: _money(loan[name], lang) for name in ("principal", "owed", "next_due", "overdue")}
        lines.append(words.format(**{**loan, **amounts}))
    return "\n".join(lines)


def _forecast(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    words = _(
        "Over the coming 13 weeks the lowest balance is about {lowest}, around {day}; the chance to run short is {short}."
    )
    short = f"{float(facts['p_short']):.0%}"
    return words.format(lowest=_money(facts["lowest"], lang), day=facts["lowest_on"], short=short)


def _idle_plan(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    told = [_("{amount} can safely be put aside.").format(amount=_money(facts["amount"], lang))]
    told += [
        _("{amount} in the {product} at {rate} today.").format(
            amount=_money(line["amount"], lang),
            product=_(PRODUCTS.get(line["product"], line["product"])),
            rate=line["rate"],
        )
        for line in facts["lines"]
    ]
    return " ".join(told)


def _application(facts: Any, _values: Mapping[str, str], lang: Spoken) -> str:
    _ = translator(lang)
    amount = _money(facts["amount"], lang)
    if facts["status"] == "review":
        return _("Your application for {amount} is with a person, who decides by {day}.").format(
            amount=amount, day=facts["decide_by"]
        )
    if facts["status"] == "declined":
        return _("Your application for {amount} was declined: {reason}.").format(amount=amount, reason=facts["reason"])
    return _("Your application for {amount} has arrived.").format(amount=amount)


_FIGURES: Mapping[str, Callable[[Any, Mapping[str, str], Spoken], str]] = {
    "balance": _balance,
    "limit": _limit,
    "rate": _rate,
    "schedule": _schedule,
    "loans": _loans,
    "forecast": _forecast,
    "idle_plan": _idle_plan,
    "application": _application,
}
