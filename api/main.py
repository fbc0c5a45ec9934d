"""The composition root: everything is built once, joined here, and stopped in order."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import PackageNotFoundError, version

import structlog
import uvicorn
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

import api.conversations.routes
import api.library.enquiries
import api.library.routes
import api.webchat.routes
from api.conversations.retention import keep_retention
from api.conversations.service import Host
from api.conversations.streams import Streams
from api.conversations.world import WorldBuilder, operator_of
from api.foundation.contract import describe
from api.foundation.database import Database
from api.foundation.doors import BodyGuard, FrontDoor
from api.foundation.errors import NotMigrated, Unavailable
from api.foundation.limits import Limiter
from api.foundation.migrating import is_current
from api.foundation.now import Now, day_of
from api.foundation.now import now as real_now
from api.foundation.problems import handle_errors
from api.foundation.secret import secret_of
from api.foundation.wake import Wake
from api.library.service import Library, open_library
from api.settings import BadSettings, Settings
from api.webchat.pages import mount_page

log = structlog.get_logger(__name__)


class StateOut(BaseModel):
    """How the program is."""

    model_config = ConfigDict(frozen=True)

    status: str
    version: str
    release: str


def create_app(
    settings: Settings, *, now: Now = real_now, library: Library | None = None
) -> FastAPI:
    """The application over a database that is migrated already. Raises `BadSettings`, `Refused`."""
    secret = secret_of(settings)
    app = FastAPI(
        title="Huiqi 惠企",
        version=_version(),
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.now = now
    app.state.database = Database(settings.database)
    app.state.limiter = Limiter(secret)
    app.state.library = library or open_library()
    app.state.wake = Wake(settings.max_streams)
    app.state.streams = Streams(app.state.database, app.state.wake)
    worlds = WorldBuilder(app.state.library, operator_of(settings))
    app.state.host = Host(app.state.database, worlds, app.state.wake, secret)
    _routes(app)
    handle_errors(app)
    describe(app)
    app.add_middleware(
        BodyGuard,
        limiter=app.state.limiter,
        rule=settings.limit_caller,
        longest=settings.max_body_bytes,
        deepest=settings.max_json_depth,
    )
    app.add_middleware(FrontDoor)  # added last: outermost
    return app


def _routes(app: FastAPI) -> None:
    app.include_router(api.library.routes.router)
    app.include_router(api.library.enquiries.router)
    app.include_router(api.conversations.routes.router)
    app.include_router(api.webchat.routes.router)
    app.add_api_route("/healthz", _alive, tags=["operation"], summary="Does the process answer?")
    app.add_api_route("/readyz", _ready, tags=["operation"], summary="Can it do its work?")
    mount_page(app)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0] if route.tags else 'page'}-{route.name}".replace(" ", "-")


def _version() -> str:
    try:
        return version("huiqi")
    except PackageNotFoundError:
        return "0"  # run from a source folder that is not installed


def _state(request: Request, status: str) -> StateOut:
    release = request.app.state.library.base.release
    return StateOut(status=status, version=request.app.version, release=release)


async def _alive(request: Request) -> StateOut:
    return _state(request, "alive")


async def _ready(request: Request) -> StateOut:
    if request.app.state.wake.stopping:
        raise Unavailable
    if not await is_current(request.app.state.database):
        raise NotMigrated
    return _state(request, "ready")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    keeping = asyncio.create_task(
        keep_retention(state.database, days=state.settings.retention_days, now=state.now)
    )
    warming = asyncio.create_task(
        asyncio.to_thread(
            state.library.warm, day_of(state.now()), lambda: bool(state.wake.stopping)
        )
    )
    try:
        yield
    finally:
        state.wake.stop()
        await warming
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await state.database.close()


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


async def serve(settings: Settings, listening: socket.socket) -> None:
    """Serve until told to stop; then finish what is open, as long as the settings allow."""
    await server_of(create_app(settings), settings).serve(sockets=[listening])
    log.info("stopped")
