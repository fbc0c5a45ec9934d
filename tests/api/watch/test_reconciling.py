"""Every way in which a row can be stuck: one is planted, and one round finds it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col
from structlog.testing import capture_logs

from api.conversations.models import HeldDraft, Update, UpdateId
from api.deadlines.models import Reminder, ReminderId, ReminderState, WindowPlan
from api.deliveries.models import Delivery, DeliveryId, DeliveryState, Priority
from api.foundation.ledger import LEASE
from api.foundation.metrics import Metrics
from api.library.models import Window
from api.notices.models import Expansion, Notice, NoticeState
from api.notices.service import occasion_of
from api.tickets.models import Ticket, TicketState
from api.watch.desks import DESKS, Desk
from api.watch.reconciling import EVERY_SECONDS, Reconciler, find_stuck
from api.watch.stuck import _MEND, LEDGERS, NEEDS_PERSON, RowId, Stuck
from api.working import Crew
from tests.builders.clocks import StandingClock
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.builders.tickets import a_person, a_ticket
from tests.builders.windows import a_window

NOW = StandingClock()()
AGO, AHEAD = NOW - timedelta(minutes=5), NOW + timedelta(days=3)


@dataclass
class Planted:
    """A row, and the table it stands in."""

    kind: type[SQLModel]
    id: RowId


Plant: TypeAlias = Callable[[FastAPI], Awaitable[Planted]]


async def _add(app: FastAPI, row: SQLModel) -> Planted:
    async with app.state.database.writing() as session:
        session.add(row)
    return Planted(type(row), row.id)  # type: ignore[attr-defined]  # every row has one


async def _set(app: FastAPI, kind: type[SQLModel], id_: RowId, **changes: object) -> Planted:
    if not changes:
        return Planted(kind, id_)
    async with app.state.database.writing() as session:
        table = kind.__table__  # type: ignore[attr-defined]  # SQLModel's tables have no types
        await session.execute(update(table).where(table.c.id == id_).values(**changes))
    return Planted(kind, id_)


def _made(kind: type[SQLModel], **given: object) -> SQLModel:
    """A row as it is given, fitting or not."""
    return kind(**given)


def an_update(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        given: dict[str, object] = {
            "channel": "pigeon", "account": "1", "update_id": "7", "address": "a", "raw": {},
            "received_at": NOW, "arrival": 7, "run_at": NOW,
        }  # fmt: skip
        return await _add(app, _made(Update, id=UpdateId(uuid4()), **(given | changes)))

    return plant


def a_delivery(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        person = await a_person(app, channel="pigeon", address="a")
        given: dict[str, object] = {
            "occasion": "notice:1:r1", "person_id": person.person, "contact_id": person.contact,
            "priority": Priority.STAFF.value, "place": 1, "run_at": NOW, "created_at": NOW,
            "body": {"zh": {"kind": "notice", "text": "通知"}},
        }  # fmt: skip
        return await _add(app, _made(Delivery, id=DeliveryId(uuid4()), **(given | changes)))

    return plant


def a_reminder(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        window = await a_window(app.state.database, await an_official(app.state.database), now=NOW)
        person = await a_person(app)
        row = Reminder(
            id=ReminderId(uuid4()), window_id=window.id, person_id=person.person,
            organisation_id=person.organisation, step="7d", revision=1,
            run_at=NOW + timedelta(days=30),
        )  # fmt: skip
        await _add(app, row)
        return await _set(app, Reminder, row.id, **changes)

    return plant


def a_plan(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        window = await a_window(app.state.database, await an_official(app.state.database), now=NOW)
        async with app.state.database.reading() as session:
            found = await session.scalar(
                WindowPlan.__table__.select().where(col(WindowPlan.window_id) == window.id)  # type: ignore[attr-defined]  # as above
            )
        return await _set(app, WindowPlan, found, **changes)

    return plant


def a_notice_that(**changes: object) -> Plant:
    """An approved notice; without an expansion, or with a delivery, as the changes say."""

    async def plant(app: FastAPI) -> Planted:
        database = app.state.database
        author = await an_official(database)
        second = await an_official(database, beside=author)
        notice = await a_notice(database, author, approved_by=second, now=NOW)
        if not changes:
            async with database.writing() as session:
                await session.execute(Expansion.__table__.delete())  # type: ignore[attr-defined]  # as above
        else:
            await a_delivery(occasion=occasion_of(notice), priority=Priority.BULK.value)(app)
        return await _set(app, Notice, notice.id, **changes)

    return plant


def an_expansion(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        database = app.state.database
        author = await an_official(database)
        second = await an_official(database, beside=author)
        await a_notice(database, author, approved_by=second, now=NOW)
        async with database.reading() as session:
            found = await session.scalar(Expansion.__table__.select())  # type: ignore[attr-defined]  # as above
        return await _set(app, Expansion, found, **changes)

    return plant


def a_ticket_that(**changes: object) -> Plant:
    async def plant(app: FastAPI) -> Planted:
        ticket = await a_ticket(app)
        holder = await an_official(app.state.database)
        held = {"held_by": holder.account} if changes.get("held_until") else {}
        return await _set(app, Ticket, ticket.id, **held, **changes)

    return plant


async def a_window_without_a_plan(app: FastAPI) -> Planted:
    window = await a_window(app.state.database, await an_official(app.state.database), now=NOW)
    async with app.state.database.writing() as session:
        await session.execute(WindowPlan.__table__.delete())  # type: ignore[attr-defined]  # as above
    return Planted(Window, window.id)


async def a_draft_of_the_future(app: FastAPI) -> Planted:
    draft = HeldDraft(digest="d" * 64, state={}, language="zh", touched_at=AHEAD)
    async with app.state.database.writing() as session:
        session.add(draft)
    return Planted(HeldDraft, draft.digest)


LEASED: dict[str, dict[str, object]] = {
    "owner_without_lease": {"owner": "dead"},
    "lease_without_owner": {"lease_until": NOW + LEASE},
    "lease_too_long": {"owner": "dead", "lease_until": AHEAD},
    "overdue": {"run_at": AGO, "owner": "dead", "lease_until": AGO, "attempts": 1},
    "failing": {"attempts": 40},
}
"""What can be wrong with the row of any ledger."""
FREED = {"owner": None, "lease_until": None}
MENDED: dict[str, Mapping[str, object]] = {
    "owner_without_lease": FREED,
    "lease_without_owner": FREED,
    "lease_too_long": {"lease_until": NOW + LEASE},
    "overdue": {},
    "failing": {},
}

Case: TypeAlias = tuple[str, str, Plant, Mapping[str, object]]
QUEUED, SENDING = DeliveryState.QUEUED.value, DeliveryState.SENDING.value
CASES: list[Case] = [
    *(
        (ledger, fault, plant(**LEASED[fault]), MENDED[fault])
        for ledger, plant in (
            ("inbox", an_update), ("deliveries", a_delivery), ("reminders", a_reminder),
            ("window_plans", a_plan), ("notice_expansions", an_expansion),
        )
        for fault in LEASED
    ),
    ("inbox", "put_off_too_far", an_update(run_at=AHEAD), {"run_at": NOW}),
    ("inbox", "no_channel", an_update(problem="no_channel", run_at=NOW + LEASE), {}),
    ("deliveries", "put_off_too_far", a_delivery(run_at=AHEAD), {"run_at": NOW}),
    ("deliveries", "ended_not_done", a_delivery(state="sent"), {"state": "sent", "done_at": NOW}),
    (
        "deliveries", "done_not_ended", a_delivery(state=QUEUED, done_at=AGO),
        {"state": QUEUED, "done_at": None},
    ),
    (
        "deliveries", "done_not_ended", a_delivery(state=SENDING, done_at=AGO),
        {"state": "unknown", "cause": "worker_died"},
    ),
    (
        "deliveries", "sending_lost", a_delivery(state=SENDING, owner="dead", lease_until=AGO),
        {"state": "unknown", "cause": "worker_died", "done_at": NOW},
    ),
    ("deliveries", "sending_lost", a_delivery(state=SENDING), {"state": "unknown"}),
    (
        "deliveries", "sending_lost",
        a_delivery(
            state=SENDING, person_id=None, contact_id=None, channel="pigeon", address="a",
        ),
        {"state": "unknown", "address": "", "body": None},
    ),
    (
        "deliveries", "done_not_ended",
        a_delivery(
            state=SENDING, done_at=AGO, person_id=None, contact_id=None, channel="pigeon",
            address="a",
        ),
        {"state": "unknown", "address": "", "body": None},
    ),
    ("deliveries", "no_channel", a_delivery(cause="no_channel", run_at=NOW + LEASE), {}),
    (
        "deliveries", "no_channel_any_more",
        a_delivery(cause="no_channel", created_at=NOW - timedelta(hours=25)),
        {"state": "ended", "cause": "no_channel", "done_at": NOW},
    ),
    ("reminders", "ended_not_done", a_reminder(state="fired"), {"done_at": NOW}),
    (
        "reminders", "done_not_ended",
        a_reminder(state=ReminderState.PLANNED.value, done_at=AGO), {"done_at": None},
    ),
    ("window_plans", "put_off_too_far", a_plan(run_at=AHEAD), {"run_at": NOW}),
    ("notice_expansions", "put_off_too_far", an_expansion(run_at=AHEAD), {"run_at": NOW}),
    (
        "tickets", "held_by_nobody", a_ticket_that(state="held", held_until=None),
        {"state": TicketState.OPEN.value},
    ),
    (
        "tickets", "held_too_long", a_ticket_that(state="held", held_until=AHEAD),
        {"state": TicketState.HELD.value, "held_until": NOW + timedelta(minutes=30)},
    ),
    ("tickets", "closed_never", a_ticket_that(state="closed"), {"closed_at": NOW}),
    ("notices", "never_expanded", a_notice_that(), {}),
    ("notices", "withdrawn_and_queued", a_notice_that(state=NoticeState.WITHDRAWN.value), {}),
    ("filing_windows", "never_planned", a_window_without_a_plan, {}),
    ("held_drafts", "touched_later", a_draft_of_the_future, {"touched_at": NOW}),
]  # fmt: skip


def _named(case: Case) -> str:
    ledger, fault, plant, after = case
    return f"{ledger}-{fault}-{len(after)}-{CASES.index((ledger, fault, plant, after))}"


async def _stuck(app: FastAPI) -> set[Stuck]:
    async with app.state.database.reading() as session:
        return set(await find_stuck(session, now=NOW))


async def _row(session: AsyncSession, planted: Planted) -> SQLModel:
    return await session.get_one(planted.kind, planted.id)


@pytest.mark.parametrize("case", CASES, ids=_named)
async def test_is_found_in_one_round_and_put_right_or_said(app: FastAPI, case: Case) -> None:
    ledger, fault, plant, after = case
    planted = await plant(app)
    expected = Stuck(ledger, planted.id, fault)
    assert await _stuck(app) == {expected}
    metrics = Metrics()
    reconciler = Reconciler(app.state.database, metrics)
    with capture_logs() as logs:
        mended = await reconciler.reconcile(NOW)
    said = {"ledger": ledger, "fault": fault, "rows": 1, "ids": [str(planted.id)]}
    async with app.state.database.reading() as session:
        row = await _row(session, planted)
    assert {name: getattr(row, name) for name in after} == after
    labels = {"ledger": ledger, "state": fault}
    if fault in NEEDS_PERSON:
        assert (mended, await _stuck(app)) == (0, {expected})
        assert logs == [{"event": "stuck", "log_level": "warning", **said}]
        assert metrics.registry.get_sample_value("huiqi_stuck_rows", labels) == 1
        with capture_logs() as logs:
            await reconciler.reconcile(NOW)
        assert logs == []
    else:
        assert (mended, await _stuck(app)) == (1, set())
        assert logs == [{"event": "stuck_mended", "log_level": "warning", **said}]
        assert metrics.registry.get_sample_value("huiqi_reconciled_total", labels) == 1


def test_every_fault_of_every_table_has_its_case() -> None:
    planted = {(ledger, fault) for ledger, fault, _, _ in CASES}
    of_all = {(ledger.name, fault) for ledger in LEDGERS for fault in LEASED}
    desks = {(each.name, each.fault) for each in DESKS if isinstance(each, Desk)}
    assert of_all | desks <= planted
    assert {fault for _, fault in planted} >= _MEND.keys() | NEEDS_PERSON


async def test_comes_round_within_a_minute(app: FastAPI) -> None:
    crew: Crew = app.state.crew
    (loop,) = [each for each in crew.loops() if each.name == "reconcile"]
    assert loop.every == EVERY_SECONDS <= 60
    planted = await an_update(owner="dead", channel="crow")(app)
    await loop.work()
    async with app.state.database.reading() as session:
        assert getattr(await _row(session, planted), "owner", "gone") is None


async def test_leaves_alone_what_goes_its_way(app: FastAPI) -> None:
    for plant in (
        an_update(),
        an_update(update_id="8", arrival=8, owner="one", lease_until=NOW + LEASE, attempts=1),
        a_delivery(occasion="a", state=SENDING, owner="one", lease_until=NOW + LEASE),
        a_reminder(),
        an_expansion(),
    ):
        await plant(app)
    assert await _stuck(app) == set()
    assert await Reconciler(app.state.database, Metrics()).reconcile(NOW) == 0


async def test_bulk_may_wait_for_its_share(app: FastAPI) -> None:
    await a_delivery(run_at=AGO, priority=Priority.BULK.value)(app)
    assert await _stuck(app) == set()


async def test_two_at_once_mend_a_row_once(app: FastAPI) -> None:
    planted = await a_delivery(run_at=AHEAD)(app)
    (ledger,) = [each for each in LEDGERS if each.name == "deliveries"]
    done = []
    for _ in range(2):
        async with app.state.database.writing() as session:
            done.append(await ledger.mend(session, planted.id, NOW))
    assert done == ["put_off_too_far", ""]


async def test_what_is_gone_meanwhile_is_no_error(app: FastAPI) -> None:
    nobody: UUID = uuid4()
    async with app.state.database.writing() as session:
        for room in (*LEDGERS, *DESKS):
            id_: RowId = str(nobody) if room.name == "held_drafts" else nobody
            assert await room.mend(session, id_, NOW) == ""
