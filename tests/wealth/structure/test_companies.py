"""Fourteen companies and 300 products on one bank: each manager sees his own, also by raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from brambling.engine.access import User, add_user, trail
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotAllowed
from brambling.wealth.structure import add_company, appoint, import_trades, look, publish
from brambling.wealth.structure.store import companies as store
from brambling.wealth.structure.store import looks, releases

COMPANIES, PRODUCTS = 14, 300
TABLES = ("fund_products", "fund_flows", "structure_releases", "structure_cells")
SECRET = (
    "negotiation_limits",
    "fund_trades",
    "structure_parts",
    "fund_passes",
    "fund_managers",
    "users",
    "audit_trail",
    "customers",
)
DAY = date(2026, 3, 9)


def code(number: int) -> str:
    return f"P{number:03d}"


def trades(product: str, customers: int, seed: int = 0, days: int = 60) -> pl.DataFrame:
    """Each customer buys once, and every third one sells a part a month later."""
    rows = []
    for number in range(customers):
        first = DAY - timedelta(days=days - (number * 7 + seed) % 20)
        name = f"{product}-{number}"
        rows.append((first, product, name, f"{1000 + number * 10}.00", "0"))
        if number % 3 == 0:
            rows.append((first + timedelta(days=30), product, name, "0", "400.00"))
    columns = ["date", "product", "customer", "subscription", "redemption"]
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.fixture
def managers(db: Database, clock: FixedClock) -> list[tuple[User, UUID]]:
    """Fourteen companies with 300 products among them, a manager each, and trades in two products of two companies."""
    found = []
    now = clock.now()
    with db.write("operator") as session:
        for number in range(COMPANIES):
            products = [code(product) for product in range(number, PRODUCTS, COMPANIES)]
            company = add_company(session, f"理财公司{number}", products, now=now, synthetic=True)
            user = User(uuid4(), f"manager{number}", ("company_manager",), None, True, now)
            session.execute(
                sa.text(
                    "INSERT INTO users (id, name, roles, password_hash, active, created_at) "
                    "VALUES (:id, :name, ARRAY['company_manager'], 'none', true, :now)"
                ),
                {"id": user.id, "name": user.name, "now": now},
            )
            appoint(session, user, company, now=now)
            found.append((user, company))
        import_trades(session, pl.concat([trades(code(0), 45), trades(code(1), 30), trades(code(2), 9)]), now=now)
        for product in (code(0), code(1)):
            assert publish(session, product, DAY, now=now) is not None
        assert publish(session, code(2), DAY, now=now) is None  # nine customers
    return found


def test_a_manager_sees_his_own_products_flows_and_figures(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]
) -> None:
    seen = []
    for number, (user, company) in enumerate(managers):
        with look(db, user, clock) as open_to:
            assert open_to.company == company
            own = [row["code"] for row in store.products(open_to.session)]
            assert own == [code(product) for product in range(number, PRODUCTS, COMPANIES)]
            seen += own
            assert bool(store.flows_of(open_to.session, code(0))) == (number == 0)
            assert bool(releases.cells_of(open_to.session, code(1))) == (number == 1)
            names = open_to.session.tuples(sa.text("SELECT name FROM fund_companies"))
            assert [row[0] for row in names] == [f"理财公司{number}"]
    assert sorted(seen) == [code(product) for product in range(PRODUCTS)]


def test_the_bank_sees_all(db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]) -> None:
    banker = User(uuid4(), "treasury", ("investment_manager",), None, True, clock.now())
    with look(db, banker, clock) as open_to:
        assert len(store.products(open_to.session)) == PRODUCTS
        assert len(store.trades_of(open_to.session, code(2), DAY)) == 12


def test_every_look_is_in_the_audit_trail(db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]) -> None:
    user, company = managers[3]
    with look(db, user, clock, code(3)):
        pass
    with db.read() as session:
        (newest, *_) = trail(session, thing="structure", thing_id=code(3))
        assert (newest.actor, newest.act, newest.detail) == (user.name, "look", {"company": str(company)})
        assert session.scalar(sa.text("SELECT count(*) FROM fund_passes")) == 0


def test_who_may_not_look(db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]) -> None:
    officer = User(uuid4(), "officer", ("officer",), None, True, clock.now())
    nobody = User(uuid4(), "new", ("company_manager",), None, True, clock.now())
    for user in (officer, nobody):
        with pytest.raises(NotAllowed), look(db, user, clock):
            pass


def test_people_of_the_bank_are_not_appointed(db: Database, clock: FixedClock) -> None:
    with db.write("operator") as session:
        company = add_company(session, "一", ["X"], now=clock.now())
        user = add_user(session, "both", "a long password", ["investment_manager"], now=clock.now(), actor="operator")
        with pytest.raises(NotAllowed):
            appoint(session, user, company, now=clock.now())
        with pytest.raises(InputRejected):
            add_user(session, "two", "a long password", ["company_manager", "desk"], now=clock.now(), actor="operator")


def test_a_product_has_one_company_and_a_day_one_release(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]
) -> None:
    with pytest.raises(Conflict), db.write("operator") as session:
        add_company(session, "other", [code(0)], now=clock.now())
    with pytest.raises(Conflict), db.write("operator") as session:
        publish(session, code(0), DAY, now=clock.now())
    with pytest.raises(InputRejected), db.write("operator") as session:
        import_trades(session, trades("unknown", 3), now=clock.now())


# -- raw SQL ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def login(db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]) -> Iterator[sa.Engine]:
    """A connection of its own as a database user without any power, who reads for the second company."""
    name = f"reader_{uuid4().hex[:10]}"
    user, company = managers[1]
    with db.write("operator") as session:
        session.execute(sa.text(f"CREATE ROLE {name} LOGIN PASSWORD 'reads-only' IN ROLE brambling_manager"))
        appoint(session, user, company, now=clock.now(), login=name)
    engine = sa.create_engine(db.engine.url.set(username=name, password="reads-only"))
    yield engine
    engine.dispose()
    with db.write("operator") as session:
        session.execute(sa.text(f"DROP ROLE {name}"))


def companies_in(connection: sa.Connection, table: str) -> set[UUID]:
    return {row[0] for row in connection.execute(sa.text(f"SELECT DISTINCT company_id FROM {table}"))}


def test_a_managers_own_login_reads_his_company_alone(login: sa.Engine, managers: list[tuple[User, UUID]]) -> None:
    own = managers[1][1]
    with login.connect() as connection:
        power = connection.execute(
            sa.text("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = session_user")
        ).one()
        assert not any(power)
        for table in TABLES:
            assert companies_in(connection, table) == {own}


TRICKS = (
    "SET brambling.pass = '{other}'",
    "SELECT set_config('brambling.pass', '{other}', false)",
    "SET brambling.company = '{other}'",
    "SET ROLE brambling_manager",
    "SET row_security = off",
    "SET SESSION AUTHORIZATION DEFAULT",
    "RESET ROLE",
    "SET search_path = pg_temp, public",
    "CREATE TEMP TABLE fund_managers AS SELECT '{other}'::uuid AS company_id, session_user::text AS login",
    "CREATE FUNCTION pg_temp.fund_company() RETURNS uuid LANGUAGE sql AS $$ SELECT '{other}'::uuid $$",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_reaches_another_company(login: sa.Engine, managers: list[tuple[User, UUID]], trick: str) -> None:
    own, other = managers[1][1], managers[0][1]
    with login.connect() as connection:
        try:
            connection.execute(
                sa.text(trick.replace("{other}", str(other)).replace(":uuid", "\\:uuid").replace(":text", "\\:text"))
            )
        except DBAPIError:
            connection.rollback()
        for table in TABLES:
            try:
                assert companies_in(connection, f"public.{table}") <= {own}
            except DBAPIError as error:  # row_security off refuses the query instead of filtering it
                assert "row-level security" in str(error)
                connection.rollback()


@pytest.mark.parametrize("table", SECRET)
def test_customers_and_passes_are_read_by_nobody_outside(login: sa.Engine, table: str) -> None:
    with login.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(sa.text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("table", [*TABLES, "fund_companies"])
def test_nothing_is_written_by_a_manager(login: sa.Engine, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {table}", f"TRUNCATE {table}"):
        with login.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(sa.text(statement))


def test_a_managers_session_reads_no_other_rows_by_raw_sql(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]
) -> None:
    user, own = managers[1]
    with look(db, user, clock) as open_to:
        for table in TABLES:
            rows = open_to.session.tuples(sa.text(f"SELECT DISTINCT company_id FROM {table}"))
            assert {row[0] for row in rows} == {own}
        with pytest.raises(DBAPIError, match="permission denied"):
            open_to.session.scalar(sa.text("SELECT count(*) FROM fund_trades"))


def test_without_a_pass_and_after_it_nothing_is_seen(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]
) -> None:
    count = sa.text("SELECT count(*) FROM fund_products")
    with looks.as_manager(db, "guessed") as session:
        assert session.scalar(count) == 0
    with db.write() as session:
        word = looks.new_pass(session, managers[0][1])
    with looks.as_manager(db, word) as reading:
        assert reading.scalar(count) == len(range(0, PRODUCTS, COMPANIES))
    with db.write() as session:
        session.execute(sa.text("UPDATE fund_passes SET until = now() - interval '1 second'"))
    with looks.as_manager(db, word) as reading:
        assert reading.scalar(count) == 0


def test_the_role_does_not_stay_on_a_pooled_connection(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]
) -> None:
    with look(db, managers[0][0], clock):
        pass
    for _ in range(20):
        with db.read() as session:
            role, word = session.tuples(sa.text("SELECT current_role, current_setting('brambling.pass', true)"))[0]
            assert role != "brambling_manager" and not word


def test_one_customer_more_is_not_released(db: Database, clock: FixedClock, managers: list[tuple[User, UUID]]) -> None:
    later = DAY + timedelta(days=1)
    alone = pl.DataFrame(
        {
            "date": [later],
            "product": [code(0)],
            "customer": ["alone"],
            "subscription": ["900000.00"],
            "redemption": ["0"],
        }
    )
    with db.write("operator") as session:
        import_trades(session, alone, now=clock.now())
        before = releases.cells_of(session, code(0))
        assert publish(session, code(0), later, now=clock.now()) is None
        assert releases.cells_of(session, code(0)) == before


def test_a_manager_reads_what_was_offered_for_his_own_products(
    db: Database, clock: FixedClock, managers: list[tuple[User, UUID]], login: sa.Engine
) -> None:
    """The second company's login; a negotiation for a product of the first and one of the second company."""
    with db.write("operator") as session:
        for product in (code(0), code(1)):
            key = uuid4()
            session.execute(
                sa.text(
                    "INSERT INTO negotiations (id, product, state, opened_at, opened_by, expires_at, answered, terms, "
                    "grid, ground, effects) VALUES (:id, :product, 'open', :now, 'a', :now, false, '{}', '{}', '', '{}')"
                ),
                {"id": key, "product": product, "now": clock.now()},
            )
            session.execute(
                sa.text(
                    "INSERT INTO negotiation_versions (negotiation_id, number, side, made_at, made_by, given, offer, "
                    "effects) VALUES (:id, 1, 'platform', :now, 'a', 0, '{}', '{}')"
                ),
                {"id": key, "now": clock.now()},
            )
    with login.connect() as connection:
        assert connection.execute(sa.text("SELECT product FROM negotiations")).scalars().all() == [code(1)]
        own = connection.execute(sa.text("SELECT id FROM negotiations")).scalars().all()
        offered = connection.execute(sa.text("SELECT negotiation_id FROM negotiation_versions")).scalars().all()
        assert offered == own
        for hidden in ("SELECT effects FROM negotiations", "SELECT ground FROM negotiations"):
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(sa.text(hidden))
            connection.rollback()
