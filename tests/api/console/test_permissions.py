"""Who may go where: every route of the console, every role, and those who are not signed in."""

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from api.accounts.actors import MAY, Action
from api.accounts.models import Role
from api.console.pages import PageRoute
from tests.builders.accounts import a_browser, an_account
from tests.builders.walking import routes_below

OPEN = {("GET", "/console/sign-in"), ("POST", "/console/sign-in")}
NO_ID = UUID(int=0)


class Way(NamedTuple):
    """One method of one route, and the action it asks for."""

    method: str
    path: str
    action: Action | None
    streams: bool

    @property
    def address(self) -> str:
        return re.sub(r"{[^}]*}", str(NO_ID), self.path)


def actions(dependant: Dependant) -> set[Action]:
    own = getattr(dependant.call, "action", None)
    inner = (actions(each) for each in dependant.dependencies)
    return set().union({own} if own else set(), *inner)


def ways(app: FastAPI) -> Iterator[Way]:
    for route in routes_below(app, "/console"):
        for method in sorted(route.methods or ()):
            asked = actions(route.dependant)
            assert len(asked) <= 1, f"{route.path} asks for {asked}"
            streams = inspect.isasyncgenfunction(route.endpoint)
            yield Way(method, route.path, next(iter(asked), None), streams)


def is_open(way: Way) -> bool:
    return (way.method, way.path) in OPEN


def actor_may(way: Way, role: Role) -> bool:
    return way.action in MAY[role]


class TestRoutes:
    async def test_each_asks_for_an_action_and_answers_a_person(self, app: FastAPI) -> None:
        assert [way for way in ways(app) if way.action is None and not is_open(way)] == []
        odd = [r.path for r in routes_below(app, "/console") if not isinstance(r, PageRoute)]
        assert odd == []
        assert [r.path for r in routes_below(app, "/console") if r.include_in_schema] == []

    async def test_there_are_some(self, app: FastAPI) -> None:
        assert {"/console", "/console/accounts", "/console/offices"} <= {w.path for w in ways(app)}

    async def test_signed_out_all_lead_to_the_sign_in_page(self, app: FastAPI) -> None:
        async with a_browser(app) as http:
            for way in ways(app):
                if is_open(way):
                    continue
                answer = await http.request(way.method, way.address)
                assert answer.status_code == 303, way
                assert answer.headers["location"].startswith("/console/sign-in?next=/console"), way
                part = await http.request(way.method, way.address, headers={"HX-Request": "true"})
                assert part.status_code == 401, way
                assert part.headers["hx-redirect"].startswith("/console/sign-in"), way

    @pytest.mark.parametrize("role", list(Role))
    async def test_a_role_goes_where_the_table_says(self, app: FastAPI, role: Role) -> None:
        actor = await an_account(app, role)
        for way in ways(app):
            if is_open(way) or (way.streams and actor_may(way, role)):
                continue
            answer = await actor.http.request(way.method, way.address)
            refused = "Your role or office may not do this." in answer.text
            assert refused != actor_may(way, role), way
            assert answer.status_code == 403 or not refused, way

    @pytest.mark.parametrize("role", list(Role))
    async def test_no_form_is_taken_without_its_token(self, app: FastAPI, role: Role) -> None:
        actor = await an_account(app, role)
        other = await an_account(app, role)
        for way in ways(app):
            if way.method == "GET" or is_open(way):
                continue
            for token in ("", "x", other.csrf):
                assert (await actor.post(way.address, csrf=token)).status_code == 403, way
            foreign = await actor.http.post(
                way.address, data={"csrf": actor.csrf}, headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert foreign.status_code == 403, way

    async def test_a_first_password_is_changed_before_anything_else(self, app: FastAPI) -> None:
        actor = await an_account(app, Role.ADMIN, must_change=True)
        for way in ways(app):
            if way.method != "GET" or is_open(way) or way.path == "/console/password":
                continue
            answer = await actor.get(way.address)
            assert answer.headers["location"] == "/console/password", way


class TestTable:
    def test_each_action_is_somebodys(self) -> None:
        assert set().union(*MAY.values()) == set(Action)
        assert set(MAY) == set(Role)

    def test_an_administrator_sees_no_applicant(self) -> None:
        of_applicants = {Action.TICKETS_READ, Action.TICKETS_ANSWER, Action.MEMBERS_VERIFY}
        assert not MAY[Role.ADMIN] & of_applicants

    def test_an_auditor_changes_nothing(self) -> None:
        assert all(word.endswith(("_read", "signed_in")) for word in MAY[Role.AUDITOR])


async def test_a_token_may_come_in_a_header(app: FastAPI) -> None:
    actor = await an_account(app, Role.STAFF)
    done = await actor.http.post("/console/language", headers={"X-CSRF-Token": actor.csrf})
    assert done.status_code == 303


async def test_what_is_no_page_says_so_to_those_who_are_in(app: FastAPI) -> None:
    actor = await an_account(app, Role.ADMIN)
    answer = await actor.get("/console/there/is/nothing")
    assert answer.status_code == 404
    assert "There is nothing here." in answer.text
    broken = await actor.post("/console/accounts/no-uuid/reset")
    assert broken.status_code == 404
