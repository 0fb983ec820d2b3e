"""Contracts and letters: prose with parties, amount, term, signatures and seals."""

from __future__ import annotations

from brambling.kit.money import Money
from brambling.kit.text import to_capitals
from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import Drawn, day, heading, official, yuan
from brambling.world.packs.sheet import Seal, Sheet
from brambling.world.packs.story import Contract, Story

_TITLES = {
    "sales_contract": ("产品销售合同", "购销合同", "销售合同书", "产品买卖合同"),
    "purchase_contract": ("采购合同", "材料采购合同", "物资采购合同书", "采购协议"),
    "lease_contract": ("房屋租赁合同", "厂房租赁合同", "租赁合同书", "房屋租赁协议"),
    "loan_contract": ("流动资金借款合同", "借款合同", "小企业借款合同", "企业借款合同"),
}
_ROLES = {
    "sales_contract": ("买方", "卖方"), "purchase_contract": ("买方", "卖方"), "lease_contract": ("出租方", "承租方"),
    "loan_contract": ("贷款人", "借款人"),
}  # fmt: skip


def contract(story: Story, family: Family, kind: str, *, footer: str = "") -> Drawn:
    """A contract of one page. The seal of the second party names ``seal_name``."""
    paper = story.contracts[kind]
    sheet = Sheet()
    title = _TITLES[kind][family.words % 4]
    y = heading(sheet, family, title, 48)
    first, second = _ROLES[kind]
    if family.words % 2:
        first, second = f"甲方（{first}）", f"乙方（{second}）"
    colon = family.colon or "："
    for head, value in (
        ("合同编号", paper.number),
        (first, paper.first.name),
        (second, paper.second.name),
        ("签订日期", day(family, paper.signed)),
    ):
        y = sheet.block(family.margin, y, 475, f"{head}{colon}{value}", family.size, family.cjk) + 3
    y += 6
    amount = yuan(paper.amount_minor, grouped=family.words % 2 == 1)
    capitals = to_capitals(Money(paper.amount_minor, "CNY"))
    for clause in _clauses(story, paper, family, amount, capitals):
        y = (
            sheet.block(
                family.margin, y, sheet.width - 2 * family.margin, clause, family.size, family.cjk, leading=1.65
            )
            + 4
        )
    _signatures(sheet, family, paper, (first, second), max(y + 14, 560))
    if footer:
        sheet.block(family.margin, 800, sheet.width - 2 * family.margin, footer, 8, family.cjk)
    fields = {
        "number": paper.number, "party_a": paper.first.name, "party_b": paper.second.name, "signed": day(family, paper.signed),
        "amount": amount, "amount_capitals": capitals, "begins": day(family, paper.begins), "ends": day(family, paper.ends),
        "subject": paper.subject, "seal_a": paper.first.name, "seal_b": paper.seal_name,
    }  # fmt: skip
    if kind == "lease_contract":
        fields |= {"address": story.lease_address}
    if kind == "loan_contract":
        fields |= {"rate_annual": "4.35%", "purpose": "采购原材料"}
    return Drawn([sheet], fields)


def _clauses(story: Story, paper: Contract, family: Family, amount: str, capitals: str) -> list[str]:
    term = f"自{day(family, paper.begins)}起至{day(family, paper.ends)}止"
    money = f"人民币{amount}元（大写：{capitals}）"
    opening = "根据《中华人民共和国民法典》及有关规定，双方经协商一致，订立本合同，共同遵守。"
    by_kind = {
        "sales_contract": [f"第一条 标的：{paper.subject}，规格、数量以订单及送货单为准。", f"第二条 合同总金额：{money}，含税。", f"第三条 履行期限：{term}。",
                           "第四条 质量：按国家标准及双方确认的图样验收，验收合格之日起三十日内付款。"],
        "lease_contract": [f"第一条 租赁物：{paper.subject}，坐落于{story.lease_address}。", f"第二条 租金：每月{money}，每月五日前支付。", f"第三条 租赁期限：{term}。",
                           "第四条 用途：承租方用于生产经营，未经书面同意不得转租。水电费由承租方承担。"],
        "loan_contract": [f"第一条 借款种类：{paper.subject}，用途为采购原材料。", f"第二条 借款金额：{money}。", f"第三条 借款期限：{term}。",
                          "第四条 利率：年利率4.35%，按月结息，到期还本。"],
    }  # fmt: skip
    middle = by_kind.get(paper.kind, by_kind["sales_contract"])
    closing = [
        "第五条 违约责任：任何一方违约，应赔偿对方因此受到的损失。",
        "第六条 争议由合同签订地人民法院管辖。本合同一式两份，双方盖章后生效。",
    ]
    return [opening, *middle, *closing]


def _signatures(sheet: Sheet, family: Family, paper: Contract, roles: tuple[str, str], y: float) -> None:
    for left, role, party, seal in (
        (family.margin, roles[0], paper.first, paper.first.name),
        (310.0, roles[1], paper.second, paper.seal_name),
    ):
        sheet.text(left, y, f"{role}（盖章）：", family.size, family.cjk)
        sheet.block(left, y + 22, 235, party.name, family.size, family.cjk)
        sheet.text(left, y + 58, f"代表人：{party.person}", family.size, family.cjk)
        sheet.text(left, y + 82, f"日期：{day(family, paper.signed)}", family.size, family.cjk)
        sheet.add(Seal(left + 130, y + 52, seal, "合同专用章", 56))


def guarantee_letter(story: Story, family: Family) -> Drawn:
    loan = story.contracts["loan_contract"]
    amount, capitals = yuan(loan.amount_minor, grouped=True), to_capitals(Money(loan.amount_minor, "CNY"))
    guarantor = "仿真融资担保有限公司"
    number = f"DB{loan.signed:%Y%m}-{story.seed % 900 + 100}"
    text = [
        f"编号：{number}", f"致：{loan.first.name}",
        f"鉴于{story.firm.name}（债务人）向贵行申请流动资金贷款，我公司愿意为其提供连带责任保证。",
        f"一、担保金额：人民币{amount}元（大写：{capitals}）。", f"二、保证期间：自{official(loan.begins)}起至{official(loan.ends)}止。",
        "三、保证范围：主债权本金、利息、违约金及实现债权的费用。", f"保证人：{guarantor}（盖章）", f"日期：{official(loan.signed)}",
    ]  # fmt: skip
    fields = {
        "number": number, "creditor": loan.first.name, "debtor": story.firm.name, "guarantor": guarantor, "amount": amount,
        "amount_capitals": capitals, "begins": official(loan.begins), "ends": official(loan.ends), "issued": official(loan.signed),
    }  # fmt: skip
    return letter(family, "担保函", text, fields, guarantor)


def audit_opinion(story: Story, family: Family) -> Drawn:
    year = story.as_of.year - 1
    firm, auditor, number = (
        story.firm.name,
        "仿真会计师事务所",
        f"仿审字[{story.as_of.year}]第{story.seed % 900 + 100}号",
    )
    issued = story.as_of.replace(month=3, day=20)
    revenue = yuan(story.sales_quarter_minor * 4, grouped=True)
    text = [
        number, f"{firm}全体股东：",
        f"一、审计意见 我们审计了{firm}财务报表，包括{year}年12月31日的资产负债表、{year}年度利润表。我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了公司的财务状况和经营成果。（标准无保留意见）",
        f"二、{year}年度营业收入为人民币{revenue}元。", "三、管理层对财务报表的责任 管理层负责按照企业会计准则编制财务报表。", f"{auditor}（盖章）", official(issued),
    ]  # fmt: skip
    fields = {
        "number": number,
        "company": firm,
        "auditor": auditor,
        "opinion": "标准无保留意见",
        "year": str(year),
        "revenue": revenue,
        "issued": official(issued),
    }
    return letter(family, "审计报告", text, fields, auditor)


def articles(story: Story, family: Family) -> Drawn:
    capital = f"{story.capital_minor // 1_000_000}万元"
    adopted = official(story.established)
    text = [
        "第一章 总则", f"第一条 公司名称：{story.firm.name}。", f"第二条 公司住所：{story.firm.address}。", "第二章 经营范围", f"第三条 公司经营范围：{story.scope}",
        "第三章 注册资本和股东", f"第四条 公司注册资本：人民币{capital}。", f"第五条 股东姓名：{story.firm.person}，认缴出资{capital}，占注册资本的100%。",
        f"第六条 公司的法定代表人由执行董事{story.firm.person}担任。", f"股东签字：{story.firm.person}", f"日期：{adopted}",
    ]  # fmt: skip
    fields = {
        "name": story.firm.name,
        "address": story.firm.address,
        "scope": story.scope,
        "capital": capital,
        "shareholder": story.firm.person,
        "adopted": adopted,
    }
    return letter(family, f"{story.firm.name}章程", text, fields, story.firm.name)


def letter(family: Family, title: str, text: list[str], fields: dict[str, str], seal: str) -> Drawn:
    """A page of prose with a seal at its foot."""
    sheet = Sheet()
    y = heading(sheet, family, title, 60) + 8
    for paragraph in text:
        y = (
            sheet.block(
                family.margin, y, sheet.width - 2 * family.margin, paragraph, family.size + 0.5, family.cjk, leading=1.8
            )
            + 8
        )
    sheet.add(Seal(420, min(y - 10, 740), seal, "", 56))
    return Drawn([sheet], dict(fields))
