"""What is counted and measured, who may read it, and that it names nobody."""

import re

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.accounts.models import Role
from api.foundation.loops import Loop, Pulse, run_loops
from api.foundation.metrics import Metrics
from api.foundation.wake import Wake
from api.library.service import Library
from api.main import create_app
from api.settings import Settings
from api.working import Crew
from dialogs.ports import Ended, Unknown
from tests.architecture.house import HERE
from tests.builders.accounts import an_account
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.engines import closed
from tests.builders.seeded import METRICS_TOKEN, PERSON, PHONE

TOKEN = METRICS_TOKEN


@pytest.fixture
def metrics(app: FastAPI) -> Metrics:
    found: Metrics = app.state.metrics
    return found


@pytest.fixture
def hands(app: FastAPI, now: StandingClock) -> Hands:
    return Hands(app, Messenger(), now)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


class TestReading:
    async def test_is_what_prometheus_reads(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "huiqi_database_up 1.0" in answer.text
        assert 'huiqi_queue_rows{ledger="inbox"} 0.0' in answer.text

    @pytest.mark.parametrize(
        "header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"]
    )
    async def test_without_a_token_no_proxy_brings_anybody(
        self, client: httpx.AsyncClient, header: str
    ) -> None:
        answer = await client.get("/metrics", headers={header: "127.0.0.1"})
        assert answer.status_code == 404

    async def test_without_a_token_another_machine_is_told_nothing(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app=app, client=("10.0.0.7", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as http:
            assert (await http.get("/metrics")).status_code == 404

    async def test_a_token_is_asked_of_everybody(
        self, settings: Settings, library: Library, now: StandingClock
    ) -> None:
        guarded = settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
        app = create_app(guarded, now=now, library=library)
        transport = httpx.ASGITransport(app=app, client=("10.0.0.7", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as http:
            for shown, status in (
                (None, 401), ("", 401), ("Basic x", 401), ("Bearer", 401), ("Bearer wrong", 401),
                (f"Bearer {TOKEN}x", 401), ("Bearer é", 401), (f"bearer {TOKEN}", 200),
            ):  # fmt: skip
                headers = {} if shown is None else {b"Authorization": shown.encode()}
                assert (await http.get("/metrics", headers=headers)).status_code == status, shown
        await closed(app)


class TestCounting:
    async def test_a_turn_of_each_channel(
        self, client: httpx.AsyncClient, hands: Hands, metrics: Metrics
    ) -> None:
        body = {"id": "message-1", "said": {"kind": "opened"}}
        await client.post("/chat/turns", json=body, headers={"X-Huiqi": "1"})
        await hands.agree("a")
        await hands.write("a", text="菜单")
        for channel, count in (("web", 1), ("pigeon", 3)):
            labels = {"channel": channel, "outcome": "done"}
            assert value(metrics, "huiqi_turn_seconds_count", **labels) == count

    async def test_a_reply_from_receipt_to_row_to_chat(
        self, hands: Hands, metrics: Metrics
    ) -> None:
        await hands.agree("a")
        await hands.messenger.hand_in(hands.inbox, "a", text="菜单")
        hands.now.pass_by(seconds=3)
        await hands.taker.take_some()
        hands.now.pass_by(seconds=4)
        await hands.work()
        assert value(metrics, "huiqi_reply_laid_seconds_sum", channel="pigeon") == 3
        assert value(metrics, "huiqi_reply_sent_seconds_sum", channel="pigeon") == 7

    async def test_what_became_of_deliveries(self, hands: Hands, metrics: Metrics) -> None:
        await hands.agree("a")
        person = (await hands.contact("a")).person_id
        outcomes = (None, Unknown("timed_out"), Ended(f"怪事 {PHONE}"))
        for number, outcome in enumerate(outcomes):
            if outcome is not None:
                hands.messenger.outcomes = [outcome]
            await hands.tell(person, "通知", occasion=f"notice:{number}")
            await hands.work()
        bulk = {"channel": "pigeon", "priority": "bulk"}
        for state, cause in (("sent", ""), ("unknown", "timed_out"), ("ended", "other")):
            labels = {**bulk, "state": state, "cause": cause}
            assert value(metrics, "huiqi_deliveries_total", **labels) == 1, state

    async def test_how_late_a_reminder_came(self, hands: Hands, metrics: Metrics) -> None:
        await hands.agree("a")
        person = (await hands.contact("a")).person_id
        await hands.tell(
            person, "还有七天", occasion="reminder:1:7d:r1", due_at=hands.now()
        )  # fmt: skip
        hands.now.pass_by(seconds=90)
        await hands.work()
        assert value(metrics, "huiqi_reminder_lateness_seconds_sum") == 90

    async def test_updates_set_aside(
        self, client: httpx.AsyncClient, hands: Hands, metrics: Metrics
    ) -> None:
        await hands.messenger.hand_in(hands.inbox, "a", broken="yes")
        for _ in range(6):
            await hands.work()
            hands.now.pass_by(minutes=2)
        assert value(metrics, "huiqi_updates_set_aside_total", channel="pigeon") == 1
        assert "huiqi_set_aside_rows 1.0" in (await client.get("/metrics")).text

    async def test_the_age_and_depth_of_each_queue(
        self, client: httpx.AsyncClient, hands: Hands
    ) -> None:
        await hands.messenger.hand_in(hands.inbox, "a", text="您好")
        hands.now.pass_by(seconds=50)
        await hands.messenger.hand_in(hands.inbox, "b", text="您好")
        told = (await client.get("/metrics")).text
        assert 'huiqi_queue_rows{ledger="inbox"} 2.0' in told
        assert 'huiqi_queue_age_seconds{ledger="inbox"} 50.0' in told

    async def test_a_loop_that_fails(self, metrics: Metrics) -> None:
        wake = Wake(1)

        async def fail() -> int:
            wake.stop()
            raise ValueError

        await run_loops([Loop("take", fail)], wake, Pulse(metrics))
        assert value(metrics, "huiqi_loop_failures_total", loop="take") == 1


class TestDocument:
    def test_lists_every_metric_with_its_kind_and_labels(self) -> None:
        text = (HERE / "docs" / "metrics.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| `(huiqi_\w+)`[ *]*\| (\w+) \| ([\w, ]*)\|", text, re.MULTILINE)
        listed = {(name, kind, labels.strip()) for name, kind, labels in rows}
        kept = {
            (
                f"{made._name}{'_total' if made._type == 'counter' else ''}",
                made._type,
                ", ".join(made._labelnames),
            )
            for made in vars(Metrics()).values()
            if hasattr(made, "_labelnames")
        }
        assert listed == kept
        assert len(kept) > 15

    def test_each_application_counts_for_itself(self) -> None:
        one, other = Metrics(), Metrics()
        one.streams.set(3)
        assert value(other, "huiqi_streams") == 0


async def test_no_label_names_anybody(
    app: FastAPI, client: httpx.AsyncClient, hands: Hands
) -> None:
    staff = await an_account(app, Role.STAFF)
    await hands.agree(PHONE)
    await hands.write(PHONE, text=f"我叫{PERSON}")
    person = (await hands.contact(PHONE)).person_id
    crew: Crew = app.state.crew
    for loop in crew.loops():
        await loop.work()
    told = (await client.get("/metrics")).text
    for secret in (PHONE, PERSON, str(person), staff.account.login):
        assert secret not in told
    assert f'"{hands.owner}"' not in told
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}", told) == []
