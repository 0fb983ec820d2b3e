"""Drawn pictures of a shop front and of stock, with the EXIF a phone writes, and a short video of a workshop."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from brambling.world.packs.paint import font

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

_SHUTTERS = ((150, 60, 50), (50, 80, 120), (90, 90, 95), (60, 110, 80))


def shop(name: str, sign: str, rng: np.random.Generator, poster: str = "") -> Image.Image:
    """A front with the firm's name over the door; ``poster`` is a sheet in the window."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1100, 760), tuple(int(value) for value in rng.integers(150, 215, 3)))
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 620, 1100, 760], fill=(110, 110, 112))
    wall = tuple(int(value) for value in rng.integers(120, 200, 3))
    pen.rectangle([60, 90, 1040, 640], fill=wall)
    board = _SHUTTERS[int(rng.integers(len(_SHUTTERS)))]
    pen.rectangle([60, 110, 1040, 240], fill=board)
    size = min(56, 900 // max(len(name), 1))
    pen.text((550, 165), name, fill=(250, 240, 200), font=font("hei-bold", size), anchor="mm")
    pen.text((550, 216), sign, fill=(240, 240, 240), font=font("hei", 26), anchor="mm")
    for place in range(3):
        left = 100 + place * 320
        glass = tuple(int(value) for value in rng.integers(90, 190, 3))
        pen.rectangle([left, 270, left + 270, 630], fill=glass, outline=(60, 60, 60), width=6)
        for _ in range(int(rng.integers(3, 8))):
            x, y = left + int(rng.integers(20, 210)), int(rng.integers(420, 590))
            pen.rectangle(
                [x, y, x + int(rng.integers(20, 50)), y + 36], fill=tuple(int(v) for v in rng.integers(40, 230, 3))
            )
    if poster:
        pen.rectangle([110, 290, 1030, 400], fill=(255, 255, 250))
        _lines(pen, poster, 120, 296, 900, 24)
    return image


def _lines(pen: Any, words: str, x: int, y: int, width: int, size: int) -> None:
    from brambling.world.packs.sheet import wrap

    for place, line in enumerate(wrap(words, width, size)):
        pen.text((x, y + place * size * 1.35), line, fill=(20, 20, 20), font=font("hei", size))


def stock(goods: list[str], rng: np.random.Generator) -> Image.Image:
    """Shelves of boxes; each shelf has a label."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1100, 760), tuple(int(value) for value in rng.integers(60, 120, 3)))
    pen = ImageDraw.Draw(image)
    shelves = int(rng.integers(3, 5))
    for shelf in range(shelves):
        bottom = 90 + (shelf + 1) * 640 // shelves
        x = int(rng.integers(30, 70))
        while x < 1000:
            width, height = int(rng.integers(50, 130)), int(rng.integers(60, 600 // shelves - 30))
            colour = tuple(int(value) for value in rng.integers(70, 220, 3))
            pen.rectangle([x, bottom - height, x + width, bottom], fill=colour, outline=(40, 30, 20), width=3)
            pen.line([x, bottom - height // 2, x + width, bottom - height // 2], fill=(210, 190, 150), width=5)
            x += width + int(rng.integers(3, 28))
        pen.rectangle([20, bottom, 1080, bottom + 16], fill=(90, 90, 100))
        pen.rectangle([60, bottom - 12, 330, bottom + 24], fill=(250, 250, 240))
        pen.text((70, bottom - 8), goods[shelf % len(goods)], fill=(20, 20, 20), font=font("hei", 26))
    return image


def again(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The same picture, cropped a little and brightened."""
    from PIL import Image, ImageEnhance

    width, height = image.size
    cut = float(rng.uniform(0.02, 0.05))
    part = image.crop((int(width * cut), int(height * cut), int(width * (1 - cut / 2)), int(height * (1 - cut / 2))))
    return ImageEnhance.Brightness(part.resize((width, height), Image.Resampling.BICUBIC)).enhance(1.12)


def exif(taken: date, place: tuple[float, float], comment: str = "") -> bytes:
    """An EXIF block: time, place, the phone, and a description."""
    from PIL import Image

    block = Image.Exif()
    block[0x010F], block[0x0110] = "SYNTHETIC", "Imitation 1"
    stamp = f"{taken:%Y:%m:%d} 10:26:31"
    block[0x0132] = stamp
    if comment:
        block[0x010E] = comment
    block.get_ifd(0x8769)[0x9003] = stamp
    gps = block.get_ifd(0x8825)
    gps[1], gps[2] = "N", _degrees(place[0])
    gps[3], gps[4] = "E", _degrees(place[1])
    return block.tobytes()


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    return float(whole), float(minutes), round((value - whole - minutes / 60) * 3600, 2)


def video(name: str, goods: list[str], rng: np.random.Generator) -> bytes:
    """Two scenes of a workshop, 3 seconds each at 5 frames a second: the firm's sign, then the shelves."""
    import av
    import numpy as np
    from PIL import ImageDraw

    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as box:
        stream = box.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 640, 448, "yuv420p"
        stream.bit_rate = 900_000
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"flags": "+bitexact"}
        first, second = shop(name, "生产车间", rng).resize((660, 462)), stock(goods, rng).resize((660, 462))
        for scene in (first, second):
            for place in range(15):
                frame = scene.crop((place, place // 2, place + 640, place // 2 + 448))
                ImageDraw.Draw(frame).ellipse([300 + 4 * place, 380, 330 + 4 * place, 410], fill=(200, 160, 60))
                box.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(frame), format="rgb24")))
        box.mux(stream.encode(None))
    return out.getvalue()
