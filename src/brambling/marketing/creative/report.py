"""Reasons and findings in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import Reason, tell
from brambling.marketing.creative.rules import Finding

REASONS: Mapping[str, str] = {
    "creative-refused": N_("the customer has refused this: {what}"),
    "creative-no-consent": N_("the customer has not consented to marketing"),
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
