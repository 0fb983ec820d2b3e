"""What was fixed before any reader was written: kinds, layout families, captures, faults and spots for injections.

``dev`` families may be looked at by whoever writes a reader, ``eval`` families only measure it. A family is a hand: its
fonts, its words for labels, its arrangement of a form, its margins and how its pages are captured. No arrangement and no
pair of fonts of ``eval`` occurs in ``dev``, and where a label has several usual words ``eval`` uses other ones; the
national forms (licence, VAT invoice, identity card) have one design, there the families differ in fonts, proportions,
spacing and capture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Split = Literal["dev", "eval"]
Arrangement = Literal["grid2", "grid4", "lines", "ruled", "stacked", "twocol", "shaded", "blanks"]
Severity = Literal["digital", "scan", "phone", "poor"]

# What a document of a pack can be; the second word says what it is in Chinese.
KINDS: dict[str, str] = {
    "business_licence": "营业执照",
    "id_card_front": "居民身份证（人像面）",
    "id_card_back": "居民身份证（国徽面）",
    "bank_statement": "银行流水",
    "vat_special_invoice": "增值税专用发票",
    "vat_general_invoice": "增值税普通发票",
    "e_invoice": "电子发票（数电票）",
    "sales_contract": "销售合同",
    "purchase_contract": "采购合同",
    "lease_contract": "租赁合同",
    "receipt": "小票",
    "vat_return": "增值税纳税申报表",
    "income_tax_return": "企业所得税预缴申报表",
    "electricity_bill": "电费账单",
    "water_bill": "水费账单",
    "payroll_sheet": "工资表",
    "customs_declaration": "出口货物报关单",
    "delivery_note": "送货单",
    "purchase_order": "采购订单",
    "loan_contract": "借款合同",
    "guarantee_letter": "担保函",
    "food_permit": "食品经营许可证",
    "patent_certificate": "专利证书",
    "social_security_list": "社会保险缴费清单",
    "articles_of_association": "公司章程",
    "audit_opinion": "审计报告",
    "price_list": "价目表",
    "warehouse_receipt": "入库单",
    "quality_report": "质量检验报告",
    "vehicle_licence": "机动车行驶证",
    "shop_photo": "门店照片",
    "stock_photo": "库存照片",
    "chat_text": "聊天记录",
    "interview_transcript": "访谈记录",
    "plant_video": "车间视频",
}

# Every pack holds these; of OPTIONAL it holds a few, in turn, so that all kinds come up.
CORE = (
    "business_licence", "id_card_front", "id_card_back", "bank_statement", "vat_special_invoice",
    "vat_general_invoice", "e_invoice", "sales_contract", "receipt", "vat_return", "lease_contract", "shop_photo",
    "stock_photo",
)  # fmt: skip
OPTIONAL = tuple(kind for kind in KINDS if kind not in CORE)
OPTIONAL_PER_PACK = 5


@dataclass(frozen=True)
class Family:
    """One hand. ``words`` picks among the words for a label; ``gap`` is put between two-character labels."""

    key: str
    split: Split
    arrangement: Arrangement
    cjk: str  # font role of Chinese
    figures: str  # font role of digits and Latin
    title: str  # font role of titles
    words: int
    margin: float  # points
    size: float  # points of body text
    gap: str
    colon: str
    dpi: int
    severity: tuple[Severity, ...]  # how its pages arrive, in turn
    statement: Literal["csv", "pdf", "scan"]
    e_invoice: Literal["ofd", "xml", "pdf"]
    date_style: Literal["iso", "zh", "slash", "zh-short"]


FAMILIES: dict[str, Family] = {
    family.key: family
    for family in (
        Family("d1", "dev", "grid2", "song", "song", "song-bold", 0, 50, 10.5, "", "：", 130, ("digital", "scan", "phone"), "csv", "ofd", "zh"),
        Family("d2", "dev", "lines", "hei", "sans", "hei-bold", 1, 60, 11.0, "　", "：", 125, ("scan", "phone"), "pdf", "xml", "iso"),
        Family("d3", "dev", "grid4", "zen", "hei", "zen", 0, 42, 10.0, "", ":", 135, ("phone", "scan", "poor"), "scan", "pdf", "slash"),
        Family("d4", "dev", "ruled", "hei", "mono", "song-bold", 1, 54, 10.5, " ", "：", 130, ("scan", "digital", "phone"), "pdf", "ofd", "zh-short"),
        Family("e1", "eval", "stacked", "ming", "ming", "hei-bold", 2, 56, 11.0, "", "", 130, ("scan", "phone"), "pdf", "ofd", "zh"),
        Family("e2", "eval", "twocol", "kai", "serif", "kai", 2, 48, 11.0, " ", "：", 130, ("phone", "digital", "scan"), "csv", "pdf", "iso"),
        Family("e3", "eval", "shaded", "song", "typewriter", "zen", 3, 46, 10.5, "", "", 125, ("scan", "poor", "phone"), "scan", "xml", "zh-short"),
        Family("e4", "eval", "blanks", "cjkmono", "dejavu", "song-bold", 3, 58, 10.5, "　", ":", 135, ("digital", "phone", "scan"), "pdf", "ofd", "slash"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Ranges:
    """What a capture may do; each value is drawn evenly between the two ends."""

    rotation_degrees: tuple[float, float] = (0, 0)
    perspective: tuple[float, float] = (0, 0)  # a corner moves by this share of the side
    blur_sigma: tuple[float, float] = (0, 0)  # pixels
    noise_sigma: tuple[float, float] = (0, 0)  # of 255
    jpeg_quality: tuple[int, int] = (0, 0)  # 0: PNG
    shadow: tuple[float, float] = (0, 0)  # share of light that is lost in it
    folds: tuple[int, int] = (0, 0)
    background: bool = False  # a desk shows around the page


CAPTURES: dict[Severity, Ranges] = {
    "digital": Ranges(),
    "scan": Ranges((-0.8, 0.8), (0, 0), (0.2, 0.5), (2, 5), (70, 92), (0, 0.05), (0, 1)),
    "phone": Ranges((-2.5, 2.5), (0.002, 0.012), (0.3, 0.7), (3, 7), (65, 88), (0.08, 0.25), (0, 2), True),
    "poor": Ranges((-4.0, 4.0), (0.005, 0.02), (0.5, 0.9), (5, 10), (50, 72), (0.15, 0.35), (1, 3), True),
}
# A seal covers print with this opacity, turned by up to so many degrees.
SEAL_OPACITY = (0.55, 0.85)
SEAL_DEGREES = 12.0

# What can be planted, and the check that has to see it.
FAULTS: dict[str, str] = {
    "uscc_check_digit": "the check digit of the licence's USCC is wrong",
    "invoice_total": "an invoice total is not the sum of amount and tax",
    "invoice_tax": "the tax of an invoice is not amount times rate",
    "invoice_capitals": "the total in capitals is not the total in digits",
    "licence_seller": "invoices name another seller than the licence",
    "account_holder": "the statement belongs to another holder",
    "date_order": "a contract ends before it begins",
    "invoice_unpaid": "an invoice said to be paid has no receipt on the statement",
    "contract_amount": "the contract's amount is not that of its invoice",
    "running_balance": "a balance on the statement does not follow from the line before",
    "duplicate_invoice": "another applicant has handed in the same invoice",
    "near_duplicate_photo": "two photos of stock are one photo, cropped and brightened",
    "rephotographed_screen": "the licence was photographed from a screen",
    "edited_pdf": "a PDF was changed after it was made: appended save, another producer, another font",
    "photo_place": "a photo was taken far from the place of business",
    "photo_time": "a photo is years older than the application",
    "trade_goods": "the goods on the invoices are of another trade than the licence",
    "declared_revenue": "the declared revenue is far above the inflow",
    "hidden_loan": "the statement shows a loan that was not declared",
    "round_trip": "money goes out to a party and comes back from it, again and again",
    "expired_licence": "the licence's term has ended",
    "seal_name": "the seal on the contract names another company than the party",
    "id_owner": "the identity card is not that of the licence's legal representative",
    "lease_address": "the lease is for another place than the licence's address",
}

# Where an instruction can be hidden, and the kind of document that carries it there.
SPOTS: dict[str, str] = {
    "scope": "business_licence",
    "memo": "bank_statement",
    "remark": "e_invoice",
    "invoice_remark": "vat_general_invoice",
    "footer": "sales_contract",
    "white_text": "bank_statement",
    "file_name": "receipt",
    "exif": "shop_photo",
    "qr": "vat_special_invoice",
    "sign": "shop_photo",
    "chat": "chat_text",
    "transcript": "interview_transcript",
    "metadata": "bank_statement",
}
