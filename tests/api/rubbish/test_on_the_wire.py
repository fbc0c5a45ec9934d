"""Bytes that are hardly HTTP, at a real server: refused or left, and the next is answered."""

import asyncio
from pathlib import Path

import httpx

from api.foundation.migrating import migrate
from api.library.service import Library
from api.main import create_app
from tests.builders.databases import on_sqlite
from tests.builders.servers import served
from tests.builders.settings import some_settings

HOST = b"Host: huiqi.test\r\nConnection: close\r\n"
BYTES = [
    b"\0\xff\xfe\r\n\r\n",
    b"GET /\xe6\x8a\x80?\xff=\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /console/sign-in?\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /console?%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET //console/../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"X-Odd: " + b"b" * 70_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: huiqi_chat=\xff\xfe; huiqi_console=\x80\r\n\r\n",
    b"POST /chat/turns HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n{}",
    b"POST /chat/turns HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
    b"POST /chat/turns HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
    b"POST /chat/turns HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    b"BREW /console HTTP/1.1\r\n" + HOST + b"\r\n",
]


async def sent(port: int, request: bytes) -> bytes:
    """What the server says before it closes the connection, or until it is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        writer.write_eof()
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""  # it closed before it had read everything
    finally:
        writer.close()


async def test_each_is_refused_or_left(tmp_path: Path, library: Library) -> None:
    app = create_app(some_settings(tmp_path, database_url=on_sqlite(tmp_path)), library=library)
    await migrate(app.state.database)
    async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
        port = int(address.rpartition(":")[2])
        for request in BYTES:
            said = await sent(port, request)
            status = said.partition(b"\r\n")[0].split()[1:2]
            assert not status or status[0] < b"500", (request[:80], said[:200])
            assert (await client.get("/healthz")).status_code == 200
