"""A day of the program: many chats, each one step before something, and work that waits.

The day is prepared once, by the program itself; every fault then meets a copy of it.
"""

import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.accounts.models import Role
from api.enterprises.models import Contact
from api.enterprises.subscriptions import follow
from api.foundation.database import Database
from api.foundation.now import now
from api.foundation.secret import secret_of
from api.library.models import Window
from api.library.windows import Level
from api.main import create_app
from api.settings import Settings
from api.tickets.claim import claim
from api.tickets.models import Ticket
from bot.buttons import sign
from dialogs.buttons import named
from tests.builders.bot_api import TOKEN, BotApi, a_bot_api
from tests.builders.bot_api_memory import Body, Memory
from tests.builders.clocks import START
from tests.builders.databases import bring_up, on_postgres, on_sqlite
from tests.builders.engines import closed
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.builders.seeded import SECRET_KEY
from tests.builders.servers import served
from tests.builders.settings import some_settings
from tests.builders.tickets import a_person
from tests.builders.windows import a_change, a_level, a_window, a_withdrawal
from tests.faults.program import eventually, open_work

PROGRAMME = "new-rd-institution"
ACCOUNT = TOKEN.partition(":")[0]
_FOLLOW_OTHER, _LEAVE_OTHER = (named(verb, "pilot-base-review") for verb in ("fo", "un"))
POISON = "words that fail at first"
"""The database refuses the first try to keep it."""
_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_AGREE = ("say /start", "press 同意")
_FOLLOW = (*_AGREE, f"verb {named('fo', PROGRAMME)}")
_ASKED = (*_AGREE, f"verb {named('only', PROGRAMME)}")
"""Asked about one programme, whose first question does not hang on all the others."""
_ANSWERED = (*_ASKED, "say 2015年5月10日")
_FORGET = ("press 删掉",)
_DESK = (*_AGREE, "say 人工", "say 材料要盖章吗")


_FROM_A_GROUP: Body = {
    "message_id": 1, "date": 1, "chat": {"id": -5, "type": "group", "title": "群"},
    "from": {"id": 5, "is_bot": False, "first_name": "某某"},
}  # fmt: skip
FAILS_AT_FIRST = {
    "sqlite": (
        """
        CREATE TRIGGER fails_at_first BEFORE INSERT ON entries
        WHEN NEW.body LIKE '%words that fail at first%'
        AND (SELECT max(attempts) FROM inbox WHERE done_at IS NULL) < 2
        BEGIN SELECT RAISE(ABORT, 'it fails at first'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION fail_at_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.body::text LIKE '%words that fail at first%'
        AND (SELECT max(attempts) FROM inbox WHERE done_at IS NULL) < 2
        THEN RAISE EXCEPTION 'it fails at first'; END IF; RETURN NEW; END $$
        """,
        """
        CREATE TRIGGER fails_at_first BEFORE INSERT ON entries
        FOR EACH ROW EXECUTE FUNCTION fail_at_first()
        """,
    ),
}
"""Statements after which the database refuses the first try to keep one message."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a chat: what they did before, and what they do on the day."""

    name: str
    before: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    in_time: bool = True
    """Whether they follow before the news of the day; else it may reach them, once, or not."""


PEOPLE = (
    Person("comes", (), ("say /start",)),
    Person("agrees", ("say /start",), ("press 同意",)),
    Person("asks for the menu", _AGREE, ("say 菜单", "say 帮助")),
    Person("presses", _AGREE, ("verb go:screening",)),
    Person("answers", _ASKED, ("say 2015年5月10日",)),
    Person("takes an answer back", (*_ANSWERED, "say 改前面的答案", "press [1] 修改"), _FORGET),
    Person("follows", _AGREE, (f"verb {named('fo', PROGRAMME)}",), in_time=False),
    Person("follows no longer", (*_AGREE, f"verb {_FOLLOW_OTHER}"), (f"verb {_LEAVE_OTHER}",)),
    Person("goes to a person", _DESK, ("press 确认提交",)),
    Person("comes back from a person", (*_DESK, "press 确认提交"), ("say 交还助手",)),
    Person("exports", (*_DESK, "press 确认提交", "say 设置"), ("verb s:export",)),
    Person("erases", (*_AGREE, "say 设置", "verb s:erase"), ("verb s:erase-all",)),
    Person("thinks about it", (*_AGREE, "say 设置"), ("verb s:erase",)),
    Person("has blocked us", _AGREE, ("say 菜单",)),
    Person("names the organisation", (*_AGREE, "say 我的单位", "verb n:name"), ("say 测试单位甲",)),
    Person("invites", (*_AGREE, "verb do:colleague"), ("verb do:colleague",)),
    Person("comes with a code", (), ("come shows a code",)),
    Person("switches", (*_AGREE, "say 帮助", "join invites", "say 设置"), ("switch",)),
    Person("shows a code", (*_AGREE, "verb do:device")),
    Person("uses the code", _AGREE, ("join shows a code",)),
    Person("has filed", _FOLLOW, ("filed",)),
    Person("hears of it", _FOLLOW),
    Person("reads a card", _AGREE, (f"verb card:{PROGRAMME}", "verb do:english")),
    Person("sends a file", _AGREE, ("file",)),
    Person("says what fails at first", _AGREE, (f"say {POISON}",)),
    Person("is a group", (), ("group",)),
)  # fmt: skip


def chat_of(name: str) -> int:
    """The number of somebody's chat."""
    return 1001 + next(n for n, person in enumerate(PEOPLE) if person.name == name)


class Hands:
    """What people do at the messenger."""

    def __init__(self, api: BotApi, secret: bytes) -> None:
        self.api = api
        self._secret = secret
        self.codes: dict[str, str] = {}
        self.window = ""

    async def do(self, person: Person, act: str) -> None:
        """One act, such as `say 菜单` or `verb go:screening`."""
        chat = chat_of(person.name)
        what, _, given = act.partition(" ")
        match what:
            case "say":
                await self.api.say(chat, given)
            case "press":
                await self.api.press(chat, given)
            case "verb":
                await self._verb(chat, given)
            case "join":
                await self._verb(chat, f"join:{self.codes[given].replace('-', '')}")
            case "come":
                await self.api.say(chat, f"/start join-{self.codes[given].replace('-', '')}")
            case "switch":
                await self.api.press(chat, "换成")
            case "group":
                await self.api.happens({"message": {**_FROM_A_GROUP, "text": "大家好"}})
            case "filed":
                await self._verb(chat, named("rf", self.window))
            case "file":
                await self.api.send_file(chat, "a.txt")
            case _:
                raise AssertionError(act)

    async def _verb(self, chat: int, button: str) -> None:
        data = sign(self._secret, ACCOUNT, str(chat), button)
        await self.api.press_data(self.api.last(chat), data)

    def read_codes(self) -> None:
        """Remember the codes that are shown."""
        for person in PEOPLE:
            found = _CODE.findall("\n".join(self.api.screen(chat_of(person.name))))
            if found:
                self.codes[person.name] = found[-1]


@dataclass(frozen=True, slots=True)
class Day:
    """A prepared database, what the messenger remembers of it, and what people know."""

    home: str
    """The address of the prepared database."""
    memory: Memory
    next_update: int
    settings: dict[str, object]
    codes: dict[str, str]
    window: str

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """The address of a copy of the database."""
        if self.home.startswith("sqlite"):
            shutil.copy(self.home.partition(":///")[2], folder / "huiqi.db")
            yield on_sqlite(folder)
            return
        with on_postgres(self.home.rpartition("/")[2]) as url:
            yield url

    @asynccontextmanager
    async def again(self) -> AsyncIterator[Hands]:
        """The messenger as it was in the morning."""
        async with a_bot_api() as api:
            for each in fields(Memory):
                if each.name not in {"address", "news"}:
                    setattr(api, each.name, deepcopy(getattr(self.memory, each.name)))
            api._next_update = self.next_update
            hands = Hands(api, secret_of(Settings.model_validate(self.settings)))
            hands.codes, hands.window = dict(self.codes), self.window
            yield hands


async def prepare(folder: Path, url: str) -> Day:
    """Live through everything before the day, with the program in this process."""
    bring_up(url)
    async with a_bot_api() as api:
        given: dict[str, object] = {
            **some_settings(folder).model_dump(include={"limit_turns", "limit_caller"}),
            "var_dir": str(folder),
            "secret_key": SECRET_KEY,
            "telegram_bot_token": TOKEN,
            "telegram_rate": 1000,  # how fast is not what is tried here
        }
        settings = Settings.model_validate(
            {**given, "database_url": url, "telegram_api_base": api.address}
        )
        app = create_app(settings)
        hands = Hands(api, secret_of(settings))
        api.confirmed = api._next_update
        for person in PEOPLE:
            api.shown[chat_of(person.name)] = []
        async with served(app):
            windows = await _morning(app, hands)
        await _announce(app.state.database, windows)
        await closed(app)
        memory = Memory(**{each.name: getattr(api, each.name) for each in fields(Memory)})
    return Day(url, memory, api._next_update, given, hands.codes, hands.window)


async def _morning(app: FastAPI, hands: Hands) -> list[Window]:
    database: Database = app.state.database
    official = await an_official(database)
    windows = [
        await a_window(database, official, _in_days(10), now=now(), title=f"第{nth}批")
        for nth in (1, 2, 3)
    ]
    hands.window = str(windows[0].id)
    reader = await a_person(app)
    async with database.writing() as session:
        await follow(session, reader.person, PROGRAMME, reader.organisation, now=now())
    for nth in range(max(len(person.before) for person in PEOPLE)):
        for person in PEOPLE:
            if nth < len(person.before):
                await hands.do(person, person.before[nth])
        await eventually(lambda: _idle(hands.api, database))
        hands.read_codes()
    await _claim_one(database)
    await eventually(lambda: _idle(hands.api, database))
    return windows


async def _idle(api: BotApi, database: Database) -> bool:
    return api.confirmed >= api._next_update and not await open_work(database)


def _in_days(days: float) -> Level:
    return a_level(days=(now() - START).total_seconds() / 86_400 + days)


async def _claim_one(database: Database) -> None:
    """A person of the staff holds one conversation."""
    staff = await an_official(database, role=Role.STAFF)
    chat = str(chat_of("comes back from a person"))
    async with database.writing() as session:
        ticket = await session.scalar(
            select(Ticket)
            .join(Contact, col(Contact.id) == col(Ticket.contact_id))
            .where(col(Contact.address) == chat)
        )
        assert ticket is not None
        await claim(session, staff, ticket, now=now())


async def _announce(database: Database, windows: Sequence[Window]) -> None:
    """What is to be told on the day: a window, one moved, one withdrawn, and a notice."""
    official = await an_official(database)
    second = await an_official(database, beside=official)
    await a_window(database, official, _in_days(10), now=now(), title="第4批")
    await a_change(database, windows[1], _in_days(20), now=now(), title="第2批")
    await a_withdrawal(database, windows[2], now=now())
    await a_notice(database, official, approved_by=second, now=now())
