"""The whole mission once: an applicant in Telegram, officials and staff at their desks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.accounts.models import Office, Role
from api.foundation.now import CHINA
from api.foundation.now import now as real_now
from api.main import create_app
from tests.builders.accounts import SignedIn, an_account, an_office
from tests.builders.bot_api import TOKEN, BotApi, a_bot_api
from tests.builders.engines import redis_for
from tests.builders.servers import served
from tests.builders.settings import some_settings
from tests.builders.waiting import until

CHAT = 77
PROGRAMME = "new-rd-institution"


@dataclass
class Mission:
    """The program, the messenger beside it, and an office."""

    app: FastAPI
    api: BotApi
    office: Office

    async def official(self) -> SignedIn:
        return await an_account(self.app, Role.OFFICIAL, office=self.office)

    async def shown(self, words: str) -> None:
        """Wait until the chat shows something."""
        await until(lambda: words in "\n".join(self.api.screen(CHAT)))

    async def offered(self, label: str) -> None:
        """Wait until the newest message has a button."""
        await until(lambda: any(b.startswith(label) for b in self.api.last(CHAT).buttons))

    async def applicant(self) -> None:
        """Somebody agrees in Telegram and follows a programme."""
        await self.api.say(CHAT, "/start")
        await until(lambda: bool(self.api.screen(CHAT)) and bool(self.api.last(CHAT).rows))
        await self.api.press(CHAT, "同意")
        await self.shown("想做什么")
        await self.api.say(CHAT, f"/start card-{PROGRAMME}")
        await self.offered("提醒我")
        await self.api.press(CHAT, "提醒我")
        await self.offered("取消提醒")


@asynccontextmanager
async def a_mission(folder: Path, database_url: str) -> AsyncIterator[Mission]:
    async with a_bot_api() as api:
        api.shown[CHAT] = []
        settings = some_settings(
            folder, database_url=database_url, redis_url=redis_for(database_url),
            telegram_bot_token=TOKEN, telegram_api_base=api.address,
        )  # fmt: skip
        app = create_app(settings)
        async with served(app):
            yield Mission(app, api, await an_office(app))


@pytest.fixture
async def mission(tmp_path: Path, database_url: str) -> AsyncIterator[Mission]:
    async with a_mission(tmp_path, database_url) as made:
        yield made


def _local(days: int) -> str:
    moment = real_now().astimezone(CHINA) + timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M")


class TestReminder:
    async def test_a_window_published_at_the_desk_rings_in_the_chat(self, mission: Mission) -> None:
        await mission.applicant()
        desk = await mission.official()
        form = {
            "programme": PROGRAMME, "title": "2027 年度第一批", "opens": _local(-1),
            "level_zh": "县区受理", "level_en": "County", "level_at": _local(10),
            "level_region": "", "link": "https://example.org/apply", "note": "", "region": "",
        }  # fmt: skip
        answer = await desk.post("/console/windows/new", form)
        assert answer.status_code == 303, answer.text
        await mission.shown("2027 年度第一批")
        await mission.offered("已申报")
        await mission.api.press(CHAT, "已申报")
        await until(lambda: "已申报" not in "".join(mission.api.last(CHAT).buttons))


class TestTicket:
    async def test_a_question_reaches_a_person_and_the_answer_comes_back(
        self, mission: Mission
    ) -> None:
        await mission.applicant()
        await mission.api.say(CHAT, "人工")
        await mission.offered("确认提交")
        await mission.api.say(CHAT, "材料要盖章吗")
        await mission.shown("您写的是：材料要盖章吗")
        await mission.api.press(CHAT, "确认提交")
        await mission.shown("已经记下")
        staff = await an_account(mission.app, Role.STAFF, office=mission.office, language="zh")
        queue = (await staff.get("/console/tickets")).text
        assert "材料要盖章吗" in queue
        ticket = queue.partition('href="/console/tickets/')[2].partition('"')[0]
        await staff.post(f"/console/tickets/{ticket}/claim")
        await mission.shown("接手了这段对话")
        form = {"text": "要盖公章。", "token": "a-token-of-this-form"}
        for _ in range(2):  # a form that was sent twice is one answer
            await staff.post(f"/console/tickets/{ticket}/reply", form)
        await mission.shown("要盖公章。")
        before = len(mission.api.screen(CHAT))
        await mission.api.say(CHAT, "谢谢")
        page = f"/console/tickets/{ticket}"
        await _eventually(staff, page, "谢谢")
        assert len(mission.api.screen(CHAT)) == before
        assert sum("要盖公章。" in text for text in mission.api.screen(CHAT)) == 1
        await staff.post(f"/console/tickets/{ticket}/close")
        await mission.shown("已经办结")


class TestNotice:
    async def test_is_sent_once_after_a_second_official_approved(self, mission: Mission) -> None:
        await mission.applicant()
        author, second = await mission.official(), await mission.official()
        form = {"programme": PROGRAMME, "title": "培训通知", "body": "下周三下午培训。"}
        answer = await author.post("/console/notices/new", form)
        page = answer.headers["location"].partition("?")[0]
        await author.post(f"{page}/submit")
        assert (await author.post(f"{page}/approve")).status_code in {403, 409}
        assert "培训通知" not in "\n".join(mission.api.screen(CHAT))
        read = (await second.get(page)).text.partition('name="seen" value="')[2].partition('"')[0]
        assert (await second.post(f"{page}/approve", {"seen": read})).status_code == 303
        await mission.shown("下周三下午培训")
        await _eventually(second, page, "Delivered")
        assert sum("下周三下午培训" in text for text in mission.api.screen(CHAT)) == 1


async def _eventually(desk: SignedIn, page: str, words: str) -> None:
    """Look at a page until it says something, as its live part does."""
    for _ in range(200):
        if words in (await desk.get(page)).text:
            return
    raise AssertionError(f"{page} never said {words!r}")
