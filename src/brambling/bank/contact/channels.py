"""Where messages leave the house: a narrow port, and the two channels that ship with it.

Only the gate's ``send`` calls ``deliver``; a test reads the source and sees that nobody goes round it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from brambling.kit.errors import PartUnavailable
from brambling.kit.log import logger


@dataclass(frozen=True)
class Delivery:
    """What a channel gets: ``key`` (the message's id), where to, and the text. ``address`` is None inside our app."""

    key: UUID
    customer_id: UUID
    channel: str
    address: str | None = field(repr=False)
    text: str = field(repr=False)


class ChannelPort(Protocol):
    """A way out.

    ``deliver`` returns when the message has been handed over and raises PartUnavailable when it surely was not. It may
    be called again with the same key after a crash, and must then deliver nothing: pass the key to the provider.
    """

    def deliver(self, delivery: Delivery) -> None: ...


@dataclass
class MemoryChannel:
    """Keeps what it was given, each key once: the fake that ships with the port. ``failing`` makes it not answer."""

    delivered: dict[UUID, Delivery] = field(default_factory=dict)
    failing: bool = False

    def deliver(self, delivery: Delivery) -> None:
        if self.failing:
            raise PartUnavailable("the channel does not answer")
        self.delivered.setdefault(delivery.key, delivery)


class LogChannel:
    """Writes one masked log line instead of sending: for demonstrations, where nobody must be disturbed."""

    def deliver(self, delivery: Delivery) -> None:
        logger("contact").info("delivered", key=str(delivery.key), channel=delivery.channel, text=delivery.text)
