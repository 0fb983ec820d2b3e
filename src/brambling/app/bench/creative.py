"""Figures of creative: messages proven one by one, posters read back by a reader of text, milliseconds a poster.

Customers are synthetic: drawn here from a seed, with a fixed list of names and trades. Nothing is tuned on them.
"""

from __future__ import annotations

import io
import random
import re
import time
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from brambling.app.bench.measure import Bench, Measure, skipped
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import LANGS, Lang
from brambling.kit.money import Money

if TYPE_CHECKING:
    from brambling.marketing.creative import Facts, Message, Poster

MESSAGES, POSTERS, TIMED = 2000, 100, 60
CAMPAIGN = 100_000
CORES = 2
TODAY = date(2026, 11, 25)
NAMES = (
    "春风小吃店",
    "大河超市",
    "老张汽修",
    "青山茶场",
    "云来民宿",
    "顺达货运部",
    "锦绣制衣厂",
    "Golden Wok",
    "第一百货",
)
TRADES = ("6210", "5212", "8111", "0164", "6110", "5431", "1819", "5012", "6513", "5251", "8391", "")


def run(bench: Bench) -> list[Measure]:
    """All figures of creative."""
    bench.say(f"creative: {MESSAGES:,} messages")
    out = _messages(bench.seed)
    try:
        out += _posters(bench)
    except InputRejected as error:
        out.append(skipped("creative: posters", str(error)))
    return out


def _people(count: int, seed: int) -> list[Facts]:
    from brambling.marketing.creative import Facts
    from brambling.marketing.creative.rules import NEEDS

    draw = random.Random(seed)
    return [
        Facts(
            customer=f"c{i}",
            name=draw.choice(NAMES),
            gbt4754=draw.choice(TRADES),
            region=draw.choice(("320500", "330100")),
            need=draw.choice(NEEDS),
            amount=Money(draw.randrange(6_000_000, 80_000_000)),
            day=TODAY + timedelta(days=draw.randrange(95, 200)),
            refused=frozenset({"all"} if draw.random() < 0.1 else ()),
        )
        for i in range(count)
    ]


def _write(people: Sequence[Facts]) -> list[Message]:
    from brambling.marketing.creative import one, shipped_sheets

    sheets = shipped_sheets()
    cash = [sheet for sheet in sheets.values() if sheet.kind == "cash"]
    chosen = [
        cash[i % len(cash)] if facts.need == "idle-cash" else sheets["working-capital"]
        for i, facts in enumerate(people)
    ]
    return [
        one(sheet, facts, LANGS[i % 2], today=TODAY)
        for i, (sheet, facts) in enumerate(zip(chosen, people, strict=True))
    ]


def _messages(seed: int) -> list[Measure]:
    people = _people(MESSAGES * 5 // 4, seed)
    start = time.perf_counter()
    made = _write(people)
    spent = time.perf_counter() - start
    written = [message for message in made if message.status == "written"][:MESSAGES]
    bare = {re.sub(r"[\d,.]+", "#", message.text.replace(message.facts.name, "@")) for message in written}
    wrong = sum(bool(_unknown(message)) for message in written)
    refused = sum(message.status != "silent" for message in made if message.facts.refused)
    rejected = sum(message.status == "rejected" for message in made)
    note = f"{len(written):,} written of {len(made):,} customers, half in each language; figures read by a regular expression"
    rows = (
        ("creative: messages with a wrong number", float(wrong), "", "0"),
        ("creative: messages rejected by the rulebook", float(rejected), "", "0"),
        ("creative: refused products told", float(refused), "", "0"),
        ("creative: distinct messages", len({message.text for message in written}) / len(written), "", ">= .95"),
        ("creative: distinct with names and figures out", len(bare) / len(written), "", ""),
        ("creative: write and check a message", 1000 * spent / len(made), "ms", ""),
    )
    return [Measure(name, value, unit, aim=aim, note=note, synthetic=True) for name, value, unit, aim in rows]


def _unknown(message: Message) -> set[str]:
    """Figures of a text that stand neither on the sheet nor in the customer's row, nor follow from them (interest)."""
    from decimal import ROUND_CEILING, Decimal

    from brambling.marketing.creative import shipped_sheets

    sheet, facts = shipped_sheets()[message.product], message.facts
    assert facts.amount is not None
    thousand = Decimal(1000)
    most = sheet.amount_max.decimal if sheet.amount_max is not None else facts.amount.decimal
    used = min(most, (facts.amount.decimal / thousand).to_integral_value(ROUND_CEILING) * thousand)
    rates = [sheet.rate_annual_min.annual, sheet.rate_annual_max.annual]
    known = {facts.amount.decimal, used, sheet.amount_min.decimal, most, Decimal(sheet.tenor_min), Decimal(30)}
    known |= {Decimal(sheet.tenor_max), *(rate * 100 for rate in rates)}
    known |= {(used * rate * 30 / 365).quantize(Decimal("0.01")) for rate in rates}
    known |= {Decimal(digits) for digits in re.findall(r"\d+", sheet.name.zh + sheet.name.en)}
    text = message.text.replace(facts.name, " ")
    for day in (facts.day, sheet.valid_until):
        text = text.replace(str(day), " ")
    found = re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*(万?)", text)
    return {digits for digits, unit in found if Decimal(digits.replace(",", "")) * (10_000 if unit else 1) not in known}


def _posters(bench: Bench) -> list[Measure]:
    from brambling.marketing.creative import render
    from brambling.marketing.creative.model import find_fonts

    fonts = find_fonts()
    bench.say(f"creative: {TIMED} posters timed a size")
    out = []
    for channel in ("feed", "story", "poster"):
        spent, cpu = time.perf_counter(), time.process_time()
        for i in range(TIMED):
            render(_poster(i, channel, LANGS[i % 2], fonts), fonts)
        cpu, spent = time.process_time() - cpu, time.perf_counter() - spent
        hours = CAMPAIGN * cpu / TIMED / 3600 / CORES
        note = f"{CAMPAIGN:,} in {hours:.2f} h on {CORES} cores; {1000 * spent / TIMED:.0f} ms on the wall of this run"
        out.append(
            Measure(
                f"creative: a {channel}, composed and rendered, processor time",
                1000 * cpu / TIMED,
                "ms",
                aim="<= 40",
                note=note,
            )
        )
    out += _neighbours(fonts)
    try:
        out += _read_back(bench, fonts)
    except ModuleNotFoundError:
        out.append(skipped("creative: posters read back", "the extra documents is not installed"))
    return out


def _poster(i: int, channel: Any, lang: Lang, fonts: Any) -> Poster:
    from brambling.marketing.creative import Facts, draw, shipped_rulebook, shipped_sheets
    from brambling.marketing.creative.readers import shipped_phrases

    sheets = list(shipped_sheets().values())
    sheet = sheets[i % len(sheets)]
    need = sheet.needs[i % len(sheet.needs)]
    facts = Facts(f"c{i}", NAMES[i % len(NAMES)], TRADES[i % len(TRADES)], "320500", need)
    day = TODAY + timedelta(days=9 * (i % 4))
    return draw(
        sheet, facts, shipped_phrases(lang), lang, channel, rulebook=shipped_rulebook(), today=day, place=i, fonts=fonts
    )


def _neighbours(fonts: Any) -> list[Measure]:
    posters = [_poster(i, "feed", "zh", fonts) for i in range(200)]
    same = sum(one.variant[:2] == other.variant[:2] for one, other in pairwise(posters))
    note = "200 businesses of one street: those that follow each other with the same palette and layout"
    return [Measure("creative: neighbours with the same look", float(same), "", aim="0", note=note, synthetic=True)]


def _read_back(bench: Bench, fonts: Any) -> list[Measure]:

    import numpy as np
    from PIL import Image
    from rapidocr import RapidOCR

    from brambling.marketing.creative import render

    reader = RapidOCR(params={"Global.log_level": "error"})
    lines = whole = figures = figures_read = read_lines = 0
    for i in range(POSTERS):
        if i % 20 == 0:
            bench.say(f"creative: read back {i} of {POSTERS}")
        made = _poster(i, ("feed", "poster", "story")[i % 3], LANGS[i % 2], fonts)
        image = np.array(Image.open(io.BytesIO(render(made, fonts))).convert("RGB"))
        read = _plain("".join(getattr(reader(image), "txts", None) or ()))
        hits = [_plain(line.text) in read for line in made.lines]
        lines, read_lines, whole = lines + len(hits), read_lines + sum(hits), whole + all(hits)
        values = [hit for hit, line in zip(hits, made.lines, strict=True) if line.role == "value"]
        figures, figures_read = figures + len(values), figures_read + sum(values)
    note = f"{POSTERS} posters of three sizes in both languages, {lines:,} lines; spaces and punctuation left out"
    rows = (
        ("creative: posters read back whole", whole / POSTERS),
        ("creative: lines read back", read_lines / lines),
        ("creative: lines of figures read back", figures_read / figures),
    )
    return [Measure(name, value, "", aim="1", note=note, synthetic=True) for name, value in rows]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()
