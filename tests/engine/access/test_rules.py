"""What users and roles may be, and what each role may do."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

import brambling.engine.access as room
from brambling.engine.access import ROLES, User, may, require, require_second
from brambling.engine.access.rules import checked_name, checked_password, checked_roles
from brambling.kit.errors import InputRejected, NotAllowed

HERE = Path(room.__file__).parent
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def user(*roles: str, business=None, active: bool = True) -> User:
    return User(uuid4(), "somebody", roles, business, active, NOW)


def test_every_name_of_the_menu_is_there() -> None:
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError):
        _ = room.nothing


def test_an_owner_sees_what_is_his_own_and_nothing_else() -> None:
    mine, theirs = uuid4(), uuid4()
    owner = user("owner", business=mine)
    assert may(owner, "read", "decision", mine)
    assert not may(owner, "read", "decision", theirs)
    assert not may(owner, "read", "decision")
    assert not may(owner, "write", "decision", mine)


def test_an_auditor_changes_nothing() -> None:
    rows = policy_rows()
    assert {act for role, _, act, _ in rows if role == "auditor"} == {"read", "check"}


def test_nobody_writes_the_audit_trail_or_releases_his_own_models() -> None:
    for role in ROLES:
        assert not may(user(role), "write", "audit")
    assert may(user("modeller"), "write", "model") and not may(user("modeller"), "release", "model")
    assert may(user("approver"), "release", "model") and not may(user("approver"), "write", "model")


def test_a_user_who_was_deactivated_may_nothing() -> None:
    assert not may(user("officer", active=False), "read", "business")


def test_a_refused_act_names_who_may() -> None:
    with pytest.raises(NotAllowed, match="somebody may not release this model; it needs the role approver"):
        require(user("modeller"), "release", "model")
    with pytest.raises(NotAllowed, match="of nobody"):
        require(user("operator"), "write", "audit")
    require(user("approver"), "release", "model")


def test_every_role_of_the_policy_is_one_of_ours_and_every_role_has_rules() -> None:
    assert {role for role, *_ in policy_rows()} == set(ROLES)
    assert {scope for *_, scope in policy_rows()} == {"own", "all"}


def test_only_this_room_knows_who_may() -> None:
    """One door: nobody else imports casbin or asks for a role by its name."""
    named = re.compile(rf"['\"](?:{'|'.join(ROLES)})['\"] (?:not )?in \w+\.roles|\.roles ==")
    src = HERE.parents[1]
    for path in src.rglob("*.py"):
        if HERE in path.parents:
            continue
        text = path.read_text(encoding="utf-8")
        assert "casbin" not in text, path
        assert not named.search(text), path


def test_whatever_the_house_asks_for_somebody_may_do() -> None:
    """A word that the policy does not know would lock everybody out, and no type would tell."""
    asked = set()
    for path in HERE.parents[1].rglob("*.py"):
        found = re.findall(r"(?:require|may)\(\s*\w+,\s*\"([\w-]+)\",\s*\"([\w-]+)\"", path.read_text(encoding="utf-8"))
        asked |= set(found)
    for act, thing in asked:
        assert any(known == thing and allowed in (act, "*") for _, known, allowed, _ in policy_rows()), (act, thing)


def policy_rows() -> list[tuple[str, str, str, str]]:
    lines = (HERE / "policy" / "roles.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.reader(line for line in lines if line.startswith("p,"))
    return [tuple(cell.strip() for cell in row[1:]) for row in rows]


@pytest.mark.parametrize(
    ("roles", "business"),
    [
        ((), None),
        (("king",), None),
        (("owner",), None),
        (("officer",), uuid4()),
        (("owner", "officer"), uuid4()),
        (("auditor", "operator"), None),
        (("modeller", "approver"), None),
    ],
)
def test_roles_that_cannot_be(roles, business) -> None:
    with pytest.raises(InputRejected):
        checked_roles(roles, business)


def test_roles_come_in_one_order_without_doubles() -> None:
    assert checked_roles(("desk", "officer", "desk"), None) == ("officer", "desk")


def test_names_and_passwords() -> None:
    assert checked_name("Wang.Fang@bank") == "wang.fang@bank"
    for name in ("", "x", "a b", "x" * 65):
        with pytest.raises(InputRejected):
            checked_name(name)
    for password in ("short", "administrator", "x" * 2000):
        with pytest.raises(InputRejected):
            checked_password(password, "Administrator")


def test_four_eyes_are_of_two_people() -> None:
    require_second("a", "b")
    with pytest.raises(NotAllowed, match="four eyes"):
        require_second("a", "a")
