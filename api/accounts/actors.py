"""Who acts in the console, and the one table of what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from api.accounts.models import AccountId, OfficeId, Role
from knowledge.model import Language


class Action(StrEnum):
    """What can be done in the console."""

    SIGNED_IN = "signed_in"
    """The home page, one's own password and language."""
    TICKETS_READ = "tickets_read"
    TICKETS_ANSWER = "tickets_answer"
    MEMBERS_VERIFY = "members_verify"
    WINDOWS_READ = "windows_read"
    WINDOWS_PUBLISH = "windows_publish"
    NOTICES_READ = "notices_read"
    NOTICES_WRITE = "notices_write"
    NOTICES_APPROVE = "notices_approve"
    """Of somebody else's notice; the room of notices refuses one's own."""
    FAILURES_READ = "failures_read"
    """What the program could not finish by itself, without what anybody wrote."""
    FAILURES_DECIDE = "failures_decide"
    ACCOUNTS_MANAGE = "accounts_manage"


MAY: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.STAFF: frozenset(
            {
                Action.SIGNED_IN, Action.TICKETS_READ, Action.TICKETS_ANSWER,
                Action.MEMBERS_VERIFY, Action.WINDOWS_READ, Action.NOTICES_READ,
                Action.FAILURES_READ, Action.FAILURES_DECIDE,
            }
        ),
        Role.OFFICIAL: frozenset(
            {
                Action.SIGNED_IN, Action.WINDOWS_READ, Action.WINDOWS_PUBLISH,
                Action.NOTICES_READ, Action.NOTICES_WRITE, Action.NOTICES_APPROVE,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Action.SIGNED_IN, Action.WINDOWS_READ, Action.NOTICES_READ, Action.TICKETS_READ,
                Action.FAILURES_READ,
            }
        ),
        Role.ADMIN: frozenset(
            {
                Action.SIGNED_IN, Action.ACCOUNTS_MANAGE, Action.FAILURES_READ,
                Action.FAILURES_DECIDE,
            }
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who signed in."""

    account: AccountId
    login: str
    name: str
    role: Role
    office: OfficeId
    office_name: str
    region: str
    """Where the office is responsible; empty: the whole province."""
    language: Language
    csrf: str
    must_change: bool
    session: str
    """The hash of the sign-in."""
    seen_at: datetime
    """When somebody was last noted there."""

    def may(self, action: Action) -> bool:
        """Whether the role allows it."""
        return action in MAY[self.role]

    @property
    def sees_every_office(self) -> bool:
        """An auditor reads what all offices did; everybody else only their own."""
        return self.role is Role.AUDITOR
