"""`/healthz`, `/readyz` and `/metrics`, of the web process and of the port of a worker."""

import asyncio
import hmac
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.foundation.errors import KeyMissing, KeyWrong, NotFound
from api.foundation.metrics import CONTENT_TYPE, Metrics
from api.foundation.problems import AWAY
from api.settings import Settings
from api.watch.health import Health, StateOut, redis_answers

_ANSWER_SECONDS = 3.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
_BROUGHT = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""What a proxy adds: whoever came through one is not of this machine."""
_OTHERWISE: dict[int | str, dict[str, object]] = {
    503: {"model": StateOut, "description": "It cannot."},
}

router = APIRouter(tags=["operation"])


def _health(request: Request) -> Health:
    health: Health = request.app.state.health
    return health


def _answered(state: StateOut, response: Response) -> StateOut:
    response.headers["Cache-Control"] = "no-store"
    if state.status in {"dead", "failing", "stopping"}:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return state


@router.get("/healthz", summary="Does the process go on?", responses=_OTHERWISE)
async def alive(request: Request, response: Response) -> StateOut:
    return _answered(_health(request).alive(), response)


@router.get("/readyz", summary="Can it do its work?", responses=_OTHERWISE)
async def ready(request: Request, response: Response) -> StateOut:
    return _answered(await _health(request).ready(), response)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    _check_reader(request)
    told: Metrics = request.app.state.metrics
    await refresh(told, _health(request))
    return Response(told.told(), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _check_reader(request: Request) -> None:
    """With a token, whoever shows it; without one, only this machine itself.

    Raises `KeyMissing`, `KeyWrong`, `NotFound`.
    """
    settings: Settings = request.app.state.settings
    if settings.metrics_token is None:
        here = request.client is not None and request.client.host in _LOOPBACK
        if not here or any(name in request.headers for name in _BROUGHT):
            raise NotFound
        return
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise KeyMissing
    token = settings.metrics_token.get_secret_value()
    if not hmac.compare_digest(shown.strip().encode("utf-8", "replace"), token.encode()):
        raise KeyWrong


async def refresh(metrics: Metrics, health: Health) -> None:
    """Read anew what is not counted as it happens."""
    metrics.say(metrics.release, health.release)
    metrics.say(metrics.version, health.version)
    metrics.streams.set(health.wake.waiters)
    for loop, idle in health.pulse.idle.items():
        metrics.loop_idle.labels(loop).set(idle)
    if health.redis is not None:
        metrics.redis_up.set(await redis_answers(health.redis))
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            queues = await health.queues.read()
    except (*AWAY, OSError, TimeoutError):
        metrics.database_up.set(0)
        return
    metrics.database_up.set(1)
    metrics.aside.set(queues.aside)
    metrics.unknown.set(queues.unknown)
    for each in queues.ledgers:
        metrics.queue_rows.labels(each.ledger).set(each.rows)
        metrics.queue_age.labels(each.ledger).set(max(0.0, each.age))
