"""``brambling demo``: the synthetic town, one business walked through the bank in the terminal, then the console."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from brambling.app import town as settling
from brambling.app.build import Bank, assemble, composer, placed, replayers
from brambling.engine.doors.options import LangOption, Seed
from brambling.engine.doors.output import console, note, progress
from brambling.kit.calendar import next_workday
from brambling.kit.clock import BEIJING, ShiftedClock, SystemClock
from brambling.kit.crypto import load_cipher
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected, NotFound
from brambling.kit.files import write_bytes
from brambling.kit.i18n import Lang, translator
from brambling.kit.log import configure
from brambling.kit.money import Money
from brambling.kit.settings import Settings, settings
from brambling.world import Simulation, Town, statement_csv

if TYPE_CHECKING:
    from brambling.bank.contact import Message, Sent
    from brambling.bank.decisions import Decision, ReplayReport
    from brambling.credit.lending.rules import Loan
    from brambling.marketing.needs import Need
    from brambling.perception.cashflow.shapes import Imported, Statement
    from brambling.perception.cashflow.twin_shapes import Twin
    from brambling.wealth.advice.rules import Plan

app = typer.Typer(add_completion=False)

# The layout of a bank's file in which the walk reads its business: debit and credit in two columns, GB18030.
DIALECT = "hecang"
# How many businesses are looked at for one that can be lent to and has something to place.
LOOKED_AT_MAX = 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Say = Callable[[str, Sequence[str]], None]


@dataclass(frozen=True)
class Start:
    """The business of a walk: read from its bank's file, with its twin and what the brief says to borrow."""

    business: int
    customer_id: UUID
    name: str
    statement: Statement
    imported: Imported
    twin: Twin
    borrows: Money


@dataclass(frozen=True)
class Neighbour:
    """Another business of the town, whose own money lies idle."""

    name: str
    plan: Plan


@dataclass(frozen=True)
class Walk:
    """What happened to one business, step by step; each part is what its room returned."""

    start: Start
    decision: Decision
    loan: Loan
    balance: Money
    plan: Plan
    neighbour: Neighbour | None
    need: Need | None
    message: Message | None
    sent: Sent | None
    capsule: Path
    replay: ReplayReport


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the console after the walk.")] = True,
    businesses: Annotated[int, typer.Option("--businesses", help="How many businesses the town has.")] = 2000,
    months: Annotated[int, typer.Option("--months", help="Months of bank statements.")] = 18,
    seed: Seed = 7,
    lang: LangOption = "en",
    port: Annotated[int | None, typer.Option("--port", help="Port of the console.")] = None,
) -> None:
    """Build the synthetic town, walk one business through the bank, and open the console.

    Example: brambling demo --no-serve
    """
    town = Town(seed=seed, businesses=businesses, months=months)
    given = settings()
    with _demo_bank(given, town) as bank:
        simulation = _settle(bank, town, lang)
        walk(bank, simulation, lang, _print)
        if serve:
            _serve(bank, given.host, port or given.port, lang)


@contextmanager
def _demo_bank(given: Settings, town: Town) -> Iterator[Bank]:
    configure("warning")  # the walk tells what happens in its own words
    note("starting the database ...")
    db = Database.open(given)
    try:
        bank = assemble(db, given, clock=demo_clock(town, SystemClock().now()), cipher=load_cipher(given))
        with bank.workflows:
            yield bank
    finally:
        db.close()


def demo_clock(town: Town, real: datetime) -> ShiftedClock:
    """A clock that starts at ten o'clock in Beijing on the first workday after the town's last day, and runs."""
    start = datetime.combine(next_workday(town.end), time(10), tzinfo=BEIJING).astimezone(UTC)
    return ShiftedClock(start - real)


def _settle(bank: Bank, town: Town, lang: Lang) -> Simulation:
    _ = translator(lang)
    words = {
        "build": _("Building the town"),
        "settle": _("Bringing it into the bank"),
        "fit": _("Fitting the twins' calibration on it"),
    }
    with progress() as display:
        tasks = {}

        def tell(what: str, done: int, whole: int) -> None:
            if what not in tasks:
                tasks[what] = display.add_task(words[what], total=whole)
            display.update(tasks[what], completed=done)

        simulation = settling.settle(bank, town, tell).simulation
        settling.fit(bank, simulation, tell)
        return simulation


# -- the walk ---------------------------------------------------------------------------------------------------------


def walk(bank: Bank, simulation: Simulation, lang: Lang, say: Say) -> Walk:
    """Take one business from its bank's file to a proven decision; ``say`` is told of each step in words."""
    from brambling.app import telling

    start = _begin(bank, simulation)
    say(*telling.read(start, lang))
    say(*telling.twin(start.twin, lang))
    need, message, sent = _tell_customer(bank, start, lang)
    say(*telling.gate(need, message, sent, lang))
    decision = _apply(bank, start)
    say(*telling.decision(decision, lang))
    loan, balance = _pay(bank, start, decision)
    say(*telling.payout(loan, balance, lang))
    plan = _plan(bank, start)
    neighbour = None if plan.lines else _neighbour(bank, simulation, start)
    say(*telling.plan(plan, neighbour, lang))
    capsule, report = _prove(bank, decision)
    say(*telling.replay(capsule, report, lang))
    return Walk(start, decision, loan, balance, plan, neighbour, need, message, sent, capsule, report)


def _begin(bank: Bank, simulation: Simulation) -> Start:
    """The next business with a gap that a loan closes, best one that is worth a message; its bank's file read by it.

    A loan to one that does not run short would only be placed again as idle cash.
    """
    from brambling.bank import consent
    from brambling.cfo.service import preview
    from brambling.credit.lending import loans_of
    from brambling.credit.underwriting.rules import Offer
    from brambling.marketing.needs import find_needs

    town, found = simulation.town, None
    for row in simulation.businesses.head(LOOKED_AT_MAX).iter_rows(named=True):
        identifier = settling.customer_id(town, row["business"])
        with bank.db.read() as session:
            if loans_of(session, identifier):
                continue
            if not consent.has(session, identifier, "marketing", bank.clock.now()):
                continue
            try:
                brief = preview(session, identifier, bank.clock, seed=town.seed)
            except InputRejected:  # a business that opened a month ago has no twin yet
                continue
        if not isinstance(brief.outcome, Offer) or not brief.facts.gap or brief.compare.borrow is None:
            continue
        found = (row, identifier, brief)
        if find_needs(brief.twin, identifier, placed=placed):
            break
    if found is None:
        raise NotFound(f"none of the first {LOOKED_AT_MAX} businesses is left for a walk; start with another --seed")
    row, identifier, brief = found
    assert brief.compare.borrow is not None
    statement, imported = _read_file(bank, simulation, row["business"], identifier)
    return Start(row["business"], identifier, row["name"], statement, imported, brief.twin, brief.compare.borrow.amount)


def _read_file(bank: Bank, simulation: Simulation, business: int, customer_id: UUID) -> tuple[Statement, Imported]:
    """The file of the business's bank, read and brought into ours: its rows are known already, and none is kept twice."""
    from brambling.perception.cashflow import import_statement, read_statement

    with tempfile.TemporaryDirectory(prefix="brambling-") as folder:
        file = Path(folder) / "statement.csv"
        write_bytes(file, statement_csv(simulation, business, DIALECT))
        statement = read_statement(file)
    with bank.db.write("demo") as session:
        return statement, import_statement(session, customer_id, statement, bank.clock, cipher=bank.cipher)


def _apply(bank: Bank, start: Start) -> Decision:
    from brambling.bank import decisions
    from brambling.credit import underwriting
    from brambling.credit.lending import held, known_flows

    with bank.db.write("demo") as session:
        application = underwriting.apply(
            session, start.customer_id, bank.clock, bus=bank.bus, held=held, known_flows=known_flows
        )
        return decisions.get(session, application.decision_id)


def _pay(bank: Bank, start: Start, decision: Decision) -> tuple[Loan, Money]:
    from brambling.bank import ledger
    from brambling.credit.lending import accept_and_pay

    loan = accept_and_pay(
        bank.workflows, decision.id, clock=bank.clock, actor="demo", amount=start.borrows, bus=bank.bus
    )
    with bank.db.read() as session:
        return loan, ledger.balance(session, loan.customer_account)


def _plan(bank: Bank, start: Start) -> Plan:
    from brambling.credit.lending import known_flows
    from brambling.wealth.advice import advise

    with bank.db.write("demo") as session:
        return advise(session, start.customer_id, bank.clock, bus=bank.bus, known_flows=known_flows)


def _neighbour(bank: Bank, simulation: Simulation, start: Start) -> Neighbour | None:
    """The first other business whose own money lies idle, with its plan; None where none of those looked at has any."""
    from brambling.bank import consent
    from brambling.credit.lending import known_flows
    from brambling.perception.cashflow import customer_twin
    from brambling.wealth.advice import advise, plan

    for row in simulation.businesses.head(LOOKED_AT_MAX).iter_rows(named=True):
        identifier = settling.customer_id(simulation.town, row["business"])
        with bank.db.write("demo") as session:
            if identifier == start.customer_id or not consent.has(session, identifier, "wealth", bank.clock.now()):
                continue
            try:
                read = customer_twin(session, identifier, bank.clock.today(), known_flows=known_flows)
            except InputRejected:  # a business that opened a month ago has no twin yet
                continue
            if plan(read.twin).lines:
                made = advise(session, identifier, bank.clock, bus=bank.bus, known_flows=known_flows)
                return Neighbour(row["name"], made)
    return None


def _tell_customer(bank: Bank, start: Start, lang: Lang) -> tuple[Need | None, Message | None, Sent | None]:
    from brambling.credit.lending import known_flows
    from brambling.marketing import needs

    with bank.db.write("demo") as session:
        found = needs.note_needs(
            session, start.customer_id, bank.clock, bus=bank.bus, known_flows=known_flows, placed=placed
        )
        if not found:
            return None, None, None
        words = composer(bank.clock)
        message = needs.message_of(session, found[0], channel="sms", lang=lang, compose=words)
        sent = needs.send(
            session, found[0], bank.clock, bank.channel, channel="sms", lang=lang, gate=bank.gate, compose=words
        )
        return found[0], message, sent


def _prove(bank: Bank, decision: Decision) -> tuple[Path, ReplayReport]:
    from brambling.bank.decisions import replay
    from brambling.credit.underwriting import export_capsule

    with bank.db.read() as session:
        content = export_capsule(session, decision.id)
    folder = bank.settings.home / "capsules"
    folder.mkdir(parents=True, exist_ok=True)
    capsule = folder / f"decision-{decision.id}.capsule.json"
    write_bytes(capsule, content)
    return capsule, replay(capsule, replayers())


def _print(title: str, lines: Sequence[str]) -> None:
    out = console()
    out.print(f"\n[bold]{title}[/]")
    for line in lines:
        out.print(f"  {line}")


def _serve(bank: Bank, host: str, port: int, lang: Lang) -> None:
    from brambling.app.server import serve
    from brambling.app.walkin import WalkIn
    from brambling.credit.underwriting.service import newest_applications

    _ = translator(lang)
    address = f"http://{host}:{port}"
    console().print("\n" + _("The console is open at {address}; Ctrl-C ends it.").format(address=address))
    walk_in = None
    if host in LOOPBACK:  # elsewhere a link that lets anybody be anybody would be a hole
        with bank.db.read() as session:
            newest = newest_applications(session, limit=1)
        walk_in = WalkIn(owner_of=newest[0].customer_id if newest else None)
        text = _("To look at it as officer, approver, marketer, ...: {link}").format(link=address + walk_in.path)
        console().print(text)
    serve(bank, host=host, port=port, walk_in=walk_in)
