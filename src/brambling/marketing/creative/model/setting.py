"""Text broken into lines and fitted into a width, in Chinese and in English."""

from __future__ import annotations

import re

from brambling.marketing.creative.model.fonts import Fonts, Style

# What may not begin a line, what may not end one (the basic rules of GB/T 15834 and of every newspaper).
_NOT_FIRST = set("，。、；：！？）」』”’》…%‰·,.;:!?)")
_NOT_LAST = set("（「『“‘《¥￥(")
_CLAUSE = re.compile(r"(?<=[，；。])(?![，；。”’」）])|(?<=[;.]\s)")
_COMMA = re.compile(r"(?<=,\s)")  # in English a good place only where there is one of them: else it parts a list
_PIECE = re.compile(r"“[^”]{1,8}”|[\x21-\x7e–—é]+|\s+|.", re.DOTALL)


def wrap(text: str, width: float, size: float, style: Style, fonts: Fonts) -> list[str]:
    """``text`` as lines no wider than ``width``, where its words allow; a single word that is wider is cut."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, size, style, fonts):
        tried = line + piece
        if line and fonts.width(tried.rstrip(), size, style) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line = tried if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def balanced(text: str, width: float, size: float, style: Style, fonts: Fonts) -> list[str]:
    """As :func:`wrap` with as few lines, broken at punctuation where that takes no more, else as even as they go."""
    best = wrap(text, width, size, style, fonts)
    pattern = _COMMA if text.count(", ") == 1 and "; " not in text else _CLAUSE
    clauses = _joined(pattern.split(text), width, size, style, fonts)
    if len(clauses) <= len(best) and all(fonts.width(line, size, style) <= width for line in clauses):
        return clauses
    low, high = width / 4, width
    for _ in range(8):
        middle = (low + high) / 2
        tried = wrap(text, middle, size, style, fonts)
        if len(tried) == len(best) and all(fonts.width(line, size, style) <= middle for line in tried):
            best, high = tried, middle
        else:
            low = middle
    return best


def _joined(clauses: list[str], width: float, size: float, style: Style, fonts: Fonts) -> list[str]:
    lines: list[str] = []
    for clause in clauses:
        if lines and fonts.width((lines[-1] + clause).rstrip(), size, style) <= width:
            lines[-1] += clause
        else:
            lines.append(clause)
    return [line.strip() for line in lines]


def _pieces(text: str, width: float, size: float, style: Style, fonts: Fonts) -> list[str]:
    """What stays together: a word, a Chinese character with the punctuation that belongs to it."""
    pieces: list[str] = []
    glue = False
    for piece in _PIECE.findall(text):
        if pieces and (glue or piece[0] in _NOT_FIRST):
            pieces[-1] += piece
        elif fonts.width(piece, size, style) > width:
            pieces.extend(piece)
        else:
            pieces.append(piece)
        glue = piece[-1] in _NOT_LAST
    return pieces
