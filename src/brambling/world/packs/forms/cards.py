"""Licence, identity card, vehicle licence, food permit, patent certificate: forms with a fixed national design."""

from __future__ import annotations

from datetime import timedelta

from brambling.kit.money import Money
from brambling.kit.text import to_capitals
from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import Drawn, label, official, role_of
from brambling.world.packs.sheet import GREY, Code, Seal, Sheet, wrap
from brambling.world.packs.story import Story
from brambling.world.town import COUNTY

_GOLD = (176, 142, 70)
_BLUE = (30, 60, 110)


def licence(story: Story, family: Family, *, scope: str = "", code: str = "") -> Drawn:
    """The business licence in its design of 2019: landscape, code at the left, two columns."""
    upright = family.arrangement in {"grid4", "twocol"}
    sheet = Sheet(595, 780) if upright else Sheet(842, 595)
    sheet.paper = (252, 250, 240)
    for inset, width in ((14, 3.0), (20, 1.0), (27, 0.6)):
        sheet.box(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset, width, _GOLD)
    middle = sheet.width / 2
    sheet.text(middle, 62, "营业执照", 40, family.title, align="middle")
    sheet.text(middle, 112, "（副  本）", 15, family.cjk, align="middle")
    sheet.text(48, 66, "统一社会信用代码", 10.5, family.cjk)
    sheet.text(48, 82, story.licence_uscc, 12.5, family.figures)
    sheet.add(Code(sheet.width - 132, 50, 76, code or f"synthetic:{story.licence_uscc}"))
    capital = _capital(story, family)
    ends = official(story.licence_ends) if story.licence_ends else "长期"
    term = f"{official(story.established)}至{ends}" if story.licence_ends else ends
    left = [("名称", story.firm.name), ("类型", story.legal_form), ("法定代表人", story.firm.person)]
    right = [
        ("注册资本", capital),
        ("成立日期", official(story.established)),
        ("营业期限", term),
        ("住所", story.firm.address),
    ]
    scope = scope or story.scope
    if upright:
        _column(sheet, family, [*left, *right, ("经营范围", scope)], 60, 150, 475)
    else:
        _column(sheet, family, [*left, ("经营范围", scope)], 56, 150, 360)
        _column(sheet, family, right, 446, 150, 340)
    foot = sheet.height - 118
    sheet.text(sheet.width - 280, foot, "登记机关", 13, family.cjk)
    issued = official(story.established + timedelta(days=3))
    sheet.text(sheet.width - 250, foot + 46, issued, 12, family.cjk)
    sheet.add(Seal(sheet.width - 165, foot + 22, f"{COUNTY}市场监督管理局", "", 52))
    fields = {
        "name": story.firm.name, "uscc": story.licence_uscc, "capital": capital, "established": official(story.established),
        "scope": scope, "legal_representative": story.firm.person, "type": story.legal_form, "term": term,
        "address": story.firm.address,
    }  # fmt: skip
    return Drawn([sheet], fields)


def _capital(story: Story, family: Family) -> str:
    whole = to_capitals(Money(story.capital_minor, "CNY"))
    return whole if family.words % 2 == 0 else f"{story.capital_minor // 1_000_000}万元人民币"


def _column(sheet: Sheet, family: Family, items: list[tuple[str, str]], x: float, y: float, width: float) -> None:
    for word, value in items:
        sheet.text(x, y, label(family, (word,)), 12, family.title)
        size = 11.5
        for line in wrap(value, width - 78, size):
            sheet.text(x + 78, y, line, size, role_of(family, value))
            y += size * 1.55
        y += 11


def identity_front(story: Story, family: Family) -> Drawn:
    """The side with the portrait; the portrait is a plain figure, and 仿真样本 says what it is."""
    sheet = Sheet(420, 265, paper=(232, 240, 246))
    sheet.box(6, 6, 408, 253, 1.0, (150, 170, 190))
    born, sex = story.born, "男" if int(story.id_number[16]) % 2 else "女"
    birth = f"{born.year}年{born.month}月{born.day}日"
    address = f"{story.firm.address[:6]}仿真街{story.seed % 90 + 1}号"
    for y, word, value, size in ((30, "姓名", story.id_name, 16), (62, "性别", sex, 14)):
        sheet.text(30, y + 1, word, 11, family.cjk, colour=_BLUE)
        sheet.text(76, y, value, size, family.cjk)
    sheet.text(120, 63, "民族", 11, family.cjk, colour=_BLUE)
    sheet.text(160, 62, "汉", 14, family.cjk)
    sheet.text(30, 93, "出生", 11, family.cjk, colour=_BLUE)
    sheet.text(76, 92, birth, 13.5, family.cjk)
    sheet.text(30, 124, "住址", 11, family.cjk, colour=_BLUE)
    sheet.block(76, 123, 190, address, 13, family.cjk)
    sheet.text(30, 218, "公民身份号码", 11, family.cjk, colour=_BLUE)
    sheet.text(130, 214, story.id_number, 17, family.figures)
    sheet.area(292, 40, 96, 130, (205, 214, 222))
    sheet.area(322, 62, 36, 44, (150, 150, 155))
    sheet.area(306, 116, 68, 54, (110, 115, 125))
    sheet.text(300, 178, "仿真样本", 12, family.cjk, colour=(170, 60, 60))
    fields = {"name": story.id_name, "sex": sex, "born": birth, "address": address, "id_number": story.id_number}
    return Drawn([sheet], fields)


def identity_back(story: Story, family: Family) -> Drawn:
    sheet = Sheet(420, 265, paper=(236, 240, 240))
    sheet.box(6, 6, 408, 253, 1.0, (150, 170, 190))
    sheet.add(Seal(70, 75, "仿真样本仿真样本", "", 40))
    sheet.text(130, 48, "中华人民共和国", 24, family.title)
    sheet.text(130, 90, "居民身份证", 32, family.title)
    begins = story.established - timedelta(days=200)
    ends = begins.replace(year=begins.year + 20, day=min(begins.day, 28))
    authority = f"{COUNTY}公安局"
    validity = f"{begins:%Y.%m.%d}-{ends:%Y.%m.%d}"
    for y, word, value in ((188, "签发机关", authority), (218, "有效期限", validity)):
        sheet.text(110, y, word, 12, family.title)
        sheet.text(180, y, value, 13, role_of(family, value))
    return Drawn([sheet], {"authority": authority, "validity": validity})


def vehicle_licence(story: Story, family: Family) -> Drawn:
    sheet = Sheet(500, 340, paper=(246, 246, 240))
    sheet.box(8, 8, 484, 324, 1.4, _BLUE)
    sheet.text(250, 18, "中华人民共和国机动车行驶证", 17, family.title, align="middle")
    number = story.seed
    plate = f"仿A{number % 90000 + 10000}"
    frame = f"LFZ{number % 10_000:04d}TESTX{(number * 7919) % 100_000:05d}"[:17].ljust(17, "0")
    registered = story.established + timedelta(days=120)
    items = [
        ("plate", "号牌号码", plate), ("vehicle_type", "车辆类型", "轻型厢式货车"), ("owner", "所有人", story.firm.name),
        ("address", "住址", story.firm.address), ("use", "使用性质", "货运"), ("model", "品牌型号", "仿真牌FZ5040XXY"),
        ("frame_number", "车辆识别代号", frame), ("engine_number", "发动机号码", f"FE{number % 1_000_000:06d}"),
        ("registered", "注册日期", f"{registered:%Y-%m-%d}"), ("issued", "发证日期", f"{registered + timedelta(days=2):%Y-%m-%d}"),
    ]  # fmt: skip
    for place, (_, word, value) in enumerate(items):
        y = 54 + place * 26
        sheet.text(24 if place < 6 else 150, y, word, 10, family.cjk, colour=_BLUE)
        sheet.text(90 if place < 6 else 230, y - 1, value, 11.5, role_of(family, value))
        sheet.rule(20, y + 19, 480, y + 19, 0.5, GREY)
    sheet.add(Seal(78, 268, f"{COUNTY}公安局交通警察大队", "", 46))
    return Drawn([sheet], {key: value for key, _, value in items})


def food_permit(story: Story, family: Family) -> Drawn:
    begins = story.established + timedelta(days=60)
    while (story.as_of - begins).days > 1500:
        begins += timedelta(days=1800)
    ends = begins + timedelta(days=1825)
    number = f"JY1999101{story.seed % 10_000_000:07d}"
    items = [
        ("name", "经营者名称", story.firm.name), ("uscc", "统一社会信用代码", story.firm.uscc),
        ("legal_representative", "法定代表人", story.firm.person), ("address", "住所", story.firm.address),
        ("place", "经营场所", story.firm.address), ("business_type", "主体业态", "食品销售经营者"),
        ("items", "经营项目", "预包装食品销售；散装食品销售"), ("number", "许可证编号", number),
        ("authority", "发证机关", f"{COUNTY}市场监督管理局"), ("issued", "签发日期", official(begins)), ("valid_until", "有效期至", official(ends)),
    ]  # fmt: skip
    return _certificate(family, "食品经营许可证", items, f"{COUNTY}市场监督管理局")


def patent_certificate(story: Story, family: Family) -> Drawn:
    applied = story.established + timedelta(days=300)
    granted = applied + timedelta(days=330)
    number = story.seed
    items = [
        ("certificate_number", "证书号", f"第{number % 9_000_000 + 1_000_000}号"),
        ("title", "实用新型名称", f"一种{story.line.sells[0].name}的加工装置"), ("inventor", "发明人", story.firm.person),
        ("patent_number", "专利号", f"ZL{applied.year}29{number % 100_000:05d}.{number % 10}"), ("applied", "专利申请日", official(applied)),
        ("holder", "专利权人", story.firm.name), ("address", "地址", story.firm.address), ("granted", "授权公告日", official(granted)),
        ("publication_number", "授权公告号", f"CN{number % 1_000_000:06d}999U"),
    ]  # fmt: skip
    return _certificate(family, "实用新型专利证书", items, "仿真知识产权局")


def _certificate(family: Family, title: str, items: list[tuple[str, str, str]], authority: str) -> Drawn:
    sheet = Sheet(paper=(252, 250, 242))
    sheet.box(18, 18, 559, 806, 2.4, _GOLD)
    sheet.box(25, 25, 545, 792, 0.8, _GOLD)
    sheet.text(297, 70, title, 32, family.title, align="middle")
    y = 160.0
    for _, word, value in items:
        sheet.text(70, y, f"{word}：", 12.5, family.title)
        for line in wrap(value, 320, 12.5):
            sheet.text(190, y, line, 12.5, role_of(family, value))
            y += 20
        y += 14
    sheet.add(Seal(430, min(y + 40, 740), authority, "", 55))
    return Drawn([sheet], {key: value for key, _, value in items})
