"""Rule checks on hand-made cases, and against a second, naive reading of the same clauses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.wealth.ladder.readers import BOOKS, shipped_book
from brambling.wealth.ladder.rules import Holders, Light, Limit, Position, check

CASH = Position("cash", "cash", 5_000, 0, 0, 0.0)
CD = Position("cd", "cd", 9_000, 100, 70, 0.02, "AAA", "A", 1, None, Decimal("0.03"))


def lights(positions: list[Position], book: str = "cn-cash", top10: Fraction | None = None) -> dict[str, Light]:
    return {light.clause: light for light in check(positions, shipped_book(book).in_force(top10))}


def paper(name: str, amount: int, **more: object) -> Position:
    return replace(CD, instrument=name, issuer=name, amount_minor=amount, **more)  # type: ignore[arg-type]


def test_five_percent_of_cash_and_government_paper_is_enough_and_a_fen_less_is_not() -> None:
    rest = [paper(f"cd{n}", 9_500) for n in range(10)]
    assert lights([CASH, *rest])["cn-cash-liquid-5"].status == "watch"
    short = lights([replace(CASH, amount_minor=4_999), *rest, paper("x", 1)])["cn-cash-liquid-5"]
    assert (short.status, short.measured) == ("breach", Fraction(4_999, 100_000))


def test_ten_percent_counts_what_comes_due_in_five_trading_days() -> None:
    rest = [paper(f"cd{n}", 9_000) for n in range(10)]
    soon = paper("soon", 5_000, days=7, trading_days=5)
    assert lights([CASH, soon, *rest])["cn-cash-liquid-10"].measured == Fraction(10, 100)
    later = replace(soon, trading_days=6, days=8)
    assert lights([CASH, later, *rest])["cn-cash-liquid-10"].status == "breach"


def test_the_largest_issuer_is_named_and_two_papers_of_one_issuer_add_up() -> None:
    held = [replace(CASH, amount_minor=88_000), paper("one", 6_000), replace(paper("two", 6_000), issuer="one")]
    light = lights(held)["cn-cash-issuer"]
    assert (light.worst, light.measured, light.status) == ("one", Fraction(12, 100), "breach")


def test_below_aaa_is_limited_together_and_by_issuer() -> None:
    held = [replace(CASH, amount_minor=97_000), paper("weak", 3_000, rating="AA+")]
    found = lights(held)
    assert found["cn-cash-issuer-below-aaa"].status == "breach"
    assert found["cn-cash-below-aaa"].status == "ok"
    assert found["cn-cash-rating"].status == "ok"
    assert lights([held[0], replace(held[1], rating="AA")])["cn-cash-rating"].status == "breach"


def test_maturity_is_a_matter_of_each_instrument() -> None:
    held = [replace(CASH, amount_minor=99_999), paper("long", 1, days=398, trading_days=270)]
    light = lights(held)["cn-cash-maturity"]
    assert (light.status, light.worst, light.measured) == ("breach", "long", Fraction(398))


def test_a_floating_rate_shortens_wam_and_not_wal() -> None:
    held = [paper("float", 100, days=300, trading_days=200, reset_days=20)]
    found = lights(held)
    assert (found["cn-cash-wam"].measured, found["cn-cash-wal"].measured) == (20, 300)
    assert found["cn-cash-wal"].status == "breach"


def test_a_fixed_deposit_is_restricted_and_one_on_call_is_not() -> None:
    fixed = paper("deposit", 11_000, kind="deposit", liquid_days=None)
    held = [replace(CASH, amount_minor=89_000), fixed]
    assert lights(held)["cn-cash-restricted"].status == "breach"
    assert lights([held[0], replace(fixed, liquid_days=1)])["cn-cash-restricted"].measured == 0


@pytest.mark.parametrize(
    ("top10", "clause"), [("0.21", "cn-cash-top20-wam"), ("0.51", "cn-cash-top50-wam"), ("0.20", None)]
)
def test_limits_that_depend_on_the_ten_largest_holders(top10: str, clause: str | None) -> None:
    found = lights([paper("cd", 100)], top10=Fraction(top10))
    assert (clause in found) if clause else not any("top" in name for name in found)


def test_the_ten_largest_holders_are_ten() -> None:
    assert Holders(tuple(Fraction(1, 20) for _ in range(20))).top10 == Fraction(1, 2)
    assert Holders().top10 is None


def test_a_mega_redemption_is_paid_from_cash_what_is_due_and_sales_after_haircut() -> None:
    held = [replace(CASH, amount_minor=1_000), paper("cd", 9_000), paper("stuck", 90_000, liquid_days=None)]
    light = lights(held)["cn-cash-mega"]
    assert light.measured == Fraction(1_000, 100_000) + Fraction(9_000, 100_000) * Fraction(97, 100)
    assert light.status == "breach"


def test_2a7_counts_treasuries_at_any_maturity_and_the_eu_does_not() -> None:
    held = [replace(CASH, amount_minor=10), paper("t", 90, kind="treasury", rating="")]
    assert lights(held, "us-2a7")["us-2a7-daily"].measured == 1
    assert lights(held, "eu-mmf")["eu-mmf-daily"].measured == Fraction(10, 100)


@pytest.mark.parametrize("name", BOOKS)
def test_every_limit_names_its_source_and_day(name: str) -> None:
    for limit in shipped_book(name).limits:
        assert limit.source and limit.source_date[:2] == "20" and limit.article and limit.clause.startswith(name)


def test_an_unknown_metric_is_rejected() -> None:
    with pytest.raises(InputRejected, match="unknown metric"):
        Limit("x", "", "wma", "max", Decimal(1), "", "")


@st.composite
def portfolios(draw: st.DrawFn) -> list[Position]:
    kinds = st.sampled_from(["cash", "treasury", "policy_bond", "cd", "credit", "deposit", "repo", "abs"])
    out = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(kinds)
        days = 0 if kind == "cash" else draw(st.integers(1, 500))
        rating = draw(st.sampled_from(["AAA", "AA+", "AA"])) if kind in ("cd", "credit", "abs") else ""
        out.append(
            Position(
                f"i{number}", kind, draw(st.integers(1, 10**9)), days, days * 5 // 7, 0.02, rating,
                draw(st.sampled_from(["A", "B", "C"])), draw(st.sampled_from([0, 1, 3, 20, None])),
            )
        )  # fmt: skip
    return out


@given(portfolios())
def test_a_naive_reading_gives_the_same_figures(held: list[Position]) -> None:
    total = sum(p.amount_minor for p in held)
    government = {"cash", "treasury", "policy_bond", "central_bank_bill"}
    issuers: dict[str, float] = {}
    for p in held:
        if p.kind in ("cd", "credit", "abs"):
            issuers[p.issuer] = issuers.get(p.issuer, 0) + p.amount_minor / total
    naive = {
        "cn-cash-liquid-5": sum(p.amount_minor for p in held if p.kind in government) / total,
        "cn-cash-liquid-10": sum(p.amount_minor for p in held if p.kind in government or p.trading_days <= 5) / total,
        "cn-cash-wam": sum(p.amount_minor * p.days for p in held) / total,
        "cn-cash-issuer": max(issuers.values(), default=0.0),
        "cn-cash-maturity": max(p.days for p in held),
    }
    found = lights(held)
    for clause, value in naive.items():
        assert float(found[clause].measured) == pytest.approx(value, abs=1e-9)


@given(portfolios(), st.integers(2, 1000))
def test_size_does_not_matter(held: list[Position], times: int) -> None:
    larger = [replace(p, amount_minor=p.amount_minor * times) for p in held]
    limits = shipped_book("cn-cash").limits
    assert [(a.clause, a.measured, a.status) for a in check(held, limits)] == [
        (b.clause, b.measured, b.status) for b in check(larger, limits)
    ]
