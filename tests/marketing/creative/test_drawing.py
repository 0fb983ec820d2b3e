"""Posters: in their box, apart from each other, legible, read back as set; neighbours differ; no font is said clearly."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.marketing.creative.model import draw, find_fonts, render
from brambling.marketing.creative.model.fonts import Fonts
from brambling.marketing.creative.model.motifs import MOTIFS, ORNAMENTS
from brambling.marketing.creative.model.palettes import CONTRAST_MIN, PALETTES, contrast
from brambling.marketing.creative.model.poster import LAYOUTS, SIZES, VARIANTS, look_of
from brambling.marketing.creative.model.setting import balanced, wrap
from brambling.marketing.creative.readers import shipped_phrases, shipped_rulebook, shipped_sheet
from brambling.marketing.creative.rules import NEEDS, Facts, Words
from brambling.marketing.creative.rules.trades import GROUPS, group_of
from brambling.marketing.creative.shapes import CHANNELS, Channel, Line, Poster

TODAY = date(2026, 11, 25)
LOAN, CASH = shipped_sheet("working-capital"), shipped_sheet("term-90")
LONG = "大河食品批发有限责任公司苏州工业园区第二分公司仓储与配送中心一号门市部"
NAMES = ("春风小吃店", LONG, "Golden Wok Kitchen & Catering Services Company Limited", "")


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    try:
        return find_fonts()
    except InputRejected as error:
        pytest.skip(str(error))


def poster(
    fonts: Fonts,
    i: int,
    channel: Channel,
    lang: Lang,
    name: str = "春风小吃店",
    today: date = TODAY,
    place: int | None = None,
) -> Poster:
    codes = ("6210", "5212", "5121", "5431", "3484", "5012", "0164", "6110", "8111", "6513", "8030", "5251", "8391", "")
    sheet, need = (CASH, "idle-cash") if i % 4 == 3 else (LOAN, [need for need in NEEDS if need != "idle-cash"][i % 7])
    facts = Facts(f"c{i}", name, codes[i % len(codes)], "320500", need)
    return draw(
        sheet, facts, shipped_phrases(lang), lang, channel, rulebook=shipped_rulebook(), today=today,
        place=i if place is None else place, fonts=fonts,
    )  # fmt: skip


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_overlaps_and_everything_is_on_the_page(fonts: Fonts, channel: Channel, lang: Lang) -> None:
    for i in range(VARIANTS):
        made = poster(fonts, i, channel, lang, NAMES[i % len(NAMES)])
        boxes = [(line.text, line.box) for line in made.lines]
        for n, (text, box) in enumerate(boxes):
            assert box[0] >= 0.05 * made.width - 1, (made.variant, text)
            assert box[2] <= 0.95 * made.width + 1, (made.variant, text)
            assert box[1] >= 0.02 * made.height, (made.variant, text)
            assert box[3] <= 0.98 * made.height, (made.variant, text)
            assert not overlap(box, made.code_box), (made.variant, text)
            assert not overlap(box, made.art_box), (made.variant, text)
            for other, against in boxes[n + 1 :]:
                assert not overlap(box, against), (made.variant, text, other)
        assert not overlap(made.art_box, made.code_box)


def test_every_line_is_legible(fonts: Fonts) -> None:
    for i in range(VARIANTS):
        for channel in CHANNELS:
            made = poster(fonts, i, channel, "zh")
            for line in made.lines:
                assert contrast(line.ink, line.ground) >= CONTRAST_MIN
                assert line.size >= 0.02 * made.width
            sizes = {line.role: line.size for line in made.lines}
            assert sizes["headline"] > sizes["value"] > sizes["small"]


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    for palette in PALETTES:
        for ink in (palette.ink, palette.muted, palette.accent):
            assert contrast(ink, palette.paper) >= CONTRAST_MIN, (palette.name, ink)


def test_the_widths_are_those_of_the_font(fonts: Fonts) -> None:
    assert fonts.width("春风", 100, "regular") == 200
    assert 40 < fonts.width("8", 100, "bold") < 70
    assert fonts.drawable("春风🍜\ue000") == "春风"


@settings(max_examples=60)
@given(
    text=st.text(st.sampled_from("春风小吃店，。（）abc 12%4“”至"), min_size=1, max_size=60),
    width=st.floats(120, 900),
)
def test_no_line_is_wider_than_its_column_and_no_character_is_lost(text: str, width: float) -> None:
    try:
        fonts = find_fonts()
    except InputRejected as error:
        pytest.skip(str(error))
    for lines in (wrap(text, width, 30, "regular", fonts), balanced(text, width, 30, "regular", fonts)):
        assert "".join("".join(lines).split()) == "".join(text.split())
        for line in lines:
            marks = len(re.findall(r"[，。（）“”%]", line))  # what belongs to a character may hang out with it
            assert fonts.width(line, 30, "regular") <= max(width, 30 * (marks + 9))


def test_the_picture_says_nothing_of_the_customer_but_its_name(fonts: Fonts) -> None:
    made = poster(fonts, 0, "feed", "zh")
    words = "".join(line.text for line in made.lines)
    assert "春风小吃店" in words
    assert "63,481" not in made.svg
    for needed in (
        LOAN.issuer.zh,
        LOAN.rate_name.zh,
        "4.35%",
        "12.00%",
        LOAN.stop.zh,
        LOAN.risk.zh,
        LOAN.legal.zh,
        "2026-12-31",
    ):
        assert needed in words


def test_neighbours_get_another_palette_and_layout() -> None:
    looks = [look_of(f"c{i}", 7, i) for i in range(64)]
    for one, other in pairwise(looks):
        assert one.palette != other.palette
        assert one.layout != other.layout
    assert len({(look.palette.name, look.layout, look.mirrored) for look in looks}) == VARIANTS
    assert look_of("c1", 7) == look_of("c1", 7)


def test_every_trade_has_its_motif_and_every_layout_its_svg(fonts: Fonts) -> None:
    assert set(MOTIFS) == set(GROUPS)
    assert group_of("H6210") == group_of("62") == "eating"
    assert group_of("F5251") == "health"
    assert group_of("9999") == group_of("") == "general"
    layouts = set()
    for i in range(8):
        made = poster(fonts, i, "feed", "zh")
        ET.fromstring(made.svg)
        layouts.add(made.variant[1])
    assert layouts == set(LAYOUTS)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2027, 1, 20), "festival"),
        (date(2026, 12, 1), "winter"),
        (date(2026, 4, 1), "spring"),
        (date(2026, 7, 1), "summer"),
        (date(2026, 10, 1), "autumn"),
    ],
)
def test_the_season_is_that_of_the_day(fonts: Fonts, day: date, season: str) -> None:
    made = poster(fonts, 1, "feed", "zh", today=day)
    assert made.variant[3] == season
    assert season in ORNAMENTS


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_png_has_the_channel_s_size(fonts: Fonts, channel: Channel) -> None:
    png = render(poster(fonts, 2, channel, "en"), fonts)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == SIZES[channel]


@pytest.mark.parametrize("name", [*NAMES, "春风🍜小吃店", "<script>&\"'", "店" * 60, "A" * 60])
def test_any_name_fits(fonts: Fonts, name: str) -> None:
    for i in range(8):
        for channel in CHANNELS:
            made = poster(fonts, i, channel, "zh", name)
            ET.fromstring(made.svg)


def test_a_sheet_too_long_for_a_picture_is_said(fonts: Fonts) -> None:
    long = replace(LOAN, conditions=Words("条件很多" * 120, "many terms " * 120))
    with pytest.raises(InputRejected, match="do not fit on a feed"):
        draw(
            long,
            Facts("c1"),
            shipped_phrases("zh"),
            "zh",
            "feed",
            rulebook=shipped_rulebook(),
            today=TODAY,
            fonts=fonts,
        )


def test_without_a_chinese_font_it_is_said_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(InputRejected) as caught:
        find_fonts(tmp_path)
    assert "no Chinese font in" in str(caught.value)
    assert "fonts-noto-cjk" in str(caught.value)


def plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


def missed(made: Poster, read: str) -> list[Line]:
    return [line for line in made.lines if plain(line.text) not in read]


@pytest.mark.parametrize("count", [3, pytest.param(12, marks=pytest.mark.story)])
def test_what_is_set_can_be_read_back(fonts: Fonts, count: int) -> None:
    pytest.importorskip("rapidocr", reason="the extra documents is not installed")
    import io

    import numpy as np
    from PIL import Image
    from rapidocr import RapidOCR

    reader = RapidOCR(params={"Global.log_level": "error"})
    lines = lost = 0
    for i in range(count):
        made = poster(fonts, 3 * i, ("feed", "poster")[i % 2], "zh" if i % 3 else "en")  # type: ignore[arg-type]
        image = np.array(Image.open(io.BytesIO(render(made, fonts))).convert("RGB"))
        read = plain("".join(reader(image).txts or ()))
        lines += len(made.lines)
        lost += len(missed(made, read))
        assert all(line.role != "value" for line in missed(made, read)), made.variant
    assert lost <= 0.03 * lines
