"""What a replay found, in the reader's language."""

from __future__ import annotations

from brambling.bank.decisions.capsules import ReplayReport
from brambling.bank.decisions.rules import Difference
from brambling.kit.i18n import Lang, translator


def replay_lines(report: ReplayReport, lang: Lang) -> list[str]:
    """The finding first, then each difference, then the environments where floats differ."""
    _ = translator(lang)
    decision = report.decision
    head = _("Decision {id} ({kind}) of {at}: {finding}").format(
        id=decision.id,
        kind=decision.kind,
        at=f"{decision.at:%Y-%m-%d %H:%M} UTC",
        finding=_("the same, bit by bit") if report.same else _("DIFFERENT"),
    )
    altered = [_("  {part}: changed after the capsule was written").format(part=name) for name in report.altered]
    lines = [head, *altered, *(_difference(item, lang) for item in report.differences)]
    if not report.recomputed and report.altered:
        return lines
    if not report.recomputed:
        return [*lines, _("The capsule holds no raw inputs: the features were taken as recorded.")]
    if not report.float_differences:
        return [*lines, _("The features were recomputed from the raw inputs and agree within the grid.")]
    lines += [
        _("Recomputed features differ beyond the grid:"),
        *(_difference(f, lang) for f in report.float_differences),
    ]
    recorded, here = report.environments["recorded"], report.environments["replayed"]
    names = sorted({*recorded, *here})
    moved = [
        f"{name} {recorded.get(name)} -> {here.get(name)}" for name in names if recorded.get(name) != here.get(name)
    ]
    changes = ", ".join(moved) or _("no difference in the environments")
    return [*lines, _("Environments: {changes}").format(changes=changes)]


def _difference(item: Difference, lang: Lang) -> str:
    text = translator(lang)("  {path}: recorded {recorded}, now {found}")
    return text.format(path=item.path, recorded=item.recorded, found=item.found)
