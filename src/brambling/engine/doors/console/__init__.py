"""Every console page is made of this: who visits and the frame (``visits``), and what stands in it (``parts``).

One product, calm paper, black ink, one accent, numbers that line up. A room registers a page with :func:`page`, which
finds out who asks and in which language, sends strangers to sign in, and turns a rejection into one clear line; the
page is then built inside ``with frame(...)``.
"""

from brambling.engine.doors.console.parts import (
    chart,
    confirm,
    empty,
    entries,
    explain,
    facts,
    figures,
    filters,
    heading,
    in_thread,
    main_button,
    more,
    paragraph,
    points,
    problem,
    quiet_button,
    report_table,
    says,
    search_form,
    section,
    show_moment,
    skeleton,
    table,
    tag,
    told,
)
from brambling.engine.doors.console.visits import HEADER, Link, Visit, frame, language, page

__all__ = [
    "HEADER",
    "Link",
    "Visit",
    "chart",
    "confirm",
    "empty",
    "entries",
    "explain",
    "facts",
    "figures",
    "filters",
    "frame",
    "heading",
    "in_thread",
    "language",
    "main_button",
    "more",
    "page",
    "paragraph",
    "points",
    "problem",
    "quiet_button",
    "report_table",
    "says",
    "search_form",
    "section",
    "show_moment",
    "skeleton",
    "table",
    "tag",
    "told",
]
