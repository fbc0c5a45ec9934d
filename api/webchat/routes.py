"""`/chat`: the conversation of a browser, by a cookie that exists only after consent."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.exporting import Export, export_all
from api.conversations.keys import conversation_of, follow_link, new_link, opened_by, take_away
from api.conversations.messages import AnswerOut, FirstTurnIn, TranscriptOut, host_of, streams_of
from api.conversations.models import ConversationId
from api.conversations.routes import MOST_ENTRIES, AfterEntry, HostDep, StreamsDep, transcript
from api.conversations.streams import resume_after
from api.foundation.answers import written
from api.foundation.database import DatabaseDep, ReadSession, WriteSession, database_of
from api.foundation.limits import caller_of, limiter_of
from api.foundation.now import Moment
from api.settings import Settings
from api.webchat.cookies import DeviceKey, OwnPage, drop_key, hold_key

router = APIRouter(prefix="/chat", tags=["web chat"])


def _settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


SettingsDep = Annotated[Settings, Depends(_settings_of)]


class LinkOut(BaseModel):
    """A link that opens the conversation on another device."""

    model_config = ConfigDict(frozen=True)

    link: str
    until: datetime


class ResumeIn(BaseModel):
    """The token of a link."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: Annotated[str, Field(min_length=20, max_length=100)]


@router.post("/turns", dependencies=[OwnPage], summary="Say something")
async def say(
    request: Request,
    response: Response,
    body: FirstTurnIn,
    settings: SettingsDep,
    database: DatabaseDep,
    now: Moment,
    key: DeviceKey = None,
) -> AnswerOut:
    host = host_of(request)
    kept = None
    if key:
        async with database.reading() as session:
            kept = await opened_by(session, key)
    who = f"caller:{caller_of(request)}" if kept is None else str(kept.id)
    await limiter_of(request).hit(settings.limit_turns, "turns", who)
    if kept is None:
        answer = await host.begin(body.message(), body.draft, api_key=None, now=now)
    else:
        answer = await host.take(kept.id, body.message(), now=now)
    if answer.erased or (key and answer.conversation is None):
        drop_key(response)
    elif answer.key or key:
        hold_key(response, answer.key or key or "", settings)
    return AnswerOut.of(answer)


@router.get("/transcript", summary="Read what was said", response_model=TranscriptOut)
async def read(
    session: ReadSession,
    key: DeviceKey = None,
    after: AfterEntry = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = MOST_ENTRIES,
) -> Response:
    found = await conversation_of(session, key)
    return await written(await transcript(session, found, after=after, limit=limit))


async def _followed(request: Request, key: DeviceKey = None) -> tuple[ConversationId, str]:
    """Checked in a look of its own: the stream itself holds no session."""
    async with database_of(request).reading() as session:
        found = await conversation_of(session, key)
    streams_of(request).check_room(found.id)
    return found.id, key or ""


@router.get(
    "/stream", response_class=EventSourceResponse, summary="Follow live (server-sent events)"
)
async def follow(
    followed: Annotated[tuple[ConversationId, str], Depends(_followed)],
    streams: StreamsDep,
    after: AfterEntry = 0,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> AsyncIterator[ServerSentEvent]:
    conversation, key = followed

    async def still_ours(session: AsyncSession) -> bool:
        found = await opened_by(session, key)
        return found is not None and found.id == conversation

    start = resume_after(last_event_id, after)
    async for event in streams.follow(conversation, start, still_ours):
        yield event


@router.post("/link", dependencies=[OwnPage], summary="A link for another device")
async def link(
    session: WriteSession, settings: SettingsDep, now: Moment, key: DeviceKey = None
) -> LinkOut:
    found = await conversation_of(session, key)
    token, until = await new_link(session, found.id, days=settings.link_days, now=now)
    return LinkOut(link=resume_link(settings, token), until=until)


def resume_link(settings: Settings, token: str) -> str:
    """The token stands behind `#`: a browser never sends that part, so no log has it."""
    return f"{settings.address}/#resume={token}"


@router.post("/resume", dependencies=[OwnPage], summary="Go on from a link")
async def resume(
    request: Request,
    response: Response,
    body: ResumeIn,
    session: WriteSession,
    settings: SettingsDep,
    now: Moment,
) -> TranscriptOut:
    who = f"resume:{caller_of(request)}"
    await limiter_of(request).hit(settings.limit_turns, "turns", who)
    found, key = await follow_link(session, body.token, now=now)
    hold_key(response, key, settings)
    return await transcript(session, found, after=0, limit=MOST_ENTRIES)


@router.post("/leave", dependencies=[OwnPage], status_code=204, summary="Sign this device out")
async def leave(response: Response, session: WriteSession, key: DeviceKey = None) -> None:
    if key:
        await take_away(session, key)
    drop_key(response)


@router.get("/export", summary="Everything kept, as a file", response_model=Export)
async def export(session: ReadSession, now: Moment, key: DeviceKey = None) -> Response:
    found = await conversation_of(session, key)
    export = await export_all(session, found.person_id, now=now)
    return await written(export, file="huiqi-export.json")


@router.delete("", dependencies=[OwnPage], status_code=204, summary="Erase everything")
async def remove(
    response: Response, database: DatabaseDep, host: HostDep, key: DeviceKey = None
) -> None:
    async with database.reading() as session:
        found = await conversation_of(session, key)
    await host.erase(found)
    drop_key(response)
