"""A release published in one process is in use in all; half published it is in use nowhere."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlmodel import col

from api.foundation.errors import NotFound
from api.library import releases, shelf
from api.library.models import Activation, Release
from api.library.service import Library
from api.library.shelf import Shelf
from knowledge.loading import load_files
from tests.builders.api_keys import a_key
from tests.builders.chats import Chat
from tests.builders.followers import a_follower, told
from tests.builders.officials import an_official
from tests.builders.releases import PROGRAMME, activate, files_titled, publish
from tests.builders.waiting import until_so
from tests.builders.windows import a_window

FACTS = {"rd_staff": "12 人", "staff": "40 人"}


@pytest.fixture(autouse=True)
def _looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is believed from a second ago: "the next turn" is the very next one."""
    monkeypatch.setattr(shelf, "LOOK", timedelta(0))


async def _publish_and_fail(app: FastAPI, files: dict[str, str]) -> None:
    async with app.state.database.writing() as session:
        await releases.publish(session, "0" * 64, files, note="", by="", now=app.state.now())
        await session.flush()
        raise RuntimeError


def a_browser(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://huiqi.test")


async def title_in(app: FastAPI) -> str:
    """How a process calls the programme."""
    async with a_browser(app) as http:
        answer = await http.get(f"/v1/programmes/{PROGRAMME}")
    return str(answer.json()["programme"]["title"]["zh"])


async def state_of(app: FastAPI) -> tuple[str, str]:
    """The release in use, and what is said of the one that should be."""
    async with a_browser(app) as http:
        answer = await http.get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    about = next(check for check in said["checks"] if check["name"] == "release")
    return said["release"], about["detail"]


class TestPublish:
    async def test_is_in_use_at_the_next_request_of_every_process(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        before = await title_in(other_app)
        release = await publish(app, "新名字")
        assert before != "新名字"
        assert [await title_in(each) for each in (app, other_app)] == ["新名字", "新名字"]
        assert (await state_of(other_app))[0] == release

    async def test_is_in_use_at_the_next_turn_of_a_conversation(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        async with a_browser(other_app) as http:
            chat = Chat(http)
            await chat.agree()
            await publish(app, "全新的名字")
            await chat.say("新型研发机构")
            assert "全新的名字" in str(chat.answer)

    async def test_is_in_use_within_seconds_where_nobody_comes(
        self, app: FastAPI, other_app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.undo()
        await other_app.state.shelf.fresh()
        async with other_app.state.crew.at_work():
            release = await publish(app, "新名字")

            async def in_use() -> bool:
                return bool(other_app.state.shelf.current.base.release == release)

            await until_so(in_use)

    async def test_is_looked_up_once_a_second(self, app: FastAPI) -> None:
        at_hand = Shelf(app.state.shelf.current, app.state.database)
        shelf.LOOK = timedelta(hours=1)  # undone with the fixture
        before = await at_hand.fresh()
        await publish(app, "新名字")
        assert await at_hand.fresh() is before
        await at_hand.look()
        assert await at_hand.fresh() is not before

    async def test_half_done_is_in_use_nowhere(self, app: FastAPI, other_app: FastAPI) -> None:
        before = await title_in(app)
        files = files_titled("新名字")
        with pytest.raises(RuntimeError):
            await _publish_and_fail(app, files)
        assert [await title_in(each) for each in (app, other_app)] == [before, before]
        async with app.state.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(Activation)) == 0
            assert await releases.list_releases(session) == []

    async def test_of_several_at_once_ends_with_one_and_the_same_everywhere(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        published = await asyncio.gather(
            *(publish(each, f"名字{n}") for n, each in enumerate((app, other_app) * 2))
        )
        async with app.state.database.reading() as session:
            _, last = await releases.last_activation(session)
            assert len(await releases.list_releases(session)) == len(set(published)) == 4
        assert last in published
        assert {(await state_of(each))[0] for each in (app, other_app)} == {last}

    async def test_of_the_same_files_again_is_another_activation_of_one_release(
        self, app: FastAPI
    ) -> None:
        assert await publish(app, "新名字") == await publish(app, "新名字")
        async with app.state.database.reading() as session:
            assert [each.note for each in await releases.list_releases(session)] == ["now 新名字"]
            assert (await releases.last_activation(session))[0] == 2


class TestRollBack:
    async def test_takes_an_older_one_into_use(self, app: FastAPI, other_app: FastAPI) -> None:
        first, _ = await publish(app, "第一版"), await publish(app, "第二版")
        assert await title_in(other_app) == "第二版"
        await activate(app, first)
        assert [await title_in(each) for each in (app, other_app)] == ["第一版", "第一版"]

    async def test_may_go_back_to_what_ships_with_the_program(self, app: FastAPI) -> None:
        before = await title_in(app)
        await publish(app, "新名字")
        assert await title_in(app) == "新名字"
        await activate(app, None)
        assert await title_in(app) == before


class TestWork:
    async def test_reminders_speak_by_the_release_in_use(
        self, app: FastAPI, other_app: FastAPI, library: Library
    ) -> None:
        database = app.state.database
        person, _ = await a_follower(database, library.base)
        await a_window(database, await an_official(database))
        work = {loop.name: loop.work for loop in other_app.state.crew.loops()}
        while await work["plan"]():
            pass
        await publish(app, "提醒里的新名字")
        while await work["remind"]():
            pass
        assert "提醒里的新名字" in str((await told(database, person.id))[-1].body)

    async def test_a_world_keeps_the_release_it_was_built_with(self, app: FastAPI) -> None:
        worlds = app.state.crew.worlds
        world = worlds.blank(app.state.now(), "zh")
        release = await publish(app, "新名字")
        await app.state.shelf.look()
        assert world.knowledge.release != release
        assert worlds.blank(app.state.now(), "zh").knowledge.release == release


class TestRefused:
    async def test_a_damaged_bundle_leaves_the_one_before_in_use_and_says_so(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        good, bad = await publish(app, "好的"), await publish(app, "坏的")
        assert (await state_of(app))[0] == bad
        await activate(app, good)
        async with app.state.database.writing() as session:
            await session.execute(
                update(Release).where(col(Release.hash) == bad).values(bundle=b"nonsense")
            )
        assert (await state_of(other_app))[1] == ""
        await activate(app, bad)
        assert await title_in(other_app) == "好的"
        assert await state_of(other_app) == (good, f"cannot_be_loaded {bad}")
        await activate(app, good)
        assert (await state_of(other_app))[1] == ""

    async def test_files_under_another_hash_are_refused(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        before, files = await title_in(app), files_titled("别的")
        async with app.state.database.writing() as session:
            await releases.publish(session, "0" * 64, files, note="", by="", now=app.state.now())
        assert await title_in(other_app) == before
        assert (await state_of(other_app))[1] == f"cannot_be_loaded {'0' * 64}"

    async def test_no_activation_names_what_is_not_stored(self, app: FastAPI) -> None:
        with pytest.raises(NotFound):
            await activate(app, "f" * 64)


class TestReceipt:
    async def test_is_verified_by_the_release_it_names(
        self, app: FastAPI, other_app: FastAPI
    ) -> None:
        key = await a_key(app)
        await publish(app, "第一版")
        receipt = await self._issued(app, key)
        await publish(app, "第二版")
        async with a_browser(other_app) as http:
            held = (await http.post("/v1/receipts/verify", json=receipt, headers=key)).json()
            spoilt = receipt | {"release": "0" * 64}
            not_held = (await http.post("/v1/receipts/verify", json=spoilt, headers=key)).json()
        assert held == {"ok": True, "differences": []}
        assert not not_held["ok"]
        assert any(line.startswith("release: 000") for line in not_held["differences"])

    async def _issued(self, app: FastAPI, key: dict[str, str]) -> dict[str, object]:
        asked = {"facts": FACTS, "programmes": [PROGRAMME], "receipts": True}
        async with a_browser(app) as http:
            answer = await http.post("/v1/evaluate", json=asked, headers=key)
        receipt: dict[str, object] = answer.json()["verdicts"][0]["receipt"]
        return receipt

    async def test_of_the_built_in_release_holds_after_the_program_changed(
        self, app: FastAPI, library: Library
    ) -> None:
        await app.state.shelf.tend()
        of_later = Library(load_files(files_titled("以后的版本")), library.search)
        later = Shelf(of_later, app.state.database)
        found = await later.named(library.base.release)
        assert found is not None
        assert found.base.release == library.base.release
        assert await later.named("\0") is None
