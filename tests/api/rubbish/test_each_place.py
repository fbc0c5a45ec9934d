"""A request that is right but for one place, for each place there is: that place is refused."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import TypeAlias

from tests.api.rubbish.conftest import Theatre
from tests.builders.forms import BODIES, FORMS, as_bytes, asked_in_address, spoilt
from tests.builders.raw_calls import Headers, Heard, call
from tests.builders.storms import APPLICANT, CLIENT, NOBODY, Stage, Way, fault_of, quoted

SHARP = [
    "a\0b", "\ud800", "\u202e右", "字" * 5_000, "9" * 20, "2147483648", "0001-01-01T00:00",
    "9999-12-31T23:59", "0001-01-01T00:00:00+23:59", "..",
]  # fmt: skip
VALUES: list[object] = [*SHARP[:6], None, True, -1, 2**63, 10**30, float("nan"), 1e308, [], {}]
FORM = b"application/x-www-form-urlencoded"
DESKS: Mapping[str, str] = {
    "tickets": "staff", "members": "staff", "failures": "staff", "windows": "official",
    "notices": "official", "accounts": "admin", "offices": "admin",
}  # fmt: skip
HASHING = {"/console/sign-in", "/console/password", "/console/accounts"}
"""There a password is hashed, which takes a tenth of a second."""
Sent: TypeAlias = tuple[str, bytes, bytes, bytes]
"""Path, query, kind of body, body."""
_numbers = count(1)


def visitor_of(path: str) -> str:
    """Whoever may do most at a path."""
    if path == "/console/sign-in":
        return NOBODY
    if path.startswith(("/chat", "/v1")):
        return APPLICANT if path.startswith("/chat") else CLIENT
    return DESKS.get(path.removeprefix("/console/").partition("/")[0], "auditor")


def filled(stage: Stage, path: str, gap: str = "", value: str = "") -> str:
    """The path with ids that there are, and a value of one's own in one gap."""

    def fill(found: re.Match[str]) -> str:
        name = found[1].partition(":")[0]
        return value if name == gap else stage.ids.get(name, ["x"])[0]

    return re.sub(r"{([^}]*)}", fill, path)


def encoded(form: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={quoted(value)}" for name, value in form.items()).encode()


async def attempts(stage: Stage, way: Way, requests: Callable[[str], Iterator[Sent]]) -> list[str]:
    """Send what is made for a sign-in; a visitor who is out by it comes in again."""
    who, wrong = visitor_of(way[1]), []
    shown, csrf = await stage.visitor(who)
    for path, query, kind, body in requests(csrf):
        headers: Headers = [*shown, (b"content-type", kind), (b"x-huiqi", b"1")]
        sent = call(stage.app, way[0], path, query=query, headers=headers, body=body)
        if fault := await fault_of(way, sent):
            wrong.append(f"{way} {path[-60:]}?{query[:60]!r} {body[:300]!r}: {fault}")
    return wrong


def test_what_is_right_is_taken(theatre: Theatre) -> None:
    """Or the rest would say nothing: each form reaches what it is for. Comes first."""
    stage = theatre.stage

    async def send(path: str, form: Mapping[str, str]) -> Heard:
        shown, csrf = await stage.visitor(visitor_of(path))
        right = {"csrf": csrf, **form}
        if "office" in form:
            right["office"] = str(stage.accounts["staff"].office_id)
        headers = [*shown, (b"content-type", FORM)]
        return await call(
            stage.app, "POST", filled(stage, path), headers=headers, body=encoded(right)
        )

    taken = {path: theatre.runner.run(send(path, form)).status for path, form in FORMS.items()}
    assert taken.pop("/console/sign-in") == 403
    assert {path: status for path, status in taken.items() if status not in {200, 303}} == {}


def test_of_each_form(theatre: Theatre) -> None:
    stage = theatre.stage
    for path, form in FORMS.items():

        def requests(csrf: str, path: str = path, form: Mapping[str, str] = form) -> Iterator[Sent]:
            right = {"csrf": csrf, **form}
            if "office" in form:
                right["office"] = str(stage.accounts["staff"].office_id)
            for field in form:
                for text in SHARP[:3] if path in HASHING else SHARP:
                    yield filled(stage, path), b"", FORM, encoded({**right, field: text})

        assert theatre.runner.run(attempts(stage, ("POST", path), requests)) == []


def test_of_each_body(theatre: Theatre) -> None:
    stage = theatre.stage
    for path, bodies in BODIES.items():

        def requests(
            csrf: str, path: str = path, bodies: tuple[object, ...] = bodies
        ) -> Iterator[Sent]:
            del csrf
            for body in bodies:
                for value in VALUES:
                    for each in spoilt(body, value):
                        fresh = renumbered(each)
                        yield filled(stage, path), b"", b"application/json", as_bytes(fresh)

        assert theatre.runner.run(attempts(stage, ("POST", path), requests)) == []


def renumbered(body: object) -> object:
    """A message under an id of its own: the same one again would be answered as before."""
    if isinstance(body, dict) and body.get("id") == "message-1":
        return {**body, "id": f"message-{next(_numbers)}-x"}
    return body


def test_of_each_address(theatre: Theatre) -> None:
    stage = theatre.stage
    for method, path, name in asked_in_address(stage.app):

        def requests(csrf: str, path: str = path, name: str = name) -> Iterator[Sent]:
            del csrf
            for text in SHARP:
                yield filled(stage, path), f"{name}={quoted(text)}".encode(), FORM, b""

        assert theatre.runner.run(attempts(stage, (method, path), requests)) == []


def test_of_each_path(theatre: Theatre) -> None:
    stage = theatre.stage
    for method, path in theatre.ways:

        def requests(csrf: str, path: str = path) -> Iterator[Sent]:
            body = encoded({"csrf": csrf, "text": "a", "token": "b", "seen": "x"})
            for gap in re.findall(r"{([^}:]*)", path):
                for text in [*map(quoted, SHARP), *stage.ids.get(gap, [])]:
                    yield filled(stage, path, gap, text), b"", FORM, body

        assert theatre.runner.run(attempts(stage, (method, path), requests)) == []
