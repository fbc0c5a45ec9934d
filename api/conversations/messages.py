"""What clients send and get, the same for the web chat and for API clients."""

from datetime import datetime
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.conversations.models import ConversationId
from api.conversations.service import Answer, Host, Message
from api.conversations.streams import Streams
from api.conversations.transcript import EntryOut
from api.enterprises.contacts import WEB
from dialogs.message import Incoming
from knowledge.model import Language

MessageId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$"),
    Field(description="The sender's own id of the message; repeating it is safe."),
]


class TurnIn(BaseModel):
    """One message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: MessageId
    said: Incoming
    language: Language | None = Field(
        default=None, description="What to speak at the beginning; later the conversation knows."
    )

    def message(self, channel: str = WEB) -> Message:
        """The same, for the host of turns."""
        return Message(self.id, self.said, self.language, channel)


class FirstTurnIn(TurnIn):
    """One message of a conversation that is not kept yet."""

    draft: str | None = Field(
        default=None,
        max_length=200_000,
        description="The `draft` of the answer before; absent at the very beginning.",
    )


class AnswerOut(BaseModel):
    """The replies to one message, and what the client needs to go on."""

    model_config = ConfigDict(frozen=True)

    conversation: ConversationId | None = Field(
        description="The conversation, once consent was given and it is kept."
    )
    draft: str | None = Field(
        description="Before consent nothing is kept: send this with the next message."
    )
    consented: bool
    language: Language
    after: int = Field(description="The sequence of the last line there is.")
    replies: tuple[EntryOut, ...]
    export: bool = Field(description="The person asked for their data: offer the download.")
    erased: bool = Field(description="Everything was erased; the client begins anew.")

    @classmethod
    def of(cls, answer: Answer) -> "AnswerOut":
        """What the client is told; the device's key is not among it."""
        return cls(
            conversation=answer.conversation,
            draft=answer.draft,
            consented=answer.conversation is not None,
            language=answer.language,
            after=answer.after,
            replies=answer.replies,
            export=answer.export,
            erased=answer.erased,
        )


class TranscriptOut(BaseModel):
    """Lines of a conversation."""

    model_config = ConfigDict(frozen=True)

    conversation: ConversationId
    consented: bool = True
    language: Language
    touched_at: datetime
    entries: tuple[EntryOut, ...]
    more: bool


def host_of(request: Request) -> Host:
    """The host of turns of the application a request came to."""
    host: Host = request.app.state.host
    return host


def streams_of(request: Request) -> Streams:
    """The streams of the application a request came to."""
    streams: Streams = request.app.state.streams
    return streams
