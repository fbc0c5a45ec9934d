"""Rubbish at every route, by everybody: never a failure of ours, and nothing is lost."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.api.rubbish.conftest import Theatre
from tests.builders.accounts import a_browser
from tests.builders.chats import Chat
from tests.builders.rubbish import ODD_TEXTS
from tests.builders.storms import VISITORS, Stage, Throw, Way, fault_of, throws

EXAMPLES = 3


async def storm(stage: Stage, who: str, throw: Throw, ways: tuple[Way, ...]) -> list[str]:
    """One piece of rubbish at every way; what was not right about the answers."""
    wrong, known = [], await stage.visitor(who)
    for way in ways:
        fault = await fault_of(way, stage.take(way, throw, *known))
        if fault:
            wrong.append(f"{who} {way}: {fault}")
        if way[0] == "DELETE" or way[1].endswith(("/sign-out", "/leave")):
            known = await stage.visitor(who)
    return wrong


@pytest.mark.parametrize("who", VISITORS)
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # an example is a storm: it is told way by way
)  # fmt: skip
@given(throw=throws)
def test_no_rubbish_breaks_a_route(theatre: Theatre, who: str, throw: Throw) -> None:
    assert theatre.runner.run(storm(theatre.stage, who, throw, theatre.ways)) == []


async def well(stage: Stage) -> list[str]:
    """What a visitor with a right request is answered after it all."""
    async with a_browser(stage.app) as http:
        chat = Chat(http)
        said = [str((await chat.agree()).status_code), str((await chat.say("菜单")).status_code)]
    for role in stage.accounts:
        browser = await stage.signed_in(role)
        said.append(str((await browser.get("/console")).status_code))
        await browser.http.aclose()
    return said


def test_after_it_all_everybody_is_answered_and_nothing_is_gone(theatre: Theatre) -> None:
    assert set(theatre.runner.run(well(theatre.stage))) == {"200"}
    assert theatre.runner.run(theatre.stage.missing()) == {}


def test_the_rubbish_has_what_databases_differ_in() -> None:
    assert {"\0", "9" * 25, "0001-01-01T00:00"} <= set(ODD_TEXTS)
