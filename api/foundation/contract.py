"""The OpenAPI document: problems everywhere, and nothing promised that is not kept."""

import asyncio
from collections.abc import Iterator

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import JsonValue, TypeAdapter

from api.foundation.problems import MEDIA_TYPE, ProblemOut

_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_PROBLEM: dict[str, JsonValue] = {
    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
}
_RESPONSES: dict[str, JsonValue] = {
    "4XX": {"description": "The request cannot be answered as it is.", "content": _PROBLEM},
    "5XX": {"description": "The service failed, or is not available.", "content": _PROBLEM},
}
PATH = "/v1/openapi.json"
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def describe(app: FastAPI) -> None:
    """Have the application describe itself at `PATH`, its errors as they are: RFC 9457."""

    def openapi() -> dict[str, JsonValue]:
        if not app.openapi_schema:
            app.openapi_schema = _described(app)
        return _OBJECT.validate_python(app.openapi_schema)

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending it
    app.add_api_route(PATH, _contract, include_in_schema=False)


async def _contract(request: Request) -> Response:
    """Not one that knows its application: FastAPI remembers endpoints for ever."""
    app: FastAPI = request.app
    # Made at the first request, which takes a third of a second: not on the loop.
    return JSONResponse(await asyncio.to_thread(app.openapi))


def _described(app: FastAPI) -> dict[str, JsonValue]:
    document = _OBJECT.validate_python(
        get_openapi(
            title=app.title,
            version=app.version,
            routes=app.routes,
            description="Reading knowledge needs no key; the rest takes one with its scope.",
        )
    )
    schemas = _in(_in(document, "components"), "schemas")
    problem = _OBJECT.validate_python(
        ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    )
    schemas |= _in(problem, "$defs")
    del problem["$defs"]
    schemas["ProblemOut"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operation in _operations(document):
        responses = _in(operation, "responses")
        responses.pop("422", None)
        responses |= _RESPONSES
    return document


def _operations(document: dict[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    paths = _in(document, "paths")
    for path in paths:
        methods = _in(paths, path)
        for method in _METHODS & methods.keys():
            yield _in(methods, method)


def _in(outer: dict[str, JsonValue], key: str) -> dict[str, JsonValue]:
    """The object under a key, which is made where it is missing."""
    inner = outer.setdefault(key, {})
    if not isinstance(inner, dict):
        raise TypeError(f"{key} is no object")
    return inner
