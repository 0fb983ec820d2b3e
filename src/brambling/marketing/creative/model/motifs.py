"""Pictures of trades and seasons, drawn as flat shapes in a box of 200 by 200; {d} {m} {l} stand for a palette's
dark, mid and light."""

from __future__ import annotations

import math
from collections.abc import Sequence

from brambling.marketing.creative.model.palettes import Palette

MOTIFS: dict[str, str] = {
    "eating": (
        '<path d="M78 66c-10-12 10-20 0-34M100 62c-10-12 10-20 0-34M122 66c-10-12 10-20 0-34" fill="none" stroke="{m}" stroke-width="7" stroke-linecap="round"/>'
        '<path d="M24 92H176C176 136 148 158 128 162H72C52 158 24 136 24 92Z" fill="{d}"/><path d="M24 92H176L174 106H26Z" fill="{m}"/>'
        '<rect x="70" y="162" width="60" height="12" rx="3" fill="{d}"/><path d="M46 116c4 16 12 26 24 32" fill="none" stroke="{l}" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M118 90L186 40M132 90L192 54" stroke="{l}" stroke-width="7" stroke-linecap="round"/>'
    ),
    "retail": (
        '<rect x="34" y="84" width="132" height="88" fill="{l}"/><path d="M26 44H174L186 84H14Z" fill="{d}"/>'
        '<path d="M14 84a17.2 17.2 0 0 0 34.4 0ZM82.8 84a17.2 17.2 0 0 0 34.4 0ZM151.6 84a17.2 17.2 0 0 0 34.4 0Z" fill="{d}"/>'
        '<path d="M48.4 84a17.2 17.2 0 0 0 34.4 0ZM117.2 84a17.2 17.2 0 0 0 34.4 0Z" fill="{m}"/>'
        '<rect x="112" y="116" width="36" height="56" fill="{d}"/><circle cx="120" cy="146" r="3.5" fill="{l}"/>'
        '<rect x="50" y="116" width="46" height="34" fill="{m}"/><path d="M73 116v34M50 133h46" stroke="{l}" stroke-width="4"/><rect x="26" y="170" width="148" height="6" fill="{d}"/>'
    ),
    "wholesale": (
        '<rect x="22" y="108" width="74" height="64" fill="{d}"/><rect x="104" y="108" width="74" height="64" fill="{m}"/><rect x="62" y="40" width="74" height="64" fill="{m}"/>'
        '<path d="M51 108h16v24l-8-6-8 6ZM133 108h16v24l-8-6-8 6ZM91 40h16v24l-8-6-8 6Z" fill="{l}"/>'
        '<path d="M34 158h22M116 158h22M74 90h22" stroke="{l}" stroke-width="5" stroke-linecap="round"/><rect x="14" y="172" width="172" height="6" rx="3" fill="{d}"/>'
    ),
    "transport": (
        '<rect x="12" y="62" width="104" height="78" rx="4" fill="{d}"/><path d="M120 84h36l28 30v26h-64Z" fill="{m}"/><path d="M132 94h20l18 20h-38Z" fill="{l}"/>'
        '<rect x="12" y="136" width="172" height="8" fill="{d}"/><circle cx="52" cy="148" r="18" fill="{d}"/><circle cx="52" cy="148" r="8" fill="{l}"/>'
        '<circle cx="148" cy="148" r="18" fill="{d}"/><circle cx="148" cy="148" r="8" fill="{l}"/><path d="M28 84h52M28 100h34" stroke="{l}" stroke-width="6" stroke-linecap="round"/><path d="M4 174h192" stroke="{m}" stroke-width="5" stroke-dasharray="22 12"/>'
    ),
    "making": (
        '<path d="M20 172V92l46-28v28l46-28v28l46-28v108Z" fill="{d}"/><rect x="160" y="34" width="20" height="138" fill="{m}"/><path d="M170 26c-8-8 8-12 0-20M184 28c-6-6 6-10 0-16" fill="none" stroke="{m}" stroke-width="5" stroke-linecap="round"/>'
        '<rect x="38" y="112" width="22" height="18" fill="{l}"/><rect x="76" y="112" width="22" height="18" fill="{l}"/><rect x="114" y="112" width="22" height="18" fill="{l}"/><rect x="76" y="142" width="24" height="30" fill="{m}"/><rect x="10" y="170" width="180" height="6" fill="{d}"/>'
    ),
    "building": (
        '<path d="M36 34h14v138H36Z" fill="{d}"/><path d="M14 46h158v10H14Z" fill="{d}"/><path d="M43 22L16 48M43 22L150 48" stroke="{d}" stroke-width="5"/><path d="M148 56v30" stroke="{m}" stroke-width="4"/><rect x="132" y="86" width="32" height="18" fill="{m}"/>'
        '<rect x="84" y="112" width="92" height="60" fill="{m}"/><path d="M94 122h14v14H94ZM123 122h14v14h-14ZM152 122h14v14h-14ZM94 148h14v14H94ZM152 148h14v14h-14Z" fill="{l}"/><rect x="123" y="148" width="14" height="24" fill="{d}"/><rect x="18" y="170" width="166" height="6" fill="{d}"/>'
    ),
    "farming": (
        '<path d="M0 176C40 132 160 132 200 176Z" fill="{m}"/><path d="M24 170c30-26 122-26 152 0M52 174c20-16 76-16 96 0" fill="none" stroke="{l}" stroke-width="5" stroke-linecap="round"/>'
        '<path d="M100 142V62" stroke="{d}" stroke-width="8" stroke-linecap="round"/><path d="M100 104C66 104 52 84 50 58C82 58 100 76 100 104Z" fill="{d}"/><path d="M100 84C102 54 120 38 152 36C152 66 134 84 100 84Z" fill="{d}"/><path d="M62 70c14 6 26 16 34 28M140 48c-14 6-26 16-34 30" fill="none" stroke="{l}" stroke-width="4" stroke-linecap="round"/>'
    ),
    "lodging": (
        '<path d="M10 92C50 88 78 66 100 40C122 66 150 88 190 92L176 102H24Z" fill="{d}"/><rect x="38" y="100" width="124" height="72" fill="{l}"/><path d="M38 100h12v72H38ZM150 100h12v72h-12Z" fill="{m}"/>'
        '<path d="M84 172v-40a16 16 0 0 1 32 0v40Z" fill="{d}"/><rect x="58" y="116" width="18" height="24" fill="{m}"/><rect x="124" y="116" width="18" height="24" fill="{m}"/><path d="M67 116v24M58 128h18M133 116v24M124 128h18" stroke="{l}" stroke-width="3"/><rect x="24" y="170" width="152" height="6" fill="{d}"/>'
    ),
    "repair": (
        '<path d="M146 30a40 40 0 0 0-50 52L36 142a20 20 0 0 0 28 28l60-60a40 40 0 0 0 52-50l-26 26-24-6-6-24Z" fill="{d}"/><circle cx="50" cy="156" r="8" fill="{l}"/>'
        '<path d="M36 40l22 6 30 34-12 12-34-30-6-22Z" fill="{m}"/><path d="M118 124l14-14 40 40a10 10 0 0 1-14 14Z" fill="{m}"/>'
    ),
    "tech": (
        '<rect x="30" y="46" width="140" height="96" rx="8" fill="{d}"/><rect x="42" y="58" width="116" height="72" fill="{l}"/><path d="M14 150h172l-10 20H24Z" fill="{m}"/>'
        '<path d="M54 116l26-24 20 14 44-38" fill="none" stroke="{m}" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/><circle cx="144" cy="68" r="7" fill="{d}"/><rect x="82" y="152" width="36" height="7" rx="3" fill="{d}"/>'
    ),
    "care": (
        '<path d="M100 54V44a13 13 0 1 1 13-13" fill="none" stroke="{m}" stroke-width="6" stroke-linecap="round"/><path d="M100 54L166 84M100 54L34 84" stroke="{m}" stroke-width="7" stroke-linecap="round"/>'
        '<path d="M66 74L22 100l16 30 20-10v52h84v-52l20 10 16-30-44-26c-8 14-20 20-34 20s-26-6-34-20Z" fill="{d}"/><path d="M100 104v58" stroke="{l}" stroke-width="4"/><circle cx="108" cy="118" r="3" fill="{l}"/><circle cx="108" cy="138" r="3" fill="{l}"/><path d="M118 118h14v12h-14Z" fill="{m}"/>'
    ),
    "health": (
        '<rect x="56" y="62" width="88" height="110" rx="14" fill="{d}"/><rect x="66" y="34" width="68" height="26" rx="5" fill="{m}"/><rect x="56" y="88" width="88" height="58" fill="{l}"/><path d="M93 96h14v14h14v14h-14v14H93v-14H79v-14h14Z" fill="{m}"/>'
        '<rect x="150" y="140" width="46" height="20" rx="10" fill="{m}" transform="rotate(-32 173 150)"/><circle cx="32" cy="160" r="13" fill="{m}"/><path d="M23 160h18" stroke="{l}" stroke-width="4"/>'
    ),
    "teaching": (
        '<path d="M100 66C78 48 46 46 16 52V156C46 150 78 152 100 170Z" fill="{d}"/><path d="M100 66C122 48 154 46 184 52V156C154 150 122 152 100 170Z" fill="{m}"/>'
        '<path d="M32 78c18-2 36 2 52 10M32 102c18-2 36 2 52 10M32 126c18-2 36 2 52 10M168 78c-18-2-36 2-52 10M168 102c-18-2-36 2-52 10" fill="none" stroke="{l}" stroke-width="5" stroke-linecap="round"/><path d="M150 20l14 8-28 48-15 7 1-16Z" fill="{d}"/>'
    ),
    "general": (
        '<path d="M10 150C60 146 130 146 192 132" stroke="{d}" stroke-width="8" fill="none" stroke-linecap="round"/><path d="M150 138c4-18 16-26 34-28c-2 18-14 28-34 28ZM44 148c-10-12-10-24-2-36c12 10 14 22 2 36Z" fill="{m}"/>'
        '<path d="M64 132C52 92 72 52 112 50C124 34 150 38 152 58L172 66L152 72C152 108 122 138 64 132Z" fill="{d}"/><path d="M92 128C120 124 140 104 142 76C120 72 96 92 92 128Z" fill="{m}"/><path d="M70 128L26 128L62 110Z" fill="{d}"/>'
        '<path d="M78 116c10-22 22-34 42-42" stroke="{l}" stroke-width="7" fill="none" stroke-linecap="round"/><circle cx="134" cy="58" r="4.5" fill="{l}"/><path d="M98 130v14M112 126v16" stroke="{m}" stroke-width="5" stroke-linecap="round"/>'
    ),
}

_PETAL = '<path d="M0 0C-12-8-10-24 0-26C10-24 12-8 0 0Z" fill="{m}" transform="rotate(%d)"/>'
ORNAMENTS: dict[str, str] = {
    "spring": "".join(_PETAL % turn for turn in range(0, 360, 72)) + '<circle r="6" fill="{l}"/>',
    "summer": "".join(
        f'<path d="M0-20V-28" stroke="{{m}}" stroke-width="5" stroke-linecap="round" transform="rotate({turn})"/>'
        for turn in range(0, 360, 45)
    )
    + '<circle r="14" fill="{m}"/>',
    "autumn": '<path d="M0-28C20-14 18 12 0 24C-18 12-20-14 0-28Z" fill="{m}"/><path d="M0-16V32M0 0l9-8M0 10l-9-8" stroke="{l}" stroke-width="3" fill="none" stroke-linecap="round"/>',
    "winter": "".join(
        f'<path d="M0 0V-26M0-17l-7-7M0-17l7-7" stroke="{{m}}" stroke-width="4" fill="none" stroke-linecap="round" transform="rotate({turn})"/>'
        for turn in range(0, 360, 60)
    ),
    "festival": '<path d="M0-34V-24M0 22V34" stroke="{d}" stroke-width="4"/><ellipse rx="24" ry="20" fill="{m}"/><path d="M-9-19C-15-6-15 6-9 19M9-19C15-6 15 6 9 19" stroke="{l}" stroke-width="3" fill="none"/><rect x="-11" y="-26" width="22" height="7" fill="{d}"/><rect x="-11" y="19" width="22" height="7" fill="{d}"/>',
}
ORNAMENT_ROOM = 36.0  # half the side of an ornament at scale 1


def motif(group: str, palette: Palette, x: float, y: float, side: float, mirrored: bool) -> str:
    """The motif of a group of trades in the square at ``x``, ``y``."""
    scale = side / 200
    flip = f"translate({x + side:.1f} {y:.1f}) scale({-scale:.4f} {scale:.4f})"
    place = flip if mirrored else f"translate({x:.1f} {y:.1f}) scale({scale:.4f})"
    return f'<g transform="{place}">{_coloured(MOTIFS[group], palette)}</g>'


def ornaments(season: str, palette: Palette, places: Sequence[tuple[float, float, float, float]]) -> str:
    """The season's ornament at each of ``places``: centre, scale, and turn in degrees."""
    shape = _coloured(ORNAMENTS[season], palette)
    turning = season != "festival"  # a lantern hangs straight
    return "".join(
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn if turning else 0:.0f}) scale({scale:.3f})">{shape}</g>'
        for x, y, scale, turn in places
    )


def spread(
    box: tuple[float, float, float, float], kept: tuple[float, float, float], scale: float, numbers: Sequence[int]
) -> list[tuple[float, float, float, float]]:
    """Places for ornaments in ``box``, clear of the circle ``kept`` and of each other; ``numbers`` decide which."""
    left, top, right, bottom = box
    placed: list[tuple[float, float, float, float]] = []
    for number in numbers:
        size = scale * (0.7 + (number >> 20) % 100 / 160)
        room = ORNAMENT_ROOM * size
        if right - left < 2 * room or bottom - top < 2 * room:
            continue
        x = left + room + (number % 1009) / 1009 * (right - left - 2 * room)
        y = top + room + (number // 1009 % 1013) / 1013 * (bottom - top - 2 * room)
        clear = math.hypot(x - kept[0], y - kept[1]) > kept[2] + room
        if clear and all(math.hypot(x - px, y - py) > room + ORNAMENT_ROOM * ps + 8 for px, py, ps, _turn in placed):
            placed.append((x, y, size, number % 60 - 30))
    return placed


def _coloured(shapes: str, palette: Palette) -> str:
    return shapes.replace("{d}", palette.dark).replace("{m}", palette.mid).replace("{l}", palette.light)
