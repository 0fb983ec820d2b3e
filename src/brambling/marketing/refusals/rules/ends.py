"""Until when: the first day on which contact is welcome again, out of words in two languages. Pure.

A day counts as an end only where the words around it make it one ("for two weeks", "再说", "until"): "three times a
month" is a complaint, not a duration. Months are counted by the calendar. "Next year" ends on 1 January; a week, a
month and a year end where the next begins.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from brambling.kit.calendar.years import YEAR_MAX, spring_festival
from brambling.kit.errors import InputRejected
from brambling.kit.text.numerals import parse_number

# Spring Festival is over for a shop eight days after its first day, when the public holiday has ended.
FESTIVAL_DAYS = 8
YEARS_MAX = 20

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]]


def end_of(text: str, today: date) -> date | None:
    """The first day on which contact is welcome again after ``today``, None where no day is said.

    ``text`` is folded and in lower case. Where several are said the latest counts: the longer rest annoys nobody.
    """
    found = []
    for pattern, reads in _RULES:
        for match in pattern.finditer(text):
            end = reads(match, today)
            if end is not None and today < end <= months_on(today, 12 * YEARS_MAX):
                found.append(end)
    return max(found, default=None)


def months_on(day: date, months: int) -> date:
    """``day`` so many months later; a day that the month has not becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# -- what the rules share -----------------------------------------------------------------------------------------------


def _number(words: str | None) -> int | None:
    if not words:
        return None
    if words in _ENGLISH:
        return _ENGLISH[words]
    try:
        value = parse_number(words)
    except InputRejected:
        return None
    return int(value) if value == value.to_integral_value() and 0 < value <= 1000 else None


def _span(count: int | None, unit: str, today: date) -> date | None:
    if count is None:
        return None
    if unit in ("月", "month"):
        return months_on(today, min(count, 12 * YEARS_MAX))
    if unit in ("年", "year"):
        return months_on(today, 12 * min(count, YEARS_MAX))
    if unit in ("季", "quarter"):
        return months_on(today, 3 * min(count, 80))
    return today + timedelta(days=count * (7 if unit in ("周", "week", "fortnight") else 1))


def _day(year: int | None, month: int | None, day: int | None, today: date) -> date | None:
    """The next such day; without a day the first of the month, without a year the next time it comes."""
    if month is None or not 1 <= month <= 12:
        return None
    try:
        found = date(year or today.year, month, day or 1)
        return found if year or found > today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _first_of_month(today: date, months: int) -> date:
    return months_on(today.replace(day=1), months)


def _monday(today: date, weeks: int = 1) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def _weekday(today: date, weekday: int, *, next_week: bool) -> date:
    if next_week:
        return _monday(today) + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _festival(today: date, *, over: bool) -> date | None:
    for year in (today.year, today.year + 1):
        if year <= YEAR_MAX:
            first = spring_festival(year)
            if first + timedelta(days=FESTIVAL_DAYS) > today:
                return first + timedelta(days=FESTIVAL_DAYS) if over else first
    return None


def _quarter(today: date) -> date:
    return date(today.year + today.month // 10, (today.month + 2) // 3 * 3 % 12 + 1, 1)


_ENGLISH = {
    word: number
    for number, words in enumerate(
        ["a an one the", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"], 1
    )
    for word in words.split()
} | {"twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

# -- Chinese ------------------------------------------------------------------------------------------------------------

_N = r"(\d{1,3}|[一二两三四五六七八九十百]{1,3})"
_YEAR_WORD = r"(?:(\d{4})年|(明年|后年|来年))?"
# what makes a span an end, and not a frequency
_AROUND = r"(?:之?内|以内|里|以?后|之后|过后|再|别|不|先|勿|莫|甭|免|期间|$|[,，。!！~])"


def _zh_day(match: re.Match[str], today: date) -> date | None:
    year = int(match[1]) if match[1] else {"明年": 1, "来年": 1, "后年": 2}.get(match[2] or "", 0) + today.year
    named = bool(match[1] or match[2])
    return _day(year if named else None, _number(match[3]), _number(match[4]) if match[4] else None, today)


def _zh_span(match: re.Match[str], today: date) -> date | None:
    unit = {"星期": "周", "礼拜": "周", "周": "周", "月": "月", "年": "年", "季度": "季", "天": "天", "日": "天"}[
        match[2]
    ]
    return _span(_number(match[1]), unit, today)


def _zh_weekday(match: re.Match[str], today: date) -> date:
    return _weekday(today, "一二三四五六日天".index(match[2]) % 7 if match[2] != "天" else 6, next_week=bool(match[1]))


def _season(match: re.Match[str], today: date) -> date | None:
    return _day(None, _SEASONS[match[1]], None, today)


_CHINESE: list[Rule] = [
    (re.compile(rf"{_YEAR_WORD}{_N}月份?(?:{_N}[号日])?"), _zh_day),
    (re.compile(rf"{_N}个?(?:多)?(星期|礼拜|周|月|季度|年|天)(?:时间)?(?={_AROUND})"), _zh_span),
    (re.compile(rf"(?<!大)半年(?:时间)?(?={_AROUND})"), lambda _, today: months_on(today, 6)),
    (re.compile(rf"半个月(?:时间)?(?={_AROUND})"), lambda _, today: today + timedelta(days=15)),
    (
        re.compile(r"(?:明年|来年)(?!\d|[一二三四五六七八九十]+月|春|夏|秋|冬|下半年)"),
        lambda _, t: date(t.year + 1, 1, 1),
    ),
    (re.compile(r"后年"), lambda _, today: date(today.year + 2, 1, 1)),
    (re.compile(r"今年(?!.{0,3}(?:已|都[打发]|打了|第))"), lambda _, today: date(today.year + 1, 1, 1)),
    (re.compile(r"(?:下个?月)(?!.{0,2}底)"), lambda _, today: _first_of_month(today, 1)),
    (
        re.compile(r"(?:这个?月|本月)(?!.{0,2}(?:已|都[打发]|打了|第))"),
        lambda _, today: _first_of_month(today, 1),
    ),
    (re.compile(r"(?:下个?(?:星期|礼拜)|下周)(?![一二三四五六日天])"), lambda _, today: _monday(today)),
    (re.compile(r"(?:这个?(?:星期|礼拜)|这周|本周)(?![一二三四五六日天])"), lambda _, today: _monday(today)),
    (re.compile(r"(下个?)?(?:星期|礼拜|周)([一二三四五六日天])(?=.{0,3}(?:再|之?前|以?后|联系|打|说))"), _zh_weekday),
    (re.compile(r"下个?季度"), lambda _, today: _quarter(today)),
    (re.compile(r"下半年"), lambda _, today: _day(None, 7, None, today)),
    (
        re.compile(r"(?:月底)(?=.{0,3}(?:再|以?后|之?前))"),
        lambda _, today: _first_of_month(today, 1) - timedelta(days=1),
    ),
    (re.compile(r"年底(?=.{0,3}(?:再|以?后|之?前))"), lambda _, today: date(today.year, 12, 31)),
    (
        re.compile(
            r"过[完了]?(?:个)?(?:大)?年(?!前)|(?<![今明去半前\d一二两三四五六七八九十])年后|(?:春节|过年|新年|大年)(?:以|之|过)?后|正月|元宵"
        ),
        lambda _, today: _festival(today, over=True),
    ),
    (re.compile(r"(?:春节|过年|新年)(?:之|以)?前|年前"), lambda _, today: _festival(today, over=False)),
    (
        re.compile(r"开春|清明"),
        lambda match, today: _day(None, 4 if match[0] == "清明" else 3, 6 if match[0] == "清明" else 1, today),
    ),
    (re.compile(r"元旦"), lambda _, today: date(today.year + 1, 1, 4)),
    (re.compile(r"五一"), lambda _, today: _day(None, 5, 6, today)),
    (re.compile(r"国庆|十一长假"), lambda _, today: _day(None, 10, 8, today)),
    (re.compile(r"双(?:11|十一)"), lambda _, today: _day(None, 11, 12, today)),
    (re.compile(r"双(?:12|十二)"), lambda _, today: _day(None, 12, 13, today)),
    (re.compile(r"暑假|开学"), lambda _, today: _day(None, 9, 1, today)),
    (re.compile(r"(?:明年)?(春|夏|秋|冬)(?:天|季)"), _season),
    (re.compile(r"明天"), lambda _, today: today + timedelta(days=1)),
    (re.compile(r"(?<!今)后天"), lambda _, today: today + timedelta(days=2)),
]

# -- English ------------------------------------------------------------------------------------------------------------

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_COUNT = rf"(\d{{1,3}}|{'|'.join(_ENGLISH)})"


def _en_span(match: re.Match[str], today: date) -> date | None:
    return _span((2 if match[2] == "fortnight" else 1) * (_number(match[1]) or 0) or None, match[2], today)


def _en_day(match: re.Match[str], today: date) -> date | None:
    day = match["day"] or match["day2"]
    return _day(
        int(match["year"]) if match["year"] else None, _MONTHS[match["month"]], int(day) if day else None, today
    )


def _iso(match: re.Match[str], today: date) -> date | None:
    return _day(int(match[1]), int(match[2]), int(match[3]), today)


_ENGLISH_RULES: list[Rule] = [
    (
        re.compile(
            rf"(?:for|in|within|during|over|give (?:me|us))\s+(?:at least\s+|about\s+)?(?:the\s+)?(?:next\s+|coming\s+)?{_COUNT}(?:\s+of)?\s+"
            r"(?:more\s+)?(day|week|fortnight|month|quarter|year)s?\b"
        ),
        _en_span,
    ),
    (re.compile(rf"(?:next|coming)\s+{_COUNT}\s+(day|week|month|quarter|year)s?\b"), _en_span),
    (
        re.compile(
            rf"{_COUNT}\s+(day|week|fortnight|month|quarter|year)s?(?:'\s*time|\s+from now|\s+off|\s+of\s+(?:peace|quiet))"
        ),
        _en_span,
    ),
    (re.compile(r"half\s+a\s+year"), lambda _, today: months_on(today, 6)),
    (
        re.compile(
            rf"(?:until|till|til|before|after|in|by|from|come back|around|since)\s+(?:the\s+)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
            rf"(?:early\s+|mid[- ]?|late\s+|end of\s+)?(?P<month>{_MONTH})\b\.?(?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?P<year>20\d\d))?"
        ),
        _en_day,
    ),
    (re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b"), _iso),
    (re.compile(r"\bnext\s+year\b"), lambda _, today: date(today.year + 1, 1, 1)),
    (
        re.compile(r"\b(?:this|rest\s+of\s+the)\s+year\b|\bend\s+of\s+(?:the\s+)?year\b"),
        lambda _, today: date(today.year + 1, 1, 1),
    ),
    (
        re.compile(r"\bin\s+the\s+new\s+year\b|\bafter\s+(?:the\s+)?new\s+year\b"),
        lambda _, today: date(today.year + 1, 1, 2),
    ),
    (
        re.compile(r"\bnext\s+month\b|\bthis\s+month\b|\brest\s+of\s+the\s+month\b"),
        lambda _, today: _first_of_month(today, 1),
    ),
    (re.compile(r"\bnext\s+week\b|\bthis\s+week\b|\brest\s+of\s+the\s+week\b"), lambda _, today: _monday(today)),
    (
        re.compile(r"\b(?:in|until|till|next)\s+q([1-4])\b"),
        lambda match, today: _day(None, 3 * int(match[1]) - 2, None, today),
    ),
    (re.compile(r"\bnext\s+quarter\b|\bthis\s+quarter\b"), lambda _, today: _quarter(today)),
    (
        re.compile(
            r"\bafter\s+(?:the\s+)?(?:spring\s+festival|cny|chinese\s+new\s+year|lunar\s+new\s+year|(?:new\s+year\s+)?holidays?)"
        ),
        lambda _, today: _festival(today, over=True),
    ),
    (
        re.compile(
            r"\b(?:before|until|till)\s+(?:the\s+)?(?:spring\s+festival|cny|chinese\s+new\s+year|lunar\s+new\s+year)"
        ),
        lambda _, today: _festival(today, over=False),
    ),
    (
        re.compile(r"\b(?:after|until|till|in)\s+(?:the\s+)?(?:golden\s+week|national\s+day)"),
        lambda _, today: _day(None, 10, 8, today),
    ),
    (
        re.compile(
            r"\b(?:until|till|in|next|after|before|it)\s+(?:the\s+)?(spring|summer|autumn|fall|winter)\b(?!\s+festival)"
        ),
        _season,
    ),
    (
        re.compile(rf"\b(?:until|till|next|on|after|before|by)\s+({'|'.join(_WEEKDAYS)})\b"),
        lambda match, today: _weekday(today, _WEEKDAYS[match[1]], next_week=False),
    ),
    (re.compile(r"\btomorrow\b"), lambda _, today: today + timedelta(days=1)),
]

_RULES: list[Rule] = [*_CHINESE, *_ENGLISH_RULES]
