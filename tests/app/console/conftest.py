"""A served console with two shops in its bank, and a real browser to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.shops import shop_rows

from brambling.bank import consent, customers
from brambling.bank.customers import Customer
from brambling.credit import underwriting
from brambling.engine.access import User, add_user
from brambling.kit.clock import SystemClock
from brambling.kit.crypto import load_cipher
from brambling.kit.db import Database, WriteSession, create_database, drop_database
from brambling.kit.ids import new_id
from brambling.kit.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "long enough for everyone"
PEOPLE = {
    "ofa": ("officer",),
    "appa": ("approver",),
    "appb": ("approver",),
    "desk": ("desk",),
    "mara": ("marketer",),
    "inva": ("investment_manager",),
    "aud": ("auditor",),
    "fund": ("company_manager",),
}
USCCS = ("91110000600037341L", "91350100M000100Y43")


@dataclass(frozen=True)
class Served:
    """The address of a console and what is in its bank: a shop with an offer, one whose offer waits for persons."""

    address: str
    shop: Customer
    offered: uuid.UUID
    large: Customer
    referred: uuid.UUID


@pytest.fixture(scope="session")
def served(postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server in a process of its own, on a fresh database."""
    home = tmp_path_factory.mktemp("home")
    name = f"console_{uuid.uuid4().hex[:12]}"
    url = create_database(postgres, name, template).render_as_string(hide_password=False)
    parts = _settle(url, Settings(home=home))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "BRAMBLING_HOME": str(home), "BRAMBLING_DATABASE_URL": url, "OMP_NUM_THREADS": "1"}
    log = home / "server.log"
    command = [sys.executable, "-c", "from brambling.app.main import run; run()", "serve", "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=out, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server, log)
            yield Served(address, *parts)
        finally:
            server.terminate()
            server.wait(timeout=20)
    drop_database(postgres, name)
    assert "Traceback" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=5):
                return
        except OSError:
            assert server.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.2)
    raise AssertionError(f"the console did not start: {log.read_text(encoding='utf-8')}")


def _settle(url: str, given: Settings) -> tuple[Customer, uuid.UUID, Customer, uuid.UUID]:
    """People, and two shops that applied: one gets its offer at once, the larger one's waits for persons."""
    from brambling.perception.cashflow import import_statement, read_statement

    clock, cipher = SystemClock(), load_cipher(given)
    db = Database.at(url)
    found: list[Any] = []
    with db.write() as session:
        people = {
            name: add_user(session, name, PASSWORD, roles, now=clock.now(), actor="test")
            for name, roles in PEOPLE.items()
        }
        _funds(session, people["fund"], clock)
        for uscc, name, scale in zip(USCCS, ("春风小吃店", "大河食品批发公司"), (1, 60), strict=True):
            shop = Customer(
                new_id(clock.now()), uscc, name, "6210", "320500", synthetic=True, opened_on=date(2023, 5, 1)
            )
            customers.add(session, shop, cipher=cipher)
            customers.set_address(session, shop.id, "sms", "13800000000", cipher=cipher)
            for purpose in consent.PURPOSES:
                consent.give(session, shop.id, purpose, clock.now())
            import_statement(session, shop.id, read_statement(recent_rows(scale)), clock, cipher=cipher)
            made = underwriting.apply(session, shop.id, clock)
            found += [shop, made.decision_id]
            assert made.outcome == ("offer" if scale == 1 else "refer")
    db.close()
    return found[0], found[1], found[2], found[3]


def _funds(session: WriteSession, manager: User, clock: SystemClock) -> None:
    """Two wealth companies with customers' trades of half a year; the manager is of the first."""
    from brambling.wealth.structure import add_company, appoint, import_trades, publish

    now, last = clock.now(), clock.today() - timedelta(days=1)
    for company, product in (("青山理财", "QS-1"), ("白水理财", "BS-1")):
        owner = add_company(session, company, [product], now=now, synthetic=True)
        if company == "青山理财":
            appoint(session, manager, owner, now=now)
        rows = []
        for number in range(60):
            begin = last - timedelta(days=180 - number % 30)
            rows.append((begin, product, f"{product}-{number}", f"{20_000 + 100 * number}.00"))
            rows.append((begin + timedelta(days=20 + number % 40), product, f"{product}-{number}", "-4000.00"))
            rows.append((last - timedelta(days=number % 25), product, f"{product}-{number}", f"{1_000 + number}.00"))
        names = ["date", "product", "customer", "amount"]
        import_trades(session, pl.DataFrame(rows, schema=names, orient="row"), now=now)
        for back in (100, 1, 0):
            publish(session, product, last - timedelta(days=back), now=now)


def recent_rows(scale: int = 1) -> pl.DataFrame:
    """The statement of a healthy shop up to yesterday."""
    last = SystemClock().today() - timedelta(days=1)
    rows = shop_rows(first=last - timedelta(days=480), last=last)
    if scale == 1:
        return rows
    grown = [
        (pl.col(name).cast(pl.Decimal(18, 2)) * scale).cast(pl.String).alias(name) for name in ("amount", "balance")
    ]
    return rows.with_columns(grown)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All pages on one worker: one server and one browser for them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


# Of a module, not of the session: while it lives, Playwright keeps an event loop in this thread, and tests of
# durable work that follow in the same worker must not find it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; the tests skip where there is none."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync.sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        path = next((found for name in names if (found := shutil.which(name))), playwright.chromium.executable_path)
        if not Path(path).exists():
            pytest.skip("there is no Chromium on this machine")
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """Cookies of people who have signed in, by name: the form is filled once a person."""
    return {}


@pytest.fixture
def visit(browser: Browser, served: Served, signed_in: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor: ``visit(path, lang=..., width=..., name=...)``; with a name, signed in."""
    contexts = []
    broken: list[str] = []

    def opened(path: str = "/", *, lang: str = "en", width: int = 1440, name: str = "", dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=served.address,
            viewport={"width": width, "height": 900},
            locale="zh-CN" if lang == "zh" else "en-US",
            color_scheme="dark" if dark else "light",
            storage_state=signed_in.get(name),
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        if name and name not in signed_in:
            page.goto(f"/sign-in?next={path}")
            page.get_by_label("Name" if lang == "en" else "名称").fill(name)
            page.get_by_label("Password" if lang == "en" else "密码").fill(PASSWORD)
            page.get_by_role("button", name="Sign in" if lang == "en" else "登录").click()
            page.wait_for_url(f"{served.address}{path}")
            signed_in[name] = context.storage_state()
        else:
            page.goto(path)
        page.locator(".b-h1").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not broken


def width_of(page: Page) -> int:
    """How wide the page is; wider than the window would scroll sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return wide
