"""What a liquid product must hold: positions, limits, and the exact check of one against the other. Pure.

A limit is linear in the amounts: a share of net assets, a weighted number of days, a share of one issuer, or a property
that no instrument may lack. The same coefficients check today's holdings and bound the plan, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from brambling.kit.errors import InputRejected

GOVERNMENT = frozenset({"cash", "treasury", "central_bank_bill", "policy_bond"})
KINDS = ("cash", "deposit", "repo", "cd", "treasury", "central_bank_bill", "policy_bond", "credit", "abs")
# Best first; a short-term mark stands where the same issuer's long-term mark would.
RATINGS = (
    "AAA", "A-1+", "AA+", "AA", "A-1", "AA-", "A+", "A-2", "A", "A-", "BBB+", "A-3", "BBB", "BBB-",
    "BB+", "BB", "BB-", "B+", "B", "B-", "CCC", "CC", "C", "D", "NR",
)  # fmt: skip
RANK: Mapping[str, int] = MappingProxyType({name: place for place, name in enumerate(RATINGS)})
TOP_GRADE = RANK["A-1+"]
CALLABLE_DAYS = 1  # a deposit that comes back so soon may be withdrawn before its day
RESTRICTED_DAYS = 10  # trading days beyond which an asset counts as restricted
WEEK_DAYS = 5  # trading days of a week

Status = Literal["ok", "watch", "breach"]
WATCH_SHARE = Fraction(1, 10)  # a limit used by more than nine tenths is watched


@dataclass(frozen=True)
class Position:
    """One holding. ``days`` and ``reset_days`` are calendar days left, ``trading_days`` the same in trading days.

    ``liquid_days`` are the trading days after which a sale pays (None: cannot be sold). ``haircut`` is the share of the
    amount that a sale under stress does not bring.
    """

    instrument: str
    kind: str
    amount_minor: int
    days: int
    trading_days: int
    yield_annual: float
    rating: str = ""
    issuer: str = ""
    liquid_days: int | None = 0
    reset_days: int | None = None
    haircut: Decimal = Decimal(0)

    @property
    def government(self) -> bool:
        """Cash, treasuries, central bank bills, policy bonds."""
        return self.kind in GOVERNMENT

    @property
    def rate_days(self) -> int:
        """Days until the rate is set anew, or the end."""
        return self.days if self.reset_days is None else min(self.days, self.reset_days)

    @property
    def sold_within(self) -> int:
        """Trading days after which a sale pays; a long time where there is none."""
        return 10_000 if self.liquid_days is None else self.liquid_days


@dataclass(frozen=True)
class Limit:
    """One clause. ``metric`` is a key of ``METRICS``; the limit holds at once unless ``holders_above`` is passed."""

    clause: str
    article: str
    metric: str
    sense: str
    bound: Decimal
    source: str
    source_date: str
    holders_above: Decimal | None = None
    rating: str = ""

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise InputRejected(f"unknown metric {self.metric!r}", expected=f"one of {', '.join(sorted(METRICS))}")
        if self.sense not in ("min", "max"):
            raise InputRejected(f"unknown sense {self.sense!r}", expected="min or max")
        if self.metric == "rating" and self.rating not in RANK:
            raise InputRejected(f"unknown rating {self.rating!r}", expected=f"one of {', '.join(RATINGS)}")


@dataclass(frozen=True)
class RuleBook:
    """All limits of one regime, with where they were read; amounts are in ``currency``."""

    version: str
    name_en: str
    name_zh: str
    currency: str
    verify: str
    limits: tuple[Limit, ...]

    def __post_init__(self) -> None:
        clauses = [limit.clause for limit in self.limits]
        for clause in clauses:
            if clauses.count(clause) > 1:
                raise InputRejected(f"clause {clause!r} stands twice")

    def in_force(self, top10_share: Fraction | None) -> tuple[Limit, ...]:
        """The limits that bind at this share of the ten largest holders (None: not known, those limits stay out)."""
        return tuple(
            limit
            for limit in self.limits
            if limit.holders_above is None or (top10_share is not None and top10_share > Fraction(limit.holders_above))
        )


Coefficient = Callable[[Position], Fraction]


def _flag(test: Callable[[Position], bool]) -> Coefficient:
    return lambda position: Fraction(int(test(position)))


def _fixed_deposit(p: Position) -> bool:
    return p.kind == "deposit" and p.sold_within > CALLABLE_DAYS


def _restricted(p: Position) -> bool:
    """Repo and fixed deposits of more than ten trading days, asset-backed paper, and whatever cannot be sold so soon."""
    if p.kind == "abs":
        return True
    if p.trading_days <= RESTRICTED_DAYS:
        return False
    return (p.kind in ("repo", "deposit") and p.sold_within > CALLABLE_DAYS) or p.sold_within > RESTRICTED_DAYS


def _below_top(p: Position) -> bool:
    """Paper and deposits of issuers below the top grade; a deposit without a rating is left to the manager's list."""
    return not p.government and p.kind != "repo" and RANK.get(p.rating, 0) > TOP_GRADE


def _payable(p: Position) -> Fraction:
    """What a position brings by the next trading day: all of it where it is cash or due, else its sale under stress."""
    if p.kind == "cash" or p.trading_days <= 1:
        return Fraction(1)
    return 1 - Fraction(p.haircut) if p.sold_within <= 1 else Fraction(0)


# Each share is of net assets; "issuer" kinds are shares of one issuer, told apart by group_of.
METRICS: Mapping[str, Coefficient] = MappingProxyType(
    {
        "government": _flag(lambda p: p.government),
        "government_1y": _flag(lambda p: p.government and p.days <= 365),
        "liquid_week": _flag(lambda p: p.government or p.trading_days <= WEEK_DAYS),
        "daily_liquid": _flag(lambda p: p.kind in ("cash", "treasury") or p.trading_days <= 1),
        "weekly_liquid": _flag(lambda p: p.kind in ("cash", "treasury") or p.trading_days <= WEEK_DAYS),
        "daily_maturing": _flag(lambda p: p.kind == "cash" or p.trading_days <= 1),
        "weekly_maturing": _flag(lambda p: p.kind == "cash" or p.trading_days <= WEEK_DAYS),
        "restricted": _flag(_restricted),
        "illiquid": _flag(lambda p: p.sold_within > WEEK_DAYS and p.trading_days > WEEK_DAYS),
        "fixed_deposits": _flag(_fixed_deposit),
        "below_top": _flag(_below_top),
        "issuer_below_top": _flag(_below_top),
        "issuer": _flag(lambda p: p.kind in ("cd", "credit", "abs")),
        "issuer_all": _flag(lambda p: p.kind in ("cd", "credit", "abs", "deposit")),
        "issuer_bank": _flag(lambda p: p.kind in ("deposit", "cd")),
        "wam": lambda p: Fraction(p.rate_days),
        "wal": lambda p: Fraction(p.days),
        "payable_next_day": _payable,
        "maturity": lambda p: Fraction(p.days),
        "rating": lambda p: Fraction(0 if p.government or p.kind in ("repo", "deposit") else RANK[p.rating]),
    }
)
PER_ISSUER = frozenset({"issuer", "issuer_all", "issuer_bank", "issuer_below_top"})
PER_INSTRUMENT = frozenset({"maturity", "rating"})
IN_DAYS = frozenset({"wam", "wal", "maturity"})


def allowed(limit: Limit) -> Fraction:
    """The bound as a number: a rating is its rank."""
    return Fraction(RANK[limit.rating]) if limit.metric == "rating" else Fraction(limit.bound)


def group_of(limit: Limit, position: Position) -> str | None:
    """The group in which ``position`` counts for ``limit``: an issuer, an instrument, ``""`` for all, None for none."""
    if limit.metric in PER_ISSUER:
        return position.issuer if METRICS[limit.metric](position) else None
    return position.instrument if limit.metric in PER_INSTRUMENT else ""


@dataclass(frozen=True)
class Light:
    """One clause, measured. ``worst`` names the issuer or instrument behind the figure, where there is one."""

    clause: str
    article: str
    metric: str
    sense: str
    measured: Fraction
    bound: Fraction
    status: Status
    worst: str = ""
    rating: str = ""


def check(positions: Sequence[Position], limits: Sequence[Limit]) -> tuple[Light, ...]:
    """Every limit against ``positions``, exactly. Raises InputRejected where nothing is held."""
    total = sum(position.amount_minor for position in positions)
    if total <= 0:
        raise InputRejected("the holdings add up to nothing", expected="net assets above 0")
    return tuple(_light(limit, positions, total) for limit in limits)


def _light(limit: Limit, positions: Sequence[Position], total: int) -> Light:
    bound, worst = allowed(limit), ""
    measured = Fraction(0)
    for group, value in _measures(limit, positions, total):
        if not worst or value > measured:
            worst, measured = group, value
    return Light(
        limit.clause, limit.article, limit.metric, limit.sense, measured, bound,
        status_of(limit, measured, bound), worst, limit.rating,
    )  # fmt: skip


def _measures(limit: Limit, positions: Sequence[Position], total: int) -> Iterator[tuple[str, Fraction]]:
    coefficient = METRICS[limit.metric]
    if limit.metric in PER_INSTRUMENT:
        for position in positions:
            if position.amount_minor:
                yield position.instrument, coefficient(position)
        return
    sums: dict[str, Fraction] = {}
    for position in positions:
        group = group_of(limit, position)
        if group is not None:
            sums[group] = sums.get(group, Fraction(0)) + coefficient(position) * position.amount_minor
    for group, amount in sums.items():
        yield group, amount / total


def status_of(limit: Limit, measured: Fraction, bound: Fraction) -> Status:
    """Breach beyond the bound, watch within a tenth of it, else ok. A rating at its bound is ok."""
    beyond = measured < bound if limit.sense == "min" else measured > bound
    if beyond:
        return "breach"
    if limit.metric in PER_INSTRUMENT or bound == 0:
        return "ok"
    near = measured < bound * (1 + WATCH_SHARE) if limit.sense == "min" else measured > bound * (1 - WATCH_SHARE)
    return "watch" if near else "ok"


@dataclass(frozen=True)
class Supply:
    """What the market offers of one kind, and what leaving it costs. Assumptions: the user replaces them by their own.

    ``spread_bp`` over the curve, ``cost_bp`` to trade in calm, ``haircut`` the share lost in a sale under stress,
    ``settle_days`` trading days of a sale (None: none), ``issuers`` how many issuers a purchase can be spread over.
    """

    spread_bp: Decimal
    cost_bp: Decimal
    haircut: Decimal
    settle_days: int | None
    tenors: tuple[int, ...]
    rating: str
    issuers: int = 1


@dataclass(frozen=True)
class Spiral:
    """The feedback of November 2022: yields up, prices down, redemptions, sales, yields up again.

    ``shock_bp`` is the first rise of yields; a fall of one basis point of the price below ``tolerance_bp`` draws
    ``redemption_per_bp`` of the shares a day; a sale of one percent of the product moves yields by ``impact_bp`` (all
    others sell too). ``government_beta`` is how much of a rise treasuries and policy bonds take.
    """

    shock_bp: Decimal
    tolerance_bp: Decimal
    redemption_per_bp: Decimal
    impact_bp: Decimal
    government_beta: Decimal
    days: int


@dataclass(frozen=True)
class Market:
    """Assumptions about the market, by kind, and the shapes of the stresses."""

    version: str
    note: str
    cash_yield_annual: Decimal
    kinds: dict[str, Supply]
    spiral: Spiral
    front_loaded: tuple[Decimal, ...]
    quarter_end_times: Decimal
    quarter_end_days: int
    rumour_times: Decimal
    rumour_days: int

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise InputRejected(f"unknown kind {kind!r}", expected=f"one of {', '.join(KINDS)}")


def haircut_of(market: Market, kind: str, rating: str) -> Decimal:
    """What a sale under stress loses: by kind, doubled for paper below the top grade."""
    supply = market.kinds.get(kind)
    if supply is None:
        return Decimal(0) if kind == "cash" else Decimal("0.10")
    below = kind not in GOVERNMENT and kind not in ("repo", "deposit") and RANK.get(rating, 99) > TOP_GRADE
    return min(supply.haircut * 2, Decimal(1)) if below else supply.haircut


@dataclass(frozen=True)
class Trade:
    """Something to buy or sell now; a purchase is spread over ``issuers`` issuers."""

    side: Literal["buy", "sell"]
    instrument: str
    kind: str
    amount_minor: int
    tenor_days: int
    yield_annual: float
    cost_minor: int
    issuers: int = 1


@dataclass(frozen=True)
class Holders:
    """Shares of one product by holder, largest first; they need not add up to one."""

    shares: tuple[Fraction, ...] = field(default_factory=tuple)

    @property
    def top10(self) -> Fraction | None:
        """What the ten largest hold together; None where no holder is known."""
        return sum(self.shares[:10], Fraction(0)) if self.shares else None
