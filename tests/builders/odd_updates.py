"""Updates of Telegram as it never sends them, and as it well might."""

from hypothesis import strategies as st

from tests.builders import rubbish
from tests.builders.forms import spoilt

CHATS = [7, 8, -100, 2**62, 0, 2**64, -7]
_MAN = {"id": 5, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
_TOLD = {
    "message_id": 3, "date": 1_772_415_000, "from": _MAN, "chat": {"id": 7, "type": "private"},
}  # fmt: skip
_FILE = {"file_id": "f", "file_unique_id": "u"}
RIGHT: list[dict[str, object]] = [
    {"message": {**_TOLD, "text": "菜单"}},
    {"message": {**_TOLD, "text": "/start card-new-rd-institution"}},
    {"callback_query": {
        "id": "1", "from": _MAN, "chat_instance": "1", "message": {**_TOLD, "text": "x"},
        "data": "go:menu",
    }},
    {"message": {
        **_TOLD, "document": {**_FILE, "file_name": "a.pdf", "file_size": 1}, "caption": "x"
    }},
    {"message": {**_TOLD, "photo": [{**_FILE, "width": 1, "height": 1, "file_size": 9}]}},
    {"message": {**_TOLD, "voice": {**_FILE, "duration": 1, "mime_type": "a/b"}}},
    {"message": {**_TOLD, "location": {"latitude": 1.0, "longitude": 2.0}}},
    {"message": {**_TOLD, "new_chat_title": "群"}},
    {"edited_message": {**_TOLD, "text": "x"}},
]  # fmt: skip
"""Without the number that every update has."""

_words = st.one_of(
    rubbish.all_texts,
    st.sampled_from(["字" * 4096, "👩‍👩‍👧‍👦" * 600, "\u202e" * 4096]),
    st.sampled_from(["同意，开始", "测一测", "人工", "/start", "/", "/@"]),
)  # fmt: skip


def _placed(right: dict[str, object], chat: int, words: str) -> dict[str, object]:
    """An update of another chat and with other words, else as it should be."""
    ((kind, inner),) = right.items()
    assert isinstance(inner, dict)
    if kind == "callback_query":
        message = {**inner["message"], "chat": {"id": chat, "type": "private"}}
        return {kind: {**inner, "message": message, "data": words}}
    said = {"text": words} if "text" in inner else {"caption": words}
    return {kind: {**inner, **said, "chat": {"id": chat, "type": "private"}}}


def one_of(right: dict[str, object], value: object, place: int) -> dict[str, object]:
    """An update with a value at one place of it, counted round and round."""
    every = [each for each in spoilt(right, value) if isinstance(each, dict)]
    return every[place % len(every)]


_whole = st.builds(_placed, st.sampled_from(RIGHT), st.sampled_from(CHATS), _words)
_spoilt = st.builds(one_of, st.sampled_from(RIGHT), rubbish.odd_values, st.integers(0, 200))
_shapeless = st.dictionaries(
    st.sampled_from(["message", "callback_query", "text", "chat", ""]), rubbish.odd_values
)
numbers = st.one_of(st.integers(100, 120), st.integers(), rubbish.odd_values)
"""Numbers of updates: often the same again, and in no order."""
updates = st.builds(
    lambda inside, number: {**inside, "update_id": number},
    st.one_of(_whole, _spoilt, _shapeless), st.one_of(st.integers(100, 10_000), numbers),
)  # fmt: skip
