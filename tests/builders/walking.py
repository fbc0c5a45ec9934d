"""Every route of the application, those of included routers too."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts


def routes_below(app: FastAPI, prefix: str) -> Iterator[APIRoute]:
    """The routes whose path begins so."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.path.startswith(prefix):
            yield route
