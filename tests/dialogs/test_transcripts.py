"""Whole conversations, turn by turn, as they stand in `transcripts/*.yaml`.

A turn has one of open, say, press (the words a button begins with) or send (the id of a button);
`see` and `not` are words that must or must not be shown, `does` the effects by name, and `known`
what the profile holds afterwards.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogs.message import Pressed
from knowledge.value import write_dossier
from knowledge.yaml_text import Plain, read_yaml
from tests.builders.conversations import Talk, a_small_talk, a_talk

FOLDER = Path(__file__).parent / "transcripts"
_TURN = {"open", "say", "press", "send", "see", "not", "does", "known", "again", "note"}


def conversations() -> Iterator[object]:
    for path in sorted(FOLDER.glob("*.yaml")):
        found = read_yaml(path.name, path.read_text("utf-8")).value
        assert isinstance(found, list)
        for each in found:
            assert isinstance(each, dict)
            yield pytest.param(each, id=f"{path.stem}: {each['conversation']}")


def words(plain: Plain) -> list[str]:
    if isinstance(plain, str):
        return [plain]
    assert isinstance(plain, list)
    return [str(each) for each in plain]


def begun(conversation: dict[str, Plain]) -> Talk:
    known = conversation.get("known", {})
    assert isinstance(known, dict)
    consent = conversation.get("consent") == "yes"
    start = a_small_talk if conversation.get("over") == "trial" else a_talk
    return start(consent=consent, known=dict(known))


def say(talk: Talk, turn: dict[str, Plain]) -> None:
    match turn:
        case {"open": str(start)}:
            talk.open("" if start == "chat" else start)
        case {"say": str(text)}:
            talk.say(text)
        case {"press": str(label)}:
            talk.press(label)
        case {"send": str(button)}:
            talk.take(Pressed(button=button))
        case _:
            raise AssertionError(f"nothing is said in {turn}")


@pytest.mark.parametrize("conversation", list(conversations()))
def test_a_conversation_goes_as_written(conversation: dict[str, Plain]) -> None:
    talk = begun(conversation)
    turns = conversation["turns"]
    assert isinstance(turns, list)
    for turn in turns:
        assert isinstance(turn, dict)
        assert set(turn) <= _TURN, turn
        say(talk, turn)
        for word in words(turn.get("see", [])):
            labels = "\n".join(choice.label for choice in talk.buttons)
            assert word in talk.shown + "\n" + labels, f"{turn}\n{talk.shown}\n{labels}"
        for word in words(turn.get("not", [])):
            assert word not in talk.shown, f"{turn}\n{talk.shown}"
        done = [type(effect).__name__ for effect in talk.effects]
        assert done == words(turn.get("does", [])), turn
        if "known" in turn:
            held = write_dossier(talk.world.knowledge.facts, talk.world.dossier)
            assert held == ({} if turn["known"] == "nothing" else turn["known"]), turn
