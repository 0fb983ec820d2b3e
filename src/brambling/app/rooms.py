"""The table of rooms: which module serves which word of the command line. Nothing is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One word on the command line.

    ``module`` has a Typer called ``app`` (or what ``attribute`` names); with ``verb`` the word is that one command of
    it, without it the word is a group of all its commands. ``entries`` makes the word a level of its own. ``help`` is
    shown without any import.
    """

    help: str
    module: str = ""
    verb: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    attribute: str = "app"


_OWN = "brambling.app.commands"

ROOMS: Mapping[str, Entry] = {
    "cfo": Entry(
        "the one-to-one expert for one business",
        entries={
            "brief": Entry("13 weeks of cash, what is idle, what could be borrowed", "brambling.cfo.commands", "brief"),
            "chat": Entry("ask about one's own statement", "brambling.cfo.commands", "chat"),
        },
    ),
    "credit": Entry(
        "who is lent how much, and why",
        entries={
            "scorecard": Entry("scorecards that pass review", "brambling.credit.scorecard.commands"),
            "schedule": Entry("the repayment table of a loan", "brambling.credit.lending.commands", "schedule"),
            "backtest": Entry(
                "one policy against another: who comes in, who goes out",
                "brambling.credit.underwriting.commands",
                "backtest",
            ),
            "axioms": Entry("search a scorer for decisions that break a principle", "brambling.credit.axioms.commands"),
            "expert": Entry(
                "a policy that learns from people's decisions, under axioms",
                entries={
                    "fit": Entry("learn from decisions in stages", "brambling.credit.expert.commands", "fit"),
                    "decide": Entry("decide applications, or refer them", "brambling.credit.expert.commands", "decide"),
                },
            ),
            "agree": Entry(
                "how far a machine's decisions agree with a person's", "brambling.credit.expert.commands", "agree"
            ),
        },
    ),
    "wealth": Entry(
        "flows, ladders and idle cash",
        entries={
            "forecast": Entry(
                "subscriptions and redemptions with bands", "brambling.wealth.flows.commands", "forecast"
            ),
            "structure": Entry(
                "kinds of money, how long it stays, who holds it", "brambling.wealth.structure.commands", "structure"
            ),
            "ladder": Entry("gaps, rule lights, what to buy and sell", "brambling.wealth.ladder.commands", "ladder"),
            "backtest": Entry(
                "a forecast-driven ladder on real flows and a curve", "brambling.wealth.ladder.commands", "backtest"
            ),
            "negotiate": Entry(
                "a sales plan between platform and manager", "brambling.wealth.negotiation.commands", "negotiate"
            ),
            "advise": Entry("what is idle, and where until when", "brambling.wealth.advice.commands", "advise"),
        },
    ),
    "marketing": Entry(
        "whom contact helps, and silence",
        entries={
            "audience": Entry(
                "who needs an offer now, and who is left alone", "brambling.marketing.needs.commands", "audience"
            ),
            "uplift": Entry(
                "what contact changes, and for whom",
                entries={
                    "fit": Entry("learn from past sends", "brambling.marketing.uplift.commands", "fit"),
                    "score": Entry(
                        "what contact would change for each customer", "brambling.marketing.uplift.commands", "score"
                    ),
                    "calls": Entry(
                        "who to call first, and when to stop", "brambling.marketing.uplift.commands", "calls"
                    ),
                },
            ),
            "allocate": Entry(
                "a budget and channel capacities, spent where contact changes most",
                "brambling.marketing.uplift.commands",
                "allocate",
            ),
            "creative": Entry(
                "words and a picture for one customer",
                entries={
                    "write": Entry(
                        "messages from approved facts, checked", "brambling.marketing.creative.commands", "write"
                    ),
                    "draw": Entry("posters, no two neighbours alike", "brambling.marketing.creative.commands", "draw"),
                },
            ),
            "journey": Entry(
                "journeys as files",
                entries={
                    "check": Entry("what is wrong with a journey", "brambling.marketing.outreach.commands", "check")
                },
            ),
            "campaign": Entry(
                "campaigns with hold-outs and copies",
                entries={
                    "open": Entry("open a campaign", "brambling.marketing.outreach.commands", "open"),
                    "put-in": Entry("put customers in", "brambling.marketing.outreach.commands", "put-in"),
                    "readout": Entry("what it changed", "brambling.marketing.outreach.commands", "readout"),
                },
            ),
            "suppress": Entry(
                "whom outside platforms must leave alone", "brambling.marketing.outreach.commands", "suppress"
            ),
        },
    ),
    "dialogue": Entry(
        "questions routed, answered, handed over",
        entries={
            "fit": Entry("learn intents from examples", "brambling.marketing.dialogue.commands", "fit"),
            "route": Entry("answer, ask back or hand over", "brambling.marketing.dialogue.commands", "route"),
            "chat": Entry("talk to the assistant", "brambling.marketing.dialogue.commands", "chat"),
        },
    ),
    "industry": Entry("the chain of trades: who makes what from what", "brambling.perception.industry.commands"),
    "demo": Entry(
        "the synthetic town, one business walked through the bank, the console", "brambling.app.demo", "demo"
    ),
    "serve": Entry("the console and the API", _OWN, "serve"),
    "worker": Entry("durable work without a door", _OWN, "worker"),
    "bench": Entry("each performance figure beside its peer", "brambling.app.bench.run", "bench"),
    "import": Entry("customers, statements and blocked lists into the bank", "brambling.app.importing"),
    "export": Entry("what the bank holds, as tables", "brambling.app.exporting"),
    "mcp": Entry("the bank's reading tools for an assistant", "brambling.app.mcp", "mcp"),
    "replay": Entry("prove that a decision comes out again", _OWN, "replay"),
    "doctor": Entry("look at this installation", _OWN, "doctor"),
    "audit": Entry("who did what", _OWN, "audit"),
    "users": Entry("who may sign in", _OWN, attribute="users"),
}
