"""Days and times of day out of an owner's words, in the owner's zone. Pure."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from brambling.kit.calendar import is_workday
from brambling.kit.text import find_numbers

DESK_OPENS, DESK_CLOSES = time(9), time(18)

_DAYS_ZH = {
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "今儿": 0,
    "明儿": 1,
}
_WEEK_ZH = re.compile(r"(下下|下个?|这个?|本|上个?)?(?:周|星期|礼拜)([一二三四五六日天1-7])")
_DATE_ZH = re.compile(
    r"(?:(\d{1,2}|[一二三四五六七八九十]{1,3})\s?月)?\s?(\d{1,2}|[一二三四五六七八九十]{1,3})\s?[号日]"
)
_ISO = re.compile(r"(20\d\d)[-/年.](\d{1,2})[-/月.](\d{1,2})")
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEK_EN = re.compile(rf"\b(?:(next|this|coming|on)\s+)?({'|'.join(_WEEKDAYS)}|mon|tues?|wed|thurs?|fri|sat|sun)\b")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_EN = "|".join(f"{name}[a-z]*" for name in _MONTHS)
_DATE_EN = re.compile(
    rf"\b(?:(?P<m1>{_MONTH_EN})\.?\s+(?:the\s+)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH_EN})|the\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th))\b"
)
_HAN = "零一二两三四五六七八九十"
_TIME_ZH = re.compile(
    rf"(凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|明早|明晚|今晚)?\s?([{_HAN}]{{1,3}}|\d{{1,2}})\s?[点點时](钟)?"
    rf"(?:(半)|([一三])刻|(?:过)?([{_HAN}]{{1,3}}|\d{{1,2}})分?)?(?!月)"
)
_TIME_CLOCK = re.compile(r"(下午|晚上|傍晚|上午|早上)?\s?(?<!\d)(\d{1,2})[:h](\d{2})(?!\d)\s?(am|pm|a\.m\.|p\.m\.)?")
_SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HOUR = rf"(?:{'|'.join(_SMALL)}|\d{{1,2}})"
_TIME_EN = re.compile(
    rf"\b(?:(half past|quarter past|quarter to|(?:five|ten|twenty) (?:past|to))\s+)?(?:(at|around|about)\s+)?({_HOUR})"
    rf"(?:\s(thirty|fifteen|forty[- ]five))?\s?(o'?clock|am|pm|a\.m\.|p\.m\.|in the (?:morning|afternoon|evening))?(?![\w:])"
)


def desk_open(day: date, at: time) -> bool:
    """Whether a person is at the desk then."""
    return is_workday(day) and DESK_OPENS <= at < DESK_CLOSES


def day_said(text: str, today: date, kept: date | None = None) -> date | None:
    """The day that ``text`` names, seen from ``today``. ``kept`` is the day of a slot that a bare weekday may correct."""
    if match := _ISO.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    for word, days in _DAYS_ZH.items():
        if word in text:
            return today + timedelta(days=days)
    if re.search(r"day after tomorrow", text):
        return today + timedelta(days=2)
    if "tomorrow" in text:
        return today + timedelta(days=1)
    if re.search(r"\btoday\b|\btonight\b|this (?:morning|afternoon|evening)", text):
        return today
    if match := re.search(rf"([{_HAN}]|\d)\s?天(?:之|以)?后|in (\w+) days", text):
        ahead = _count(match[1] or match[2])
        return today + timedelta(days=ahead) if ahead is not None else None
    return _weekday(text, today, kept) or _dated(text, today)


def _weekday(text: str, today: date, kept: date | None) -> date | None:
    if match := _WEEK_ZH.search(text):
        number = "一二三四五六日".find(match[2].replace("天", "日")) if not match[2].isdigit() else int(match[2]) - 1
        which = (match[1] or "").removesuffix("个")
    elif match := _WEEK_EN.search(text):
        number = next(i for i, name in enumerate(_WEEKDAYS) if name.startswith(match[2][:3]))
        which = {"next": "下", "this": "本", "coming": ""}.get(match[1] or "", "")
    else:
        return None
    monday = today - timedelta(days=today.weekday())
    if which in ("下", "下下"):
        return monday + timedelta(days=7 * len(which) + number)
    if which in ("这", "本"):
        return monday + timedelta(days=number)
    if kept is not None and kept > today:
        same_week = kept - timedelta(days=kept.weekday()) + timedelta(days=number)
        if same_week > today:
            return same_week
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _dated(text: str, today: date) -> date | None:
    if match := _DATE_ZH.search(text):
        month, day = _count(match[1]) if match[1] else None, _count(match[2])
    elif match := _DATE_EN.search(text):
        name = match["m1"] or match["m2"]
        month = _MONTHS.index(name[:3]) + 1 if name else None
        day = int(match["d1"] or match["d2"] or match["d3"])
    else:
        return None
    if day is None:
        return None
    for ahead in range(13):
        whole = today.year * 12 + today.month - 1 + ahead
        found = _date(whole // 12, whole % 12 + 1, day)
        if found is not None and found >= today and month in (None, found.month):
            return found
    return None


def time_said(text: str, *, asked: bool = False) -> time | None:
    """The time of day that ``text`` names; hours that the desk does not know in the morning are of the afternoon.

    ``asked``: the question was for a time, so that a bare hour counts.
    """
    if match := _TIME_CLOCK.search(text):
        return _at(int(match[2]), int(match[3]), match[1] or match[4] or "")
    if match := _TIME_ZH.search(text):
        hour = _count(match[2])
        minute = 30 if match[4] else {"一": 15, "三": 45}.get(match[5] or "", _count(match[6]) if match[6] else 0)
        return _at(hour, minute or 0, match[1] or "") if hour is not None else None
    if re.search(r"\bnoon\b|midday|中午", text):
        return time(12)
    for match in _TIME_EN.finditer(text):
        if not (asked or match[1] or match[2] or match[4] or match[5]):
            continue
        hour = _SMALL.index(match[3]) + 1 if match[3] in _SMALL else int(match[3])
        minute = {"thirty": 30, "fifteen": 15}.get(match[4] or "", 45 if match[4] else 0)
        if match[1]:
            word, which = match[1].split()
            part = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20}[word]
            hour, minute = (hour, part) if which == "past" else (hour - 1, 60 - part)
        return _at(hour, minute, match[5] or _part_of_day(text))
    return None


def _part_of_day(text: str) -> str:
    match = re.search(r"morning|afternoon|evening|上午|下午", text)
    return match.group() if match else ""


def _at(hour: int, minute: int, part: str) -> time | None:
    late = any(word in part for word in ("下午", "晚", "傍晚", "pm", "p.m", "afternoon", "evening"))
    early = any(word in part for word in ("上午", "早", "凌晨", "清早", "am", "a.m", "morning"))
    if (late and hour < 12) or (not early and hour < DESK_OPENS.hour - 1) or ("中午" in part and hour < 3):
        hour += 12
    return time(hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def _count(word: str | None) -> int | None:
    if not word:
        return None
    if word in _SMALL:
        return _SMALL.index(word) + 1
    found = find_numbers(word)
    return int(found[0].value) if len(found) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
