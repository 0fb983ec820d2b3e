"""The tables of idle-cash advice: the plans that were given (``plans``), mandates and their sweeps (``mandates``)."""

from brambling.wealth.advice.store.plans import insert_plan, latest, newest

__all__ = ["insert_plan", "latest", "newest"]
