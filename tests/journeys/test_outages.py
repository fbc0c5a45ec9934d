"""The network goes, the server dies: nothing is lost and nothing is said twice."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.process import ServerProcess
from tests.journeys.visitor import a_visitor

pytestmark = pytest.mark.needs_chromium
LONG_MS = 25_000


def test_a_killed_server_loses_nothing_and_is_found_again(
    browser: Browser, shared: ServerProcess
) -> None:
    with a_visitor(browser, shared.address, complaining=True) as visitor:
        visitor.begin()
        visitor.answer_anything()
        asked = visitor.question.locator(".asked").inner_text()
        shared.kill()
        expect(visitor.see("#status.away")).to_be_visible()
        visitor.question.locator("[data-button='do:skip']").click()
        expect(visitor.see(".said .unsent")).to_be_visible()
        shared.start()
        expect(visitor.see(".said .unsent")).to_have_count(0, timeout=LONG_MS)
        expect(visitor.see("#status.live")).to_be_visible(timeout=LONG_MS)
        expect(visitor.question).to_be_visible()
        assert visitor.question.locator(".asked").inner_text() != asked
        shown = visitor.said.all_inner_texts()
        visitor.page.reload()
        expect(visitor.question).to_be_visible()
        assert visitor.said.all_inner_texts() == shown[1:]  # what led to consent was not kept


def test_a_message_written_off_line_goes_out_later_and_once(
    browser: Browser, shared: ServerProcess
) -> None:
    with a_visitor(browser, shared.address, complaining=True) as visitor:
        visitor.begin()
        bubbles = visitor.said.count()
        visitor.context.set_offline(True)
        expect(visitor.see("#banner")).to_be_visible()
        visitor.see("#words").fill("跳过")
        visitor.see("#words").press("Enter")
        expect(visitor.see(".said .unsent")).to_be_visible()
        visitor.context.set_offline(False)
        visitor.answered(bubbles + 1)
        expect(visitor.see("#banner")).to_be_hidden()
        expect(visitor.see(".said .unsent")).to_have_count(0)
        expect(visitor.see("#status.live")).to_be_visible()


def test_an_answer_lost_on_its_way_back_is_not_taken_twice(
    browser: Browser, shared: ServerProcess
) -> None:
    with a_visitor(browser, shared.address, complaining=True) as visitor:
        visitor.begin()
        bubbles = visitor.said.count()
        ids: list[str] = []

        def lose_first(route: object) -> None:
            ids.append(route.request.post_data_json["id"])  # type: ignore[attr-defined]
            if len(ids) == 1:
                route.fetch()  # type: ignore[attr-defined]  # the server has it; we never hear
                route.abort()  # type: ignore[attr-defined]
            else:
                route.continue_()  # type: ignore[attr-defined]

        visitor.page.route("**/chat/turns", lose_first)
        visitor.question.locator("[data-button='do:skip']").click()
        visitor.answered(bubbles + 1)
        expect(visitor.see(".said .unsent")).to_have_count(0)
        assert len(ids) == 2
        assert len(set(ids)) == 1
        shown = visitor.said.all_inner_texts()
        visitor.page.reload()
        expect(visitor.question).to_be_visible()
        assert visitor.said.all_inner_texts() == shown[1:]
