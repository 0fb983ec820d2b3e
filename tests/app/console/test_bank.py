"""The bank's pages in a real browser: sign in, look, decide with four eyes, accept, take the capsule, refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.app.console.conftest import Served, width_of

from brambling.app.build import replayers
from brambling.bank.decisions import replay

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_stranger_is_sent_to_sign_in_and_back(visit: Callable[..., Page]) -> None:
    page = visit("/customers?q=风")
    page.get_by_label("Name").fill("ofa")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password").fill("long enough for everyone")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="春风小吃店").wait_for()
    assert page.get_by_role("link", name="大河食品批发公司").count() == 0
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()
    page.goto("/customers")
    assert "/sign-in" in page.url


def test_nobody_is_sent_to_another_site(visit: Callable[..., Page], served: Served) -> None:
    page = visit("/", name="ofa")
    page.goto("/sign-in?next=//example.com/")
    page.wait_for_url(f"{served.address}/**")
    assert page.url.startswith(served.address)


def test_a_page_says_which_role_it_needs(visit: Callable[..., Page]) -> None:
    page = visit("/customers", name="mara")
    assert "may not read this business" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("link", name="Businesses").count() == 0


def test_the_keyboard_goes_through_a_list(visit: Callable[..., Page]) -> None:
    page = visit("/customers", name="ofa")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("?")
    assert page.get_by_role("heading", name="Keyboard").is_visible()


def test_all_of_a_business_on_one_page(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/customers/{served.shop.id}", name="ofa")
    page.locator(".b-chart svg").first.wait_for()
    text = page.locator(".b-main").inner_text()
    assert "Credit decided: offer" in text
    assert served.shop.uscc in text
    assert page.locator(".b-tag").first.is_visible()  # synthetic data say so


@pytest.mark.parametrize(
    "path",
    [
        "/tasks",
        "/customers",
        "/applications",
        "/plans",
        "/gate",
        "/blocks",
        "decision",
        "business",
        "consents",
        "statement",
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_page_scrolls_sideways_on_a_phone(
    visit: Callable[..., Page], served: Served, phone: Page, path: str, lang: str
) -> None:
    named = {"decision": f"/decisions/{served.offered}", "business": f"/customers/{served.shop.id}"}
    named |= {"consents": f"/consents/{served.shop.id}", "statement": f"/statements/{served.shop.id}"}
    phone.goto(f"/language/{lang}")
    phone.goto(named.get(path, path))
    phone.locator(".b-h1").wait_for()
    assert width_of(phone) == 390


@pytest.fixture(scope="module")
def phone(browser: object, served: Served) -> object:
    """One phone, signed in, for all pages."""
    context = browser.new_context(base_url=served.address, viewport={"width": 390, "height": 844})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/sign-in?next=/tasks")
    page.get_by_label("Name").fill("ofa")
    page.get_by_label("Password").fill("long enough for everyone")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{served.address}/tasks")
    yield page
    context.close()


def test_a_decision_shows_its_anatomy_and_its_capsule_replays(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/decisions/{served.offered}", name="ofa")
    text = page.locator(".b-main").inner_text()
    for part in ("Reasons", "How the limit comes about", "Evidence", "People and times", "Proof"):
        assert part in text
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Capsule").click()
    report = replay(waiting.value.path(), replayers())
    assert report.same
    assert report.recomputed


def test_accepting_says_what_it_will_do_and_pays_once(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/decisions/{served.offered}", name="ofa")
    page.get_by_role("button", name="Accept and pay out").click()
    dialog = page.locator(".b-dialog")
    dialog.get_by_text("go to the current account of").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.wait_for(state="detached")
    assert page.get_by_role("button", name="Accept and pay out").is_visible()  # nothing was done
    page.get_by_role("button", name="Accept and pay out").click()
    dialog = page.locator(".b-dialog")
    dialog.get_by_role("textbox").fill("came in at ten and asked for all of it")
    dialog.get_by_role("button", name="Accept and pay out").click()
    page.locator(".b-facts").get_by_text("taken", exact=True).wait_for()
    assert page.get_by_role("button", name="Accept and pay out").count() == 0
    page.goto(f"/customers/{served.shop.id}")
    page.get_by_text("Loan paid out").wait_for()


def test_a_referred_offer_needs_two_pairs_of_eyes(visit: Callable[..., Page], served: Served) -> None:
    first = visit("/tasks", name="appa")
    first.get_by_role("link", name="Confirm an offer of").click()
    first.get_by_role("button", name="Take it").click()
    first.get_by_role("button", name="Approve").click()
    dialog = first.locator(".b-dialog")
    dialog.get_by_text("It counts once a second person decides the same.").wait_for()
    dialog.get_by_role("button", name="Approve").click()  # without a reason nothing happens
    dialog.get_by_text("A reason, in a few words").wait_for()
    dialog.get_by_label("Why").fill("turnover checked against invoices")
    dialog.get_by_role("button", name="Approve").click()
    first.get_by_text("You have decided; somebody else must confirm.").wait_for()
    first.goto("/tasks")
    first.get_by_text("Nothing waits for you.").wait_for()

    second = visit("/tasks", name="appb")
    second.get_by_role("link", name="Confirm an offer of").click()
    second.get_by_role("button", name="Take it").click()
    second.get_by_role("button", name="Approve").click()
    second.locator(".b-dialog").get_by_label("Why").fill("agreed")
    second.locator(".b-dialog").get_by_role("button", name="Approve").click()
    second.get_by_text("done: Approve").wait_for()
    second.goto(f"/decisions/{served.referred}")
    second.locator(".b-facts").get_by_text("can be accepted").wait_for()


def test_a_refusal_is_noted_in_the_customers_words(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/gate/{served.shop.id}", name="desk")
    page.get_by_text("Note a refusal").click()
    page.get_by_label("In the customer's words").fill("please never call me")
    page.get_by_role("button", name="Note it").click()
    page.locator(".b-dialog").get_by_role("button", name="Note it").click()
    page.locator(".b-list").get_by_text("all that sells, every channel").wait_for()


def test_a_plan_is_made_and_shown(visit: Callable[..., Page], served: Served) -> None:
    page = visit(f"/plans/{served.large.id}", name="inva")
    page.get_by_text("No plan was made for this business yet.").wait_for()
    page.get_by_role("button", name="Make a new plan").click()
    page.locator(".b-dialog").get_by_role("button", name="Make it").click()
    page.locator(".b-figures").wait_for()
    page.goto("/plans")
    assert page.get_by_role("link", name=served.large.name).is_visible()
