"""An administrator, at a desk and with a telephone: comes in and makes accounts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.builders.seeded import NEW_PASSWORD
from tests.journeys.process import ServerProcess
from tests.journeys.visitor import PATIENCE_MS, SIZES

pytestmark = pytest.mark.needs_chromium

FRESH = NEW_PASSWORD
ROW = re.compile(r"^  (\S+) +(\S+-\S+-\S+-\S+)  ", re.MULTILINE)
Shown: TypeAlias = dict[str, str]
"""The passwords of the first start, by login."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Shown]]:
    """A server at its very first start with the demo on its desks, and the passwords it showed."""
    folder: Path = tmp_path_factory.mktemp("console")
    with ServerProcess(folder, "demo") as server:
        said = (folder / "server.log").read_text(encoding="utf-8")
        yield server, dict(ROW.findall(said))


@contextmanager
def a_page(
    browser: Browser, device: Literal["phone", "desk"], scheme: Literal["light", "dark"], lang: str
) -> Iterator[tuple[Page, list[str]]]:
    width, height = SIZES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=device == "phone",
        has_touch=device == "phone",
        locale="zh-CN" if lang == "zh" else "en-GB",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page, complaints
    finally:
        context.close()


def clean(page: Page) -> None:
    page.wait_for_load_state("load")  # a page that is still being read has no landmark yet
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, f"{page.url} is wider than the window"


def enter(page: Page, address: str, password: str, login: str = "admin") -> None:
    page.goto(f"{address}/console/accounts")
    page.locator("#f-login").fill(login)
    page.locator("#f-password").fill(password)
    page.locator("main form button").click()


def change(page: Page, password: str) -> None:
    """From the password of the first start to one's own, as the page asks."""
    page.locator("#f-old").fill(password)
    page.locator("#f-new").fill(FRESH)
    page.locator("#f-again").fill(FRESH)
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_have_text("密码已修改。")


@pytest.fixture(scope="module")
def entered(browser: Browser, started: tuple[ServerProcess, Shown]) -> str:
    """The address, once the administrator has come in for the first time."""
    server, shown = started
    with a_page(browser, "desk", "light", "zh") as (page, complaints):
        enter(page, server.address, shown["admin"])
        expect(page).to_have_url(f"{server.address}/console/password")
        clean(page)
        change(page, shown["admin"])
        assert complaints == []
    return server.address


@pytest.mark.parametrize("login", ["official-a", "staff-a"])
def test_every_desk_of_a_role_is_clean(
    browser: Browser, started: tuple[ServerProcess, Shown], login: str
) -> None:
    server, shown = started
    with a_page(browser, "phone", "light", "zh") as (page, complaints):
        enter(page, server.address, shown[login], login)
        change(page, shown[login])
        desks = [link.get_attribute("href") for link in page.locator(".places a").all()]
        assert len(desks) > 2
        for desk in desks:
            page.goto(f"{server.address}{desk}")
            clean(page)
            for inside in page.locator("main a[href$='/new'], main tbody a").all():
                inside.click()
                clean(page)
                page.go_back()
        assert complaints == []


@pytest.mark.parametrize(
    ("lang", "device", "scheme"),
    [
        ("zh", "phone", "light"),
        ("en", "phone", "dark"),
        ("zh", "desk", "dark"),
        ("en", "desk", "light"),
    ],
)
def test_axe_finds_nothing(
    browser: Browser,
    entered: str,
    lang: str,
    device: Literal["phone", "desk"],
    scheme: Literal["light", "dark"],
) -> None:
    with a_page(browser, device, scheme, lang) as (page, complaints):
        page.goto(f"{entered}/console")
        clean(page)
        enter(page, entered, FRESH)
        expect(page).to_have_url(f"{entered}/console/accounts")
        wanted = {"zh": "zh-Hans", "en": "en"}[lang]
        if page.locator("html").get_attribute("lang") != wanted:
            page.locator("[name=language]").click()
            expect(page.locator("html")).to_have_attribute("lang", wanted)
        clean(page)
        page.locator(".does summary").first.click()
        clean(page)
        page.locator("#f-login").fill(f"{lang}-{device}")
        page.locator("#f-name").fill("新人")
        page.locator(".form-card button").click()
        expect(page.locator(".password-once")).to_be_visible()
        clean(page)
        page.goto(f"{entered}/console/offices")
        clean(page)
        page.goto(f"{entered}/console")
        page.locator(".me summary").click()
        clean(page)
        assert complaints == []
        page.goto(f"{entered}/console/nowhere")
        clean(page)


def test_keys_alone_lead_in_and_out(browser: Browser, entered: str) -> None:
    with a_page(browser, "desk", "light", "en") as (page, _):
        page.goto(f"{entered}/console/sign-in")
        expect(page.locator("#f-login")).to_be_focused()
        page.keyboard.type("admin")
        page.keyboard.press("Tab")
        page.keyboard.type(FRESH)
        page.keyboard.press("Enter")
        expect(page.locator(".places")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.locator(".me summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".me .menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".me summary")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{entered}/console/sign-in?done=signed-out")


def test_the_home_page_counts_by_itself(browser: Browser, entered: str) -> None:
    with (
        a_page(browser, "desk", "light", "en") as (watching, complaints),
        a_page(browser, "desk", "light", "en") as (working, _),
    ):
        for page in (watching, working):
            enter(page, entered, FRESH)
            expect(page.locator(".places")).to_be_visible()
        watching.goto(f"{entered}/console")
        before = int(watching.locator(".count").inner_text())
        working.goto(f"{entered}/console/accounts")
        working.locator("#f-login").fill("watched")
        working.locator("#f-name").fill("新人")
        working.locator(".form-card button").click()
        expect(working.locator(".password-once")).to_be_visible()
        expect(watching.locator(".count")).to_have_text(str(before + 1), timeout=PATIENCE_MS)
        assert complaints == []


def test_a_page_that_follows_leaves_when_its_sign_in_ends(browser: Browser, entered: str) -> None:
    with a_page(browser, "desk", "light", "en") as (page, _):
        enter(page, entered, FRESH)
        expect(page.locator(".places")).to_be_visible()
        page.goto(f"{entered}/console")
        other = page.context.new_page()
        other.goto(f"{entered}/console/offices")
        other.locator(".me summary").click()
        other.locator(".me form button").click()
        expect(page.locator("#f-login")).to_be_visible(timeout=PATIENCE_MS)
