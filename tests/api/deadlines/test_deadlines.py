"""The windows as a turn shows them."""

from datetime import timedelta

from api.accounts.actors import Actor
from api.deadlines.service import deadlines_for, region_of
from api.library.windows import current_windows
from dialogs.world import Deadline
from knowledge.profile import Asking, Dossier
from tests.builders.clocks import START
from tests.builders.followers import a_follower
from tests.builders.ladders import Ladders
from tests.builders.windows import a_level, a_window


async def _shown(ladders: Ladders, person: object, region: str | None) -> tuple[Deadline, ...]:
    async with ladders.database.reading() as session:
        windows = await current_windows(session, now=ladders.now())
        return await deadlines_for(session, person, windows, region)  # type: ignore[arg-type]  # a PersonId


async def test_they_come_by_the_cut_off_of_the_place_with_its_levels(
    ladders: Ladders, official: Actor
) -> None:
    person, _ = await a_follower(ladders.database, ladders.base)
    await a_window(ladders.database, official, a_level(days=30), title="甲")
    await a_window(
        ladders.database, official, a_level(days=20, region="luoyang"),
        a_level("省级", days=60), title="乙",
    )  # fmt: skip
    near = await _shown(ladders, person.id, "luoyang")
    far = await _shown(ladders, person.id, "zhengzhou")
    assert [each.title for each in near] == ["乙", "甲"]
    assert [each.title for each in far] == ["甲", "乙"]
    assert near[0].closes == START + timedelta(days=20)
    assert [level.name.zh for level in far[1].cutoffs] == ["省级"]


async def test_what_the_person_said_stands_with_it(ladders: Ladders, official: Actor) -> None:
    person, _ = await a_follower(ladders.database, ladders.base)
    window = await a_window(ladders.database, official)
    await ladders.answer(person, window, "filed")
    other, _ = await a_follower(ladders.database, ladders.base)
    assert [each.answer for each in await _shown(ladders, person.id, None)] == ["filed"]
    assert [each.answer for each in await _shown(ladders, other.id, None)] == [""]


async def test_a_window_of_another_place_is_not_shown(ladders: Ladders, official: Actor) -> None:
    person, _ = await a_follower(ladders.database, ladders.base)
    await a_window(ladders.database, official, region="luoyang")
    assert await _shown(ladders, person.id, "zhengzhou") == ()
    assert len(await _shown(ladders, person.id, None)) == 1


def test_the_place_is_what_the_organisation_said() -> None:
    asking = Asking(fact="registered_region")
    assert region_of(Dossier()) is None
    assert region_of(Dossier().having(asking, "luoyang")) == "luoyang"
