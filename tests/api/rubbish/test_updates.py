"""Whatever Telegram brings, in whatever order, ends; and the next message is answered."""

from collections.abc import Sequence
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from api.conversations.models import Update
from api.conversations.taking import Taker
from api.deliveries.models import Delivery
from api.main import WEBHOOK
from bot.buttons import sign
from bot.intake import hand_in, number_of
from tests.api.rubbish.conftest import Theatre
from tests.builders.forms import spoilt
from tests.builders.odd_updates import RIGHT, one_of, updates
from tests.builders.raw_calls import call
from tests.builders.rubbish import written
from tests.builders.seeded import WEBHOOK_SECRET
from tests.builders.storms import Stage

_SECRET = (b"x-telegram-bot-api-secret-token", WEBHOOK_SECRET.encode())
VALUES: list[object] = [
    "a\0b",
    "\ud800",
    "字" * 4096,
    None,
    -1,
    2**63,
    10**30,
    float("nan"),
    [],
    {},
]
_numbers = count(1_000_000)


async def called(stage: Stage, update: object) -> int:
    """Brought by Telegram's call."""
    return (await call(stage.app, "POST", WEBHOOK, headers=[_SECRET], body=written(update))).status


async def asked(stage: Stage, raw: dict[str, object]) -> None:
    """Brought as the answer to our own asking."""
    if (number := number_of(raw)) is not None:
        inbox = stage.app.state.crew.inbox
        await hand_in([(number, raw)], inbox, name="telegram", account="4200")


async def taken(stage: Stage) -> None:
    """All that arrived is taken, and tried again as long as it is tried."""
    state = stage.app.state
    channel = state.crew.channel
    taker = Taker(
        state.database, state.host, state.crew.worlds, {channel.name: channel}, state.wake,
        secret=state.secret, owner="storm", now=state.now, metrics=state.metrics,
    )  # fmt: skip
    for _ in range(6):
        while await taker.take_some():
            pass
        state.now.pass_by(minutes=2)


async def unended(stage: Stage) -> list[str]:
    """Updates that did not end, or ended because something failed."""
    async with stage.app.state.database.reading() as session:
        rows = await session.scalars(
            select(Update).where(
                col(Update.done_at).is_(None) | col(Update.problem).is_not(None),
                col(Update.id).notin_([UUID(each) for each in stage.ids["update"]]),
            )
        )
        return [f"{row.problem}: {row.raw}" for row in rows]


async def answers(stage: Stage, number: int) -> int:
    """How many messages were laid down for an update."""
    async with stage.app.state.database.reading() as session:
        row = await session.scalar(select(Update).where(col(Update.update_id) == str(number)))
        assert row is not None
        laid = await session.scalars(
            select(Delivery).where(col(Delivery.occasion).startswith(f"turn:{row.id}:"))
        )
        return len(laid.all())


async def says(stage: Stage, **inside: object) -> int:
    """Somebody says something in order, in chat 7; how many answers they are given."""
    number = next(_numbers)
    update = {**RIGHT[0], **inside, "update_id": number}
    assert await called(stage, update) == 200
    await taken(stage)
    return await answers(stage, number)


async def agrees(stage: Stage) -> None:
    """The person of chat 7 is remembered from now on."""
    assert await says(stage)
    data = sign(stage.app.state.secret, "4200", "7", "m:consent.agree")
    query = RIGHT[2]["callback_query"]
    assert isinstance(query, dict)
    assert await says(stage, message=None, callback_query={**query, "data": data})


async def storm(stage: Stage, brought: Sequence[dict[str, object]]) -> list[str]:
    """What arrived by both ways, taken to the end."""
    wrong = []
    for place, each in enumerate(brought):
        if place % 2:
            await asked(stage, each)
        elif (status := await called(stage, each)) not in {200, 400}:
            wrong.append(f"{status}: {each}")
    await taken(stage)
    if not await says(stage):
        wrong.append("an ordinary message is not answered")
    return wrong + await unended(stage)


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(brought=st.lists(updates, max_size=12))
def test_every_update_ends_and_the_next_is_answered(
    theatre: Theatre, brought: list[dict[str, object]]
) -> None:
    assert theatre.runner.run(storm(theatre.stage, brought)) == []


def test_also_of_somebody_who_is_known(theatre: Theatre) -> None:
    theatre.runner.run(agrees(theatre.stage))
    brought = [
        {
            **one_of(right, VALUES[place % len(VALUES)], place),
            "update_id": 200_000 + 100 * nth + place,
        }
        for nth, right in enumerate(RIGHT)
        for place in range(len(list(spoilt(right, None))))
    ]
    assert theatre.runner.run(storm(theatre.stage, brought)) == []
    assert theatre.runner.run(theatre.stage.missing()) == {}
