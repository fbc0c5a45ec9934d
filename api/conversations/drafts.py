"""A conversation before consent: nothing of it is kept here, the client holds it, signed."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from api.foundation.errors import DraftUnreadable
from api.foundation.signing import sign, unsign
from knowledge.model import Language

_PURPOSE = "draft"
_LIFE = timedelta(days=1)


class Draft(BaseModel):
    """What the client holds: the state of the conversation, and the key it will have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    host: str
    """The API key's id, or empty for the web chat: a draft of one is not taken by another."""
    key: str
    state: dict[str, JsonValue]
    language: Language
    sequence: int
    at: datetime


def write_draft(secret: bytes, draft: Draft) -> str:
    """The text the client keeps."""
    return sign(secret, _PURPOSE, draft.model_dump_json().encode())


def read_draft(secret: bytes, text: str, *, host: str, now: datetime) -> Draft:
    """The draft of a text; raises `DraftUnreadable` for a forged, foreign or old one."""
    content = unsign(secret, _PURPOSE, text)
    if content is None:
        raise DraftUnreadable
    try:
        draft = Draft.model_validate_json(content)
    except ValidationError:
        raise DraftUnreadable from None
    if draft.host != host or now - draft.at.astimezone(UTC) > _LIFE:
        raise DraftUnreadable
    return draft
