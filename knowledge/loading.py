"""A folder of files to a release: parsed, cross-checked, compiled; or refused with reasons."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from knowledge.base import KnowledgeBase
from knowledge.calendar import Calendars, YearCalendar
from knowledge.compiled import compile_programme
from knowledge.cross_check import check_documents, check_programme, check_vocabulary
from knowledge.document import Document
from knowledge.expression.checking import Vocabulary
from knowledge.expression.parsing import ExpressionRefused
from knowledge.fact import ClosedList, Column, Fact, FactFile, RoleFile
from knowledge.programme import Programme
from knowledge.search_words import SynonymFile
from knowledge.yaml_text import HALF_CHARACTER, Loc, Problem, Refused, YamlText, read_yaml

Model = TypeVar("Model", bound=BaseModel)

FOLDERS = ("calendars", "documents", "facts", "lists", "programmes")
BUILTIN_FOLDER = Path(__file__).parent
"""The release that ships with the program, as files."""
_SINGLE_FILES = ("roles.yaml", "synonyms.yaml")


@cache
def builtin() -> KnowledgeBase:
    """The release that ships with the program."""
    return load(BUILTIN_FOLDER)


def load(folder: Path) -> KnowledgeBase:
    """Load a release from a folder; raises Refused with every problem found."""
    return load_files(read_folder(folder))


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a release by path inside the folder. Raises Refused for an unreadable file."""
    paths = [folder / name for name in _SINGLE_FILES if (folder / name).is_file()]
    for name in FOLDERS:
        paths.extend(sorted((folder / name).glob("*.yaml")))
    files: dict[str, str] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused([Problem(name, 0, "", f"cannot be read: {error}")]) from error
    return files


def load_files(files: Mapping[str, str]) -> KnowledgeBase:
    """Load a release from files by path; raises Refused with every problem found."""
    _check_names(files)
    parsed = _Parsed(files)
    roles = parsed.single("roles.yaml", RoleFile)
    lists = parsed.folder("lists", ClosedList)
    facts = dict(_facts(parsed))
    documents = {
        name: model.model_copy(update={"id": name})
        for name, model in parsed.folder("documents", Document).items()
    }
    programmes = parsed.folder("programmes", Programme)
    calendars = parsed.folder("calendars", YearCalendar)
    synonyms = parsed.single("synonyms.yaml", SynonymFile)
    parsed.stop_if_refused()
    words = Vocabulary(facts, roles.roles if roles else {}, lists)
    facts = _with_options(words, parsed)
    words = Vocabulary(facts, words.roles, lists)
    base = KnowledgeBase(
        release=_hash(files),
        programmes=MappingProxyType(programmes),
        documents=MappingProxyType(documents),
        facts=MappingProxyType(facts),
        roles=MappingProxyType(dict(words.roles)),
        lists=MappingProxyType(lists),
        calendars=Calendars({year.year: year for year in calendars.values()}),
        synonyms=() if synonyms is None else synonyms.groups,
        compiled=MappingProxyType(
            {
                id_: compile_programme(model, words, parsed.reporter("programmes", id_))
                for id_, model in programmes.items()
            }
        ),
    )
    check_vocabulary(base, lambda file, key, reason: parsed.refuse(file, (), f"{key}: {reason}"))
    for name in documents:
        check_documents(base, name, parsed.reporter("documents", name))
    for id_ in programmes:
        check_programme(base, id_, parsed.reporter("programmes", id_))
    parsed.stop_if_refused()
    return base


def _check_names(files: Mapping[str, str]) -> None:
    """Raise Refused for a name that is no text: it could be neither hashed nor shown."""
    halves = [name for name in files if HALF_CHARACTER.search(name)]
    if halves:
        shown = [name.encode("ascii", "backslashreplace").decode() for name in halves]
        raise Refused([Problem(name, 0, "", "its name is no UTF-8") for name in shown])


def _hash(files: Mapping[str, str]) -> str:
    digest = sha256()
    for name in sorted(files):
        content = files[name].encode()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _facts(parsed: "_Parsed") -> Iterator[tuple[str, Fact]]:
    seen: dict[str, str] = {}
    for name, file in parsed.folder("facts", FactFile).items():
        for id_, fact in file.facts.items():
            if id_ in seen:
                parsed.refuse(
                    f"facts/{name}.yaml", ("facts", id_), f"also stands in facts/{seen[id_]}.yaml"
                )
            seen[id_] = name
            yield (
                id_,
                fact.model_copy(
                    update={
                        "id": id_,
                        "subject": file.subject,
                        "topic": file.topic,
                        "opening": file.opening == "yes",
                    }
                ),
            )


def _with_options(words: Vocabulary, parsed: "_Parsed") -> dict[str, Fact]:
    """The facts, with the entries of a list in place of `options_from`."""
    facts: dict[str, Fact] = {}
    for id_, fact in words.facts.items():
        try:
            columns = {
                name: column.model_copy(update=_options(column, words))
                for name, column in fact.columns.items()
            }
            facts[id_] = fact.model_copy(update={**_options(fact, words), "columns": columns})
        except ExpressionRefused as refused:
            parsed.refuse("facts", (id_,), str(refused))
            facts[id_] = fact
    return facts


def _options(spec: Fact | Column, words: Vocabulary) -> dict[str, object]:
    if spec.options_from is None:
        return {}
    return {"options": MappingProxyType(dict(words.entries_of(spec.options_from)))}


@dataclass
class _Parsed:
    """The files of a release while they are read; collects every problem before it stops."""

    files: Mapping[str, str]
    texts: dict[str, YamlText] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, content in self.files.items():
            if name.endswith(".cases.yaml"):
                continue
            try:
                self.texts[name] = read_yaml(name, content)
            except Refused as refused:
                self.problems.extend(refused.problems)

    def refuse(self, file: str, loc: Loc, reason: str) -> None:
        text = self.texts.get(file)
        self.problems.append(
            Problem(file, 0, ".".join(map(str, loc)), reason)
            if text is None
            else text.problem(loc, reason)
        )

    def stop_if_refused(self) -> None:
        if self.problems:
            raise Refused(self.problems)

    def single(self, name: str, model: type[Model]) -> Model | None:
        return self._validated(name, model) if name in self.texts else None

    def folder(self, folder: str, model: type[Model]) -> dict[str, Model]:
        models: dict[str, Model] = {}
        for name in self.texts:
            if name.startswith(f"{folder}/"):
                validated = self._validated(name, model)
                if validated is not None:
                    models[Path(name).stem] = validated
        return models

    def _validated(self, name: str, model: type[Model]) -> Model | None:
        text = self.texts[name]
        try:
            return model.model_validate(text.value)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                loc = _place(found["loc"])
                self.problems.append(text.problem(loc, _reason(found["type"], found["msg"])))
            return None

    def reporter(self, folder: str, name: str) -> Callable[[str, str], None]:
        file = f"{folder}/{name}.yaml"

        def report(id_: str, reason: str) -> None:
            text = self.texts[file]
            loc = next((loc for loc in text.lines if _is_id(text, loc, id_)), ())
            self.problems.append(Problem(file, text.line_of(loc), id_, reason))

        return report


def _is_id(text: YamlText, loc: Loc, id_: str) -> bool:
    if not loc or loc[-1] not in {"id", "article"}:
        return False
    value: object = text.value
    for part in loc:
        value = value[part]  # type: ignore[index]  # loc was made from this value
    return value == id_


def _place(loc: tuple[int | str, ...]) -> Loc:
    """The place in the file, without the tags Pydantic puts between."""
    tags = {"criterion", "group", "leaf"}
    return tuple(part for part in loc if part not in tags)


def _reason(kind: str, message: str) -> str:
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return "is no key of the format"
    return message.removeprefix("Value error, ")
