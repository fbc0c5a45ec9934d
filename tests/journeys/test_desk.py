"""A member of staff at a desk and on a telephone: a question comes in, is answered and closed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders.chats import Chat
from tests.builders.databases import at_once
from tests.builders.seeded import NEW_PASSWORD
from tests.journeys.process import ServerProcess
from tests.journeys.test_console import ROW, Shown, a_page, change, clean, enter
from tests.journeys.visitor import PATIENCE_MS

pytestmark = pytest.mark.needs_chromium

LOGIN = "staff-a"
FRESH = NEW_PASSWORD


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose staff have come in once."""
    folder: Path = tmp_path_factory.mktemp("desk")
    with ServerProcess(folder) as server:
        shown: Shown = dict(ROW.findall((folder / "server.log").read_text(encoding="utf-8")))
        with a_page(browser, "desk", "light", "zh") as (page, _):
            enter(page, server.address, shown[LOGIN], LOGIN)
            change(page, shown[LOGIN])
        yield server.address


class Applicant:
    """Somebody in the web chat, away from the browser of the staff."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = httpx.Cookies()
        self.heard = ""

    def ask(self, words: str) -> None:
        """Agree, name the organisation, and object to a criterion of a programme."""
        at_once(self._ask(words))

    def say(self, words: str) -> None:
        at_once(self._said(words))

    def read(self) -> str:
        at_once(self._read())
        return self.heard

    def _client(self) -> httpx.AsyncClient:
        headers = {"Accept-Language": "zh-CN"}
        return httpx.AsyncClient(base_url=self.address, cookies=self.cookies, headers=headers)

    async def _ask(self, words: str) -> None:
        async with self._client() as http:
            chat = Chat(http)
            await chat.agree()
            await chat.press("go:organisation")
            await chat.press("n:name")
            await chat.say("郑州示例科技有限公司")
            await chat.press("card:new-rd-institution")
            await chat.press(re.findall(r"'id': '(no:[^']+)'", str(chat.replies()))[0])
            await chat.say(words)
            await chat.press("do:confirm")
            self.cookies = http.cookies

    async def _said(self, words: str) -> None:
        async with self._client() as http:
            (await Chat(http).say(words)).raise_for_status()

    async def _read(self) -> None:
        async with self._client() as http:
            self.heard = (await http.get("/chat/transcript")).text


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}/console/sign-in")
    page.locator("#f-login").fill(LOGIN)
    page.locator("#f-password").fill(FRESH)
    page.locator("main form button").click()
    expect(page.locator(".places")).to_be_visible()


def speak(page: Page, lang: str) -> None:
    wanted = {"zh": "zh-Hans", "en": "en"}[lang]
    if page.locator("html").get_attribute("lang") != wanted:
        page.locator("[name=language]").click()
        expect(page.locator("html")).to_have_attribute("lang", wanted)


@pytest.mark.parametrize(
    ("lang", "device", "scheme"),
    [("zh", "desk", "light"), ("en", "phone", "dark")],
)
def test_a_question_is_taken_answered_and_closed(
    browser: Browser,
    address: str,
    lang: str,
    device: Literal["phone", "desk"],
    scheme: Literal["light", "dark"],
) -> None:
    words = f"材料要盖章吗 {lang}"
    applicant = Applicant(address)
    with a_page(browser, device, scheme, lang) as (page, complaints):
        come_in(page, address)
        page.goto(f"{address}/console/tickets")
        speak(page, lang)
        applicant.ask(words)
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE_MS)  # by itself
        clean(page)
        page.get_by_text(words).click()
        expect(page.locator(".doubted")).to_have_count(1)
        page.evaluate("document.querySelectorAll('.chapter').forEach((each) => each.open = true)")
        clean(page)
        page.locator("form[action$='/claim'] button").click()
        expect(page.get_by_role("status")).to_be_visible()
        page.locator("#f-text").fill("要盖公章，两份。")
        applicant.say("还有一个问题")
        expect(page.get_by_role("log")).to_contain_text("还有一个问题", timeout=PATIENCE_MS)
        expect(page.locator("#f-text")).to_have_value("要盖公章，两份。")
        page.locator("form[action$='/reply'] button").click()
        expect(page.locator(".live .tone-green")).to_be_visible(timeout=PATIENCE_MS)
        clean(page)
        assert "要盖公章，两份。" in applicant.read()
        page.locator("form[action$='/close'] button").click()
        expect(page.locator("form[action$='/reopen']")).to_be_visible()
        clean(page)
        assert complaints == []


def test_an_applicant_talks_with_a_person_and_then_with_the_assistant_again(
    browser: Browser, address: str
) -> None:
    with (
        a_page(browser, "phone", "light", "zh") as (chat, complaints),
        a_page(browser, "desk", "light", "zh") as (desk, _),
    ):
        chat.goto(f"{address}/")
        chat.get_by_role("button", name="同意，开始").click()
        box = chat.locator("textarea, input[type=text]").last
        chat.get_by_text("想做什么").last.wait_for()
        for words in ("人工", "想问材料怎么交"):
            box.fill(words)
            box.press("Enter")
            expect(chat.locator(".reply", has_text="确认提交").last).to_be_visible()
        chat.get_by_text("您写的是：想问材料怎么交").wait_for()
        chat.get_by_role("button", name="确认提交").last.click()
        come_in(desk, address)
        desk.goto(f"{address}/console/tickets")
        desk.get_by_text("想问材料怎么交").first.click()
        desk.locator("form[action$='/claim'] button").click()
        expect(chat.get_by_text("接手了这段对话")).to_be_visible(timeout=PATIENCE_MS)
        box.fill("多谢")
        box.press("Enter")
        expect(desk.get_by_role("log")).to_contain_text("多谢", timeout=PATIENCE_MS)
        expect(chat.get_by_text("多谢", exact=True)).to_have_count(1)  # said once, shown once
        chat.get_by_role("button", name="交还助手").last.click()
        expect(chat.get_by_text("助手回来了")).to_be_visible()
        assert complaints == []


def test_a_claim_is_verified(browser: Browser, address: str) -> None:
    Applicant(address).ask("请核实我们单位")
    with a_page(browser, "phone", "light", "zh") as (page, complaints):
        come_in(page, address)
        page.goto(f"{address}/console/members")
        speak(page, "zh")
        rows = page.locator("tbody tr")
        expect(rows.first).to_be_visible()
        before = rows.count()
        clean(page)
        page.locator("button[value=yes]").first.click()
        expect(page.get_by_role("status")).to_have_text(re.compile("已核实"))
        expect(rows).to_have_count(before - 1)
        assert complaints == []
