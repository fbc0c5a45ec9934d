"""The beginning of a kept conversation: consent was given, from here on there are rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import ApiKeyId
from api.conversations.models import Conversation, ConversationId
from api.enterprises.contacts import API, WEB, add_contact
from api.enterprises.service import welcome
from api.foundation.ids import new_id
from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a conversation is held."""

    channel: str
    account: str = ""
    address: str = ""
    """Empty: the conversation's own id."""
    api_key: ApiKeyId | None = None

    @classmethod
    def of_client(cls, api_key: ApiKeyId | None) -> "Seat":
        """The web chat, or a client with a key."""
        return cls(WEB) if api_key is None else cls(API, api_key=api_key)


async def found_conversation(
    session: AsyncSession,
    seat: Seat,
    *,
    notice: str,
    language: Language,
    last_sequence: int,
    now: datetime,
    name: str | None = None,
    sample: bool = False,
) -> Conversation:
    """A person who agreed to be remembered (to the text `notice` is the hash of), and their chat.

    `name` and `sample` are of the organisation they speak of.
    """
    person, organisation = await welcome(session, notice=notice, now=now, name=name, sample=sample)
    id_ = ConversationId(new_id())
    contact = add_contact(
        session, person.id, seat.channel, seat.account, seat.address or str(id_),
        language=language, now=now,
    )  # fmt: skip
    await session.flush()
    conversation = Conversation(
        id=id_, person_id=person.id, organisation_id=organisation.id, contact_id=contact.id,
        api_key_id=seat.api_key, language=language, state={}, last_sequence=last_sequence,
        created_at=now, touched_at=now,
    )  # fmt: skip
    session.add(conversation)
    await session.flush()
    return conversation
