"""Names and numbers of people and businesses that do not exist, in the form of real ones.

Every name holds 仿 ("imitated"). Numbers pass their check digits but can belong to nobody: the region 999101 is in no
register, 140 is no prefix of a person's phone (it is given to machines), and no card issuer begins with 9999.
"""

from __future__ import annotations

from datetime import date

from brambling.world.town import REGION

_FIRST = "沐禾拓远知味云栖竹里青岚松间拾光半夏南枝北辰朗月清和百川千寻万象初九小满谷雨白露霜降长风归舟听泉望山临溪观澜"
_SECOND = "顺昌隆盛恒泰瑞祥兴旺和润德诚信达通宝丰裕安康乐福禄寿喜庆华茂荣升辉煌耀光明亮嘉美佳好友邦联合众力同创新维"
_GIVEN_FIRST = "一子文思嘉志国建秀春海永明家晓雨雪俊世立庆学光玉桂金长大少"
_GIVEN_SECOND = "鸣涵远齐敏华强芳林平波梅兰娟伟杰勇军霞燕红丽峰飞龙云山松柏清"
_BUYERS = ("商贸有限公司", "实业有限公司", "工程有限公司", "供应链有限公司", "贸易商行", "百货有限公司", "机电有限公司")
_SELLERS = ("批发部", "原料有限公司", "供货商行", "物资有限公司", "配送中心", "商贸有限公司", "材料有限公司")
_NUMERALS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of USCC and organisation codes: no I, O, S, V, Z
_SPACE = 31**6


def brand(number: int, salt: int) -> str:
    """Two characters; the same for numbers 2,808 apart, and for no two nearer (1597 is prime to 2,808)."""
    place = (number * 1597 + salt * 31) % (len(_FIRST) * len(_SECOND))
    return _FIRST[place // len(_SECOND)] + _SECOND[place % len(_SECOND)]


def business_name(number: int, seed: int, town: str, word: str, company: bool) -> str:
    """``仿真禾溪镇沐昌土菜馆``; a company's name ends in 有限公司."""
    return f"仿真{town}{brand(number, seed)}{word}" + ("有限公司" if company else "")


def outside_name(number: int, seed: int, *, buys: bool) -> str:
    """A business outside the town."""
    words = _BUYERS if buys else _SELLERS
    return f"仿真外市{brand(number, seed)}{words[number % len(words)]}"


def person(number: int) -> str:
    """A person's name; the surname 仿 marks it as invented."""
    place = number * 577 % (len(_GIVEN_FIRST) * len(_GIVEN_SECOND))
    return f"仿{_GIVEN_FIRST[place // len(_GIVEN_SECOND)]}{_GIVEN_SECOND[place % len(_GIVEN_SECOND)]}"


def identity_number(born: date, sequence: int) -> str:
    """An identity number of the form of GB 11643-1999: region, birthday, sequence, check digit (ISO 7064 MOD 11-2)."""
    body = f"{REGION}{born:%Y%m%d}{sequence % 1000:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def uscc(number: int, seed: int, company: bool) -> str:
    """A unified social credit code (GB 32100-2015) around an organisation code (GB 11714-1997) that begins with TW."""
    rest = (number * 7_654_321 + seed * 1_000_003) % _SPACE
    digits = ""
    for _ in range(6):
        rest, digit = divmod(rest, 31)
        digits = _NUMERALS[digit] + digits
    organisation = "TW" + digits
    order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weighted = sum(
        order.index(sign) * weight for sign, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    check = "0123456789X0"[11 - weighted % 11]
    body = ("91" if company else "92") + REGION + organisation + check
    total = sum(_NUMERALS.index(sign) * 3**place % 31 for place, sign in enumerate(body))
    return body + _NUMERALS[(31 - total % 31) % 31]


def phone(number: int) -> str:
    """Eleven digits that begin with 140."""
    return f"14{number % 1_000_000_000:09d}"


def account(number: int) -> str:
    """Nineteen digits with the Luhn check of ISO/IEC 7812."""
    body = f"9999{number:014d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)
