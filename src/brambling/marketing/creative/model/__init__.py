"""A picture for one customer: fonts measured, text set, shapes drawn, rendered.

- :mod:`fonts` the fonts of this machine and the widths of texts in them
- :mod:`setting` lines broken and fitted; :mod:`palettes` colours and contrast; :mod:`motifs` trades and seasons
- :mod:`poster` the composition as SVG
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.marketing.creative.model.fonts import Fonts, find_fonts
from brambling.marketing.creative.model.poster import compose, look_of, styled
from brambling.marketing.creative.rules import Facts, Phrases, Rulebook, Sheet, shown_name
from brambling.marketing.creative.rules.trades import group_of
from brambling.marketing.creative.rules.wording import poster_copy, season_of
from brambling.marketing.creative.shapes import Channel, Poster

FESTIVAL_DAYS = 30

__all__ = ["Fonts", "draw", "find_fonts", "render"]


def draw(
    sheet: Sheet,
    facts: Facts,
    phrases: Phrases,
    lang: Lang,
    channel: Channel,
    *,
    rulebook: Rulebook,
    today: date,
    seed: int = 7,
    place: int | None = None,
    fonts: Fonts | None = None,
) -> Poster:
    """The poster for one customer; ``place`` is its rank among those of its region and trade, so that neighbours differ.

    Its words pass the same check as a message: raises InputRejected with the clause when they do not, or when they do
    not fit, or when this machine has no Chinese font.
    """
    fonts = fonts or find_fonts()
    copy = poster_copy(sheet, facts, fonts.drawable(shown_name(facts.name)).strip(), phrases, lang, seed)
    for finding in copy.findings(sheet, rulebook):
        raise InputRejected(f"{finding.words!r} may not be said ({finding.source} {finding.clause})")
    group, season = group_of(facts.gbt4754), _season(today)
    return compose(copy, sheet.link, group, season, channel, look_of(facts.customer, seed, place), fonts)


def _season(today: date) -> str:
    from brambling.kit.calendar import spring_festival

    to_festival = (spring_festival(today.year) - today).days
    return "festival" if 0 <= to_festival <= FESTIVAL_DAYS else season_of(today)


def render(poster: Poster, fonts: Fonts | None = None, *, folder: Path | None = None) -> bytes:
    """The poster as PNG."""
    import resvg_py

    fonts = fonts or find_fonts(folder)
    return bytes(
        resvg_py.svg_to_bytes(svg_string=styled(poster.svg, fonts), skip_system_fonts=True, font_files=fonts.files)
    )
