"""Colours of posters, from the house's own, and how far two colours stand apart (WCAG 2.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

CONTRAST_MIN = 4.5  # AA for text of any size


@dataclass(frozen=True)
class Palette:
    """``paper`` with ``ink``, ``muted`` and ``accent`` on it, ``hair`` for lines; ``block`` behind the picture, and the
    picture's ``dark``, ``mid`` and ``light``."""

    name: str
    paper: str
    ink: str
    muted: str
    accent: str
    hair: str
    block: str
    dark: str
    mid: str
    light: str

    def faded(self) -> Palette:
        """The picture's colours nearer to its ground: what is strewn around the motif stays behind it."""
        shades = {name: mixed(getattr(self, name), self.block, 0.55) for name in ("dark", "mid", "light")}
        return replace(self, **shades)


def mixed(colour: str, ground: str, share: float) -> str:
    """``share`` of ``colour`` over ``ground``."""
    pairs = ((int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02X}" for one, other in pairs)


PALETTES = (
    Palette("brambling", "#FAF8F4", "#1B1F24", "#5E6672", "#A94612", "#E4DFD6", "#F4D9C3", "#8A3509", "#C8561B", "#FFF6EE"),
    Palette("teal", "#FAF8F4", "#1B1F24", "#5E6672", "#0F6B66", "#E4DFD6", "#CDE2DE", "#0A4A46", "#0F6B66", "#F3FAF8"),
    Palette("brick", "#FAF8F4", "#1B1F24", "#5E6672", "#A6342E", "#E4DFD6", "#F0D2CC", "#7A231E", "#A6342E", "#FFF4F1"),
    Palette("amber", "#FAF8F4", "#1B1F24", "#5E6672", "#8A5A12", "#E4DFD6", "#F3E2BE", "#6B430A", "#B7791F", "#FFFAED"),
    Palette("slate", "#F4F5F6", "#1B1F24", "#565E69", "#A94612", "#DADDE1", "#D8DDE3", "#2B333C", "#C8561B", "#FFFFFF"),
    Palette("night", "#14171A", "#ECE8E1", "#A3A9B3", "#E68A56", "#2C3138", "#232A30", "#E07A41", "#F0B48C", "#FAF1E8"),
    Palette("pine", "#0E3B38", "#FAF8F4", "#BFD5D1", "#F5C79E", "#2B5854", "#0A2D2B", "#F0A468", "#7FBDB5", "#F3FAF8"),
    Palette("rust", "#7E3210", "#FFF8F1", "#F3D5C2", "#FFD9B8", "#9A5131", "#682608", "#F2A66F", "#FFD9B8", "#FFF6EE"),
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours ``#RRGGBB``, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
