"""The one door to permissions.

A pycasbin enforcer over the model and the table in ``policy/``: files, so that a bank reads and changes who may do
what without reading code, and a reviewer sees the change as a diff. Nobody else in the house compares roles.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.engine.access.rules import User
from brambling.kit.errors import NotAllowed

if TYPE_CHECKING:
    from casbin import Enforcer

_FOLDER = Path(__file__).parent / "policy"


@cache
def _enforcer() -> Enforcer:
    from casbin import Enforcer

    return Enforcer(str(_FOLDER / "model.conf"), str(_FOLDER / "roles.csv"))


@cache
def _allowed(role: str, thing: str, act: str, own: bool) -> bool:
    # the table does not change while the process runs, and evaluating it costs half a millisecond
    return bool(_enforcer().enforce(role, thing, act, own))


def may(user: User, act: str, thing: str, business_id: UUID | None = None) -> bool:
    """Whether ``user`` may do ``act`` to ``thing``, a thing of the business ``business_id`` where it belongs to one."""
    own = business_id is not None and business_id == user.business_id
    return user.active and any(_allowed(role, thing, act, own) for role in user.roles)


def require(user: User, act: str, thing: str, business_id: UUID | None = None) -> None:
    """Raises NotAllowed unless ``user`` may do this; the message names the roles that may."""
    if may(user, act, thing, business_id):
        return
    can = [
        role
        for role in dict.fromkeys(rule[0] for rule in _enforcer().get_policy())
        if _allowed(role, thing, act, False)
    ]
    raise NotAllowed(f"{user.name} may not {act} this {thing}; it needs the role {' or '.join(can) or 'of nobody'}")
