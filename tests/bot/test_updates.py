"""What an update says: texts, presses, links and files; and nothing, whatever else it holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import LONGEST, sign, unsign
from bot.updates import address_of, read_update
from dialogs.message import Attached, Incoming, Opened, Pressed, Said

SECRET = b"a secret of the tests"

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def a_message(**content: object) -> dict[str, object]:
    chat = {"id": 7, "type": "private", "first_name": "某"}
    person = {"id": 7, "is_bot": False, "first_name": "某", "language_code": "zh-hans"}
    return {
        "update_id": 1,
        "message": {"message_id": 5, "date": 1, "chat": chat, "from": person, **content},
    }


def a_press(data: str, chat: int = 7) -> dict[str, object]:
    message = a_message(text="问")["message"]
    assert isinstance(message, dict)
    message["chat"] = {"id": chat, "type": "private", "first_name": "某"}
    person = {"id": 7, "is_bot": False, "first_name": "某"}
    query = {"id": "q", "from": person, "chat_instance": "c", "data": data, "message": message}
    return {"update_id": 2, "callback_query": query}


def said(raw: dict[str, object]) -> Incoming | None:
    received = read_update(raw, secret=SECRET, account="1")
    return None if received is None else received.said


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("有 9 个人", Said(text="有 9 个人")),
            ("/start", Opened(start="")),
            ("/start card-new-rd-institution", Opened(start="card-new-rd-institution")),
            ("/start@huiqi_bot join-ABCD", Opened(start="join-ABCD")),
            ("/menu", Said(text="/menu")),
            ("/menu@huiqi_bot", Said(text="/menu")),
            ("/start\ncard-x", Opened(start="card-x")),
            ("/ask  多少钱", Said(text="/ask 多少钱")),
            ("   ", Said(text="   ")),
            ("1/2", Said(text="1/2")),
        ],
    )
    def test_are_read(self, text: str, expected: Incoming) -> None:
        assert said(a_message(text=text)) == expected

    def test_a_person_has_a_language(self) -> None:
        received = read_update(a_message(text="您好"), secret=SECRET, account="1")
        assert received is not None
        assert (received.language, received.address, received.personal) == ("zh", "7", True)

    def test_a_group_is_no_person(self) -> None:
        raw = a_message(text="您好", chat={"id": -9, "type": "group", "title": "群"})
        received = read_update(raw, secret=SECRET, account="1")
        assert received is not None
        assert not received.personal


class TestFiles:
    def test_are_named_and_not_read(self) -> None:
        file = {"file_id": "f", "file_unique_id": "u", "file_name": "报表.xlsx", "file_size": 9}
        expected = Attached(name="报表.xlsx", size=9, text="请看")
        assert said(a_message(document=file, caption="请看")) == expected

    def test_a_photo_is_one(self) -> None:
        photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "file_size": 3}
        assert said(a_message(photo=[photo])) == Attached(
            name="photo.jpg", media="image/jpeg", size=3
        )

    def test_a_voice_is_one(self) -> None:
        voice = {"file_id": "f", "file_unique_id": "u", "duration": 2, "mime_type": "audio/ogg"}
        assert said(a_message(voice=voice)) == Attached(name="voice", media="audio/ogg")

    @pytest.mark.parametrize("kind", ["location", "dice", "contact"])
    def test_what_is_no_file_is_named(self, kind: str) -> None:
        content: dict[str, dict[str, object]] = {
            "location": {"latitude": 34.7, "longitude": 113.6},
            "dice": {"emoji": "🎲", "value": 3},
            "contact": {"phone_number": "1", "first_name": "某"},
        }
        assert said(a_message(**{kind: content[kind]})) == Attached(name=kind)


class TestPresses:
    def test_our_own_button_is_known(self) -> None:
        data = sign(SECRET, "1", "7", "card:new-rd-institution")
        assert said(a_press(data)) == Pressed(button="card:new-rd-institution")

    @pytest.mark.parametrize("data", ["", "x", "card:new-rd-institution", "é" * 30, "A" * 64])
    def test_a_forged_one_says_nothing(self, data: str) -> None:
        assert said(a_press(data)) == Pressed(button="")

    def test_one_of_another_chat_says_nothing(self) -> None:
        assert said(a_press(sign(SECRET, "1", "8", "do:back"))) == Pressed(button="")

    @given(choice=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
    def test_every_choice_fits_and_comes_back(self, choice: str) -> None:
        data = sign(SECRET, "1", "-1001234567890123", choice)
        assert len(data.encode()) <= LONGEST
        assert unsign(SECRET, "1", "-1001234567890123", data) == choice


class TestAnything:
    @given(raw=st.dictionaries(st.text(max_size=8), ANY_JSON))
    def test_nothing_raises(self, raw: dict[str, object]) -> None:
        read_update(raw, secret=SECRET, account="1")
        address_of(raw)

    @given(content=ANY_JSON, kind=st.sampled_from(["message", "callback_query"]))
    def test_nothing_inside_raises(self, content: object, kind: str) -> None:
        raw = {"update_id": 1, kind: content}
        read_update(raw, secret=SECRET, account="1")
        address_of(raw)

    def test_a_huge_number_is_no_chat(self) -> None:
        raw = json.loads('{"update_id": 1, "message": {"chat": {"id": 1' + "0" * 400 + "}}}")
        assert read_update(raw, secret=SECRET, account="1") is None
        assert address_of(raw) == "-"
