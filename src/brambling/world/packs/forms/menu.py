"""The function that draws each kind of form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from brambling.world.packs.families import Family
from brambling.world.packs.forms import cards, contracts, papers
from brambling.world.packs.forms.hand import Drawn
from brambling.world.packs.story import Story

# Kinds that are one or more pages and nothing else; statement, invoices, photos, texts and video have their own makers.
FORMS: dict[str, Callable[[Story, Family], Drawn]] = {
    "id_card_front": cards.identity_front,
    "id_card_back": cards.identity_back,
    "vehicle_licence": cards.vehicle_licence,
    "food_permit": cards.food_permit,
    "patent_certificate": cards.patent_certificate,
    "purchase_contract": partial(contracts.contract, kind="purchase_contract"),
    "lease_contract": partial(contracts.contract, kind="lease_contract"),
    "loan_contract": partial(contracts.contract, kind="loan_contract"),
    "guarantee_letter": contracts.guarantee_letter,
    "audit_opinion": contracts.audit_opinion,
    "articles_of_association": contracts.articles,
    "receipt": papers.receipt,
    "vat_return": papers.vat_return,
    "income_tax_return": papers.income_tax_return,
    "electricity_bill": partial(papers.utility_bill, kind="electricity_bill"),
    "water_bill": partial(papers.utility_bill, kind="water_bill"),
    "payroll_sheet": papers.payroll_sheet,
    "customs_declaration": papers.customs_declaration,
    "delivery_note": papers.delivery_note,
    "purchase_order": papers.purchase_order,
    "social_security_list": papers.social_security_list,
    "price_list": papers.price_list,
    "warehouse_receipt": papers.warehouse_receipt,
    "quality_report": papers.quality_report,
}
