"""The application behind a real server on loopback, for what only a real connection shows."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from api.foundation.serving import server_of


def a_free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address of the application, served until the block ends; the server has then ended."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = server_of(app, app.state.settings)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            async with httpx.AsyncClient(
                transport=httpx.AsyncHTTPTransport(retries=5), base_url=address
            ) as client:
                await client.get("/healthz")
            yield address
        finally:
            server.should_exit = True
            await asyncio.wait_for(serving, 20)
