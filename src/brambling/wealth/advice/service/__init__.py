"""What can be asked of idle-cash advice: plans (``plans``), and standing mandates (``mandates``)."""

from brambling.wealth.advice.service.plans import STALE_DAYS, advise, advise_many, plan, replan

__all__ = ["STALE_DAYS", "advise", "advise_many", "plan", "replan"]
