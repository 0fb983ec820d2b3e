"""Figures of the liquidity ladder: flows replayed on the curve against a fixed ladder, and the redemption reserve.

The flows are the three real panels (April to July 2014), the curve the real treasury curve of 2008 to 2016. The policy's
own settings (what stays overnight, how purchases are spread) were set on these replays; forecasts are not: each is made
from what was known.
"""

from __future__ import annotations

from brambling.app.bench.flows import tianchi
from brambling.app.bench.measure import Bench, Measure, skipped
from brambling.wealth.ladder.shapes import Backtest, PolicyYear, Trial

FIXED = "10 % cash and a 90-day ladder"


def run(given: Bench) -> list[Measure]:
    """Replays and reserve beside the fixed ladder of the same run."""
    panels, curve = given.file("wealth/tianchi_panels_daily.csv"), given.file("wealth/cn_treasury_curve_2008_2016.csv")
    if panels is None or curve is None:
        return [skipped("ladder", "needs wealth/tianchi_panels_daily.csv and wealth/cn_treasury_curve_2008_2016.csv")]
    from brambling.wealth.ladder import backtest

    made = backtest(tianchi(panels), curve=curve, seed=given.seed)
    return [*(measure for trial in made.trials for measure in _trial(trial)), *_reserve(made)]


def _year(trial: Trial, policy: str) -> PolicyYear:
    return next(year for year in trial.policies if year.policy == policy)


def _trial(trial: Trial) -> list[Measure]:
    ours, fixed, plain = (_year(trial, name) for name in ("forecast", "fixed", "no-forecast"))
    name, gain = f"flows x {trial.times}", trial.gain
    ends, spread = trial.quarter_ends, trial.volatility
    rate = f"{trial.redemption_rate:.1%} of assets redeemed a day; gain {gain.cash_bp:+.1f} less cash, {gain.term_bp:+.1f} term"
    found = [
        Measure(f"{name}: yield", ours.yield_bp, "bp a year", FIXED, fixed.yield_bp, note=rate),
        Measure(
            f"{name}: gain", gain.total_bp, "bp a year", "without a forecast", plain.yield_bp - fixed.yield_bp, ">= 5"
        ),
        Measure(f"{name}: weighted maturity", ours.wam_days, "days", FIXED, fixed.wam_days, "equal"),
        Measure(f"{name}: overnight share", ours.cash_share, "of assets", FIXED, fixed.cash_share),
        Measure(f"{name}: forced sales", ours.forced_sales, "days", "without a forecast", plain.forced_sales, "0"),
        Measure(f"{name}: rule breaches", ours.breach_days, "days", FIXED, fixed.breach_days, "0"),
        Measure(f"{name}: quarter-end yield", ends.yield_bp, "bp", FIXED, ends.fixed_bp),
        Measure(f"{name}: quarter-end size", ends.size_change * 100, "%"),
        Measure(
            f"{name}: quarterly volatility", spread.between_bp, "bp", FIXED, spread.between_fixed_bp, "<= peer - 5"
        ),
    ]
    if trial.crunch_bp is not None:
        found.append(Measure(f"{name}: June 2013", trial.crunch_bp, "bp over the fixed ladder"))
    return found


def _reserve(made: Backtest) -> list[Measure]:
    reserve = made.reserve
    return [
        Measure(
            "reserve: short days",
            reserve.short_share * 100,
            "%",
            "plain band",
            reserve.plain_short_share * 100,
            "1.5-3.5",
        ),
        Measure("reserve: idle", reserve.idle, "x mean redemption", "plain band", reserve.plain_idle, "<= .50"),
    ]
