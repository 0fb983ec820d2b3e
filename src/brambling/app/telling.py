"""The words of the demo: each step of the walk as a title and lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.i18n import Lang, show_money, translator
from brambling.kit.money import Money, Rate

if TYPE_CHECKING:
    from brambling.app.demo import Neighbour, Start
    from brambling.bank.contact import Message, Sent
    from brambling.bank.decisions import Decision, ReplayReport
    from brambling.credit.lending.rules import Loan
    from brambling.marketing.needs import Need
    from brambling.perception.cashflow.twin_shapes import Twin
    from brambling.wealth.advice.rules import Plan

Told = tuple[str, list[str]]


def read(start: Start, lang: Lang) -> Told:
    """The statement that was read."""
    _ = translator(lang)
    statement = start.statement
    line = _("{name} (synthetic): {rows} rows from {first} to {last}, layout {dialect}").format(
        name=start.name,
        rows=statement.rows.height,
        first=statement.first_day,
        last=statement.last_day,
        dialect=statement.dialect,
    )
    words = _("{new} rows are new, {known} were known and are not kept twice")
    if start.imported.new == 0:
        words = _("the bank has all {known} rows already; none is kept twice")
    kept = words.format(new=start.imported.new, known=start.imported.known)
    return _("1. The bank statement is read"), [line, kept]


def twin(made: Twin, lang: Lang) -> Told:
    """What the twin says."""
    _ = translator(lang)
    lowest = made.lowest()
    amount = show_money(Money(round(lowest.amount_minor), made.currency), lang)
    lines = [
        _("lowest balance in 13 weeks: {amount}, most often on {day}").format(amount=amount, day=lowest.date),
        _("chance of running short: {share:.1%}").format(share=lowest.probability_below_zero),
        _("recurring items found: {count}").format(count=len(made.recurring)),
    ]
    return _("2. Its cash-flow twin looks 13 weeks ahead"), lines


def decision(made: Decision, lang: Lang) -> Told:
    """Outcome, limit, price and reasons."""
    from brambling.credit.underwriting.report import reason_text
    from brambling.credit.underwriting.report.backtest import OUTCOME_WORDS
    from brambling.kit.reasons import Reason

    _ = translator(lang)
    words = next(words for outcome, words in OUTCOME_WORDS.items() if outcome == made.outcome)
    lines = [_("outcome: {outcome}").format(outcome=_(words))]
    if "offer" in made.result:
        terms = made.result["offer"]
        lines.append(
            _("limit {limit} at {rate} a year for {days} days").format(
                limit=show_money(Money.of(terms["limit"]), lang),
                rate=Rate.of(terms["rate_annual"]).shown(),
                days=terms["tenor_days"],
            )
        )
    lines += ["- " + reason_text(Reason(found["code"], found["params"]), lang) for found in made.reasons]
    lines.append(_("policy {version}, recorded as {hash}").format(version=made.versions["policy"], hash=made.hash[:16]))
    return _("4. It applies, and is decided on"), lines


def payout(loan: Loan, balance: Money, lang: Lang) -> Told:
    """The money in the ledger."""
    from brambling.credit.lending.report import state_name

    _ = translator(lang)
    line = _("loan of {amount}: {state}; current account now {balance}").format(
        amount=show_money(loan.principal, lang), state=state_name(loan.state, lang), balance=show_money(balance, lang)
    )
    return _("5. It accepts what it needs, and the money is in the ledger"), [line]


def plan(made: Plan, neighbour: Neighbour | None, lang: Lang) -> Told:
    """What is idle, and where it goes; ``neighbour`` has idle cash where the business itself has none."""
    _ = translator(lang)
    lines = _planned(made, lang)
    if neighbour is not None:
        lines.append(_("another business, {name} (synthetic), has idle cash:").format(name=neighbour.name))
        lines += _planned(neighbour.plan, lang)
    return _("6. Its idle cash gets a plan"), lines


def _planned(made: Plan, lang: Lang) -> list[str]:
    from brambling.wealth.advice import shipped_shelf
    from brambling.wealth.advice.report import product_name, reason_text

    _ = translator(lang)
    shelf = shipped_shelf()
    lines = [
        _("{amount} in {product} until {day}").format(
            amount=show_money(line.amount, lang), product=product_name(line.product, shelf, lang), day=line.release_on
        )
        for line in made.lines
    ]
    lines += ["- " + reason_text(reason, lang) for reason in made.reasons]
    if made.lines and made.floor:
        lines.append(
            _("never below {floor}: payroll, tax and what is committed").format(floor=show_money(made.floor, lang))
        )
    return lines


def gate(need: Need | None, message: Message | None, sent: Sent | None, lang: Lang) -> Told:
    """What the gate did with one message."""
    from brambling.bank.contact.report import verdict_text

    _ = translator(lang)
    title = _("3. One message stands before the gate")
    if need is None or message is None or sent is None:
        return title, [_("no need was found; silence is an action too")]
    return title, [f"“{message.text}”", verdict_text(sent.verdict, "Asia/Shanghai", lang)]


def replay(capsule: Path, report: ReplayReport, lang: Lang) -> Told:
    """The proof."""
    from brambling.bank.decisions import replay_lines

    _ = translator(lang)
    return _("7. brambling replay proves the decision"), [str(capsule), *replay_lines(report, lang)]
