"""How a browser is recognised, and how another site's page is kept out.

The cookie holds the device's key, cannot be read by scripts, and is never sent from another site
(SameSite=Strict). What changes something also needs a header no foreign page can add.
"""

from typing import Annotated

from fastapi import Cookie, Depends, Header, Request, Response

from api.foundation.errors import ForeignPage
from api.settings import Settings

COOKIE = "huiqi_chat"
PATH = "/chat"
_DAY_SECONDS = 86_400

DeviceKey = Annotated[str | None, Cookie(alias=COOKIE, max_length=200)]


async def _from_our_page(
    request: Request,
    x_huiqi: Annotated[
        str | None, Header(max_length=10, description="Any value; our own page sends 1.")
    ] = None,
) -> None:
    site = request.headers.get("sec-fetch-site", "same-origin")
    if not x_huiqi or site not in {"same-origin", "none"}:
        raise ForeignPage


OwnPage = Depends(_from_our_page)


def hold_key(response: Response, key: str, settings: Settings) -> None:
    """Let this browser come back for as long as a conversation is kept."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=settings.retention_days * _DAY_SECONDS,
        path=PATH,
        secure=settings.address.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def drop_key(response: Response) -> None:
    """Forget this browser."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
