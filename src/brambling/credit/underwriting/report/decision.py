"""Credit decisions in the customer's words: one sentence for each reason and each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brambling.credit.underwriting.rules import Change, Facts, LimitLine, Offer, proposed
from brambling.credit.underwriting.rules.improving import Improvement
from brambling.engine.doors.report import Table, table_of
from brambling.kit.i18n import N_, Lang, show_money, singular, translator
from brambling.kit.money import Money
from brambling.kit.reasons import Reason, show_share, tell

SENTENCES: Mapping[str, str] = {
    # why not
    "blocked": N_("The bank may not lend to this business at present: it stands on a list the bank must follow."),
    "trade-excluded": N_("The bank's policy does not lend to businesses of trade {trade}."),
    "currency-not-served": N_("The statement is in {currency}; the bank lends in {served}."),
    "no-consent": N_("The business has not agreed that its statement is used for a loan."),
    "short-history": N_("The statement covers {days} days; a loan needs at least {days_min}."),
    "stale-statement": N_(
        "The statement ends {days} days ago; a loan needs one that ends at most {days_max} days ago."
    ),
    "balance-unknown": N_(
        "The balance is not known, so nobody can say whether the account runs short: tell it, and there can be an offer."
    ),
    "safe-from": N_(
        "What can be said: with {gap:money} or more in the account today the chance of running short within 13 weeks is at most {probability:share}."
    ),
    "carries-at-least": N_(
        "What can be said: once the account is that safe, it can spare at least {instalment:money} a month for instalments."
    ),
    "shortfall-likely": N_(
        "The account would run short within 13 weeks with a chance of {probability:share}; the most the policy accepts is {probability_max:share}."
    ),
    "default-likely": N_(
        "The scorecard sees a chance of default of {probability:share}; the most the policy accepts is {probability_max:share}."
    ),
    "capacity-too-small": N_(
        "The account can spare {instalment:money} a month; the smallest loan needs {needed:money}."
    ),
    "surplus-too-small": N_(
        "A usual month leaves {surplus:money} after costs and present loans; the smallest loan needs {needed:money}."
    ),
    "turnover-too-small": N_("Sales of a year are {turnover:money}; the smallest loan needs {needed:money}."),
    "request-too-small": N_("{requested:money} was asked for; the smallest loan is {limit_min:money}."),
    "gap-too-large": N_(
        "Bringing the chance of running short down to {probability:share} takes a loan of {needed:money}, its instalments counted; that is more than can be lent."
    ),
    "request-below-gap": N_(
        "{requested:money} was asked for, but being safe from running short, its instalments counted, takes {needed:money}."
    ),
    # why this much, at this price
    "own-cash-suffices": N_(
        "You have {idle:money} of your own that is not needed for 13 weeks: it covers the {requested:money} you asked for."
    ),
    "limit-capacity": N_(
        "The limit is what your cash flow can repay: {instalment:money} a month over {months} months."
    ),
    "limit-turnover": N_("The limit is {multiple:share} of your sales of a year, {turnover:money}."),
    "limit-policy": N_("The limit is the most the bank lends to one business, {limit_max:money}."),
    "limit-group": N_(
        "The limit is what businesses under the same persons may still owe together: {limit_max:money}, of which {owed:money} are owed by others of them."
    ),
    "limit-request": N_(
        "The limit is what you asked for; you can repay it with {instalment:money} a month over {months} months."
    ),
    "closes-gap": N_(
        "Kept in the account until it is needed and paid back by plan, it brings the chance of running short within 13 weeks down to {probability:share} or less."
    ),
    "price-shortfall": N_(
        "The price is that of risk band {band}: a chance of {probability:share} that the account runs short within 13 weeks."
    ),
    "price-default": N_("The price is that of risk band {band}: a chance of default of {probability:share}."),
    "owed-here": N_("You owe this bank {owed:money} already; limits are for all loans together."),
    "exposure-full": N_("You owe this bank {owed:money}, and it lends one business at most {limit_max:money}."),
    "group-full": N_(
        "Businesses under the same persons owe this bank {owed:money} already; together they may owe {limit_max:money}."
    ),
    "existing-debt": N_("Present loans already take {monthly:money} a month."),
    # why a person looks at it
    "above-authority": N_("A person confirms limits above {refer_above:money}."),
    "signals-disagree": N_(
        "The scorecard ({default:share}) and the cash flow ({shortfall:share}) tell different stories, so a person looks at it."
    ),
}

CHANGES: Mapping[str, str] = {
    "clear-block": N_("Have the entry on the list cleared."),
    "give-consent": N_("Agree that the statement is used for a loan."),
    "more-history": N_("Bring a statement that covers {days} more days."),
    "newer-statement": N_("Bring a statement up to today."),
    "give-balance": N_("Give the balance of the account (--balance)."),
    "add-cash": N_("Have {amount:money} more in the account, by own money or by bills collected earlier."),
    "lower-risk": N_("Bring the chance of default down to {probability_max:share}: pay on time, and ask again."),
    "raise-capacity": N_("Make room for {instalment:money} a month: later bills, or fewer payments in the same weeks."),
    "raise-surplus": N_("Let a usual month leave at least {surplus:money} after costs and present loans."),
    "raise-turnover": N_("Let sales of a year reach {turnover:money}, or bring statements of other accounts."),
    "repay-first": N_("Pay back {amount:money} of your present loans first."),
    "repay-group-first": N_("Let the businesses under the same persons pay back {amount:money} first."),
    "ask-more": N_("Ask for at least {amount:money}."),
}

STEPS: Mapping[str, str] = {
    "sell-more": N_("Sell for {amount:money} more in a year, at the same margin."),
    "spend-less": N_("Spend {amount:money} less in a year."),
    "spread-payments": N_(
        "Make room for {amount:money} more a month on the due days: later bills, earlier collections."
    ),
    "keep-cash": N_("Keep {amount:money} more in the account."),
    "repay-loans-here": N_("Pay back {amount:money} of the loans here."),
    "bring-history": N_("Bring a statement that covers {days} more days."),
    "bring-newer-statement": N_("Bring a statement up to today."),
    "give-balance": N_("Give the balance of the account (--balance)."),
    "ask-for-more": N_("Ask for {amount:money} more."),
}


def improvement_lines(found: Improvement, lang: Lang, currency: str = "CNY") -> list[str]:
    """The steps of a smallest change, and what the policy then decides."""
    _ = translator(lang)
    lines = [
        tell(
            Reason(step.code, {"amount": str(Money(step.size, currency)), "days": str(step.size)}),
            STEPS,
            lang,
            currency,
        )
        for step in found.steps
    ]
    made = proposed(found.outcome)
    assert made is not None  # a change is told only where it was decided again
    then = _("Decided again with that: up to {limit} at {rate} a year.")
    return [*lines, then.format(limit=show_money(made.limit, lang), rate=made.rate_annual.shown())]


_CEILINGS: Mapping[str, str] = {
    "capacity": N_("What cash flow can repay"),
    "turnover": N_("What sales support"),
    "policy": N_("What the policy allows"),
    "group": N_("What the group may still owe"),
    "request": N_("What was asked for"),
}


def reason_text(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """One sentence for a reason."""
    return tell(reason, SENTENCES, lang, currency)


def change_text(change: Change, lang: Lang, currency: str = "CNY") -> str:
    """One sentence for something that would change a decline."""
    return tell(change, CHANGES, lang, currency)


def ceiling_name(line: LimitLine, lang: Lang) -> str:
    """The name of a ceiling."""
    return translator(lang)(_CEILINGS[line.name])


def ceilings_table(lines: Sequence[LimitLine], limit: Money, lang: Lang) -> Table:
    """The ceilings of a limit, and the least of them."""
    _ = translator(lang)
    columns = (_("Ceiling"), _("Amount"))
    rows = [(ceiling_name(line, lang), show_money(line.amount, lang)) for line in lines]
    rows.append((_("The limit: the least of them"), show_money(limit, lang)))
    return table_of(columns, rows, numeric=(columns[1],))


def schedule_table(offer: Offer, lang: Lang) -> Table:
    """The instalments when the whole limit is drawn."""
    _ = translator(lang)
    columns = (_("Days after pay-out"), _("Principal"), _("Interest"), _("Instalment"))
    rows = [
        (part.due_day, *(show_money(amount, lang) for amount in (part.principal, part.interest, part.total)))
        for part in offer.schedule
    ]
    return table_of(columns, rows, numeric=columns)


def facts_table(facts: Facts, lang: Lang) -> Table:
    """What the decision knew, each figure with its name."""
    _ = translator(lang)
    columns = (_("What the decision knew"), _("Figure"))

    def money(amount: Money) -> str:
        return show_money(amount, lang)

    rows = [
        (_("History of the statement"), singular(_("{days} days").format(days=facts.history_days))),
        (_("Age of the statement"), singular(_("{days} days").format(days=facts.statement_age_days))),
        (_("Balance"), _("known") if facts.balance_known else _("not known")),
        (_("Sales of a year"), money(facts.inflow_year)),
        (_("Costs of a year"), money(facts.outflow_year)),
        (_("Left over in a usual month"), money(facts.surplus_monthly)),
        (_("Instalments of present loans, a month"), money(facts.existing_debt_monthly)),
        (_("Instalment the cash flow carries, a month"), money(facts.capacity_instalment)),
        (_("Chance of running short in 13 weeks"), show_share(facts.p_shortfall)),
        (_("Cash that would make it safe"), money(facts.gap)),
        (_("Own cash not needed for 13 weeks"), money(facts.idle)),
    ]
    if facts.probability_default is not None:
        rows.append((_("Chance of default by the scorecard"), show_share(facts.probability_default)))
    if facts.requested is not None:
        rows.append((_("Asked for"), money(facts.requested)))
    return table_of(columns, rows, numeric=(columns[1],))
