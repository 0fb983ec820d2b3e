"""A conversation without the running bank: on tools of one's own, for a terminal, a library or a trial.

Nothing is written anywhere: a hand-over, a refusal and an application are said to be asked for, by the same rules as in
the bank.
"""

from __future__ import annotations

from brambling.engine.llm import Door
from brambling.engine.search import Embedder
from brambling.kit.clock import BEIJING, Clock
from brambling.kit.i18n import Lang
from brambling.marketing.dialogue.agent.assistant import Assistant, resolved
from brambling.marketing.dialogue.agent.ports import Guess, Message, Tools
from brambling.marketing.dialogue.agent.wording import phrased
from brambling.marketing.dialogue.model.knowledge import Finder, approved
from brambling.marketing.dialogue.report.replies import Desk, reply
from brambling.marketing.dialogue.rules.acts import Act, State
from brambling.marketing.dialogue.service.conversations import opens_from
from brambling.marketing.refusals import understand

TOOLS = ("balance", "limit", "rate", "schedule", "loans", "forecast", "idle_plan", "application")
NO_TOOLS: Tools = dict.fromkeys(TOOLS, lambda values: None)


class Talk:
    """One conversation in memory. ``acts`` of the last turn and ``state`` may be looked at.

    ``tools`` give the figures (a tool left out has none), ``embedder`` adds meaning to words in finding texts, ``door``
    a language model that rephrases answers, ``guess`` a router fitted on a bank's own examples.
    """

    def __init__(
        self,
        clock: Clock,
        tools: Tools | None = None,
        *,
        lang: Lang = "en",
        embedder: Embedder | None = None,
        door: Door | None = None,
        guess: Guess | None = None,
    ) -> None:
        self._clock, self._door, self._texts = clock, door, approved()
        self._assistant = Assistant(self._texts, {**NO_TOOLS, **(tools or {})}, Finder(self._texts, embedder), guess)
        self.state = State(lang=lang)
        self.acts: tuple[Act, ...] = ()

    def say(self, text: str, *attachments: str) -> str:
        """The assistant's words in answer to a message."""
        now = self._clock.now().astimezone(BEIJING)
        turned = self._assistant.turn(
            self.state, Message(text, now, attachments), lambda words: understand(words, now.date())
        )
        self.state, self.acts = turned.state, turned.acts
        opens = opens_from(now)
        words = reply(self.acts, self._texts, self.state.lang, desk=Desk(opens <= now, opens, opens), number="-")
        return words if self._door is None else phrased(words, self.acts, self.state.lang, self._door)

    def resolve(self) -> None:
        """The person has closed the matter."""
        self.state = resolved(self.state)
