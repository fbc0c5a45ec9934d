"""The address and the HTTP server of a process; its streams end before it waits for the rest."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from api.foundation.wake import Wake
from api.settings import BadSettings, Settings


class _Server(uvicorn.Server):
    """A server whose streams end when it is told to stop, and that then ends well."""

    def __init__(self, config: uvicorn.Config, wake: Wake) -> None:
        super().__init__(config)
        self._wake = wake

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield  # signals come to the main thread only
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._wake.stop()
        await super().shutdown(sockets)


def listen(settings: Settings) -> socket.socket:
    """Take the address of the settings; raises `BadSettings` where that cannot be."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        if error.errno in {errno.EADDRNOTAVAIL, socket.EAI_NONAME}:
            reason = f"HUIQI_HOST: {settings.host} is no address of this machine"
            raise BadSettings((reason,)) from None
        reason = f"HUIQI_PORT: {settings.port} cannot be used: {os.strerror(error.errno or 0)}"
        raise BadSettings((reason,)) from None


def server_of(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """A server for the application, that ends its streams before it waits for what is open."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    return _Server(config, app.state.wake)
