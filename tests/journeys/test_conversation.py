"""From the first look to a card, and back again on any device."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.process import ServerProcess
from tests.journeys.visitor import Visitor, a_visitor

pytestmark = pytest.mark.needs_chromium


class TestFirstMessage:
    def test_says_who_runs_this_and_keeps_nothing_before_consent(self, visitor: Visitor) -> None:
        visitor.open()
        first = visitor.see("#log > .notice").first
        expect(first).to_contain_text("180 天")
        expect(first).to_contain_text("不是审批决定")
        assert visitor.context.cookies() == []
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0

    def test_a_visitor_who_declines_can_look_and_nothing_is_kept(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.press(visitor.words["decline"])
        visitor.press("看某个项目")
        visitor.answer(visitor.newest.locator(".answers .choice").first)
        expect(visitor.see("section.card h2").first).to_be_visible()
        assert visitor.context.cookies() == []
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0

    def test_can_be_read_in_the_other_language_before_a_word_is_said(
        self, visitor: Visitor
    ) -> None:
        visitor.open()
        visitor.see("#language").click()
        expect(visitor.see("#log > .notice").first).to_contain_text("not a decision")
        expect(visitor.see("html")).to_have_attribute("lang", "en")
        expect(visitor.said).to_have_count(0)


class TestScreening:
    def test_leads_from_consent_over_questions_to_overview_and_card(self, visitor: Visitor) -> None:
        visitor.begin()
        bar = visitor.see("#log > .question.latest progress")
        expect(bar).to_have_attribute("max", re.compile(r"[1-9]\d*"))
        for _ in range(4):
            visitor.answer_anything()
        expect(visitor.see("#log > .question.past")).to_have_count(4)
        visitor.overview()
        visitor.card()
        card = visitor.see("#log > .card.latest section.card")
        expect(card.locator(".badge").first).to_be_visible()
        expect(card.locator("blockquote").first).to_be_attached()
        expect(card.locator("figcaption").first).to_contain_text("号")

    def test_picks_several_where_they_stand(self, visitor: Visitor) -> None:
        visitor.begin(about="study")
        while not visitor.question.locator("[aria-pressed]").count():
            visitor.answer_anything()
        bubbles = visitor.said.count()
        picks = visitor.question.locator("[aria-pressed]")
        labels = [picks.nth(place).locator(".label").inner_text() for place in (0, 1)]
        for place in (0, 1):
            picks.nth(place).click()
            expect(visitor.question.locator("[aria-pressed='true']")).to_have_count(place + 1)
        expect(visitor.said).to_have_count(bubbles)
        visitor.answer(visitor.question.locator(".answers .choice.primary"))
        expect(visitor.said.last).to_contain_text("、".join(labels))

    def test_a_button_of_long_ago_still_works(self, visitor: Visitor) -> None:
        visitor.begin()
        visitor.answer_anything()
        visitor.answer(visitor.see("#log > .menu .choice").filter(has_text="看某个项目").first)
        expect(visitor.newest).to_contain_text("想看哪个项目")

    def test_two_clicks_send_once(self, browser: Browser, shared: ServerProcess) -> None:
        with a_visitor(browser, shared.address, device="desk") as visitor:
            visitor.open()
            visitor.agree()
            sent: list[str] = []
            visitor.page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
            visitor.see(".latest .choice").filter(has_text="测一测").dblclick()
            visitor.answered(2)
            assert len(sent) == 1

    def test_a_text_too_long_is_answered_and_can_be_taken_back(self, visitor: Visitor) -> None:
        visitor.begin()
        words = "长" * 50_000
        visitor.say(words)
        expect(visitor.see("#log > .notice.latest").first).to_contain_text("太长")
        expect(visitor.question).to_be_visible()
        bubble = visitor.said.last
        bubble.locator("summary").click()
        bubble.locator("[data-take-back]").click()
        assert visitor.see("#words").input_value() == words

    def test_a_text_beyond_what_can_be_sent_is_put_back(
        self, browser: Browser, shared: ServerProcess
    ) -> None:
        with a_visitor(browser, shared.address, complaining=True) as visitor:
            visitor.begin()
            words = "长" * 100_000
            visitor.see("#words").fill(words)
            visitor.see("#words").press("Enter")
            expect(visitor.see(".notice.own")).to_contain_text("太长")
            assert visitor.see("#words").input_value() == words


class TestFollowing:
    def test_a_card_is_followed_where_it_stands(self, visitor: Visitor) -> None:
        visitor.open("/?start=card-new-rd-institution")
        visitor.press("提醒我截止时间")
        expect(visitor.see("#log")).to_contain_text("先征得您的同意")
        visitor.agree()
        card = visitor.see("#log > .card.latest")
        expect(card.locator(".choice").filter(has_text="取消提醒")).to_be_visible()
        expect(visitor.see("#log")).to_contain_text("好的，已关注")
        cards = visitor.see("#log > .card").count()
        visitor.answer(card.locator(".choice").filter(has_text="取消提醒"))
        expect(card.locator(".choice").filter(has_text="提醒我截止时间")).to_be_visible()
        expect(visitor.see("#log > .card")).to_have_count(cards)


class TestJoining:
    def test_a_link_with_a_code_is_looked_at_after_consent(self, visitor: Visitor) -> None:
        visitor.open("/#join=QRST2345")
        assert "join" not in visitor.page.url
        visitor.agree()
        expect(visitor.newest).to_contain_text("这个代码不对")

    def test_a_link_opened_in_a_running_chat_is_taken_too(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.agree()
        visitor.page.evaluate("location.hash = 'join=QRST2345'")
        expect(visitor.newest).to_contain_text("这个代码不对")
        assert "join" not in visitor.page.url


class TestComingBack:
    def test_a_reload_goes_on_where_it_was(self, visitor: Visitor) -> None:
        visitor.begin()
        for _ in range(3):
            visitor.answer_anything()
        asked = visitor.question.locator(".asked").inner_text()
        said = visitor.said.all_inner_texts()[1:]
        visitor.see("#words").fill("还没写完")
        visitor.page.reload()
        expect(visitor.question.locator(".asked")).to_have_text(asked)
        assert visitor.said.all_inner_texts() == said
        expect(visitor.see("#words")).to_have_value("还没写完")

    def test_a_link_opens_the_conversation_on_another_device(
        self, browser: Browser, visitor: Visitor
    ) -> None:
        visitor.begin()
        visitor.answer_anything()
        asked = visitor.question.locator(".asked").inner_text()
        visitor.see("#more").click()
        visitor.see("[data-do=link]").click()
        link = visitor.see("#resume-link").input_value()
        with a_visitor(browser, visitor.address, device="desk") as other:
            other.page.goto(link)
            expect(other.question.locator(".asked")).to_have_text(asked)
            assert "resume" not in other.page.url
            other.answer_anything()
            now_asked = other.question.locator(".asked").inner_text()
        visitor.see("#sheet .choice").filter(has_text="关闭").click()
        expect(visitor.question.locator(".asked")).to_have_text(now_asked)

    def test_a_link_that_no_longer_works_is_told(
        self, browser: Browser, shared: ServerProcess
    ) -> None:
        with a_visitor(browser, shared.address, complaining=True) as visitor:
            visitor.open("/#resume=" + "x" * 43)
            expect(visitor.see(".notice.own")).to_contain_text("没有成功")
            expect(visitor.newest).to_contain_text("同意我保存")

    def test_a_conversation_erased_meanwhile_is_told(
        self, browser: Browser, shared: ServerProcess
    ) -> None:
        with a_visitor(browser, shared.address, complaining=True) as visitor:
            visitor.begin()
            visitor.context.clear_cookies()
            visitor.page.reload()
            expect(visitor.see(".notice.own")).to_contain_text("已经不在了")
            expect(visitor.newest).to_contain_text("同意我保存")

    def test_signing_out_leaves_nothing_on_the_device(self, visitor: Visitor) -> None:
        visitor.begin()
        visitor.see("#more").click()
        visitor.see("[data-do=leave]").click()
        visitor.see("#sheet .primary").click()
        expect(visitor.see("#status.fresh")).to_be_visible()
        assert visitor.context.cookies() == []
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0


class TestOwnData:
    def test_is_exported_as_a_file(self, visitor: Visitor) -> None:
        visitor.begin()
        visitor.answer_anything()
        visitor.see("#more").click()
        visitor.see("[data-do='go:settings']").click()
        visitor.press("导出")
        with visitor.page.expect_download() as coming:
            visitor.see("a[download]").click()
        exported = json.loads(Path(coming.value.path()).read_text(encoding="utf-8"))
        assert exported

    def test_is_erased_for_good(self, visitor: Visitor) -> None:
        visitor.begin()
        visitor.see("#more").click()
        visitor.see("[data-do='go:settings']").click()
        visitor.press("删除")
        visitor.see(".latest .choice.danger").last.click()
        expect(visitor.see("#log")).to_contain_text("同意我保存")
        expect(visitor.see("#status.fresh")).to_be_visible()
        assert visitor.context.cookies() == []
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_language_can_be_switched_in_the_middle(visitor: Visitor) -> None:
    visitor.begin()
    visitor.see("#language").click()
    expect(visitor.see("html")).to_have_attribute("lang", "en")
    expect(visitor.question).to_have_attribute("lang", "en")
    expect(visitor.see("label[for=words]")).to_have_text("Type an answer or a question")
    visitor.page.reload()
    expect(visitor.see("html")).to_have_attribute("lang", "en")
    expect(visitor.question).to_have_attribute("lang", "en")
