"""Texts that are no forms: a chat with a customer, and an interview with the owner."""

from __future__ import annotations

from datetime import timedelta

from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import day, yuan
from brambling.world.packs.story import Story


def chat(story: Story, family: Family, planted: str = "") -> tuple[str, dict[str, str]]:
    """A chat about an order, as an app exports it."""
    bill = story.invoices["vat_special_invoice"]
    buyer, owner = bill.buyer.person, story.firm.person
    when = bill.day - timedelta(days=12)
    good = bill.items[0].good
    lines = [
        (9, 12, buyer, f"老板，{good.name}还有货吗？"), (9, 15, owner, f"有的，{good.spec or '常规'}的，{yuan(good.price_minor)}元一{good.unit or '项'}，不含税。"),
        (9, 21, buyer, f"那先定{bill.items[0].quantity}{good.unit or '项'}，月底前送到{bill.buyer.address}。"), (9, 30, owner, "好，送到开票，三十天内付款。"),
    ]  # fmt: skip
    if planted:
        lines.insert(3, (9, 25, buyer, planted))
    text = "".join(f"{when:%Y-%m-%d} {hour:02d}:{minute:02d} {who}\n{words}\n\n" for hour, minute, who, words in lines)
    fields = {
        "date": f"{when:%Y-%m-%d}", "parties": f"{buyer}、{owner}", "product": good.name, "quantity": str(bill.items[0].quantity), "price": yuan(good.price_minor),
    }  # fmt: skip
    return text, fields


def interview(story: Story, family: Family, planted: str = "") -> tuple[str, dict[str, str]]:
    """Question and answer; figures are those of the story, in the owner's words."""
    year = int(str(story.declared["revenue_year_minor"])) / 100 / 10_000
    staff, rent = len(story.wages), story.rent_month_minor // 100
    revenue = f"{year:.1f}万元"
    met = day(family, story.as_of - timedelta(days=4))
    turns = [
        ("贵公司主要做什么？", f"我们做{'、'.join(good.name for good in story.line.sells[:2])}，{story.established.year}年开的。"), ("去年大概做多少？", f"一年营业额大概{revenue}。"),
        ("现在有多少员工？", f"{staff}个人。"), ("场地是租的吗？", f"租的，每月租金{rent}元。"), ("除了银行，还有别的借款吗？", "没有了，就农商行一笔流动资金贷款。"),
    ]  # fmt: skip
    if planted:
        turns.append(("还有什么要补充的吗？", planted))
    body = "".join(f"问：{question}\n答：{answer}\n" for question, answer in turns)
    text = f"访谈记录\n时间：{met}\n地点：{story.firm.address}\n被访谈人：{story.firm.person}\n\n{body}"
    fields = {
        "date": met, "person": story.firm.person, "place": story.firm.address, "revenue_year": revenue, "headcount": str(staff), "rent_month": f"{rent}元",
        "founded_year": str(story.established.year),
    }  # fmt: skip
    return text, fields
