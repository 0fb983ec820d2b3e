"""Reasons and findings in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brambling.engine.doors.report import Figure, Report, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import Reason, tell
from brambling.marketing.creative.rules import Finding
from brambling.marketing.creative.shapes import Message

if TYPE_CHECKING:
    import polars as pl

SHOWN_MAX = 50

REASONS: Mapping[str, str] = {
    "creative-refused": N_("the customer has refused this: {what}"),
    "creative-no-consent": N_("the customer has not consented to marketing"),
    "creative-act": N_("the audience says: {act}"),
    "creative-need": N_("{product} is no answer to the need {need}"),
    "creative-trade": N_("the product is not for trade {trade}"),
    "creative-tenor": N_("the cash is needed on {day}, before the {days} days of the product are over"),
    "creative-amount": N_("{amount:money} is outside what the product takes or lends"),
    "creative-late": N_("its moment has passed: {day}"),
}
RULES: Mapping[str, str] = {
    "superlative": N_("superlative"),
    "guarantee-of-return": N_("guarantee of return"),
    "promise-of-approval": N_("promise of approval"),
    "cost-hidden": N_("cost made to look smaller"),
    "urgency": N_("urgency trick"),
    "endorsement": N_("borrowed authority"),
    "misleading-on-debt": N_("misleading on debt"),
    "return-overstated": N_("return overstated"),
    "belittling-others": N_("belittles others"),
    "number-unproven": N_("a number that nothing proves"),
    "issuer": N_("who is speaking"),
    "name": N_("name of the product"),
    "rate": N_("annual rate, both ends"),
    "rate_name": N_("what the rate is"),
    "fees": N_("fees"),
    "risk": N_("risk line"),
    "stop": N_("stop line"),
    "legal": N_("legal line"),
}
NEED_NAMES: Mapping[str, str] = {
    "general": N_("no particular need"),
    "gap-ahead": N_("a gap ahead"),
    "stock-up": N_("stocking up"),
    "season": N_("a season"),
    "payroll": N_("payday"),
    "tax": N_("tax day"),
    "tourism": N_("visitors"),
    "idle-cash": N_("idle cash"),
}
CHANNEL_NAMES: Mapping[str, str] = {
    "feed": N_("feed, 1080 x 1080"),
    "story": N_("story, 1080 x 1920"),
    "poster": N_("poster, 750 x 1000"),
}


def reason_text(reason: Reason, lang: Lang) -> str:
    """Why nothing is said."""
    return tell(reason, REASONS, lang)


def rule_name(code: str, lang: Lang) -> str:
    """A rule in words; one of a bank's own rulebook keeps its code."""
    return translator(lang)(RULES[code]) if code in RULES else code


def finding_text(finding: Finding, lang: Lang) -> str:
    """What was broken, with words and clause."""
    _ = translator(lang)
    return _("{rule}: “{words}” ({source}, {clause})").format(
        rule=rule_name(finding.code, lang), words=finding.words, source=finding.source, clause=finding.clause
    )


def why(message: Message, lang: Lang) -> str:
    """Why there is no text, in one line; empty where there is one."""
    told = [reason_text(reason, lang) for reason in message.reasons]
    told += [finding_text(finding, lang) for finding in message.findings]
    return translator(lang)("; ").join(told)


def messages_table(messages: Sequence[Message], pictures: Sequence[str] | None = None) -> pl.DataFrame:
    """One row a message: customer, language, product, need, status, text, reason, by; with ``pictures`` their files."""
    import polars as pl

    columns: dict[str, list[str]] = {
        "customer": [message.facts.customer for message in messages],
        "lang": [message.lang for message in messages],
        "product": [message.product for message in messages],
        "need": [message.facts.need for message in messages],
        "status": [message.status for message in messages],
        "text": [message.text for message in messages],
        "reason": [why(message, message.lang) for message in messages],
        "by": [message.by if message.text else "" for message in messages],
    }
    if pictures is not None:
        columns["pictures"] = list(pictures)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _counts(messages: Sequence[Message]) -> Counter[str]:
    return Counter(message.status for message in messages)


def messages_plain(messages: Sequence[Message], *, rows: bool) -> dict[str, Any]:
    """The result of write as JSON: counts, reasons with how often, and the messages unless they are in a file."""
    counts = _counts(messages)
    codes = Counter(reason.code for message in messages for reason in message.reasons)
    codes.update(finding.code for message in messages for finding in message.findings)
    out: dict[str, Any] = {
        "messages": len(messages),
        "written": counts["written"],
        "silent": counts["silent"],
        "rejected": counts["rejected"],
        "distinct": len({message.text for message in messages if message.text}),
        "reasons": dict(codes.most_common()),
    }
    if rows:
        out["rows"] = messages_table(messages).to_dicts()
    return out


def messages_lines(messages: Sequence[Message], lang: Lang) -> list[str]:
    """What write says on a terminal: the first messages, why there is none for others, and the counts."""
    _ = translator(lang)
    counts = _counts(messages)
    lines = [message.text for message in messages if message.text][:3]
    whys = Counter(why(message, lang) for message in messages if not message.text)
    lines += [f"{count:>6}  {text}" for text, count in whys.most_common(5)]
    text = _("{written} written ({distinct} distinct), {silent} left alone, {rejected} rejected")
    distinct = len({message.text for message in messages if message.text})
    lines.append(
        text.format(written=counts["written"], distinct=distinct, silent=counts["silent"], rejected=counts["rejected"])
    )
    return lines


def pictures_line(count: int, lang: Lang) -> str:
    """How many pictures were drawn."""
    return translator(lang)("{count} pictures, listed in index.csv").format(count=count)


def messages_report(messages: Sequence[Message], lang: Lang) -> Report:
    """The report of write: counts, the first messages, and why others have none."""
    _ = translator(lang)
    counts = _counts(messages)
    page = Report(_("Messages"), lang, _("From approved facts only; every number proven, every rule with its clause."))
    part = page.section(_("What was written"))
    part.figures += [
        Figure(_("Written"), f"{counts['written']:,}", tone="good"),
        Figure(_("Left alone"), f"{counts['silent']:,}", _("silence is an action")),
        Figure(_("Rejected"), f"{counts['rejected']:,}", tone="bad" if counts["rejected"] else "plain"),
    ]
    written = [message for message in messages if message.text][:SHOWN_MAX]
    rows = [(message.facts.name or message.facts.customer, message.lang, message.text) for message in written]
    part.tables.append(table_of((_("Customer"), _("Language"), _("Message")), rows))
    silent = Counter(why(message, lang) for message in messages if not message.text)
    if silent:
        other = page.section(_("Why others have none"))
        other.tables.append(table_of((_("Reason"), _("Messages")), silent.most_common(SHOWN_MAX)))
    return page
