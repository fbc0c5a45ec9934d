"""Somebody before the page: presses, types, looks; and whatever the browser complained about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

Device: TypeAlias = Literal["phone", "desk"]
PATIENCE_MS = 15_000
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
WORDS = {
    "zh": {"agree": "同意", "screening": "测一测", "results": "看结果", "decline": "先不同意"},
    "en": {
        "agree": "Yes",
        "screening": "See what I qualify for",
        "results": "results",
        "decline": "Not now",
    },
}


class Visitor:
    """A browser of one's own, open at the chat."""

    def __init__(self, context: BrowserContext, address: str, language: str) -> None:
        self.context = context
        self.address = address
        self.words = WORDS[language]
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda told: self._hear(told.type, told.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._see(asked.url))
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def _see(self, url: str) -> None:
        ours = urlsplit(self.address).netloc
        if urlsplit(url).netloc not in {ours, ""}:
            self.foreign.append(url)

    # What is there

    def see(self, selector: str) -> Locator:
        return self.page.locator(selector)

    @property
    def said(self) -> Locator:
        return self.page.locator("#log > .said:not([hidden])")

    @property
    def newest(self) -> Locator:
        return self.page.locator("#log > .reply.latest").last

    @property
    def question(self) -> Locator:
        return self.page.locator("#log > .question.latest")

    # What is done

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        expect(self.newest).to_be_visible()

    def press(self, label: str) -> None:
        """A button of the newest replies, by words in it; back when it is answered."""
        self.answer(self.see("#log > .reply.latest .choice").filter(has_text=label).first)

    def answer(self, button: Locator) -> None:
        before = self.said.count()
        button.click()
        self.answered(before + 1)

    def say(self, words: str) -> None:
        before = self.said.count()
        self.see("#words").fill(words)
        self.see("#words").press("Enter")
        self.answered(before + 1)

    def answered(self, said: int) -> None:
        expect(self.said).to_have_count(said)
        expect(self.newest).to_be_visible()
        expect(self.see("#log > .waiting")).to_have_count(0)

    def agree(self) -> None:
        self.press(self.words["agree"])
        expect(self.see("#status.live")).to_be_visible()

    def begin(self, about: str = "organisation-titles") -> None:
        """Open the page, consent, and stand before the first question."""
        self.open()
        self.agree()
        self.screen(about)

    def screen(self, about: str = "organisation-titles") -> None:
        """From the menu to the first question about a kind of subject."""
        self.press(self.words["screening"])
        self.answer(self.newest.locator(f"[data-button='s:{about}']"))
        expect(self.question).to_be_visible()

    def answer_anything(self) -> None:
        """The first answer that can be pressed, else that it is not known."""
        picks = self.question.locator("[aria-pressed]")
        if picks.count():
            picks.first.click()
            expect(picks.first).to_have_attribute("aria-pressed", "true")
            self.answer(self.question.locator(".answers .choice.primary"))
            return
        presses = self.question.locator(".answers .choice")
        if presses.count():
            self.answer(presses.first)
        else:
            self.answer(self.question.locator("[data-button='do:unknown']"))

    def overview(self) -> None:
        self.press(self.words["results"])
        expect(self.see("#log > .overview.latest")).to_be_visible()

    def card(self) -> None:
        """The card of the first programme of the overview."""
        self.answer(self.see("#log > .overview.latest .line .choice").first)
        expect(self.see("#log > .card.latest section.card h2")).to_be_visible()

    def history(self) -> list[str]:
        """What both said, in order, as it is shown."""
        return self.see("#log > .said .bubble p, #log > .reply .asked").all_inner_texts()


@contextmanager
def a_visitor(
    browser: Browser,
    address: str,
    *,
    language: str = "zh",
    device: Device = "phone",
    scheme: Literal["light", "dark"] = "light",
    complaining: bool = False,
) -> Iterator[Visitor]:
    """A visitor; unless `complaining`, a browser that had anything to complain about fails."""
    width, height = SIZES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=device == "phone",
        is_mobile=device == "phone",
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    visitor = Visitor(context, address, language)
    try:
        yield visitor
        assert visitor.foreign == []
        assert complaining or visitor.complaints == []
    finally:
        context.close()
