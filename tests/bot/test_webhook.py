"""Being called by Telegram: only Telegram is heard, and nothing it can bring breaks anything."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col
from starlette.types import ASGIApp, Message

from api.conversations.models import Update
from api.foundation.migrating import migrate
from api.main import WEBHOOK, create_app
from api.settings import BadSettings, Settings
from bot import webhook
from bot.channel import create
from bot.webhook import Webhook
from tests.bot.conftest import SECRET, Kept
from tests.builders.bot_api import TOKEN, BotApi
from tests.builders.databases import on_sqlite
from tests.builders.engines import closed
from tests.builders.seeded import WEBHOOK_SECRET
from tests.builders.servers import served
from tests.builders.settings import some_settings

HEADER = "X-Telegram-Bot-Api-Secret-Token"
WORD = WEBHOOK_SECRET
UPDATE = {"update_id": 9, "message": {"chat": {"id": 7}}}


@pytest.fixture
def app(inbox: Kept) -> ASGIApp:
    return Webhook(inbox, secret=WORD, name="telegram", account="4200")


@pytest.fixture
async def telegram(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as client:
        yield client


class TestSecret:
    def test_does_not_start_without_it(self, inbox: Kept) -> None:
        with pytest.raises(ValueError, match="secret"):
            Webhook(inbox, secret="", name="telegram", account="4200")

    def test_nor_does_the_program(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_UPDATES", "webhook")
        monkeypatch.setenv("HUIQI_PUBLIC_URL", "https://huiqi.example")
        with pytest.raises(BadSettings, match="TELEGRAM_WEBHOOK_SECRET"):
            Settings.read()

    @pytest.mark.parametrize(
        "shown",
        [
            [], [b""], [b"wrong"], [WORD[:-1].encode()], [f"{WORD}x".encode()],
            ["é".encode() * 20], [b"\xff\xfe"], [WORD.encode(), WORD.encode()],
            [b"wrong", WORD.encode()], [WORD.encode(), b"wrong"],
        ],
        ids=[
            "none", "empty", "wrong", "shorter", "longer", "non-ascii", "no-utf-8", "twice",
            "second-right", "first-right",
        ],
    )  # fmt: skip
    async def test_nobody_else_is_heard(
        self, telegram: httpx.AsyncClient, inbox: Kept, shown: list[bytes]
    ) -> None:
        headers = [(HEADER.encode(), value) for value in shown]
        answer = await telegram.post("/", json=UPDATE, headers=headers)
        assert answer.status_code == 401
        assert inbox.rows == {}

    async def test_every_byte_is_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        compared: list[tuple[bytes, bytes]] = []

        def compare(one: bytes, other: bytes) -> bool:
            compared.append((one, other))
            return one == other

        monkeypatch.setattr("bot.webhook.hmac.compare_digest", compare)
        scope = {"headers": [(webhook.HEADER, b"\xff")]}
        assert not webhook.shows_secret(scope, WORD.encode())
        assert compared == [(b"\xff", WORD.encode())]

    async def test_telegram_is_told_where_to_call(self, api: BotApi) -> None:
        address = "https://huiqi.example/telegram/webhook"
        channel = create(
            token=TOKEN, api_base=api.address, secret=SECRET, webhook=(address, WORD), rate=0
        )  # fmt: skip
        await channel.open()
        await channel.close()
        assert (api.webhook, api.secret) == (address, WORD)


class TestBody:
    async def test_is_kept_as_telegram_brings_it(
        self, telegram: httpx.AsyncClient, inbox: Kept
    ) -> None:
        answer = await telegram.post("/", json=UPDATE, headers={HEADER: WORD})
        assert answer.status_code == 200
        assert inbox.rows == {"9": UPDATE}

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"null", 400),
            (b"[]", 400),
            (b"{}", 400),
            (b'{"update_id": "9"}', 400),
            (b'{"update_id": true}', 400),
            (b'{"update_id": 9.0}', 400),
            (b'{"update_id": -1}', 400),
            (b'{"update_id": NaN}', 400),
            (b'{"update_id": ' + b"9" * 400 + b"}", 400),
            (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
            (b'{"update_id": 9', 400),
            (b'{"a": ' * 100 + b"1" + b"}" * 100, 400),
            (b"[" * 500_000, 400),
            (b"\xff\xfe", 400),
            (b'{"update_id": 9, "x": "\xed\xa0\x80"}', 400),
            ('{"update_id": 9}'.encode("utf-16"), 400),
            ('{"update_id": 9}'.encode("utf-32"), 400),
            (b" " * 1_100_000, 413),
        ],
        ids=range(19),
    )
    async def test_what_is_no_update_is_refused(
        self, telegram: httpx.AsyncClient, inbox: Kept, body: bytes, status: int
    ) -> None:
        answer = await telegram.post("/", content=body, headers={HEADER: WORD})
        assert (answer.status_code, inbox.rows) == (status, {})

    @pytest.mark.parametrize(
        ("body", "kept"),
        [
            (b'{"update_id": 9, "x": NaN, "y": -Infinity, "z": 1e999}',
             {"update_id": 9, "x": None, "y": None, "z": None}),
            (b'{"update_id": 9, "x": ' + b"1" * 400 + b"}", {"update_id": 9, "x": int("1" * 400)}),
            (b'{"update_id": 8, "update_id": 9}', {"update_id": 9}),
            (b'{"update_id": 9, "x": "a\\ud800b\\u0000"}', {"update_id": 9, "x": "a?b\ufffd"}),
            (b'\xef\xbb\xbf{"update_id": 9}', {"update_id": 9}),
        ],
        ids=["no-numbers", "long-number", "twice", "half-characters", "byte-order-mark"],
    )  # fmt: skip
    async def test_what_can_be_kept_is_kept(
        self, telegram: httpx.AsyncClient, inbox: Kept, body: bytes, kept: dict[str, object]
    ) -> None:
        """Refused, Telegram would bring it again for ever, and nothing after it."""
        answer = await telegram.post("/", content=body, headers={HEADER: WORD})
        assert answer.status_code == 200
        assert inbox.rows == {"9": kept}

    async def test_brackets_that_somebody_typed_nest_nothing(
        self, telegram: httpx.AsyncClient, inbox: Kept
    ) -> None:
        update = {"update_id": 9, "message": {"chat": {"id": 7}, "text": '[{"' * 500}}
        answer = await telegram.post("/", json=update, headers={HEADER: WORD})
        assert answer.status_code == 200
        assert inbox.addresses == ["7"]

    async def test_what_could_not_be_kept_is_asked_for_again(
        self, telegram: httpx.AsyncClient, inbox: Kept
    ) -> None:
        inbox.fails = 1
        assert (await telegram.post("/", json=UPDATE, headers={HEADER: WORD})).status_code == 503

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
    async def test_telegram_posts(self, telegram: httpx.AsyncClient, method: str) -> None:
        answer = await telegram.request(method, "/", headers={HEADER: WORD})
        assert answer.status_code == 405


async def call(app: ASGIApp, *messages: Message | None) -> int:
    """What an application answers to a body that comes so; None: nothing more comes."""
    coming, said = list(messages), []

    async def receive() -> Message:
        message = coming.pop(0)
        if message is None:
            await asyncio.Event().wait()
        assert message is not None
        return message

    async def send(message: Message) -> None:
        said.append(message)

    headers = [(HEADER.lower().encode(), WORD.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await app(scope, receive, send)
    return int(said[0]["status"])


class TestSlowness:
    async def test_a_body_that_does_not_come_is_waited_for_so_long(
        self, app: ASGIApp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webhook, "PATIENCE_SECONDS", 0.01)
        part = {"type": "http.request", "body": b"{", "more_body": True}
        assert await call(app, part, None) == 408

    async def test_half_a_body_is_no_update(self, app: ASGIApp, inbox: Kept) -> None:
        whole = json.dumps(UPDATE).encode()
        part = {"type": "http.request", "body": whole, "more_body": True}
        assert await call(app, part, {"type": "http.disconnect"}) == 400
        assert inbox.rows == {}

    async def test_one_that_grows_is_cut_off(self, app: ASGIApp) -> None:
        part = {"type": "http.request", "body": b" " * 100_000, "more_body": True}
        assert await call(app, *([part] * 11), None) == 413


async def test_the_program_hears_telegram_and_nobody_else(tmp_path: Path, api: BotApi) -> None:
    """The whole application behind a real server, with headers no client would write."""
    settings = some_settings(
        tmp_path, database_url=on_sqlite(tmp_path), public_url="https://huiqi.example",
        telegram_bot_token=TOKEN, telegram_api_base=api.address, telegram_updates="webhook",
        telegram_webhook_secret=WORD,
    )  # fmt: skip
    app = create_app(settings)
    await migrate(app.state.database)
    async with served(app) as address:
        port = int(address.rpartition(":")[2])
        for shown, status in (
            ([], 401), ([b"wrong"], 401), ([b"\xe9\xff"], 401), ([WORD.encode()] * 2, 401),
            ([WORD.encode()], 200), ([WORD.encode()], 200),
        ):  # fmt: skip
            assert await asyncio.to_thread(_posted, port, shown) == status, shown
    async with app.state.database.reading() as session:
        kept = (await session.scalars(select(col(Update.update_id)))).all()
    assert kept == ["9"]
    await closed(app)


def _posted(port: int, shown: list[bytes]) -> int:
    """The answer to an update that comes in chunks, under these secrets."""
    body = json.dumps({"update_id": 9}).encode()
    headers = b"".join(b"%s: %s\r\n" % (HEADER.encode(), value) for value in shown)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: huiqi.test\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n%s\r\n"
            % (WEBHOOK.encode(), headers)
        )
        for at in range(0, len(body), 5):
            part = body[at : at + 5]
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        connection.sendall(b"0\r\n\r\n")
        return int(connection.makefile("rb").readline().split()[1])
