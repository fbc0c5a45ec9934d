"""The dependency by which a route asks for a scope; each caller has its own count."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.accounts.models import ApiKey, Scope
from api.accounts.service import find_key
from api.foundation.database import database_of
from api.foundation.errors import KeyMissing, ScopeMissing
from api.foundation.limits import caller_of, limiter_of

_bearer = HTTPBearer(
    auto_error=False, description="An API key: `huiqi admin key create --scope …`."
)
_Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _needs(
    scope: Scope,
) -> Callable[[Request, HTTPAuthorizationCredentials | None], Awaitable[ApiKey]]:
    async def key_with_scope(request: Request, given: _Given) -> ApiKey:
        if given is None:
            raise KeyMissing
        # A short look of its own: a stream must not hold a session while it lasts.
        async with database_of(request).reading() as session:
            key = await find_key(session, given.credentials)
        if scope.value not in key.scopes:
            raise ScopeMissing(scope=scope.value)
        await limiter_of(request).hit(key.rate, "key", str(key.id))
        return key

    return key_with_scope


async def _may_read(request: Request) -> None:
    rule = request.app.state.settings.limit_reading
    await limiter_of(request).hit(rule, "reading", caller_of(request))


MayRead = Depends(_may_read)
MayEvaluate = Depends(_needs(Scope.EVALUATE))
MayInterview = Depends(_needs(Scope.INTERVIEW))
ConversationKey = Annotated[ApiKey, Depends(_needs(Scope.CONVERSATIONS))]
