"""Charts as ECharts options: plain dicts, drawn alike in HTML reports and in the console.

Colours and manners are those of docs/console.md: history in ink, future in the accent, money in teal, breach in
brick; direct labels instead of legends; a forecast is a line with two nested bands. Each chart is given with the rows
behind it, so that the table is one click away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAPER, INK, MUTED, HAIRLINE = "#FAF8F4", "#1B1F24", "#5E6672", "#E4DFD6"
ACCENT, TEAL, BRICK, AMBER = "#C8561B", "#0F6B66", "#A6342E", "#B7791F"

Option = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """An ECharts option, its height, and the table behind it."""

    option: Option
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    height_px: int = 320


def base(**more: Any) -> Option:
    """What every chart shares: no animation (nothing jumps), quiet axes, a tooltip by axis."""
    option: Option = {
        "animation": False,
        "textStyle": {"fontFamily": "Inter, 'Noto Sans SC', 'Source Han Sans', sans-serif", "color": INK},
        "grid": {"left": 8, "right": 24, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
    }
    option.update(more)
    return option


def category_axis(values: Sequence[str], **more: Any) -> Option:
    """A bottom axis of words or days."""
    axis: Option = {
        "type": "category",
        "data": list(values),
        "axisLine": {"lineStyle": {"color": HAIRLINE}},
        "axisTick": {"show": False},
        "axisLabel": {"color": MUTED, "hideOverlap": True},
    }
    axis.update(more)
    return axis


def value_axis(name: str = "", **more: Any) -> Option:
    """A value axis with hairline splits."""
    axis: Option = {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": MUTED, "align": "left"},
        "axisLabel": {"color": MUTED},
        "splitLine": {"lineStyle": {"color": HAIRLINE}},
    }
    axis.update(more)
    return axis


def line(name: str, values: Sequence[float | None], color: str = INK, **more: Any) -> Option:
    """A thin line without symbols."""
    series: Option = {
        "type": "line",
        "name": name,
        "data": list(values),
        "showSymbol": False,
        "lineStyle": {"color": color, "width": 1.8},
        "itemStyle": {"color": color},
    }
    series.update(more)
    return series


def band(
    name: str, low: Sequence[float | None], high: Sequence[float | None], color: str, opacity: float
) -> list[Option]:
    """A band between two lines as two stacked series (the lower one invisible)."""
    gap = [None if a is None or b is None else b - a for a, b in zip(low, high, strict=True)]
    hidden = {"lineStyle": {"opacity": 0}, "showSymbol": False, "silent": True, "stackStrategy": "all"}
    return [
        {"type": "line", "name": f"{name} -", "stack": name, "data": list(low), "tooltip": {"show": False}, **hidden},
        {
            "type": "line",
            "name": name,
            "stack": name,
            "data": gap,
            "areaStyle": {"color": color, "opacity": opacity},
            "tooltip": {"show": False},
            **hidden,
        },
    ]


def forecast_chart(
    days: Sequence[str],
    history: Sequence[float | None],
    mid: Sequence[float | None],
    bands: Mapping[str, tuple[Sequence[float | None], Sequence[float | None]]],
    *,
    unit: str,
    history_name: str,
    mid_name: str,
    marks: Mapping[str, str] | None = None,
    label_at: tuple[str, float, str] | None = None,
) -> Option:
    """History in ink, the forecast in accent, nested bands (widest first), days marked by hairlines with words.

    All series run over the same ``days``; use None where one has no value. ``label_at`` is (day, value, words) for the
    one point that is told in words, such as the lowest day.
    """
    series: list[Option] = []
    for index, (name, (low, high)) in enumerate(bands.items()):
        series += band(name, low, high, ACCENT, 0.14 + 0.12 * index)
    series.append(line(history_name, history, INK))
    middle = line(mid_name, mid, ACCENT)
    if marks:
        middle["markLine"] = {
            "symbol": "none",
            "lineStyle": {"color": MUTED, "type": "dotted", "width": 1},
            "label": {"color": MUTED, "formatter": "{b}"},
            "data": [{"xAxis": day, "name": words} for day, words in marks.items()],
        }
    if label_at:
        day, value, words = label_at
        middle["markPoint"] = {
            "symbol": "circle",
            "symbolSize": 7,
            "label": {"formatter": words, "position": "bottom", "color": BRICK, "fontWeight": 600},
            "itemStyle": {"color": BRICK},
            "data": [{"coord": [day, value]}],
        }
    series.append(middle)
    # the first and the last day are written inwards: centred below their ticks they would be cut off
    inwards = {"color": MUTED, "hideOverlap": True, "alignMinLabel": "left", "alignMaxLabel": "right"}
    axis = category_axis(days, boundaryGap=False, axisLabel=inwards)
    return base(xAxis=axis, yAxis=value_axis(unit, scale=True), series=series)


def bar_chart(
    labels: Sequence[str],
    groups: Mapping[str, Sequence[float]],
    *,
    unit: str,
    colors: Sequence[str] = (),
    stacked: bool = False,
) -> Option:
    """Bars by label, one group or several; the legend stands on top only where there are several."""
    palette = list(colors) or [TEAL, ACCENT, AMBER, BRICK, MUTED]
    series = [
        {
            "type": "bar",
            "name": name,
            "data": list(values),
            "itemStyle": {"color": palette[i % len(palette)]},
            "barMaxWidth": 28,
            **({"stack": "all"} if stacked else {}),
        }
        for i, (name, values) in enumerate(groups.items())
    ]
    extra = {"legend": {"top": 0, "right": 0, "textStyle": {"color": MUTED}}} if len(groups) > 1 else {}
    return base(xAxis=category_axis(labels), yAxis=value_axis(unit), series=series, **extra)


def waterfall_chart(steps: Sequence[tuple[str, float]], *, unit: str, total_name: str) -> Option:
    """Steps from zero to a total: what a limit is made of."""
    running, hidden, up, down = 0.0, [], [], []
    for _, change in steps:
        hidden.append(min(running, running + change))
        up.append(change if change >= 0 else 0.0)
        down.append(-change if change < 0 else 0.0)
        running += change
    labels = [name for name, _ in steps] + [total_name]
    bar = {"type": "bar", "stack": "w", "barMaxWidth": 40}
    series = [
        {
            **bar,
            "data": [*hidden, 0.0],
            "itemStyle": {"color": "transparent"},
            "silent": True,
            "tooltip": {"show": False},
        },
        {**bar, "name": "+", "data": [*up, None], "itemStyle": {"color": TEAL}},
        {**bar, "name": "-", "data": [*down, None], "itemStyle": {"color": BRICK}},
        {**bar, "name": total_name, "data": [*([None] * len(steps)), running], "itemStyle": {"color": INK}},
    ]
    return base(xAxis=category_axis(labels), yAxis=value_axis(unit), series=series)
