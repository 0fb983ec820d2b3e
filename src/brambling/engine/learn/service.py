"""One function for each thing that is done with artefacts in the bank. Doors ask ``access.require`` first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from brambling.engine.access import record, require_second
from brambling.engine.learn import store
from brambling.engine.learn.rules import Release
from brambling.engine.learn.shapes import Artefact
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, NotFound
from brambling.kit.ids import new_id


def save(session: WriteSession, artefact: Artefact) -> str:
    """Keep the artefact and return its version; the same content is kept once."""
    store.insert_artefact(session, artefact)
    return artefact.version


def get(session: ReadSession, version: str) -> Artefact:
    """The artefact of a version; raises NotFound."""
    artefact = store.find_artefact(session, version)
    if artefact is None:
        raise NotFound(f"there is no artefact {version}")
    return artefact


def propose(session: WriteSession, slot: str, version: str, *, actor: str, now: datetime) -> Release:
    """A draft release of an artefact for ``slot``; somebody else releases it. Raises NotFound for the version."""
    artefact = get(session, version)
    proposed = Release(new_id(now), slot, version, "draft", artefact.created_by, actor, now)
    store.insert_release(session, proposed)
    record(session, actor, "propose", "model", version, now=now, detail={"slot": slot})
    return proposed


def release(session: WriteSession, release_id: UUID, *, actor: str, now: datetime) -> Release:
    """Put a draft to work; what worked in its slot retires in the same transaction.

    Raises NotFound, Conflict when it is no draft any more, NotAllowed when ``actor`` made or proposed it.
    """
    draft = _found(session, release_id)
    if draft.state != "draft":
        raise Conflict(f"this release of {draft.slot} is {draft.state} already")
    require_second(draft.proposed_by, actor)
    require_second(draft.made_by, actor)
    store.lock_slot(session, draft.slot)
    store.retire_released(session, draft.slot, actor, now)
    store.update_release(session, release_id, state="released", released_by=actor, released_at=now)
    record(session, actor, "release", "model", draft.version, now=now, detail={"slot": draft.slot})
    return _found(session, release_id)


def retire(session: WriteSession, release_id: UUID, *, actor: str, now: datetime) -> Release:
    """Take a draft or a released artefact out of work; its slot is empty then. Raises NotFound, Conflict."""
    present = _found(session, release_id)
    if present.state == "retired":
        raise Conflict(f"this release of {present.slot} is retired already")
    store.update_release(session, release_id, state="retired", retired_by=actor, retired_at=now)
    record(session, actor, "retire", "model", present.version, now=now, detail={"slot": present.slot})
    return _found(session, release_id)


def released(session: ReadSession, slot: str) -> Artefact | None:
    """The artefact at work in ``slot``, None when there is none."""
    version = store.released_version(session, slot)
    return None if version is None else get(session, version)


def releases(session: ReadSession, slot: str | None = None) -> list[Release]:
    """Releases of ``slot``, or of all slots, newest first."""
    return store.all_releases(session, slot)


def _found(session: WriteSession, release_id: UUID) -> Release:
    found = store.find_release(session, release_id)
    if found is None:
        raise NotFound(f"there is no release {release_id}")
    return found
