"""A whole application with something in every room, and rubbish for each of its routes.

Nothing that was there before a storm may be gone after it: `Stage.missing` says what is.
"""

import re
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import SQLModel, col
from starlette.routing import Mount, Route

from api.accounts.models import Account, Role
from api.console.entrance import COOKIE
from api.conversations.models import Update, UpdateId
from api.deliveries.models import Delivery, DeliveryState, Priority
from api.deliveries.service import lay
from api.enterprises.models import PersonId
from api.foundation.ids import new_id
from api.tickets.claim import claim
from api.tickets.queue import find_ticket
from dialogs.message import Reply
from tests.builders import rubbish
from tests.builders.accounts import SignedIn, a_browser, an_account, an_office, signed_in
from tests.builders.api_keys import a_key
from tests.builders.chats import Chat
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.builders.raw_calls import Headers, Heard, call
from tests.builders.seeded import WEBHOOK_SECRET
from tests.builders.tickets import a_person, a_ticket, actor_for
from tests.builders.windows import a_window

Way: TypeAlias = tuple[str, str]
"""A method and the template of a path."""
NOBODY, APPLICANT, CLIENT = "nobody", "applicant", "client"
VISITORS = (NOBODY, APPLICANT, CLIENT, *(role.value for role in Role))
METHODS = ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")
FIELDS = [
    "login", "name", "name_en", "role", "office", "region", "disabled", "verified", "text", "token",
    "reason", "seen", "programme", "title", "body", "title_en", "body_en", "link", "note", "opens",
    "level_zh", "level_en", "level_at", "level_region", "more", "next", "language", "old", "new",
    "again", "password",
]  # fmt: skip
NAMES = [
    "after",
    "limit",
    "q",
    "next",
    "done",
    "cursor",
    "number",
    "role",
    "as_of",
    "language",
    "kind",
]
KEYS = [
    "id", "said", "draft", "language", "kind", "text", "button", "start", "asking", "value", "name",
    "facts", "as_of", "programmes", "windows", "receipts", "token", "answered", "skipped", "roles",
    "update_id", "message", "callback_query", "programme", "opens", "closes", "receipt", "release",
]  # fmt: skip
_REFUSED, _FAILED, _AWAY = 400, 500, 503
_TRANSIENT = {"console_sessions", "sign_in_attempts", "throttles", "alembic_version"}


def ways_of(app: FastAPI) -> Iterator[Way]:
    """Every path the application answers, with each method it knows, and with wrong ones."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/{{rest}}"
        elif isinstance(route, Route):
            for method in sorted(route.methods or ("GET", "POST")):
                yield method, route.path


@dataclass(frozen=True)
class Throw:
    """One piece of rubbish, to be thrown at any way there is."""

    pieces: tuple[str, ...]
    query: bytes
    headers: Headers
    body: bytes
    form: tuple[tuple[str, str], ...]
    charset: str
    as_form: str
    """`urlencoded`, `multipart`, or nothing: the body as it is."""
    real: bool
    """Whether gaps of a path are filled with ids that there are."""
    token: bool
    """Whether a form shows its token, and a call of the page its header."""
    method: str
    """Another method than the way has; mostly empty."""


_FORM = st.lists(st.tuples(st.sampled_from(FIELDS), rubbish.all_texts).map(tuple), max_size=9).map(
    tuple
)
_SHAPED = st.dictionaries(st.sampled_from(KEYS), rubbish.odd_values, max_size=6)
_NESTED = st.dictionaries(
    st.sampled_from(KEYS), st.one_of(_SHAPED, rubbish.odd_values, st.lists(_SHAPED, max_size=2)),
    max_size=5,
)  # fmt: skip
throws = st.builds(
    Throw,
    pieces=st.lists(rubbish.segments, min_size=2, max_size=2).map(tuple),
    query=st.one_of(st.just(b""), rubbish.queries(NAMES)),
    headers=rubbish.headers,
    body=st.one_of(rubbish.odd_bytes, _NESTED.map(rubbish.written)),
    form=_FORM,
    charset=st.sampled_from(rubbish.CHARSETS),
    as_form=st.sampled_from(["urlencoded", "urlencoded", "multipart", "", ""]),
    real=st.booleans(),
    token=st.sampled_from([True, True, False]),
    method=st.sampled_from([""] * 30 + list(METHODS)),
)


@dataclass
class Stage:
    """The application, who can come to it, and what was there at the beginning."""

    app: FastAPI
    ids: dict[str, list[str]] = field(default_factory=dict)
    """Ids that there are, by the gap of a path they fill."""
    kept: dict[str, set[str]] = field(default_factory=dict)
    """The keys of the rows that were there, by table."""
    accounts: dict[str, Account] = field(default_factory=dict)

    async def visitor(self, who: str) -> tuple[Headers, str]:
        """The headers by which somebody is known, and the token of their forms."""
        if who == CLIENT:
            key = await a_key(self.app)
            return [(b"authorization", key["Authorization"].encode())], ""
        if who == APPLICANT:
            async with a_browser(self.app) as http:
                chat = Chat(http)
                await chat.agree()
                cookie = f"huiqi_chat={http.cookies['huiqi_chat']}"
            return [(b"cookie", cookie.encode())], ""
        if who in self.accounts:
            browser = await self.signed_in(who)
            return [(b"cookie", f"{COOKIE}={browser.token}".encode())], browser.csrf
        return [], ""

    async def signed_in(self, role: str) -> SignedIn:
        """A new sign-in of the account of a role."""
        return await signed_in(self.app, self.accounts[role])

    def path(self, template: str, throw: Throw) -> str:
        pieces = iter(throw.pieces * 3)

        def filled(gap: re.Match[str]) -> str:
            name, piece = gap[1].partition(":")[0], next(pieces)
            known = self.ids.get(name)
            return known[len(piece) % len(known)] if known and throw.real else piece

        return re.sub(r"{([^}]*)}", filled, template)

    async def take(
        self, way: Way, throw: Throw, shown: Headers, csrf: str, *, secret: bool = True
    ) -> Heard:
        """Throw it."""
        method, template = way
        body, kind = _body_of(throw, csrf if throw.token else "x")
        headers = [*shown, *throw.headers]
        names = {name for name, _ in throw.headers}
        if b"content-type" not in names:
            headers.append((b"content-type", kind))
        if throw.token:
            headers.append((b"x-huiqi", b"1"))
        if secret and "telegram" in template:
            headers.append((b"x-telegram-bot-api-secret-token", WEBHOOK_SECRET.encode()))
        return await call(
            self.app, throw.method or method, self.path(template, throw),
            query=throw.query, headers=headers, body=body,
        )  # fmt: skip

    async def rows(self) -> dict[str, set[str]]:
        """The keys of every row, by table."""
        found: dict[str, set[str]] = {}
        async with self.app.state.database.reading() as session:
            for name, table in SQLModel.metadata.tables.items():
                keys = list(table.primary_key.columns)
                rows = (await session.execute(select(*keys))).all()
                found[name] = {repr(tuple(row)) for row in rows}
        return found

    async def missing(self) -> dict[str, set[str]]:
        """What was there at the beginning and is not there now."""
        now = await self.rows()
        gone = {name: keys - now[name] for name, keys in self.kept.items()}
        return {name: keys for name, keys in gone.items() if keys and name not in _TRANSIENT}


def _body_of(throw: Throw, csrf: str) -> tuple[bytes, bytes]:
    if throw.as_form == "urlencoded":
        pairs = [("csrf", csrf), *throw.form]
        sent = "&".join(f"{name}={quoted(value)}" for name, value in pairs)
        return sent.encode(), b"application/x-www-form-urlencoded"
    if throw.as_form == "multipart":
        fields = [(n, v.encode("utf-8", "surrogatepass")) for n, v in throw.form]
        body = rubbish.a_multipart([("csrf", csrf.encode()), *fields], "rubbish")
        kind = f"multipart/form-data; boundary=rubbish; charset={throw.charset}"
        return body, kind.encode("latin-1")
    return throw.body, b"application/json"


def quoted(text: str) -> str:
    """A text in an address or a form, byte for byte; half characters as they come."""
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


async def fault_of(way: Way, sent: Awaitable[Heard]) -> str:
    """What is not right about an answer; empty where all is."""
    try:
        heard = await sent
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its way
        return repr(error)
    if not heard.status or (heard.status >= _FAILED and heard.status != _AWAY):
        return f"{heard.status} {heard.body[:200]!r}"
    if heard.status < _REFUSED or not heard.body:
        return ""
    kind = heard.headers.get("content-type", "")
    page = way[1] == "/console" or way[1].startswith("/console/")
    wanted = "text/html" if page else "application/problem+json"
    return "" if kind.startswith(wanted) else f"{heard.status} as {kind!r}"


async def set_the_stage(app: FastAPI) -> Stage:
    """Something in every room: whom a storm must not harm."""
    stage = Stage(app)
    state = app.state
    office = await an_office(app)
    actors = {}
    for role in Role:
        made = await an_account(app, role, office=office)
        stage.accounts[role.value] = made.account
        actors[role] = await actor_for(app, made)
        await made.http.aclose()
    official = actors[Role.OFFICIAL]
    beside = await an_official(state.database, beside=official)
    person = await a_person(app, "某单位", known={"staff": "40 人"})
    ticket = await a_ticket(app, person)
    async with state.database.writing() as session:
        row = await find_ticket(session, ticket.id, seen_by=actors[Role.STAFF])
        await claim(session, actors[Role.STAFF], row, now=state.now())
    notice = await a_notice(state.database, official)
    sent = await a_notice(state.database, official, approved_by=beside)
    window = await a_window(state.database, official)
    aside, delivery = await _trouble(app, person.person)
    stage.ids = {
        "conversation": [str(person.conversation)], "organisation": [str(person.organisation)],
        "person": [str(person.person)], "ticket": [str(ticket.id)], "update": [aside],
        "notice": [str(notice.id), str(sent.id)], "window": [str(window.id)],
        "delivery": [delivery], "account": [str(beside.account)],
        "sequence": ["0", "1", "2147483648", "9223372036854775808", "-1"],
        "step": ["submit", "approve", "refuse", "withdraw", "%00"],
        "number": ["豫科-2023-54"], "id": ["staff", "new-rd-institution"], "rest": ["console.css"],
    }  # fmt: skip
    stage.kept = await stage.rows()
    return stage


async def _trouble(app: FastAPI, person: PersonId) -> tuple[str, str]:
    """An update that is set aside, and a message of unknown outcome."""
    now = app.state.now()
    async with app.state.database.writing() as session:
        update = Update(
            id=UpdateId(new_id()), channel="telegram", account="4200", update_id="1",
            address="7", raw={"update_id": 1},
            received_at=now, run_at=now, arrival=1, attempts=5, problem="ValueError", done_at=now,
        )  # fmt: skip
        session.add(update)
        await lay(
            session, occasion="claim:1:2:1", person=person, priority=Priority.STAFF, now=now,
            replies={"zh": Reply(kind="notice", text="您好")},
        )  # fmt: skip
        await session.flush()
        row = await session.scalar(select(Delivery).where(col(Delivery.occasion) == "claim:1:2:1"))
        assert row is not None
        row.state = DeliveryState.UNKNOWN.value
    return str(update.id), str(row.id)
