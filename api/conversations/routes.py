"""`/v1/conversations`: the same conversation for clients with a key."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import ApiKey, ApiKeyId
from api.accounts.permissions import ConversationKey
from api.conversations.exporting import Export, export_all
from api.conversations.messages import (
    AnswerOut,
    FirstTurnIn,
    TranscriptOut,
    TurnIn,
    host_of,
    streams_of,
)
from api.conversations.models import Conversation, ConversationId
from api.conversations.service import Host
from api.conversations.streams import Streams, resume_after
from api.conversations.transcript import entries_after
from api.conversations.world import as_language
from api.enterprises.contacts import API
from api.foundation.answers import written
from api.foundation.database import DatabaseDep, ReadSession, database_of
from api.foundation.errors import NotFound
from api.foundation.limits import limiter_of
from api.foundation.now import Moment

MOST_ENTRIES = 200

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

HostDep = Annotated[Host, Depends(host_of)]
StreamsDep = Annotated[Streams, Depends(streams_of)]
AfterEntry = Annotated[int, Query(ge=0, le=2**31 - 1, description="The last sequence seen.")]


async def _own(session: AsyncSession, id_: UUID, key: ApiKey) -> Conversation:
    """A conversation of this client; another's does not exist for it."""
    found = await session.scalar(
        select(Conversation).where(
            col(Conversation.id) == id_, col(Conversation.api_key_id) == key.id
        )
    )
    if found is None:
        raise NotFound
    return found


async def _limit_turns(request: Request, who: str) -> None:
    await limiter_of(request).hit(request.app.state.settings.limit_turns, "turns", who)


@router.post("", summary="Begin a conversation, or go on before consent")
async def begin(
    request: Request, body: FirstTurnIn, key: ConversationKey, host: HostDep, now: Moment
) -> AnswerOut:
    await _limit_turns(request, f"key:{key.id}")
    answer = await host.begin(body.message(), body.draft, api_key=ApiKeyId(key.id), now=now)
    return AnswerOut.of(answer)


@router.post("/{conversation}/turns", summary="Say something")
async def say(
    request: Request,
    conversation: UUID,
    body: TurnIn,
    key: ConversationKey,
    host: HostDep,
    database: DatabaseDep,
    now: Moment,
) -> AnswerOut:
    await _limit_turns(request, str(conversation))
    async with database.reading() as session:
        found = await _own(session, conversation, key)
    return AnswerOut.of(await host.take(found.id, body.message(API), now=now))


@router.get("/{conversation}", summary="Read what was said", response_model=TranscriptOut)
async def read(
    conversation: UUID,
    key: ConversationKey,
    session: ReadSession,
    after: AfterEntry = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = MOST_ENTRIES,
) -> Response:
    found = await _own(session, conversation, key)
    return await written(await transcript(session, found, after=after, limit=limit))


async def transcript(
    session: AsyncSession, conversation: Conversation, *, after: int, limit: int
) -> TranscriptOut:
    """The lines of a conversation after a sequence number."""
    entries = await entries_after(session, conversation.id, after=after, limit=limit)
    last = entries[-1].sequence if entries else after
    return TranscriptOut(
        conversation=conversation.id,
        language=as_language(conversation.language),
        touched_at=conversation.touched_at,
        entries=tuple(entries),
        more=last < conversation.last_sequence and bool(entries),
    )


async def _followed(request: Request, conversation: UUID, key: ConversationKey) -> ConversationId:
    """Checked in a look of its own: the stream itself holds no session."""
    async with database_of(request).reading() as session:
        found = await _own(session, conversation, key)
    streams_of(request).check_room(found.id)
    return found.id


@router.get(
    "/{conversation}/stream",
    response_class=EventSourceResponse,
    summary="Follow a conversation live (server-sent events)",
)
async def follow(
    followed: Annotated[ConversationId, Depends(_followed)],
    streams: StreamsDep,
    after: AfterEntry = 0,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> AsyncIterator[ServerSentEvent]:
    async def still_there(session: AsyncSession) -> bool:
        return await session.get(Conversation, followed) is not None

    start = resume_after(last_event_id, after)
    async for event in streams.follow(followed, start, still_there):
        yield event


@router.get(
    "/{conversation}/export", summary="Everything kept of its person", response_model=Export
)
async def export(
    conversation: UUID, key: ConversationKey, session: ReadSession, now: Moment
) -> Response:
    found = await _own(session, conversation, key)
    return await written(await export_all(session, found.person_id, now=now))


@router.delete("/{conversation}", status_code=204, summary="Erase its person and everything given")
async def remove(
    conversation: UUID, key: ConversationKey, host: HostDep, database: DatabaseDep
) -> None:
    async with database.reading() as session:
        found = await _own(session, conversation, key)
    await host.erase(found)
