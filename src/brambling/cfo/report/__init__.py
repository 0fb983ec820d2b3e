"""The brief in words: JSON for programs, lines for a terminal, a page that opens offline."""

from brambling.cfo.report.answer import brief_json
from brambling.cfo.report.page import brief_page
from brambling.cfo.report.terminal import print_brief

__all__ = ["brief_json", "brief_page", "print_brief"]
