"""The web chat through its door: consent, one transaction a message, coming back, going away."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import SQLModel

from api.enterprises.models import FactValue
from api.library.service import Library
from api.main import create_app
from api.settings import Settings
from tests.builders.chats import Chat
from tests.builders.clocks import StandingClock
from tests.builders.engines import closed


@pytest.fixture
def chat(client: httpx.AsyncClient) -> Chat:
    return Chat(client)


def another_device(app: FastAPI) -> Chat:
    transport = httpx.ASGITransport(app=app)
    return Chat(httpx.AsyncClient(transport=transport, base_url="http://huiqi.test"))


async def rows(app: FastAPI) -> int:
    """How many rows there are in all tables that may hold something of somebody."""
    total = 0
    async with app.state.database.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            if table.name == "installation":
                continue  # which database this is
            total += await session.scalar(select(func.count()).select_from(table)) or 0
    return total


async def sequence(chat: Chat) -> list[tuple[int, str]]:
    transcript = (await chat.client.get("/chat/transcript")).json()
    return [(entry["sequence"], entry["direction"]) for entry in transcript["entries"]]


class TestBeforeConsent:
    async def test_says_who_runs_this_and_keeps_nothing(self, app: FastAPI, chat: Chat) -> None:
        answer = await chat.open()
        await chat.say("我们有 40 名职工")
        await chat.say("你好")
        assert "测试运营方" in answer.text
        assert await rows(app) == 0
        assert not chat.client.cookies
        assert chat.answer["consented"] is False

    async def test_the_same_draft_and_message_have_the_same_answer(self, chat: Chat) -> None:
        await chat.open()
        draft = chat.draft
        first = (await chat.say("菜单", "the-same-id")).json()["replies"]
        chat.draft = draft
        assert (await chat.say("菜单", "the-same-id")).json()["replies"] == first

    @pytest.mark.parametrize(
        "change", [lambda d: d[:-8] + "AAAAAAA=", lambda _: "x", lambda _: "é"]
    )
    async def test_refuses_a_forged_draft(self, chat: Chat, change: object) -> None:
        await chat.open()
        assert callable(change)
        chat.draft = change(chat.draft)
        answer = await chat.say("你好")
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_unreadable")

    async def test_refuses_a_draft_of_yesterday(self, chat: Chat, now: StandingClock) -> None:
        await chat.open()
        now.pass_by(hours=25)
        assert (await chat.say("你好")).status_code == 409

    async def test_refuses_another_site(self, chat: Chat) -> None:
        body = {"id": "message-0", "said": {"kind": "opened"}}
        bare = await chat.client.post("/chat/turns", json=body)
        foreign = {"X-Huiqi": "1", "Sec-Fetch-Site": "cross-site"}
        cross = await chat.client.post("/chat/turns", json=body, headers=foreign)
        assert (bare.status_code, cross.status_code) == (403, 403)


class TestConsent:
    async def test_begins_to_keep_and_hands_a_cookie_no_script_reads(
        self, app: FastAPI, chat: Chat
    ) -> None:
        answer = await chat.agree()
        assert answer.json()["consented"] is True
        assert answer.json()["draft"] is None
        cookie = answer.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/chat"))
        assert await rows(app) > 0

    async def test_twice_is_once(self, app: FastAPI, chat: Chat) -> None:
        await chat.open()
        draft, agree = chat.draft, chat.button("primary")
        first = await chat.press(agree, "consent-1")
        kept = await rows(app)
        chat.client.cookies.clear()  # the first answer got lost on its way
        chat.draft = draft
        second = await chat.press(agree, "consent-1")
        assert second.json() == first.json()
        assert second.headers["set-cookie"] == first.headers["set-cookie"]
        assert await rows(app) == kept

    async def test_is_secure_over_https_only(
        self, settings: Settings, library: Library, app: FastAPI
    ) -> None:
        over_https = settings.model_copy(update={"public_url": "https://huiqi.example"})
        secure = create_app(over_https, now=app.state.now, library=library)
        chat = another_device(secure)
        assert "Secure" in (await chat.agree()).headers["set-cookie"]
        await closed(secure)


class TestTurn:
    async def test_a_repeated_post_is_one_message(self, chat: Chat) -> None:
        await chat.agree()
        first = (await chat.say("菜单", "message-a")).json()
        before = await sequence(chat)
        assert (await chat.say("菜单", "message-a")).json() == first
        assert await sequence(chat) == before

    async def test_an_id_is_not_used_for_two_messages(self, chat: Chat) -> None:
        await chat.agree()
        await chat.say("菜单", "message-b")
        answer = await chat.say("人工", "message-b")
        assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")

    async def test_twenty_at_once_stay_in_one_order(self, chat: Chat) -> None:
        await chat.agree()
        answers = await asyncio.gather(*(chat.say("菜单", f"at-once-{n}") for n in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        numbers = [number for number, _ in await sequence(chat)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    async def test_survives_a_restart(
        self, chat: Chat, settings: Settings, library: Library, now: StandingClock
    ) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        before = (await chat.client.get("/chat/transcript")).json()
        again = create_app(settings, now=now, library=library)
        device = another_device(again)
        device.client.cookies = chat.client.cookies
        assert (await device.client.get("/chat/transcript")).json() == before
        await device.say("不知道")
        assert device.answer["consented"] is True
        await closed(again)

    @pytest.mark.parametrize(
        "said",
        [
            {"kind": "said", "text": "😀" * 200},
            {"kind": "said", "text": "长" * 50_000},
            {"kind": "said", "text": "1e999"},
            {"kind": "said", "text": ""},
            {"kind": "pressed", "button": "ans:forged"},
            {"kind": "pressed", "button": "x" * 5000},
            {"kind": "submitted", "asking": "no_such_fact", "value": "1"},
            {"kind": "submitted", "asking": "staff@2x", "value": [{"a": ["b"]}]},
        ],
    )
    async def test_bad_input_gets_an_answer_and_loses_nothing(
        self, chat: Chat, said: dict[str, object]
    ) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        answer = await chat.send(said)
        assert answer.status_code == 200
        assert chat.replies()
        assert (await chat.say("菜单")).status_code == 200


class TestAnswers:
    async def test_are_kept_with_source_and_date(
        self, app: FastAPI, chat: Chat, now: StandingClock
    ) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        for _ in range(12):
            await _answer_somehow(chat)
        async with app.state.database.reading() as session:
            kept = list(await session.scalars(select(FactValue)))
        assert len(kept) >= 5
        assert {(row.given_at, row.given_by is not None) for row in kept} == {(now.moment, True)}

    async def test_narrow_what_is_asked(self, chat: Chat) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        first = chat.text()
        await _answer_somehow(chat)
        assert chat.text() != first


async def _answer_somehow(chat: Chat) -> None:
    """A figure where one is asked for, else the first button."""
    hints = [reply["input"] for reply in chat.replies() if reply["input"]]
    kinds = {str(hint["kind"]) for hint in hints if isinstance(hint, dict)}
    typed = {
        "number": "30", "money": "800万", "ratio": "20%", "date": "2020-05-01", "text": "某",
        "choices": "没有", "records": "没有",
    }  # fmt: skip
    for kind, text in typed.items():
        if kind in kinds:
            await chat.say(text)
            return
    await chat.press(next(chat.buttons())["id"])


class TestLink:
    async def test_opens_the_conversation_on_another_device(self, app: FastAPI, chat: Chat) -> None:
        await chat.agree()
        link = (await chat.post("/link")).json()["link"]
        token = link.partition("#resume=")[2]
        assert link.partition("#")[0] == "http://127.0.0.1:8000/"
        phone = another_device(app)
        opened = await phone.post("/resume", {"token": token})
        assert (
            opened.json()["entries"]
            == (await chat.client.get("/chat/transcript")).json()["entries"]
        )
        await phone.say("菜单")
        assert await sequence(phone) == await sequence(chat)

    async def test_ends_with_the_next_one_and_with_its_days(
        self, app: FastAPI, chat: Chat, now: StandingClock
    ) -> None:
        await chat.agree()
        old = (await chat.post("/link")).json()["link"].partition("=")[2]
        new = (await chat.post("/link")).json()["link"].partition("=")[2]
        phone = another_device(app)
        assert (await phone.post("/resume", {"token": old})).json()["code"] == "link_dead"
        assert (await phone.post("/resume", {"token": new})).status_code == 200
        now.pass_by(days=31)
        assert (await phone.post("/resume", {"token": new})).json()["code"] == "link_dead"

    async def test_of_two_made_at_once_one_works(self, app: FastAPI, chat: Chat) -> None:
        await chat.agree()
        made = await asyncio.gather(*(chat.post("/link") for _ in range(4)))
        tokens = [answer.json()["link"].partition("=")[2] for answer in made]
        phone = another_device(app)
        opened = [(await phone.post("/resume", {"token": token})).status_code for token in tokens]
        assert sorted(opened) == [200, 404, 404, 404]

    async def test_a_cookie_is_no_link_and_a_link_no_cookie(self, app: FastAPI, chat: Chat) -> None:
        await chat.agree()
        token = (await chat.post("/link")).json()["link"].partition("=")[2]
        cookie = chat.client.cookies["huiqi_chat"]
        other = another_device(app)
        assert (await other.post("/resume", {"token": cookie})).status_code == 404
        other.client.cookies.set("huiqi_chat", token, path="/chat")
        assert (await other.client.get("/chat/transcript")).status_code == 401


class TestGoing:
    async def test_leaving_ends_this_device_only(self, app: FastAPI, chat: Chat) -> None:
        await chat.agree()
        token = (await chat.post("/link")).json()["link"].partition("=")[2]
        phone = another_device(app)
        await phone.post("/resume", {"token": token})
        old = chat.client.cookies["huiqi_chat"]
        assert (await chat.post("/leave")).status_code == 204
        assert not chat.client.cookies
        chat.client.cookies.set("huiqi_chat", old, path="/chat")
        assert (await chat.client.get("/chat/transcript")).status_code == 401
        assert (await phone.client.get("/chat/transcript")).status_code == 200

    async def test_erasing_leaves_no_row(self, app: FastAPI, chat: Chat) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        await _answer_somehow(chat)
        await chat.post("/link")
        assert (await chat.delete()).status_code == 204
        assert await rows(app) == 0
        assert (await chat.client.get("/chat/transcript")).status_code == 401

    async def test_takes_everything_along_as_a_file(self, chat: Chat) -> None:
        await chat.agree()
        await chat.press(chat.button("primary"))
        for _ in range(4):
            await _answer_somehow(chat)
        answer = await chat.client.get("/chat/export")
        assert answer.headers["content-disposition"].startswith("attachment")
        body = answer.json()
        subjects = body["person"]["organisations"][0]["subjects"]
        assert sum(len(subject["facts"]) for subject in subjects) >= 1
        assert len(body["conversations"][0]["entries"]) == len(await sequence(chat))
