"""The catalogues hold exactly the messages of the source, each translated, with its gaps."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dialogs import catalogue
from knowledge.model import Language

HERE = Path(__file__).resolve().parents[2]
KEYWORDS = {"text": None, "counted": (1, 1), "marked": None, "marked_count": (1, 1)}
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Id: TypeAlias = str | tuple[str, ...]


def collected() -> set[Id]:
    found: set[Id] = set()
    for room in ("dialogs", "bot"):
        for _, _, message, _, _ in extract_from_dir(
            HERE / room, [("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else tuple(message))
    return found


def read(name: str) -> Catalog:
    with (HERE / "locales" / name).open("rb") as file:
        return read_po(file)


def messages(kept: Catalog) -> Iterator[Message]:
    return (message for message in kept if message.id)


def ids(kept: Catalog) -> set[Id]:
    return {m.id if isinstance(m.id, str) else tuple(m.id) for m in messages(kept)}


def gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def parts(value: Id | list[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


FILES = ("messages.pot", "zh_Hans_CN/LC_MESSAGES/messages.po", "en/LC_MESSAGES/messages.po")


@pytest.mark.parametrize("name", FILES)
def test_holds_the_messages_of_the_source_and_no_others(name: str) -> None:
    kept, source = ids(read(name)), collected()
    assert sorted(map(str, source - kept)) == []
    assert sorted(map(str, kept - source)) == []


@pytest.mark.parametrize("name", FILES[1:])
def test_each_message_is_translated_with_its_gaps(name: str) -> None:
    for message in messages(read(name)):
        said = parts(message.string)
        assert all(said), f"no text for {message.id!r}"
        assert not message.fuzzy, f"fuzzy: {message.id!r}"
        wanted = gaps(parts(message.id)[0])
        assert all(gaps(each) == wanted for each in said), f"other gaps: {message.id!r}"


def test_english_is_english() -> None:
    chinese = [
        m.id
        for m in messages(read(FILES[2]))
        if re.search(r"[一-鿿，。；：、（）]", "".join(parts(m.string)))
    ]
    # The word that switches the language is written in that language; 元 and 万元 are typed.
    assert len(chinese) <= 2, chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_says_the_same(language: Language) -> None:
    folder = catalogue.FOLDER / catalogue.LOCALES[language] / "LC_MESSAGES"
    fresh = catalogue._compiled_here(folder / "messages.po")
    for message in messages(read(f"{catalogue.LOCALES[language]}/LC_MESSAGES/messages.po")):
        assert fresh.gettext(parts(message.id)[0])


def test_a_gap_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        catalogue.text("{year} 年", "zh")


def test_counts_choose_their_form() -> None:
    assert catalogue.counted("{n} 年", "en", 1) == "1 year"
    assert catalogue.counted("{n} 年", "en", 3) == "3 years"
    assert catalogue.counted("{n} 年", "zh", 3) == "3 年"


def test_what_make_compiled_is_used_unless_it_is_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    source, compiled = folder / "messages.po", folder / "messages.mo"
    source.write_text(f'{head}\nmsgid "是"\nmsgstr "aye"\n', encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    read_anew = catalogue.messages.__wrapped__
    assert read_anew("en").gettext("是") == "aye"
    with source.open("rb") as po, compiled.open("wb") as mo:
        write_mo(mo, read_po(po))
    source.write_text(f'{head}\nmsgid "是"\nmsgstr "yea"\n', encoding="utf-8")
    os.utime(source, (0, 0))
    assert read_anew("en").gettext("是") == "aye"
    os.utime(compiled, (-1, -1))
    assert read_anew("en").gettext("是") == "yea"
