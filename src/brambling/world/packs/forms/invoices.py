"""VAT invoices on the national form, fully digital ones, and the XML of the latter."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from brambling.kit.money import Money
from brambling.kit.text import to_capitals
from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import Drawn, official, role_of, yuan
from brambling.world.packs.sheet import Code, Seal, Sheet, measure, wrap
from brambling.world.packs.story import Invoice, Party, Story
from brambling.world.town import stream

_BROWN = (120, 70, 40)
_TITLES = {
    "vat_special_invoice": "仿真省增值税专用发票",
    "vat_general_invoice": "仿真省增值税普通发票",
    "e_invoice": "电子发票（普通发票）",
}
_COLUMNS = (("货物或应税劳务、服务名称", 0.25), ("规格型号", 0.12), ("单位", 0.07), ("数量", 0.10), ("单价", 0.13), ("金额", 0.14), ("税率", 0.06), ("税额", 0.13))  # fmt: skip


def fields_of(bill: Invoice) -> dict[str, Any]:
    """What an invoice says, as printed on paper."""
    return {
        "code": bill.code, "number": bill.number, "date": official(bill.day), "buyer": bill.buyer.name,
        "buyer_tax_number": bill.buyer.uscc, "seller": bill.seller.name, "seller_tax_number": bill.seller.uscc,
        "lines": [
            {"name": f"*{item.good.group}*{item.good.name}", "spec": item.good.spec, "unit": item.good.unit, "quantity": str(item.quantity),
             "price": yuan(item.good.price_minor), "amount": yuan(item.amount_minor), "rate": f"{item.rate}%", "tax": yuan(item.tax_minor)}
            for item in bill.items
        ],
        "amount": yuan(bill.amount_minor), "tax": yuan(bill.tax_minor), "total": yuan(bill.total_minor),
        "total_capitals": to_capitals(Money(bill.capitals_minor, "CNY")),
    }  # fmt: skip


def vat_invoice(story: Story, family: Family, kind: str, *, remark: str = "", code: str = "") -> Drawn:
    """A special or general invoice: landscape, about 240 by 140 mm, printed into brown rules."""
    bill = story.invoices[kind]
    sheet = Sheet(690, 440)
    rng = stream(story.seed, f"packs-cipher-{kind}")
    words = fields_of(bill)
    if not bill.code:
        del words["code"]
    _head(sheet, family, bill, code)
    left, right, top = 36.0, 654.0, 96.0
    sheet.box(left, top, right - left, 300, 0.9, _BROWN)
    cipher = ["".join(rng.choice(list("0123456789+-*/<>"), 27)) for _ in range(4)]
    _party(sheet, family, "购买方", bill.buyer, left, top, 330 if kind == "e_invoice" else 370, kind == "e_invoice")
    if kind == "e_invoice":
        _party(sheet, family, "销售方", bill.seller, left + 330, top, 288, True)
    else:
        _side(sheet, family, "密码区", left + 372, top, 68)
        for k, line in enumerate(cipher):
            sheet.text(left + 396, top + 5 + 15.5 * k, line, 10.5, "mono")
    sheet.rule(left, top + 68, right, top + 68, 0.9, _BROWN)
    _goods(sheet, family, bill, words, left, right, top + 68)
    y = top + 230
    sheet.rule(left, y - 25, right, y - 25, 0.9, _BROWN)
    sheet.text(left + 40, y - 19, "价税合计（大写）", 9, family.cjk, colour=_BROWN)
    sheet.text(
        left + 175,
        y - 20,
        f"⊗{words['total_capitals']}" if family.words % 2 else words["total_capitals"],
        10,
        family.cjk,
    )
    sheet.text(left + 455, y - 19, "（小写）", 9, family.cjk, colour=_BROWN)
    sheet.text(left + 500, y - 20, f"¥{words['total']}", 10.5, family.figures)
    sheet.rule(left, y, right, y, 0.9, _BROWN)
    if kind != "e_invoice":
        _party(sheet, family, "销售方", bill.seller, left, y, 370, False)
    _side(sheet, family, "备注", left + (372 if kind != "e_invoice" else 0), y, 70)
    at = left + (398 if kind != "e_invoice" else 26)
    sheet.block(at, y + 8, right - at - 8, remark, 9, family.cjk)
    _foot(sheet, family, bill, kind)
    if remark:
        words["remark"] = remark
    return Drawn([sheet], words)


def _head(sheet: Sheet, family: Family, bill: Invoice, code: str) -> None:
    title = _TITLES[bill.kind]
    sheet.text(345, 24, title, 19, family.title, align="middle", colour=_BROWN)
    half = measure(title, 19) / 2
    for shift in (0, 3):
        sheet.rule(345 - half, 52 + shift, 345 + half, 52 + shift, 0.8, _BROWN)
    sheet.add(Seal(345, 54, "全国统一发票监制章", "仿真样本", 36, oval=True))
    sheet.add(
        Code(38, 18, 60, code or f"01,10,{bill.code},{bill.number},{yuan(bill.amount_minor)},{bill.day:%Y%m%d},,")
    )
    rows = [("发票代码", bill.code), ("发票号码", bill.number), ("开票日期", official(bill.day))]
    y = 26.0
    for word, value in rows:
        if value:
            head = f"{word}{family.colon or '：'}"
            sheet.text(505, y, head, 9.5, family.cjk, colour=_BROWN)
            sheet.text(505 + measure(head, 9.5) + 2, y - 0.5, value, 10, role_of(family, value))
        y += 17


def _side(sheet: Sheet, family: Family, words: str, x: float, y: float, height: float) -> None:
    """Upright words in a narrow cell."""
    step = min(20.0, (height - 8) / len(words))
    for k, sign in enumerate(words):
        sheet.text(x + 6, y + (height - step * len(words)) / 2 + step * k, sign, 9.5, family.cjk, colour=_BROWN)
    sheet.rule(x, y, x, y + height, 0.8, _BROWN)
    sheet.rule(x + 21, y, x + 21, y + height, 0.8, _BROWN)


def _party(
    sheet: Sheet, family: Family, word: str, party: Party, x: float, y: float, width: float, digital: bool
) -> None:
    """Name and number; on paper also address and account."""
    _side(sheet, family, word, x, y, 68)
    name = "名称" if family.arrangement in {"lines", "stacked"} else "名　　　　称"
    rows = [
        (name, party.name),
        ("纳税人识别号", party.uscc),
        ("地址、电话", f"{party.address} {party.phone}"),
        ("开户行及账号", f"{party.bank} {party.account}"),
    ]
    for k, (head, value) in enumerate(rows[:2] if digital else rows):
        top = y + (5 + 15.5 * k if not digital else 14 + 24 * k)
        sheet.text(x + 26, top, f"{head}：", 9, family.cjk, colour=_BROWN)
        left = x + 26 + measure(f"{head}：", 9) + 2
        size = min(10.0, (width - (left - x)) / max(measure(value, 1.0), 1.0))
        sheet.text(left, top - 0.5, value, size, role_of(family, value))


def _goods(
    sheet: Sheet, family: Family, bill: Invoice, words: dict[str, Any], left: float, right: float, top: float
) -> None:
    width, x = right - left, left
    edges = [left]
    for head, share in _COLUMNS:
        sheet.text(x + share * width / 2, top + 4, head, 8.5, family.cjk, align="middle", colour=_BROWN)
        x += share * width
        edges.append(x)
    for edge in edges[1:-1]:
        sheet.rule(edge, top, edge, top + 137, 0.6, _BROWN)
    y = top + 20
    for row in words["lines"]:
        name = wrap(row["name"], width * 0.25 - 6, 9)
        for k, line in enumerate(name):
            sheet.text(left + 3, y + 12 * k, line, 9, family.cjk)
        for place, key in enumerate(("spec", "unit", "quantity", "price", "amount", "rate", "tax"), start=1):
            number = key in {"quantity", "price", "amount", "tax"}
            size = min(9.5, (edges[place + 1] - edges[place] - 5) / max(measure(row[key], 1.0), 0.1))
            at = edges[place + 1] - 3 if number else (edges[place] + edges[place + 1]) / 2
            sheet.text(at, y, row[key], size, role_of(family, row[key]), align="right" if number else "middle")
        y += 12 * len(name) + 5
    y = top + 120
    sheet.text(left + 60, y, "合　　计", 9, family.cjk, colour=_BROWN)
    sheet.text(edges[6] - 3, y, f"¥{words['amount']}", 9.5, family.figures, align="right")
    sheet.text(right - 3, y, f"¥{words['tax']}", 9.5, family.figures, align="right")


def _foot(sheet: Sheet, family: Family, bill: Invoice, kind: str) -> None:
    seller = bill.seller
    if kind == "e_invoice":
        sheet.text(60, 404, f"开票人：{seller.person}", 9, family.cjk)
        return
    for x, word in (
        (46, f"收款人：{seller.person}"),
        (190, f"复核：{seller.person}"),
        (340, f"开票人：{seller.person}"),
        (500, "销售方：（章）"),
    ):
        sheet.text(x, 404, word, 9, family.cjk)
    sheet.add(Seal(560, 375, seller.name, "发票专用章", 48, oval=True))


def invoice_xml(bill: Invoice, remark: str) -> bytes:
    """A fully digital invoice as the tax bureau's XML names its elements."""

    def tag(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>"

    def side(word: str, party: Party) -> str:
        inner = "".join((
            tag(f"{word}IdNum", party.uscc), tag(f"{word}Name", party.name), tag(f"{word}Addr", party.address),
            tag(f"{word}TelNum", party.phone), tag(f"{word}BankName", party.bank), tag(f"{word}BankAccNum", party.account),
        ))  # fmt: skip
        return f"<{word}Information>{inner}</{word}Information>"

    items = "".join(
        "<IssuItemInformation>"
        + tag("ItemName", f"*{item.good.group}*{item.good.name}") + tag("SpecMod", item.good.spec) + tag("MeaUnits", item.good.unit)
        + tag("Quantity", str(item.quantity)) + tag("UnPrice", yuan(item.good.price_minor)) + tag("Amount", yuan(item.amount_minor))
        + tag("TaxRate", f"0.{item.rate:02d}") + tag("ComTaxAm", yuan(item.tax_minor))
        + tag("TotaltaxIncludedAmount", yuan(item.amount_minor + item.tax_minor)) + "</IssuItemInformation>"
        for item in bill.items
    )  # fmt: skip
    basic = "".join((
        tag("TotalAmWithoutTax", yuan(bill.amount_minor)), tag("TotalTaxAm", yuan(bill.tax_minor)),
        tag("TotalTax-includedAmount", yuan(bill.total_minor)),
        tag("TotalTax-includedAmountInChinese", to_capitals(Money(bill.capitals_minor, "CNY"))), tag("Drawer", bill.seller.person),
        tag("RequestTime", f"{bill.day:%Y-%m-%d} 10:12:00"),
    ))  # fmt: skip
    head = (
        f"<Header>{tag('EIid', bill.number)}{tag('EInvoiceTag', 'SWEI3200')}{tag('Version', '0.2')}<InherentLabel><EInvoiceType>"
        f"{tag('LabelCode', '02')}{tag('LabelName', '普通发票')}</EInvoiceType></InherentLabel></Header>"
    )
    about = (
        tag("InvoiceNumber", bill.number)
        + tag("IssueTime", f"{bill.day:%Y-%m-%d}")
        + tag("TaxBureauName", "仿真省税务局")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<EInvoice>{head}<EInvoiceData>{side("Seller", bill.seller)}'
        f"{side('Buyer', bill.buyer)}<BasicInformation>{basic}</BasicInformation>{items}<AdditionalInformation>"
        f"{tag('Remark', remark)}</AdditionalInformation></EInvoiceData><TaxSupervisionInfo>{about}</TaxSupervisionInfo></EInvoice>"
    ).encode()
