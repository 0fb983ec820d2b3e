"""Made-up questions of a bank, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from brambling.engine.search.embedding import Vectors

THINGS = {
    "card_lost": (
        "my card is lost",
        "i lost my bank card",
        "somebody stole the card",
        "银行卡丢了",
        "card went missing",
    ),
    "rate": (
        "what is the loan rate",
        "interest of a loan",
        "how much interest is it",
        "贷款利率是多少",
        "tell me the rate",
    ),
    "repay_early": (
        "can i repay early",
        "pay back before term",
        "提前还款可以吗",
        "early repayment fee",
        "settle the loan now",
    ),
    "balance": (
        "what is my balance",
        "how much is on the account",
        "账户余额多少",
        "show the balance",
        "money left there",
    ),
    "limit": (
        "raise my limit",
        "i need a higher limit",
        "额度怎么提高",
        "increase what i may borrow",
        "limit is too low",
    ),
    "person": ("i want a person", "let me talk to somebody", "转人工客服", "human please", "connect an agent"),
}
WAYS = ("{}", "please, {}", "{} today?", "hello, {}", "{} - thanks", "quick one: {}", "您好，{}", "urgent! {}")


def examples() -> pl.DataFrame:
    """240 questions of six intents, each said in eight ways."""
    rows = [(way.format(text), intent) for intent, texts in THINGS.items() for text in texts for way in WAYS]
    return pl.DataFrame(rows, schema=["text", "intent"], orient="row")


class HashEmbedder:
    """Unit vectors from the words of a text: the same words, the same vector, on every machine."""

    name = "hash-16"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.queries(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 16), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in text.split() or [text]:
                digest = hashlib.sha256(word.encode()).digest()
                rows[at] += np.frombuffer(digest[:16], dtype=np.uint8).astype(np.float32) - 127
        return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)).astype(np.float32)
