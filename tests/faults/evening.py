"""What is there in the evening, and what must hold then."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from api.conversations.models import Direction, Entry, Update
from api.deliveries.claiming import reply_in
from api.deliveries.models import Delivery, DeliveryState, SharedBody
from api.enterprises.models import Contact
from api.foundation.database import Database
from bot.rendering import rendered
from bot.splitting import messages
from dialogs.message import Reply
from tests.builders.bot_api_memory import Shown
from tests.builders.bot_html import plain
from tests.builders.seeded import keep_log
from tests.faults.day import PEOPLE, Hands, chat_of

_VARYING = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9A-Z]{8}|科技局 [0-9a-f]+|\d+")
_NEWS = re.compile("第#批|您关注了《")
_SAME = ("kept", "heard", "read")
_ZERO = ("problems", "undone")
_WAITING = (DeliveryState.QUEUED.value, DeliveryState.SENDING.value)


@dataclass(frozen=True, slots=True)
class Evening:
    """What is there when all is quiet."""

    shown: Mapping[int, Counter[str]]
    """What each chat was sent on the day, figures and codes aside."""
    kept: int
    """How many updates are rows."""
    heard: int
    """How many messages of people the transcripts hold."""
    problems: int
    """Updates that ended with a problem."""
    undone: int
    """Messages that wait for ever."""
    unknown: int
    """Messages of unknown outcome, as the program has counted them."""
    unsure: Mapping[int, Counter[str]]
    """The texts of those, by chat, as they would be shown."""
    nameless: int
    """How many of those were to chats of which nothing is kept, since they have not agreed."""
    read: tuple[tuple[str, ...], ...] = ()
    """What each visitor of the web chat was answered."""


async def evening_of(
    hands: Hands, database: Database, folder: Path, morning: Mapping[int, Mapping[int, str]]
) -> Evening:
    """What is there now, beside what was there in the morning."""
    keep_log("faults", (folder / "program.log").read_text(encoding="utf-8"))
    came_in = col(Entry.direction) == Direction.IN.value
    async with database.reading() as session:
        unsure, nameless, unknown = await _unsure(session)
        return Evening(
            shown={
                chat: _news(texts_of(found), morning[chat])
                for chat, found in hands.api.shown.items()
            },
            kept=await _count(session, Update),
            heard=await _count(session, Entry, came_in),
            problems=await _count(session, Update, col(Update.problem).is_not(None)),
            undone=await _count(session, Delivery, col(Delivery.state).in_(_WAITING)),
            unknown=unknown, unsure=unsure, nameless=nameless,
        )  # fmt: skip


async def _count(session: AsyncSession, kind: type[SQLModel], *such: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(kind).where(*such)) or 0


async def _unsure(session: AsyncSession) -> tuple[dict[int, Counter[str]], int, int]:
    """What the rows of unknown outcome would have shown; how many name no chat; how many in all."""
    rows = await session.execute(
        select(Delivery, Contact, SharedBody)
        .outerjoin(Contact, col(Contact.id) == col(Delivery.contact_id))
        .outerjoin(SharedBody, col(SharedBody.id) == col(Delivery.shared_body_id))
        .where(col(Delivery.state) == DeliveryState.UNKNOWN.value)
    )
    unsure: dict[int, Counter[str]] = {}
    found: list[tuple[Delivery, Contact | None, SharedBody | None]] = [(*row,) for row in rows]
    for row, contact, shared in found:
        if contact is None:
            continue
        reply = reply_in(row.body if shared is None else shared.body, contact.language)
        assert reply is not None, row
        unsure.setdefault(int(contact.address), Counter()).update(_would_show(reply))
    return unsure, sum(contact is None for _, contact, _ in found), len(found)


def _would_show(reply: Reply) -> list[str]:
    texts = [_told(plain(html)) for html in messages(rendered(reply).lines)]
    document = [] if reply.document is None else [_told(reply.document.name)]
    # In the place of an earlier message it is a change of that one.
    return [*texts, *document, *(f"changed: {text}" for text in texts)]


def texts_of(found: Sequence[Shown]) -> dict[int, str]:
    """What the program has written in a chat, figures and codes aside."""
    return {each.id: _told(each.text or each.file) for each in found if not each.mine}


def _told(text: str) -> str:
    return _VARYING.sub("#", text)


def _news(now: Mapping[int, str], before: Mapping[int, str]) -> Counter[str]:
    """What is new in a chat, and what was changed there."""
    new = Counter(text for id_, text in now.items() if id_ not in before)
    changed = Counter(f"changed: {now[id_]}" for id_ in before if now[id_] != before[id_])
    return new + changed


def judge(evening: Evening, usual: Evening) -> list[str]:
    """What is wrong with an evening, beside one on which nothing happened; empty: nothing.

    A text may be missing only where that very message, to that very chat, is of unknown outcome.
    """
    wrong: list[str] = []
    lost: dict[str, list[str]] = {}
    for person in PEOPLE:
        chat = chat_of(person.name)
        doubled = evening.shown[chat] - usual.shown[chat]
        missing = usual.shown[chat] - evening.shown[chat] - evening.unsure.get(chat, Counter())
        if not person.in_time:
            doubled = Counter(text for text in doubled if evening.shown[chat][text] > 1)
            missing = Counter(text for text in missing if not _NEWS.search(text))
        if doubled:
            often = {text: (evening.shown[chat][text], usual.shown[chat][text]) for text in doubled}
            wrong.append(f"{person.name}: more often than usual {_begun(doubled)} {often}")
        if missing:
            lost[person.name] = _begun(missing)
    if sum(map(len, lost.values())) > evening.nameless:
        wrong.append(f"lost ({evening.nameless} nameless of unknown outcome): {lost}")
    wrong += [
        f"{name}: {getattr(evening, name)} instead of {getattr(usual, name)}"
        for name in _SAME
        if getattr(evening, name) != getattr(usual, name)
    ]
    wrong += [f"{name}: {getattr(evening, name)}" for name in _ZERO if getattr(evening, name)]
    return wrong


def _begun(texts: Counter[str]) -> list[str]:
    return [text[:60] for text in texts.elements()]
