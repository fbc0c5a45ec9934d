"""The release in use. A request or a turn sees one release from its start to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated

from fastapi import Depends, Request

from api.foundation.errors import NoSuchDocument, NoSuchProgramme
from knowledge.base import KnowledgeBase
from knowledge.document import Document
from knowledge.loading import builtin
from knowledge.profile import Dossier
from knowledge.programme import Programme
from knowledge.questions import next_question
from knowledge.search import Search


@dataclass(frozen=True, slots=True)
class Library:
    """One release and the search over it."""

    base: KnowledgeBase
    search: Search

    def programme(self, id_: str) -> Programme:
        """A programme; raises `NoSuchProgramme`."""
        found = self.base.programmes.get(id_)
        if found is None:
            raise NoSuchProgramme
        return found

    def document(self, number: str) -> Document:
        """A document by its file's name (豫科-2023-54) or its number; raises `NoSuchDocument`."""
        found = self.base.documents.get(number)
        if found is None:
            found = next((d for d in self.base.documents.values() if d.number == number), None)
        if found is None:
            raise NoSuchDocument
        return found

    def warm(self, today: date, stop: Callable[[], bool]) -> None:
        """Index the texts and weigh the questions, so that nobody waits for the first one."""
        self.search.prepare()
        for programme in self.base.programmes:
            if stop():
                return
            next_question(self.base, Dossier(), today, programmes=(programme,))


@cache
def open_library() -> Library:
    """The release that ships with the program, indexed once. Raises `knowledge.loading.Refused`."""
    base = builtin()
    return Library(base, Search(base))


async def _library_of(request: Request) -> Library:
    """What is in use at the start of a request serves it to its end."""
    library: Library = await request.app.state.shelf.fresh()
    return library


LibraryDep = Annotated[Library, Depends(_library_of)]
