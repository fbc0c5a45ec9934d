"""Axe finds nothing, and the whole way can be gone without a mouse."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.journeys.process import ServerProcess
from tests.journeys.visitor import Visitor, a_visitor

pytestmark = pytest.mark.needs_chromium


def _clean(visitor: Visitor) -> None:
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("language", "device", "scheme"),
    [
        ("zh", "phone", "light"),
        ("en", "phone", "dark"),
        ("zh", "desk", "dark"),
        ("en", "desk", "light"),
    ],
)
def test_axe_finds_nothing(
    browser: Browser,
    shared: ServerProcess,
    language: str,
    device: Literal["phone", "desk"],
    scheme: Literal["light", "dark"],
) -> None:
    with a_visitor(
        browser, shared.address, language=language, device=device, scheme=scheme
    ) as visitor:
        visitor.open()
        _clean(visitor)
        visitor.agree()
        visitor.screen()
        _clean(visitor)
        visitor.answer_anything()
        visitor.overview()
        _clean(visitor)
        visitor.card()
        for folded in visitor.see("#log > .card.latest details").all():
            folded.evaluate("each => { each.open = true; }")
        _clean(visitor)


def test_sheet_and_menu_are_clean(visitor: Visitor) -> None:
    visitor.begin()
    visitor.see("#more").click()
    _clean(visitor)
    visitor.see("[data-do=link]").click()
    expect(visitor.see("#resume-link")).to_be_visible()
    _clean(visitor)


def test_keys_alone_lead_from_consent_to_a_card(browser: Browser, shared: ServerProcess) -> None:
    with a_visitor(browser, shared.address, device="desk") as visitor:
        visitor.open()
        keys = visitor.page.keyboard
        keys.press("Tab")
        expect(visitor.see(".skip")).to_be_focused()
        keys.press("Enter")
        expect(visitor.see("#words")).to_be_focused()
        visitor.see("#log > .latest [data-number='1']").focus()
        keys.press("Enter")
        expect(visitor.see("#status.live")).to_be_visible()
        expect(visitor.see("#log > .menu.latest [data-number='1']")).to_be_focused()
        keys.press("ArrowDown")
        expect(visitor.see("#log > .menu.latest [data-number='2']")).to_be_focused()
        keys.press("ArrowUp")
        keys.press("1")
        expect(
            visitor.see("#log > .menu.latest [data-button='s:organisation-money']")
        ).to_be_focused()
        keys.press("Enter")
        expect(visitor.question).to_be_visible()
        visitor.see("#words").focus()
        keys.type("看结果")
        keys.press("Enter")
        expect(visitor.see("#log > .overview.latest")).to_be_visible()
        expect(visitor.see("#words")).to_be_focused()
        visitor.see("#log > .overview.latest .line .choice").first.focus()
        keys.press("Enter")
        expect(visitor.see("#log > .card.latest section.card h2")).to_be_visible()


def test_enter_sends_and_shift_enter_breaks_the_line(visitor: Visitor) -> None:
    visitor.begin()
    words = visitor.see("#words")
    words.fill("第一行")
    words.press("Shift+Enter")
    words.press_sequentially("第二行")
    expect(words).to_have_value("第一行\n第二行")
    bubbles = visitor.said.count()
    words.press("Enter")
    visitor.answered(bubbles + 1)
    expect(words).to_have_value("")


def test_a_card_prints_alone_and_unfolded(visitor: Visitor) -> None:
    visitor.begin()
    visitor.overview()
    visitor.card()
    visitor.page.evaluate("window.print = () => {}")
    visitor.see("#log > .card.latest .print").click()
    visitor.page.emulate_media(media="print")
    expect(visitor.see("#log > .card.latest section.card")).to_be_visible()
    expect(visitor.see("#log > .card.latest details:not([open])")).to_have_count(0)
    expect(visitor.see("#log > .overview")).to_be_hidden()
    expect(visitor.see(".composer")).to_be_hidden()
