"""Performing what a turn asked for, in order, in the transaction that keeps the new state."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.enterprises.erasing import erase
from api.enterprises.service import forget, organisations_of, remember
from api.enterprises.subscriptions import follow, unfollow
from api.tickets.service import open_ticket, take_back
from dialogs.effect import (
    AnswerReminder,
    Effect,
    EraseMe,
    ExportMe,
    Forget,
    GiveConsent,
    Join,
    NameOrganisation,
    OfferJoin,
    OpenTicket,
    Remember,
    SetLanguage,
    Subscribe,
    SwitchSubject,
    TakeBack,
    Unsubscribe,
)
from knowledge.base import KnowledgeBase


@dataclass(slots=True)
class Performer:
    """Performs effects for one conversation; tells afterwards what the host must still do."""

    session: AsyncSession
    base: KnowledgeBase
    conversation: Conversation
    now: datetime
    export: bool = False
    erased: bool = False
    topics: list[str] = field(default_factory=list)
    """What to wake after the commit."""

    async def perform(self, effect: Effect) -> None:  # noqa: C901, PLR0912 - one arm an effect
        """One effect. Whoever erased themselves has nothing kept by what came before or after."""
        if self.erased:
            return
        held = self.conversation
        match effect:
            case Remember(asking, value, source):
                await remember(
                    self.session, self.base, held.organisation_id, asking, value,
                    source=source, person=held.person_id, now=self.now,
                )  # fmt: skip
            case Forget(asking):
                await forget(self.session, self.base, held.organisation_id, asking)
            case GiveConsent():
                pass  # the conversation has a row, so consent was given: once is enough
            case OpenTicket(kind, reason, programme, criterion):
                open_ticket(
                    self.session, kind=kind, reason=reason, programme=programme,
                    criterion=criterion, release=self.base.release, person=held.person_id,
                    organisation=held.organisation_id, contact=held.contact_id, now=self.now,
                )  # fmt: skip
            case SetLanguage(language):
                held.language = language
            case SwitchSubject(subject):
                await self._switch(subject)
            case ExportMe():
                self.export = True
            case EraseMe():
                await erase(self.session, held.person_id)
                self.erased = True
            case TakeBack():
                await take_back(self.session, held.contact_id)
            case Subscribe(programme):
                await follow(
                    self.session, held.person_id, programme, held.organisation_id, now=self.now
                )
            case Unsubscribe(programme):
                await unfollow(self.session, held.person_id, programme)
            case NameOrganisation() | OfferJoin() | Join() | AnswerReminder():
                pass
            case _:
                assert_never(effect)

    async def _switch(self, subject: str) -> None:
        """Only to an organisation the person speaks for; a forged id changes nothing."""
        own = await organisations_of(self.session, self.conversation.person_id)
        chosen = next((row.id for row in own if str(row.id) == subject), None)
        if chosen is not None:
            self.conversation.organisation_id = chosen
