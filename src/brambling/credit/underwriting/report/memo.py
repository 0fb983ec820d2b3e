"""The credit memo in words: business, cash flow, evidence, limit line by line, price, axioms, people, proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brambling.bank.customers import Customer
from brambling.bank.decisions.rules import Decision
from brambling.credit.axioms.rules import Axiom
from brambling.credit.underwriting.report.backtest import percent
from brambling.credit.underwriting.report.decision import ceiling_name, change_text, reason_text
from brambling.credit.underwriting.report.opinions import said_words
from brambling.credit.underwriting.report.policy import axioms_words
from brambling.credit.underwriting.rules import Decline, Facts, LimitLine, Offer, Outcome, Policy, Refer, proposed
from brambling.credit.underwriting.rules.ceilings import ceilings_of, probability
from brambling.credit.underwriting.shapes.memo import Line, Memo, Part, Ratios
from brambling.credit.underwriting.shapes.opinions import Opinion
from brambling.credit.underwriting.shapes.policies import AxiomsSeen
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import Lang, show_date, show_money, singular, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True)
class Record:
    """Everything a memo is made of. ``place`` and ``evidence`` are None where no room was asked."""

    decision: Decision
    customer: Customer
    facts: Facts
    outcome: Outcome
    policy: Policy
    ratios: Ratios | None
    judged: Sequence[tuple[Axiom, bool]]
    searched: Sequence[AxiomsSeen]
    opinions: Sequence[Opinion]
    place: Sequence[tuple[str, str, str]] | None
    evidence: Sequence[tuple[str, str, str]] | None


class _Sources:
    """Keys of sources in the order of first use."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, words: str) -> str:
        """The key of a source."""
        for key, known in self.known.items():
            if known == words:
                return key
        key = f"s{len(self.known) + 1}"
        self.known[key] = words
        return key


def memo_of(record: Record, lang: Lang) -> Memo:
    """The memo of a record; the same record gives the same memo."""
    _ = translator(lang)
    sources = _Sources()
    parts = [
        _business(record, sources, lang),
        _chain(record, sources, lang),
        _cash_flow(record, sources, lang),
        _evidence(record, sources, lang),
        _limit(record, sources, lang),
        _price(record, sources, lang),
        _axioms(record, sources, lang),
        _people(record, sources, lang),
        _proof(record, sources, lang),
    ]
    return Memo(
        decision_id=record.decision.id,
        lang=lang,
        title=_("Credit memo: {name}").format(name=record.customer.name),
        summary=_summary(record, lang),
        parts=tuple(parts),
        sources=sources.known,
        synthetic=record.customer.synthetic,
        name=record.customer.name,
    )


def headline(outcome: Outcome, lang: Lang) -> str:
    """The decision in one line."""
    _ = translator(lang)
    made = proposed(outcome)
    if made is None:
        return _("Decline: no loan at present")
    text = _("Up to {limit} at {rate} a year for {days} days")
    if isinstance(outcome, Refer):
        text = _("A person decides: up to {limit} at {rate} a year for {days} days")
    return text.format(limit=show_money(made.limit, lang), rate=made.rate_annual.shown(), days=made.tenor_days)


def _summary(record: Record, lang: Lang) -> tuple[str, ...]:
    currency = record.facts.currency
    told = [headline(record.outcome, lang)]
    told += [reason_text(reason, lang, currency) for reason in record.outcome.reasons]
    if isinstance(record.outcome, Refer):
        told += [reason_text(reason, lang, currency) for reason in record.outcome.proposal.reasons]
    return tuple(told)


def _business(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    customer, facts = record.customer, record.facts
    held = sources.of(_("record of the customer at this bank"))
    asked = sources.of(_("application {id}").format(id=record.decision.inputs["application"]))
    lines = [
        Line(_("Name"), customer.name, held),
        Line(_("Trade (GB/T 4754)"), customer.gbt4754, held),
        Line(_("Region"), customer.region, held),
        Line(_("Customer since"), show_date(customer.opened_on, lang), held),
        Line(_("Asked for"), show_money(facts.requested, lang) if facts.requested else _("what is possible"), asked),
    ]
    if facts.owed_here is not None:
        lines.append(
            Line(_("Owed to this bank"), show_money(facts.owed_here, lang), sources.of(_("ledger of this bank")))
        )
    return Part(_("Business"), lines=tuple(lines))


def _chain(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    if record.place is None:
        return Part(_("Place in the chain of trades"), (_("Not asked: this bank has no chain of trades at hand."),))
    if not record.place:
        return Part(_("Place in the chain of trades"), (_("The chain of trades does not know this business."),))
    lines = tuple(Line(label, value, sources.of(source)) for label, value, source in record.place)
    return Part(_("Place in the chain of trades"), lines=lines)


def _statement(record: Record, sources: _Sources, lang: Lang) -> str:
    _ = translator(lang)
    until = record.decision.inputs.get("statement_until")
    if not until:
        return sources.of(_("facts of the decision; no statement was read"))
    sha = str(record.decision.inputs.get("statement_sha256", ""))[:16]
    return sources.of(_("bank statement until {day}, SHA-256 {sha}").format(day=until, sha=sha or "-"))


def _cash_flow(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    facts, made = record.facts, proposed(record.outcome)
    seen = _statement(record, sources, lang)
    twin = sources.of(
        _("cash-flow twin {version}, seed {seed}, on that statement").format(
            version=record.decision.versions.get("twin", "-"), seed=record.decision.inputs["seed"]
        )
    )
    counted = sources.of(_("computed in this memo from the lines above it"))

    def money(amount: Money) -> str:
        return show_money(amount, lang)

    lines = [
        Line(_("Turnover of a year"), money(facts.inflow_year), seen),
        Line(_("Costs of a year"), money(facts.outflow_year), seen),
        Line(_("Left over in a usual month"), money(facts.surplus_monthly), counted),
        Line(_("Instalments of present loans, a month"), money(facts.existing_debt_monthly), seen),
        Line(_("Chance of running short in 13 weeks"), show_share(facts.p_shortfall), twin),
        Line(_("Cash that would make it safe"), money(facts.gap), twin),
        Line(_("Instalment the cash flow carries, a month"), money(facts.capacity_instalment), twin),
        Line(_("Own cash not needed for 13 weeks"), money(facts.idle), twin),
    ]
    covered = _coverage(facts, made)
    if covered is not None:
        lines.append(Line(_("Debt service coverage with this loan"), f"{covered:.2f}", counted))
    if record.ratios is None:
        told = _("Trend and concentration: the statement that was decided on is not at hand any more, or was not read.")
        return Part(_("Cash flow"), (told,), tuple(lines))
    return Part(_("Cash flow"), lines=(*lines, *_ratio_lines(record.ratios, seen, lang)))


def _coverage(facts: Facts, made: Offer | None) -> Decimal | None:
    """What a month leaves before debt, over all instalments of a month, this loan's among them."""
    instalment = made.schedule[0].total.minor if made else 0
    service = facts.existing_debt_monthly.minor + instalment
    if service <= 0:
        return None
    return Decimal(facts.inflow_year.minor - facts.outflow_year.minor) / 12 / service


def _ratio_lines(ratios: Ratios, seen: str, lang: Lang) -> list[Line]:
    _ = translator(lang)
    against = _("against the same weeks a year before") if ratios.trend_by_year else _("against the 13 weeks before")
    trend = "-" if ratios.trend is None else f"{100 * ratios.trend:+.1f} % {against}"
    return [
        Line(_("Turnover of the last 13 weeks"), trend, seen),
        Line(_("Largest payer's share of turnover"), percent(ratios.largest), seen),
        Line(_("Three largest payers' share"), percent(ratios.largest_three), seen),
        Line(_("Payers with a name"), f"{ratios.payers:,}", seen),
    ]


def _evidence(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    facts = record.facts
    seen = _statement(record, sources, lang)
    days = singular(_("{days} days").format(days=facts.history_days))
    age = singular(_("{days} days").format(days=facts.statement_age_days))
    lines = [
        Line(_("History of the statement"), days, seen),
        Line(_("Age of the statement"), age, seen),
        Line(_("Balance"), _("known") if facts.balance_known else _("not known"), seen),
    ]
    told = []
    if record.evidence is None:
        told.append(_("Documents beside the statement: not asked."))
    else:
        lines += [Line(label, value, sources.of(source)) for label, value, source in record.evidence]
        if not record.evidence:
            told.append(_("No document beside the statement."))
    if not facts.balance_known:
        told.append(_("The balance is not known; everything was counted as if the account were empty."))
    if facts.idle and facts.requested is not None and facts.idle >= facts.requested:
        told.append(_("The business asks for a loan that its own idle cash would cover."))
    return Part(_("Evidence and contradictions"), tuple(told), tuple(lines))


def _limit(record: Record, sources: _Sources, lang: Lang) -> Part:
    """Every ceiling with its computation; the least is the limit."""
    _ = translator(lang)
    facts, policy, made = record.facts, record.policy, proposed(record.outcome)
    rule = sources.of(_("policy {version}").format(version=record.decision.versions["policy"]))
    lines: list[Line] = []
    if made is not None:
        lines += [Line(ceiling_name(line, lang), _derived(line, facts, policy, lang), rule) for line in made.lines]
        result = sources.of(_("result of the decision"))
        lines.append(Line(_("The limit: the least of them"), show_money(made.limit, lang), result))
        lines.append(Line(_("At least to be taken"), show_money(made.least, lang), result))
        lines.append(Line(_("Instalments"), _instalments(made, lang), result))
        return Part(_("How the limit comes about"), lines=tuple(lines))
    ceilings = ceilings_of(facts, policy, policy.bands[_place(facts, policy)])
    for name, amount in (("capacity", ceilings.capacity), ("turnover", ceilings.turnover), ("policy", ceilings.policy)):
        lines.append(Line(ceiling_name(LimitLine(name, amount), lang), show_money(amount, lang), rule))
    lines.append(Line(_("Smallest loan"), show_money(policy.limit_min, lang), rule))
    changes = record.outcome.changes if isinstance(record.outcome, Decline) else ()
    told = [change_text(change, lang, facts.currency) for change in changes]
    lead = [_("What would change it:"), *told] if told else [_("Nothing the business can do would change it.")]
    return Part(_("What stands against a limit"), tuple(lead), tuple(lines))


def _place(facts: Facts, policy: Policy) -> int:
    place = policy.band_of(probability(facts))
    return -1 if place is None else place


def _derived(line: LimitLine, facts: Facts, policy: Policy, lang: Lang) -> str:
    """The computation behind one ceiling."""
    _ = translator(lang)
    amount = show_money(line.amount, lang)
    owed = facts.owed_here or Money.zero(facts.currency)
    after = "" if not owed else _(", less {owed} owed here").format(owed=show_money(owed, lang))
    if line.name == "turnover":
        text = _("{multiple} of {turnover}{after} = {amount}")
        multiple = percent(float(policy.turnover_multiple), 0)
        return text.format(multiple=multiple, turnover=show_money(facts.inflow_year, lang), after=after, amount=amount)
    if line.name == "policy":
        return _("{most}{after} = {amount}").format(most=show_money(policy.limit_max, lang), after=after, amount=amount)
    if line.name == "capacity":
        room = facts.surplus_monthly.times(policy.surplus_share_max, ROUND_CEILING)
        text = _("at most {capacity} a month on the paths and {room} of a usual month's surplus = {amount}")
        return text.format(
            capacity=show_money(facts.capacity_instalment, lang), room=show_money(room, lang), amount=amount
        )
    return amount


def _instalments(made: Offer, lang: Lang) -> str:
    _ = translator(lang)
    return _("{n} of {amount}, the first {days} days after the pay-out; {interest} interest in all").format(
        n=len(made.schedule),
        amount=show_money(made.schedule[0].total, lang),
        days=made.schedule[0].due_day,
        interest=show_money(made.interest, lang),
    )


def _price(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    facts, policy, made = record.facts, record.policy, proposed(record.outcome)
    rule = sources.of(_("policy {version}").format(version=record.decision.versions["policy"]))
    by_card = facts.probability_default is not None
    basis = _("chance of default by the scorecard") if by_card else _("chance of running short in 13 weeks")
    lines = [Line(_("What the price goes by"), f"{basis}: {show_share(probability(facts))}", rule)]
    if made is not None:
        lines.append(Line(_("Risk band"), made.risk_band, rule))
        lines.append(Line(_("Rate a year"), made.rate_annual.shown(), rule))
    lines.append(Line(_("Legal ceiling of the rate"), policy.rate_annual_max.shown(), rule))
    return Part(_("Price"), lines=tuple(lines))


def _axioms(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    judged = sources.of(_("axioms judged on this decision"))
    told = []
    if record.searched:
        told.append(_("On the policy, when it was released: ") + axioms_words(record.searched, lang))
    lines = [
        Line(axiom.name, (_("holds: {reason}") if good else _("BROKEN: {reason}")).format(reason=axiom.reason), judged)
        for axiom, good in record.judged
    ]
    return Part(_("Axioms"), tuple(told), tuple(lines))


def _people(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    decision = record.decision
    chain = sources.of(_("chain of decisions, number {number}").format(number=decision.number))
    actor = _("the policy") if decision.actor == "policy" else decision.actor
    lines = [
        Line(_("Decided by"), actor, chain),
        Line(_("At"), f"{decision.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", chain),
    ]
    said = sources.of(_("opinions of persons on record")) if record.opinions else ""
    for one in record.opinions:
        words = f"{said_words(one, lang)} - {one.why}"
        lines.append(Line(" + ".join(name for name in (one.said_by, one.second_by) if name), words, said))
    return Part(_("People"), lines=tuple(lines), private=True)


def _proof(record: Record, sources: _Sources, lang: Lang) -> Part:
    _ = translator(lang)
    decision = record.decision
    chain = sources.of(_("chain of decisions, number {number}").format(number=decision.number))
    lines = [Line(_("Hash"), decision.hash, chain)]
    lines += [Line(name, str(version), chain) for name, version in sorted(decision.versions.items())]
    told = _("brambling replay on the capsule makes this decision again, bit by bit.")
    return Part(_("Proof"), (told,), tuple(lines))


def html_of(memo: Memo) -> str:
    """The memo as one page that prints on A4 and opens offline."""
    template = _environment().get_template("memo.html.j2")
    return template.render(memo=memo, _=translator(memo.lang))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parents[1] / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def to_plain(memo: Memo) -> dict[str, Any]:
    """The memo as JSON knows it: every line with the source it comes from."""
    return {
        "decision": str(memo.decision_id),
        "lang": memo.lang,
        "title": memo.title,
        "synthetic": memo.synthetic,
        "summary": list(memo.summary),
        "parts": [
            {"heading": part.heading, "sentences": list(part.sentences), "lines": [vars(line) for line in part.lines]}
            for part in memo.parts
        ],
        "sources": dict(memo.sources),
        "retold": None if memo.retold is None else vars(memo.retold),
    }
