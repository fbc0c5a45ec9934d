"""The composition root: everything is built once, joined here, and stopped in order."""

import asyncio
import contextlib
import gc
import importlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from importlib.metadata import PackageNotFoundError, version

import structlog
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.routing import Route

import api.conversations.routes
import api.library.enquiries
import api.library.routes
import api.webchat.routes
from api.console.mounting import mount_console
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
from api.foundation.redis import open_redis
from api.foundation.secret import secret_of
from api.foundation.serving import server_of
from api.foundation.wake import Wake
from api.library.service import Library, open_library
from api.settings import Settings
from api.webchat.pages import mount_page
from api.working import Called, Crew, Duties

log = structlog.get_logger(__name__)

WEBHOOK = "/telegram/webhook"


class StateOut(BaseModel):
    """How the program is."""

    model_config = ConfigDict(frozen=True)

    status: str
    version: str
    release: str


def create_app(
    settings: Settings,
    *,
    now: Now = real_now,
    library: Library | None = None,
    duties: Duties = Duties.ALL,
) -> FastAPI:
    """The application over a database that is migrated already. Raises `BadSettings`, `Refused`."""
    secret = secret_of(settings)
    app = FastAPI(
        title="Huiqi 惠企",
        version=_version(),
        openapi_url=None,  # the framework would make it on the event loop
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.secret = secret
    app.state.now = now
    app.state.database = Database(settings.database)
    app.state.redis = open_redis(settings.redis_url) if settings.redis_url else None
    app.state.limiter = Limiter(secret)
    app.state.library = library or open_library()
    app.state.wake = Wake(settings.max_streams)
    app.state.streams = Streams(app.state.database, app.state.wake)
    channel = open_channel(settings, secret)
    worlds = WorldBuilder(
        app.state.library, operator_of(settings), web_address=settings.address, messenger=channel
    )
    app.state.host = Host(app.state.database, worlds, app.state.wake, secret)
    app.state.crew = Crew(
        database=app.state.database, library=app.state.library, host=app.state.host,
        worlds=worlds, wake=app.state.wake, redis=app.state.redis, channel=channel, secret=secret,
        now=now, settings=settings, duties=duties,
    )  # fmt: skip
    describe(app)
    _routes(app)
    handle_errors(app)
    app.add_middleware(
        BodyGuard,
        limiter=app.state.limiter,
        rule=settings.limit_caller,
        longest=settings.max_body_bytes,
        deepest=settings.max_json_depth,
    )
    app.add_middleware(FrontDoor)  # added last: outermost
    return app


def open_channel(settings: Settings, secret: bytes) -> Called | None:
    """The messenger of the settings, if one is turned on: the one dynamic import of the house."""
    if settings.telegram_bot_token is None:
        return None
    webhook = None
    if settings.telegram_updates == "webhook" and settings.telegram_webhook_secret is not None:
        webhook = (
            f"{settings.address}{WEBHOOK}", settings.telegram_webhook_secret.get_secret_value()
        )  # fmt: skip
    create: Callable[..., Called] = importlib.import_module("bot.channel").create
    return create(
        token=settings.telegram_bot_token.get_secret_value(),
        api_base=settings.telegram_api_base,
        secret=secret,
        webhook=webhook,
    )


def _routes(app: FastAPI) -> None:
    app.include_router(api.library.routes.router)
    app.include_router(api.library.enquiries.router)
    app.include_router(api.conversations.routes.router)
    app.include_router(api.webchat.routes.router)
    app.add_api_route("/healthz", _alive, tags=["operation"], summary="Does the process answer?")
    app.add_api_route("/readyz", _ready, tags=["operation"], summary="Can it do its work?")
    webhook = app.state.crew.webhook()
    if webhook is not None:
        app.router.routes.append(Route(WEBHOOK, webhook))
    mount_console(app)
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
    warming = asyncio.create_task(
        asyncio.to_thread(
            state.library.warm, day_of(state.now()), lambda: bool(state.wake.stopping)
        )
    )
    try:
        async with state.crew.at_work():
            yield
    finally:
        state.wake.stop()
        await warming
        if state.redis is not None:
            await state.redis.aclose()
        await state.database.close()


def _settle_memory() -> None:
    """What is there now stays: the collector need not go through the release again and again."""
    gc.collect()
    gc.freeze()


async def serve(settings: Settings, listening: socket.socket, duties: Duties) -> None:
    """Serve until told to stop; then finish what is open, as long as the settings allow."""
    app = create_app(settings, duties=duties)
    _settle_memory()
    await server_of(app, settings).serve(sockets=[listening])
    log.info("stopped")


async def work(settings: Settings, duties: Duties) -> None:
    """Work in the background without answering anybody, until told to stop."""
    app = create_app(settings, duties=duties)
    _settle_memory()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with _lifespan(app):
        log.info("working", duties=duties.name)
        await stopping.wait()
    log.info("stopped")
