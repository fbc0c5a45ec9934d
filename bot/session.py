"""The connection to the Bot API, through aiogram's client, with failures told apart.

aiogram raises one error whether a request never left or went out and was lost; only the first may
be repeated. Its errors also quote addresses, which hold the token: none leaves this module.
"""

from http import HTTPStatus

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientTimeout,
    ConnectionTimeoutError,
    InvalidURL,
)

CONNECT_SECONDS = 10.0


class Unreachable(AiogramError):
    """The request never left: nothing happened at the other end."""


_KEPT_ALIVE = 4.0
"""Seconds an idle connection is kept: less than servers and proxies do (5 and more). One that the
other side closes while a message goes out leaves an unknown outcome."""


class Lost(AiogramError):
    """The request went out and no answer came: it may have happened or not."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Garbled(AiogramError):
    """An answer came that is none of the Bot API's."""


class Session(AiohttpSession):
    """A session whose failures say whether a request may be repeated."""

    def __init__(self, api_base: str, patience: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_base), timeout=patience)
        self._answers: dict[type, type] = {}
        self._connector_init["keepalive_timeout"] = _KEPT_ALIVE

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own name and way
    ) -> TelegramType:
        """Send one method; raises aiogram's errors for an answer and ours for none."""
        status, content = await self._post(bot, method, float(timeout or self.timeout))
        try:
            return self._result(bot, method, status, content)
        except ClientDecodeError:
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise TelegramServerError(method=method, message=f"status {status}") from None
            raise Garbled from None

    async def _post(
        self, bot: Bot, method: TelegramMethod[TelegramType], seconds: float
    ) -> tuple[int, str]:
        session = await self.create_session()
        address = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot=bot, method=method)
        limit = ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        try:
            async with session.post(address, data=form, timeout=limit) as answer:
                return answer.status, await answer.text()
        except (ClientConnectorError, ConnectionTimeoutError, InvalidURL):
            raise Unreachable from None
        except TimeoutError:
            raise Lost("timed_out") from None
        except (ClientError, OSError, UnicodeDecodeError):
            raise Lost("connection_lost") from None

    def _result(
        self, bot: Bot, method: TelegramMethod[TelegramType], status: int, content: str
    ) -> TelegramType:
        if type(method) not in self._answers:
            # Pydantic forgets such a type when nobody holds it, and making it takes milliseconds.
            self._answers[type(method)] = Response[method.__returning__]  # type: ignore[name-defined]
        if status == HTTPStatus.GATEWAY_TIMEOUT:
            raise Lost("timed_out")  # a gateway gave up waiting; what is behind it may have done it
        response: Response[TelegramType] = self.check_response(bot, method, status, content)
        if response.result is None:
            raise Garbled
        return response.result
