"""The address and the HTTP server of a process; its streams end before it waits for the rest."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Coroutine, Iterator
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

from api.foundation.wake import Wake
from api.settings import BadSettings, Settings

Result = TypeVar("Result")


def run_to_its_end(work: Coroutine[None, None, Result]) -> Result:
    """As `asyncio.run`, on the fastest event loop that is installed."""
    fastest = uvicorn.Config("", loop="auto").get_loop_factory()
    with asyncio.Runner(loop_factory=fastest) as runner:
        return runner.run(work)


class _Server(uvicorn.Server):
    """A server whose streams end when it is told to stop, and that then ends well."""

    def __init__(self, config: uvicorn.Config, wake: Wake, *, signals: bool) -> None:
        super().__init__(config)
        self._wake = wake
        self._signals = signals

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self._signals or threading.current_thread() is not threading.main_thread():
            yield  # somebody else hears them; and they come to the main thread only
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


def listen(settings: Settings, port: int | None = None) -> socket.socket:
    """Take the address of the settings, or another port of it.

    Raises `BadSettings` where that cannot be.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    name = "HUIQI_PORT" if port is None else "HUIQI_WORKER_PORT"
    port = settings.port if port is None else port
    try:
        return socket.create_server((settings.host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno in {errno.EADDRNOTAVAIL, socket.EAI_NONAME}:
            reason = f"HUIQI_HOST: {settings.host} is no address of this machine"
            raise BadSettings((reason,)) from None
        reason = f"{name}: {port} cannot be used: {os.strerror(error.errno or 0)}"
        raise BadSettings((reason,)) from None


def server_of(app: FastAPI, settings: Settings, *, beside: bool = False) -> uvicorn.Server:
    """A server for the application, that ends its streams before it waits for what is open.

    One that runs `beside` the work of a process leaves signals and lifespan to it.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off" if beside else "on",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    return _Server(config, app.state.wake, signals=not beside)
