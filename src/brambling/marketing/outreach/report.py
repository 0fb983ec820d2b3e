"""Faults of journeys and results of campaigns in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.engine.doors.report import Table
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import show_share
from brambling.marketing.outreach.rules.campaigns import Result
from brambling.marketing.outreach.rules.journeys import Fault

FAULTS: Mapping[str, str] = {
    "unknown-event": N_("there is no event {found!r}"),
    "unknown-purpose": N_("there is no purpose {found!r}"),
    "no-expiry": N_("it must end after 1 to 366 days, not {found}"),
    "step-twice": N_("the step stands twice"),
    "unknown-step": N_("there is no step {found!r}"),
    "unknown-act": N_("a step cannot do {found!r}"),
    "unknown-channel": N_("there is no channel {found!r}"),
    "no-text": N_("the message has no text"),
    "no-stop-line": N_("the message does not say how to stop it"),
    "bad-window": N_("{found!r} are no hours of one day, like 10:00-18:00"),
    "bad-wait": N_("it waits {found} days; at least one, and no longer than the journey"),
    "bad-share": N_("a cohort of {found} is none; a share between 0 and 1"),
    "no-fact": N_("the branch names no fact"),
    "loop": N_("the journey comes back here and never ends"),
    "unreachable": N_("no step leads here"),
    "one-moment": N_("two journeys for one moment: {found}"),
}
STATES: Mapping[str, str] = {
    "control": N_("approved copy"),
    "play": N_("in play"),
    "stopped": N_("stopped: too many refusals"),
}


def fault_text(fault: Fault, lang: Lang) -> str:
    """A fault in one line."""
    _ = translator(lang)
    words = _(FAULTS[fault.code]).format(found=fault.found)
    return _("step {step}: {words}").format(step=fault.step, words=words) if fault.step else words


def funnel_table(result: Result, lang: Lang) -> Table:
    """How many members are at each step of a campaign."""
    _ = translator(lang)
    rows = (
        (_("in the campaign"), result.members),
        (_("left without any campaign"), result.held_from_all),
        (_("left without this one"), result.held),
        (_("meant to be contacted"), result.contacted),
        (_("message sent"), result.sent),
        (_("did it"), result.succeeded),
        (_("refused within a week"), result.refused),
    )
    return Table((_("Step"), _("Customers")), rows, numeric=(_("Customers"),))


def variants_table(result: Result, lang: Lang) -> Table:
    """Each copy: what it did, and its share of the next batch."""
    _ = translator(lang)
    columns = (_("Copy"), _("Sent"), _("Did it"), _("Refused"), _("Next batch"), _("State"))
    rows = tuple(
        (name, tally.sends, tally.successes, tally.refusals, show_share(share.share), _(STATES[share.state]))
        for name, (tally, share) in result.variants.items()
    )
    return Table(columns, rows, numeric=columns[1:5])


def read_out_text(result: Result, lang: Lang) -> str:
    """What contact changed, with its interval, or that the hold-out cannot say it."""
    _ = translator(lang)
    found = result.read_out
    if found is None:
        return _("The hold-out is too small to say anything: fewer than two customers on one side.")
    points = {name: f"{100 * getattr(found, name):+.2f}" for name in ("lift", "lower", "upper")}
    line = _("Contact changed the rate by {lift} points (95 % interval {lower} to {upper}).").format(**points)
    if found.lower <= 0 <= found.upper:
        line += " " + _("No effect is also compatible with it.")
    return line
