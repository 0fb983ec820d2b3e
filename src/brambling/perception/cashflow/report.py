"""Words for people: the categories in their language."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.kit.i18n import N_, Lang, translator
from brambling.perception.cashflow.rules import Category

CATEGORY_NAMES: Mapping[Category, str] = {
    "sales": N_("sales"),
    "payroll": N_("payroll"),
    "rent": N_("rent"),
    "tax": N_("tax"),
    "supplier": N_("suppliers"),
    "loan": N_("loans"),
    "owner": N_("owner's money"),
    "transfer": N_("between own accounts"),
    "other": N_("other"),
}


def category_name(category: Category, lang: Lang) -> str:
    """What a category is called in ``lang``."""
    return translator(lang)(CATEGORY_NAMES[category])
