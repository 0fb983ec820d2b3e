"""What a user can ask of dialogue: of routing here, of conversations in ``conversations``, of their measures in ``measures``."""

from brambling.marketing.dialogue.service.routing import RESULTS, artefact, fit, load, route

__all__ = ["RESULTS", "artefact", "fit", "load", "route"]
