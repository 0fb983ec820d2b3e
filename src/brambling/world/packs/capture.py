"""What a scanner, a phone or a screen does to a page. Ranges stand in ``families``; what was drawn is given back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from brambling.world.packs.families import CAPTURES, Ranges, Severity

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def capture(
    image: Image.Image, severity: Severity, rng: np.random.Generator, *, screen: bool = False, exif: bytes = b""
) -> tuple[bytes, str, dict[str, Any]]:
    """The file's bytes, its suffix and what happened to the page.

    ``screen`` photographs it from a display: a grid of subpixels beats with the sensor's. Digital pages stay PNG.
    """
    import numpy as np

    ranges = CAPTURES[severity]
    happened: dict[str, Any] = {"severity": severity, "screen": screen}
    if severity == "digital" and not screen and not exif:
        return _png(image), "png", happened
    pixels = np.asarray(image, dtype=np.uint8)
    pixels = _warp(pixels, ranges, rng, happened)
    pixels = _light(pixels, ranges, rng, happened)
    if screen:
        pixels = _screen(pixels, rng)
    pixels = _blur_and_noise(pixels, ranges, rng, happened)
    quality = int(rng.integers(*(ranges.jpeg_quality if ranges.jpeg_quality[0] else (80, 90))))
    happened["jpeg_quality"] = quality
    return jpeg(pixels, quality, exif), "jpg", happened


def jpeg(pixels: Pixels, quality: int, exif: bytes = b"") -> bytes:
    """Pixels as JPEG with the EXIF block given."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", compress_level=4)
    return out.getvalue()


def _warp(pixels: Pixels, ranges: Ranges, rng: np.random.Generator, happened: dict[str, Any]) -> Pixels:
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    angle = float(rng.uniform(*ranges.rotation_degrees))
    happened["rotation_degrees"] = round(angle, 2)
    edge = round(0.03 * width) if ranges.background else 0
    shade = rng.integers(70, 150, 3) if ranges.background else np.array([250, 250, 248])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.float32(edge)
    if ranges.perspective[1]:
        reach = float(rng.uniform(*ranges.perspective))
        happened["perspective"] = round(reach, 4)
        moved = moved + rng.uniform(-reach, reach, (4, 2)).astype(np.float32) * width
    size = (width + 2 * edge, height + 2 * edge)
    turn = np.vstack([cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), angle, 1.0), [0, 0, 1]])
    matrix = turn @ cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    border = tuple(int(value) for value in shade)
    warped = cv2.warpPerspective(
        pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )
    return np.asarray(warped, dtype=np.uint8)


def _light(pixels: Pixels, ranges: Ranges, rng: np.random.Generator, happened: dict[str, Any]) -> Pixels:
    """Uneven light, the shadow of a hand, folds of the paper."""
    import numpy as np

    if not ranges.shadow[1]:
        return pixels
    height, width = pixels.shape[:2]
    lost = float(rng.uniform(*ranges.shadow))
    folds = int(rng.integers(ranges.folds[0], ranges.folds[1] + 1))
    happened.update(shadow=round(lost, 3), folds=folds)
    y, x = np.mgrid[0 : height : height / 64, 0 : width : width / 64].astype(np.float32)[:, :64, :64]
    slope = rng.uniform(-1, 1, 2)
    across = (x / width * slope[0] + y / height * slope[1]) / (abs(slope).sum() + 1e-6)
    light = 1 - lost / (1 + np.exp(-12 * (across - rng.uniform(0, 0.5))))
    import cv2

    full = cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    for _ in range(folds):
        place = int(rng.uniform(0.2, 0.8) * height)
        full[place : place + 2] *= 0.82
        full[place + 2 : place + 9] *= 1.03
    lit: Pixels = np.clip(pixels * full[:, :, None], 0, 255).astype(np.uint8)
    return lit


def _screen(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Moire: the columns of a display, a little off the sensor's pitch and turned a little, and its blue cast."""
    import numpy as np

    height, width = pixels.shape[:2]
    pitch, angle = rng.uniform(2.15, 2.9), rng.uniform(-0.06, 0.06)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = 2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / pitch
    rows = 2 * np.pi * (y * np.cos(angle) - x * np.sin(angle)) / (pitch * 1.013)
    grid = np.stack([1 + 0.16 * np.sin(phase + shift) * (1 + 0.5 * np.sin(rows)) for shift in (0, 2.09, 4.19)], -1)
    cast = np.array([0.93, 0.97, 1.05], np.float32)
    shown: Pixels = np.clip(pixels * grid * cast, 0, 255).astype(np.uint8)
    return shown


def _blur_and_noise(pixels: Pixels, ranges: Ranges, rng: np.random.Generator, happened: dict[str, Any]) -> Pixels:
    import cv2
    import numpy as np

    sigma, noise = float(rng.uniform(*ranges.blur_sigma)), float(rng.uniform(*ranges.noise_sigma))
    happened.update(blur_sigma=round(sigma, 2), noise_sigma=round(noise, 1))
    if sigma > 0:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)
    if noise > 0:
        grain = rng.standard_normal(pixels.shape[:2], dtype=np.float32)[:, :, None] * noise
        pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    return pixels
