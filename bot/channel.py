"""Telegram as a channel of the house: what `api.main` loads by name when a token is set."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from starlette.types import ASGIApp, Scope

from bot.commands import commands
from bot.polling import Poller
from bot.sender import TelegramSender
from bot.session import Session
from bot.updates import ALLOWED, read_update
from bot.webhook import Webhook, shows_secret
from dialogs.ports import Inbox, Outcome, Outgoing, Pace, Received

NAME: Final = "telegram"
_SECONDS = 20.0
"""How long a call may take; a message whose call took longer has an unknown outcome."""

log = structlog.get_logger(__name__)


class TelegramChannel:
    """One bot. `webhook` is the address Telegram calls and the secret it shows; None: we ask."""

    def __init__(
        self, bot: Bot, *, secret: bytes, webhook: tuple[str, str] | None, rate: int
    ) -> None:
        self._bot = bot
        self._rate = rate
        self._secret = secret
        self._webhook = webhook
        self._username = ""
        self._sender = TelegramSender(bot, secret=secret, account=self.account)

    @property
    def name(self) -> str:
        """The word for Telegram in rows and logs."""
        return NAME

    @property
    def account(self) -> str:
        """The bot's number, the first part of its token."""
        return str(self._bot.id)

    @property
    def rate(self) -> int:
        """Calls that send, a second, in all; 0: no limit."""
        return self._rate

    def is_group(self, address: str) -> bool:
        """Groups and channels have negative numbers."""
        return address.startswith("-")

    @property
    def link(self) -> str:
        """Where to meet the bot; empty until it was opened."""
        return f"https://t.me/{self._username}" if self._username else ""

    async def open(self) -> None:
        """Who we are, the menu of commands, and how updates come. Raises `AiogramError`."""
        self._username = (await self._bot.get_me()).username or ""
        await self._bot.set_my_commands(commands("zh"))
        await self._bot.set_my_commands(commands("zh"), language_code="zh")
        await self._bot.set_my_commands(commands("en"), language_code="en")
        if self._webhook is None:
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        address, secret = self._webhook
        await self._bot.set_webhook(
            address, secret_token=secret, allowed_updates=list(ALLOWED), drop_pending_updates=False
        )

    async def listen(self, inbox: Inbox) -> None:
        """Ask for updates until cancelled; where Telegram calls us there is nothing to ask."""
        if self._webhook is None:
            await Poller(self._bot, name=NAME, account=self.account).listen(inbox)
        else:
            await asyncio.Event().wait()

    def webhook_app(self, inbox: Inbox) -> ASGIApp | None:
        """The application Telegram calls; None where we ask for updates ourselves."""
        if self._webhook is None:
            return None
        return Webhook(inbox, secret=self._webhook[1], name=NAME, account=self.account)

    def recognises(self, scope: Scope) -> bool:
        """Whether a call shows the secret that only Telegram has."""
        return self._webhook is not None and shows_secret(scope, self._webhook[1].encode())

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """What a kept update says; None when it says nothing to the conversation."""
        return read_update(raw, secret=self._secret, account=self.account)

    async def acknowledge(self, raw: Mapping[str, object]) -> None:
        """Let the button stop turning; a press too old to be answered is none the worse."""
        query = raw.get("callback_query")
        number = query.get("id") if isinstance(query, Mapping) else None
        if not isinstance(number, str):
            return
        try:
            await self._bot.answer_callback_query(number)
        except AiogramError as error:
            log.info("press_not_acknowledged", error=type(error).__name__)

    async def send(self, message: Outgoing, now: datetime, pace: Pace) -> Outcome:
        """Show a reply, and say what became of it."""
        return await self._sender.send(message, now, pace)

    async def close(self) -> None:
        """Give the connections back."""
        await self._bot.session.close()


def create(
    *, token: str, api_base: str, secret: bytes, webhook: tuple[str, str] | None, rate: int
) -> TelegramChannel:
    """The channel of a token, over any server that speaks the Bot API; `rate` calls a second."""
    bot = Bot(token, session=Session(api_base, _SECONDS))
    return TelegramChannel(bot, secret=secret, webhook=webhook, rate=rate)
