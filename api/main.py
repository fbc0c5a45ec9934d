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
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

import api.conversations.routes
import api.library.enquiries
import api.library.routes
import api.watch.exposing
import api.webchat.routes
from api.console.mounting import mount_console
from api.conversations.service import Host
from api.conversations.streams import Streams
from api.conversations.world import WorldBuilder, operator_of
from api.foundation.contract import describe
from api.foundation.database import Database
from api.foundation.doors import BodyGuard, FrontDoor
from api.foundation.limits import Limiter
from api.foundation.loops import Pulse
from api.foundation.metrics import Metrics
from api.foundation.now import Now, day_of
from api.foundation.now import now as real_now
from api.foundation.problems import handle_errors
from api.foundation.redis import open_redis, prefix_of
from api.foundation.relay import Relay
from api.foundation.secret import secret_of
from api.foundation.serving import server_of
from api.foundation.wake import Wake
from api.library.service import Library, open_library
from api.library.shelf import Shelf
from api.settings import Settings
from api.watch.health import Health
from api.watch.queues import QueueReader
from api.webchat.pages import mount_page
from api.working import Called, Crew, Duties

log = structlog.get_logger(__name__)

WEBHOOK = "/telegram/webhook"


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
    app.state.limiter = Limiter(secret, settings.redis_url, prefix_of(settings))
    app.state.shelf = Shelf(library or open_library(), app.state.database, now)
    app.state.wake = Wake(settings.max_streams, alone=settings.on_sqlite and not settings.redis_url)
    app.state.streams = Streams(app.state.database, app.state.wake)
    channel = open_channel(settings, secret)
    worlds = WorldBuilder(
        app.state.shelf, operator_of(settings), web_address=settings.address, messenger=channel
    )
    app.state.metrics = Metrics()
    pulse = Pulse(app.state.metrics)
    app.state.host = Host(app.state.database, worlds, app.state.wake, secret, app.state.metrics)
    app.state.crew = Crew(
        database=app.state.database, shelf=app.state.shelf, host=app.state.host,
        worlds=worlds, wake=app.state.wake, redis=app.state.redis, channel=channel, secret=secret,
        now=now, settings=settings, duties=duties, pulse=pulse,
    )  # fmt: skip
    app.state.health = _health(app, pulse)
    describe(app)
    _routes(app)
    handle_errors(app)
    app.add_middleware(
        BodyGuard,
        limiter=app.state.limiter,
        rule=settings.limit_caller,
        longest=settings.max_body_bytes,
        deepest=settings.max_json_depth,
        apart=lambda scope: (
            channel is not None and scope["path"] == WEBHOOK and channel.recognises(scope)
        ),
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
        rate=settings.telegram_rate,
    )


def _routes(app: FastAPI) -> None:
    app.include_router(api.library.routes.router)
    app.include_router(api.library.enquiries.router)
    app.include_router(api.conversations.routes.router)
    app.include_router(api.webchat.routes.router)
    app.include_router(api.watch.exposing.router)
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


def _health(app: FastAPI, pulse: Pulse) -> Health:
    state, crew = app.state, app.state.crew
    return Health(
        version=app.version,
        shelf=state.shelf,
        database=state.database,
        queues=QueueReader(state.database, state.now),
        redis=state.redis,
        wake=state.wake,
        pulse=pulse,
        channel_open=lambda: None if crew.channel is None else crew.opened.is_set(),
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    library = await state.shelf.fresh()
    warming = asyncio.create_task(
        asyncio.to_thread(library.warm, day_of(state.now()), lambda: bool(state.wake.stopping))
    )
    try:
        async with _relayed(app), state.crew.at_work():
            yield
    finally:
        state.wake.stop()
        await warming
        await state.shelf.close()
        await state.limiter.close()
        if state.redis is not None:
            await state.redis.aclose()
        await state.database.close()


def _settle_memory() -> None:
    """What is there now stays: the collector need not go through the release again and again."""
    gc.collect()
    gc.freeze()


def _relayed(app: FastAPI) -> contextlib.AbstractAsyncContextManager[None]:
    """Wakes go from process to process where there is Redis."""
    if app.state.redis is None:
        return contextlib.nullcontext()
    return Relay(app.state.redis, prefix_of(app.state.settings), app.state.wake).running()


async def serve(
    settings: Settings, listening: socket.socket, duties: Duties, *, now: Now = real_now
) -> None:
    """Serve until told to stop; then finish what is open, as long as the settings allow."""
    app = create_app(settings, now=now, duties=duties)
    _settle_memory()
    await server_of(app, settings).serve(sockets=[listening])
    log.info("stopped")


@contextlib.asynccontextmanager
async def _observed(app: FastAPI, observing: socket.socket | None) -> AsyncIterator[None]:
    """Answer how the process is on a port of its own, where it has one, and nothing else."""
    if observing is None:
        yield
        return
    beside = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    beside.state = app.state
    beside.include_router(api.watch.exposing.router)
    handle_errors(beside)
    beside.add_middleware(FrontDoor)
    server = server_of(beside, app.state.settings, beside=True)
    serving = asyncio.create_task(server.serve(sockets=[observing]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def work(
    settings: Settings,
    duties: Duties,
    observing: socket.socket | None = None,
    *,
    now: Now = real_now,
) -> None:
    """Work in the background, until told to stop; `observing` is where it says how it is."""
    app = create_app(settings, now=now, duties=duties)
    _settle_memory()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with _lifespan(app), _observed(app, observing):
        log.info("working", duties=duties.name)
        await stopping.wait()
    log.info("stopped")
