"""Whole conversations, turn by turn, as they stand in `transcripts/*.yaml`.

A turn has one of open, say, press (the words a button begins with) or send (the id of a button);
`see` and `not` are words that must or must not be shown, `does` the effects by name, and `known`
what the profile holds afterwards. An empty `see` is silence. `world` names what is true from the
start; a turn's own `world` changes it before the turn.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.message import Attached, Pressed
from dialogs.world import Invitation, Party, World
from knowledge.value import write_dossier
from knowledge.yaml_text import Plain, read_yaml
from tests.builders.conversations import Talk, a_small_talk, a_talk
from tests.builders.windows import a_deadline

FOLDER = Path(__file__).parent / "transcripts"
_TURN = {
    "open",
    "say",
    "press",
    "send",
    "attach",
    "see",
    "not",
    "does",
    "known",
    "again",
    "note",
    "world",
}


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
    talk = start(consent=consent, known=dict(known))
    arrange(talk, conversation.get("world", {}))
    return talk


def arrange(talk: Talk, plain: Plain) -> None:
    """Make the world so; the codes others gave out are known to the host alone."""
    assert isinstance(plain, dict)
    for key, value in plain.items():
        if key == "invites":
            assert isinstance(value, dict)
            talk.invitations = {code: invitation(code, str(name)) for code, name in value.items()}
        else:
            talk.world = so(talk.world, key, str(value))


def invitation(code: str, organisation: str) -> Invitation:
    """A code of a colleague names their organisation; `device` is one's own elsewhere."""
    if organisation == "device":
        return Invitation(code, "device", "")
    return Invitation(code, "colleague", "" if organisation == "unnamed" else organisation)


def so(world: World, key: str, value: str) -> World:
    """The world with one thing so, by a word of ours or the name of its own field."""
    match key:
        case "window":
            return replace(world, deadlines=(a_deadline(value),) if value != "none" else ())
        case "closed":
            over = (replace(each, closes=world.now) for each in world.deadlines)
            return replace(world, deadlines=tuple(over))
        case "named":
            return replace(world, subject=Party(id="p1", name=value))
        case "other":
            return replace(world, others=(Party(id="p2", name=value),))
        case "verified" | "owner":
            return replace(world, **{key: value == "yes"})  # type: ignore[arg-type]
        case _:
            assert key in {"held_by", "fresh_code", "channel", "messenger_link", "web_address"}
            return replace(world, **{key: value})  # type: ignore[arg-type]


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
        case {"attach": str(name)}:
            talk.take(Attached(name=name))
        case {"attach": [str(name), str(text)]}:
            talk.take(Attached(name=name, text=text))
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
        arrange(talk, turn.get("world", {}))
        say(talk, turn)
        if turn.get("see") == []:
            assert talk.last == (), turn
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
