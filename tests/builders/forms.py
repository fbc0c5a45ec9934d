"""A request that is right for each route that takes one, to be spoilt at one place at a time."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from tests.builders.seeded import NEW_PASSWORD, PASSWORD

Form: TypeAlias = Mapping[str, str]
_WINDOW = {
    "programme": "new-rd-institution", "title": "2026 年度", "opens": "2026-04-01T09:00",
    "level_zh": "县区受理", "level_en": "County", "level_at": "2026-05-01T17:00",
    "level_region": "", "link": "https://kjt.example.gov.cn", "note": "", "region": "",
    "more": "", "seen": "",
}  # fmt: skip
_NOTICE = {
    "programme": "new-rd-institution", "title": "补正通知", "body": "请补正。",
    "title_en": "Papers", "body_en": "Please correct.", "link": "", "region": "",
}  # fmt: skip
FORMS: Mapping[str, Form] = {
    "/console/sign-in": {"login": "nobody", "password": PASSWORD, "next": "/console"},
    "/console/password": {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD},
    "/console/language": {"language": "zh", "next": "/console"},
    "/console/accounts": {"login": "li.na", "name": "李娜", "role": "staff", "office": ""},
    "/console/accounts/{account}/move": {"role": "staff", "office": ""},
    "/console/accounts/{account}/disable": {"disabled": "no"},
    "/console/offices": {"name": "某局", "name_en": "Bureau", "region": ""},
    "/console/windows/new": _WINDOW,
    "/console/windows/{window}": _WINDOW,
    "/console/notices/new": _NOTICE,
    "/console/notices/{notice}/edit": _NOTICE,
    "/console/notices/{notice}/{step}": {"seen": "2026-03-02T09:30:00+08:00", "reason": "请改"},
    "/console/tickets/{ticket}/reply": {"text": "您好", "token": "a"},
    "/console/members/{organisation}/{person}": {"verified": "no", "name": "某单位"},
}
"""By the path that takes it; a path that is not here is sent the token alone."""
_SAY = {"id": "message-1", "said": {"kind": "said", "text": "菜单"}, "language": "zh"}
_FACTS = {
    "facts": {"rd_staff": "9 人", "staff": 40, "registered_on": "2020-01-01"},
    "as_of": "2026-03-02",
    "programmes": ["new-rd-institution"],
    "windows": [
        {"programme": "new-rd-institution", "opens": "2026-03-01", "closes": "2026-04-01"}
    ],
}  # fmt: skip
BODIES: Mapping[str, tuple[object, ...]] = {
    "/chat/turns": (
        {**_SAY, "draft": None},
        {**_SAY, "said": {"kind": "pressed", "button": "go:menu"}},
        {**_SAY, "said": {"kind": "opened", "start": "card-new-rd-institution"}},
        {**_SAY, "said": {"kind": "submitted", "asking": "staff", "value": "40 人"}},
        {**_SAY, "said": {"kind": "attached", "name": "a.pdf", "media": "", "size": 1, "text": ""}},
    ),
    "/v1/conversations": ({**_SAY, "draft": ""},),
    "/v1/conversations/{conversation}/turns": (_SAY,),
    "/chat/resume": ({"token": "a" * 40},),
    "/v1/evaluate": ({**_FACTS, "receipts": True},),
    "/v1/interview": (_FACTS,),
    "/v1/receipts/verify": ({"receipt": {"release": "a", "engine": "1"}},),
}


def spoilt(body: object, rubbish: object) -> Iterator[object]:
    """The same body with rubbish at one place, for each place there is."""
    yield rubbish
    if isinstance(body, Mapping):
        for key, inner in body.items():
            for each in spoilt(inner, rubbish):
                yield {**body, key: each}
        yield {**body, str(rubbish)[:100]: rubbish}
    if isinstance(body, list):
        for each in spoilt(body[0], rubbish):
            yield [each, *body[1:]]


def asked_in_address(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Method, path and name of each parameter of a query that a route reads."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for parameter in route.dependant.query_params:
                for method in sorted(route.methods or ()):
                    yield method, route.path, parameter.alias


def as_bytes(body: object) -> bytes:
    """JSON, also of what is no JSON."""
    return json.dumps(body).encode("utf-8", "surrogatepass")
