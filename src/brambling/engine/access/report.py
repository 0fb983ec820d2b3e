"""What people read about users: names of roles, why nobody was signed in."""

from __future__ import annotations

from brambling.engine.access.rules import FAILURES_MAX, SignInFailed
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, Lang, translator

_ROLE_NAMES = {
    "owner": N_("Owner of a business"),
    "officer": N_("Risk officer"),
    "modeller": N_("Credit modeller"),
    "approver": N_("Approver"),
    "investment_manager": N_("Investment manager"),
    "company_manager": N_("Manager of a wealth company"),
    "marketer": N_("Marketer"),
    "desk": N_("Contact centre"),
    "operator": N_("Operator"),
    "auditor": N_("Auditor"),
}


def role_name(role: str, lang: Lang) -> str:
    """The role as people call it."""
    return translator(lang)(_ROLE_NAMES[role])


def sign_in_failed(failed: SignInFailed, lang: Lang) -> str:
    """One line that says what to do; which of name and password was wrong stays unsaid."""
    _ = translator(lang)
    if failed.until is None:
        return _("Name or password is wrong.")
    until = failed.until.astimezone(BEIJING)
    return _("{tries} tries failed. Try again after {time}.").format(tries=FAILURES_MAX, time=f"{until:%H:%M}")
