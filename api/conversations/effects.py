"""Performing what a turn asked for, in order, in the transaction that keeps the new state."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.joining import use_code
from api.conversations.leaving import erase_person
from api.conversations.models import Conversation
from api.deadlines.service import (
    REMINDERS,
    answer_window,
    follow_windows,
    unfollow_windows,
)
from api.enterprises.membership import name_organisation, offer_join
from api.enterprises.models import JoinPurpose
from api.enterprises.service import forget, organisations_of, recall, remember
from api.enterprises.subscriptions import follow, unfollow
from api.tickets.desk import TOPIC as TICKETS
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
                await forget(
                    self.session, self.base, held.organisation_id, asking, person=held.person_id
                )
            case GiveConsent():
                pass  # the conversation has a row, so consent was given: once is enough
            case OpenTicket(kind, reason, programme, criterion):
                open_ticket(
                    self.session, kind=kind, reason=reason, programme=programme,
                    criterion=criterion, release=self.base.release, person=held.person_id,
                    organisation=held.organisation_id, contact=held.contact_id, now=self.now,
                )  # fmt: skip
                self.topics.append(TICKETS)
            case SetLanguage(language):
                held.language = language
            case SwitchSubject(subject):
                await self._switch(subject)
            case ExportMe():
                self.export = True
            case EraseMe():
                await erase_person(self.session, held.person_id)
                self.erased = True
            case TakeBack():
                await take_back(self.session, held.contact_id)
                self.topics.append(TICKETS)
            case Subscribe(programme):
                await self._follow(programme)
            case Unsubscribe(programme):
                await unfollow(self.session, held.person_id, programme)
                await unfollow_windows(self.session, held.person_id, programme, now=self.now)
            case AnswerReminder(window, answer):
                await answer_window(self.session, held.person_id, window, answer, now=self.now)
            case NameOrganisation(name):
                await name_organisation(self.session, held.organisation_id, held.person_id, name)
            case OfferJoin(code, purpose):
                await offer_join(
                    self.session, code, JoinPurpose(purpose), held.person_id,
                    held.organisation_id, now=self.now,
                )  # fmt: skip
            case Join(code):
                await use_code(self.session, held, code, now=self.now)
            case _:
                assert_never(effect)

    async def _follow(self, programme: str) -> None:
        """Only what the release knows; what is published already is told from here on."""
        held = self.conversation
        if programme not in self.base.programmes:
            return
        new = await follow(
            self.session, held.person_id, programme, held.organisation_id, now=self.now
        )
        if not new:
            return
        dossier = await recall(self.session, self.base, held.organisation_id, member=held.person_id)
        await follow_windows(
            self.session, held.person_id, held.organisation_id, programme, dossier, now=self.now
        )
        self.topics.append(REMINDERS)

    async def _switch(self, subject: str) -> None:
        """Only to an organisation the person speaks for; a forged id changes nothing."""
        own = await organisations_of(self.session, self.conversation.person_id)
        chosen = next((row.id for row in own if str(row.id) == subject), None)
        if chosen is not None:
            self.conversation.organisation_id = chosen
