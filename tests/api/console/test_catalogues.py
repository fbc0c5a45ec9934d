"""The console speaks both languages: its catalogues hold its messages and no others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.house import HERE

ROOM = HERE / "api" / "console"
KEYWORDS = {"text": None, "plain": None, "marked": None, "_": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
FILES = ("console.pot", "zh_Hans_CN/LC_MESSAGES/console.po", "en/LC_MESSAGES/console.po")
OTHERS = {"中文"}


def collected() -> set[str]:
    found = extract_from_dir(ROOM, METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def read(name: str) -> Catalog:
    with (HERE / "locales" / name).open("rb") as file:
        return read_po(file)


def messages(name: str) -> Iterator[Message]:
    return (message for message in read(name) if message.id)


def gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("name", FILES)
def test_holds_the_messages_of_the_source_and_no_others(name: str) -> None:
    assert {str(message.id) for message in messages(name)} == collected()


@pytest.mark.parametrize("name", FILES[1:])
def test_each_message_is_translated_with_its_gaps(name: str) -> None:
    for message in messages(name):
        said = str(message.string)
        assert said, f"no text for {message.id!r}"
        assert not message.fuzzy, f"fuzzy: {message.id!r}"
        assert gaps(said) == gaps(str(message.id)), f"other gaps: {message.id!r}"


def test_english_is_english() -> None:
    assert [
        m.id for m in messages(FILES[2]) if re.search(r"[一-鿿，。；：、（）]", str(m.string))
    ] == []


@pytest.mark.parametrize("path", sorted((ROOM / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_no_template_says_anything_past_the_catalogues(path: Path) -> None:
    """A sentence that stands bare in a template would be Chinese for everybody."""
    bare = re.sub(r"{[{%#].*?[}%#]}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert set(re.findall(r"[一-鿿]+", bare)) - OTHERS == set()
