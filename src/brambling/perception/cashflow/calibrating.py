"""The bank's own calibration of its twins: fitted on its customers, released by four eyes, asked by every twin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from brambling.kit.db import ReadSession, WriteSession

if TYPE_CHECKING:
    from brambling.engine.learn import Release
    from brambling.perception.cashflow.calibration import Calibration

KIND, FORMAT = "cashflow-calibration", 1
SLOT = "cashflow-calibration"


def calibration_at_work(session: ReadSession) -> Calibration | None:
    """The calibration that the bank has released; None where it has none and the documented prior serves."""
    from brambling.engine.learn import released
    from brambling.perception.cashflow.calibration import Calibration

    artefact = released(session, SLOT)
    return None if artefact is None else Calibration.from_dict(artefact.data)


def propose_calibration(
    session: WriteSession, calibration: Calibration, *, made_by: str, actor: str, now: datetime
) -> Release:
    """Keep a fitted calibration and propose it; somebody else than ``made_by`` and ``actor`` releases it."""
    from brambling.engine.learn import Artefact, propose, save

    found = {"businesses": calibration.businesses, "origins": calibration.origins}
    artefact = Artefact(KIND, FORMAT, made_by, now, data=calibration.to_dict(), metadata=found)
    return propose(session, SLOT, save(session, artefact), actor=actor, now=now)
