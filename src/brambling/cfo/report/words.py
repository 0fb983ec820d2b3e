"""The sentences of the brief, for a shop owner and not for a banker."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.cfo.rules import Compare
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.report import change_text, reason_text
from brambling.credit.underwriting.rules import Refer
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.reasons import show_share, tell

COMPARE: Mapping[str, str] = {
    "balance-unknown": N_("Give the balance of the account (--balance) to compare borrowing with waiting."),
    "no-offer": N_("There is no offer, so the way is to wait and to do what is said above."),
    "own-cash": N_("Wait: {idle:money} of your own is free for 13 weeks, so there is no reason to pay interest."),
    "no-gap": N_(
        "Wait: the account is very unlikely to run short, and a loan would cost {interest:money} in interest."
    ),
    "borrow-cheaper": N_("Borrow: it is {saves:money} cheaper than what running short would cost on average."),
    "wait-cheaper": N_("Wait: what running short costs on average is {saves:money} less than borrowing."),
}

HOLIDAY_NAMES: Mapping[str, str] = {
    "new-year": N_("New Year"),
    "spring-festival": N_("Spring Festival"),
    "qingming": N_("Qingming"),
    "labour": N_("Labour Day"),
    "dragon-boat": N_("Dragon Boat"),
    "mid-autumn": N_("Mid-Autumn"),
    "national-day": N_("National Day"),
}


def lead(brief: Brief, lang: Lang) -> str:
    """The brief in one or two sentences."""
    _ = translator(lang)
    low, share = brief.lowest, show_share(brief.lowest.probability_below_zero)
    day, amount = show_date(low.date, lang), show_money(low.amount, lang)
    if not brief.balance_known:
        text = _(
            "The balance is not known: all amounts are changes from today. The lowest point is {amount}, most likely on {day}."
        )
    elif low.probability_below_zero == 0:
        text = _(
            "The lowest point of the next 13 weeks is {amount}, most likely on {day}; in none of {paths} simulated futures does the account run short."
        )
    else:
        text = _(
            "The lowest point of the next 13 weeks is {amount}, most likely on {day}. The chance of running short is {share}."
        )
    return text.format(amount=amount, day=day, share=share, paths=f"{brief.twin.net_paths.shape[0]:,}")


def loan_headline(brief: Brief, lang: Lang) -> str:
    """The offer or the decline in one sentence."""
    _ = translator(lang)
    offer = brief.offer
    if offer is None:
        return _("The bank cannot lend at present.")
    text = _(
        "You could borrow up to {limit} at {rate} a year, paid back in {months} monthly instalments over {days} days."
    )
    if isinstance(brief.outcome, Refer):
        text = _(
            "You could borrow up to {limit} at {rate} a year, paid back in {months} monthly instalments over {days} days, once a person has confirmed it."
        )
    shown = {"limit": show_money(offer.limit, lang), "rate": offer.rate_annual.shown()}
    return text.format(months=len(offer.schedule), days=offer.tenor_days, **shown)


def loan_reasons(brief: Brief, lang: Lang) -> list[str]:
    """At most four reasons, strongest first."""
    offer = brief.offer
    reasons = brief.outcome.reasons if offer is None else offer.reasons
    return [reason_text(reason, lang, brief.currency) for reason in reasons]


def loan_questions(brief: Brief, lang: Lang) -> list[str]:
    """Why a person confirms the offer; empty where nobody needs to."""
    if not isinstance(brief.outcome, Refer):
        return []
    return [reason_text(reason, lang, brief.currency) for reason in brief.outcome.reasons]


def loan_changes(brief: Brief, lang: Lang) -> list[str]:
    """What would turn a decline."""
    decline = brief.decline
    return [change_text(change, lang, brief.currency) for change in decline.changes] if decline else []


def advice_text(compare: Compare, lang: Lang, currency: str) -> str:
    """Borrow or wait, in one sentence."""
    return tell(compare.reason, COMPARE, lang, currency)


def assumption_text(brief: Brief, lang: Lang) -> str:
    """What the comparison takes a shortfall to cost."""
    _ = translator(lang)
    text = _(
        "Assumed: running short costs {share} of the most that is missing, {least} at least, and {rate} of it each day (assumptions {version})."
    )
    assumed = brief.assumptions
    return text.format(
        share=show_share(assumed.penalty_share + assumed.compensation_share),
        least=show_money(assumed.penalty_min, lang),
        rate=f"{assumed.late_rate_daily * 100:.2f} %",
        version=assumed.version,
    )
