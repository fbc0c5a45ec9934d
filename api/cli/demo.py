"""`huiqi demo`: three sample enterprises and full desks, all clearly marked."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.administering import Made
from api.accounts.first_run import first_run
from api.cli.demo_desks import Desks
from api.cli.serving import opened, show_made, start
from api.conversations.founding import Seat, found_conversation
from api.conversations.keys import new_link
from api.conversations.models import Conversation, ConversationId
from api.conversations.service import Host, Message
from api.conversations.world import WorldBuilder, notice_of, operator_of
from api.enterprises.contacts import WEB
from api.enterprises.models import Organisation
from api.enterprises.service import remember
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.foundation.migrating import migrate
from api.foundation.now import now
from api.foundation.secret import secret_of
from api.foundation.serving import listen
from api.foundation.wake import Wake
from api.library.service import Library, open_library
from api.library.shelf import Shelf
from api.settings import BadSettings, Settings
from api.webchat.routes import resume_link
from dialogs.message import Opened
from knowledge.profile import Asking
from knowledge.value import read_dossier, write_dossier

SAMPLES = Path(__file__).with_name("samples.json")


class Sample(BaseModel):
    """An enterprise that does not exist, with the facts it would give."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    facts: Mapping[str, JsonValue]


def samples() -> tuple[Sample, ...]:
    """The samples that ship with the program."""
    content: object = json.loads(SAMPLES.read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Sample, ...]).validate_python(content)


def demo(
    serve: Annotated[bool, typer.Option(help="Serve afterwards, as `huiqi run` does.")] = True,
) -> None:
    """Three sample enterprises (示例) with a link to each conversation, and full desks."""
    settings = Settings.read()
    made, links = asyncio.run(_seeded(settings))
    if made:
        show_made(made)
    for name, link in links:
        print(f"{name}\n  {link}", flush=True)
    if not serve:
        return
    try:
        listening = listen(settings)
    except BadSettings as busy:
        print(f"({busy}; the links work where the program runs already)")
        return
    start(settings, listening)


async def _seeded(settings: Settings) -> tuple[Sequence[Made], list[tuple[str, str]]]:
    library = open_library()
    worlds = WorldBuilder(Shelf(library), operator_of(settings))
    moment = now()
    async with opened(settings) as database:
        if settings.on_sqlite:
            await migrate(database)
        async with database.writing() as session:
            made = await first_run(session, now=moment)
        host = Host(database, worlds, Wake(1), secret_of(settings))
        seeder = Seeder(database, library, host, notice_of(worlds.operator), settings)
        seeded = [await seeder.seed(sample, moment) for sample in samples()]
        await Desks(database, library, host, moment).fill([one for one, _ in seeded])
    links = [(sample.name, link) for sample, (_, link) in zip(samples(), seeded, strict=True)]
    return made, links


class Seeder:
    """Makes sample conversations; one that is there already only gets a fresh link."""

    def __init__(
        self, database: Database, library: Library, host: Host, notice: str, settings: Settings
    ) -> None:
        self._database = database
        self._library = library
        self._host = host
        self._notice = notice
        self._settings = settings

    async def seed(self, sample: Sample, moment: datetime) -> tuple[ConversationId, str]:
        """A sample's conversation, and a link to it."""
        async with self._database.writing() as session:
            conversation = await _existing(session, sample.name)
            fresh = conversation is None
            if conversation is None:
                conversation = await self._made(session, sample, moment)
        if fresh:
            opening = Message(id=f"sample-{new_id()}", said=Opened())
            await self._host.take(conversation, opening, now=moment)
        async with self._database.writing() as session:
            token, _ = await new_link(
                session, conversation, days=self._settings.link_days, now=moment
            )
        return conversation, resume_link(self._settings, token)

    async def _made(
        self, session: AsyncSession, sample: Sample, moment: datetime
    ) -> ConversationId:
        made = await found_conversation(
            session, Seat(WEB), notice=self._notice, language="zh", last_sequence=0, now=moment,
            name=sample.name, sample=True,
        )  # fmt: skip
        base = self._library.base
        for key, value in write_dossier(base.facts, read_dossier(base.facts, sample.facts)).items():
            await remember(
                session, base, made.organisation_id, Asking.parse(key), value,
                source="sample", person=made.person_id, now=moment,
            )  # fmt: skip
        return made.id


async def _existing(session: AsyncSession, name: str) -> ConversationId | None:
    return await session.scalar(
        select(col(Conversation.id))
        .join(Organisation, col(Organisation.id) == col(Conversation.organisation_id))
        .where(col(Organisation.sample).is_(True), col(Organisation.name) == name)
        .limit(1)
    )
