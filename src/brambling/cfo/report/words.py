"""The sentences of the brief, for a shop owner and not for a banker."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from brambling.cfo.rules import Compare
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.report import change_text, reason_text
from brambling.credit.underwriting.rules import Refer
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.reasons import Reason, show_share, tell

COMPARE: Mapping[str, str] = {
    "balance-unknown": N_("Give the balance of the account (--balance) to compare borrowing with waiting."),
    "no-offer": N_("There is no offer, so the way is to wait and to do what is said above."),
    "own-cash": N_("Wait: {idle:money} of your own is free for 13 weeks, so there is no reason to pay interest."),
    "currency-not-served": N_("The statement is in {currency}; borrowing and waiting are compared in {served} only."),
    "no-gap": N_(
        "Wait: that the account runs short is {likelihood} ({probability:share}), and a loan would cost {interest:money} in interest."
    ),
    "borrow-cheaper": N_("Borrow: it is {saves:money} cheaper than what running short would cost on average."),
    "wait-cheaper": N_("Wait: what running short costs on average is {saves:money} less than borrowing."),
}

# Words for a stated probability: the first band that it does not pass. The figure always stands beside the word.
LIKELIHOODS: Mapping[Decimal, str] = {
    Decimal("0.01"): N_("very unlikely"),
    Decimal("0.05"): N_("unlikely"),
    Decimal("0.20"): N_("possible"),
    Decimal("0.50"): N_("quite possible"),
    Decimal("0.80"): N_("likely"),
    Decimal("1"): N_("very likely"),
}

WARNINGS: Mapping[str, str] = {
    "rows-ahead": N_("Mind: the statement has rows up to {until}, which is later than today ({today})."),
    "statement-old": N_(
        "Mind: the statement ends on {until}, {days} days ago; a loan needs one that is at most {days_max} days old."
    ),
    "balance-unused": N_(
        "Mind: the balance given ({given:money}) was not used, since the rows of the statement prove {proven:money}."
    ),
    "rows-left-out": N_("Rows left out because they moved no money (closed trades, moves within the wallet): {rows}."),
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
            "The balance is not known: all amounts are changes from today. Half of the simulated futures fall to {amount} or lower; most often the lowest point is on {day}."
        )
    elif low.probability_below_zero == 0:
        text = _(
            "From today on, half of the simulated futures of 13 weeks fall to {amount} or lower; most often the lowest point is on {day}. In none of {paths} does the account run short."
        )
    else:
        text = _(
            "From today on, half of the simulated futures of 13 weeks fall to {amount} or lower; most often the lowest point is on {day}. That the account runs short is {likelihood} ({share})."
        )
    likely = likelihood(low.probability_below_zero, lang)
    return text.format(
        amount=amount, day=day, share=share, likelihood=likely, paths=f"{brief.twin.net_paths.shape[0]:,}"
    )


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
    reason, chance = compare.reason, compare.reason.params.get("probability")
    if chance is not None:
        reason = Reason(reason.code, {**reason.params, "likelihood": likelihood(Decimal(chance), lang)})
    return tell(reason, COMPARE, lang, currency)


def likelihood(probability: Decimal, lang: Lang) -> str:
    """The word for a probability."""
    band = next(most for most in LIKELIHOODS if probability <= most)
    return translator(lang)(LIKELIHOODS[band])


def warnings(brief: Brief, lang: Lang) -> list[str]:
    """What to know of the statement before the figures."""
    return [tell(reason, WARNINGS, lang, brief.currency) for reason in brief.warnings]


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
