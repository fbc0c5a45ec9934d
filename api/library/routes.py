"""Reading knowledge: documents, programmes, facts, search. No key is needed."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.accounts.permissions import MayRead
from api.foundation.errors import NotFound
from api.foundation.now import Moment, day_of
from api.foundation.pages import After, Limit, Page, cut
from api.library.facts import FactOut, fact_out
from api.library.outcomes import Out
from api.library.service import Library, LibraryDep
from knowledge.briefing import timing_of
from knowledge.document import DayOrNotStated, Document
from knowledge.fact import Role, SubjectKind
from knowledge.model import Text
from knowledge.programme import Programme, ProgrammeKind
from knowledge.verdict import Timing

router = APIRouter(prefix="/v1", dependencies=[MayRead])

_MOST_HITS = 20


class ReleaseOut(Out):
    """The knowledge in use."""

    release: str
    documents: int
    programmes: int
    facts: int


class DocumentLine(Out):
    """A document in a list."""

    id: str
    number: str
    title: Text
    issuers: tuple[str, ...]
    issued: date
    effective: DayOrNotStated
    expires: DayOrNotStated


class ProgrammeLine(Out):
    """A programme in a list, with its timing today."""

    id: str
    title: Text
    summary: Text
    kind: ProgrammeKind
    topics: tuple[str, ...]
    subject: str
    basis: tuple[str, ...]
    timing: Timing


class ProgrammeOut(Out):
    """A programme as its files write it, and its timing today."""

    release: str
    timing: Timing
    programme: Programme


class RoleOut(Out):
    """The part a subject plays in an enquiry."""

    id: str
    role: Role


class HitOut(Out):
    """A provision that fits a search; `says` is in plain words of our own."""

    document: str
    number: str
    article: str
    says: str
    programme: str | None
    score: float


def _document_line(document: Document) -> DocumentLine:
    return DocumentLine(
        id=document.id,
        number=document.number,
        title=document.title,
        issuers=document.issuers,
        issued=document.issued,
        effective=document.effective,
        expires=document.expires,
    )


def _programme_line(library: Library, programme: Programme, today: date) -> ProgrammeLine:
    return ProgrammeLine(
        id=programme.id,
        title=programme.title,
        summary=programme.summary,
        kind=programme.kind,
        topics=programme.topics,
        subject=programme.subject,
        basis=programme.basis,
        timing=timing_of(library.base, programme, today),
    )


@router.get("/release", tags=["knowledge"], summary="The knowledge in use")
async def release(library: LibraryDep) -> ReleaseOut:
    base = library.base
    return ReleaseOut(
        release=base.release,
        documents=len(base.documents),
        programmes=len(base.programmes),
        facts=len(base.facts),
    )


@router.get("/documents", tags=["knowledge"], summary="Documents by id")
async def documents(
    library: LibraryDep, after: After = None, limit: Limit = 50
) -> Page[DocumentLine]:
    lines = [_document_line(document) for document in library.base.documents.values()]
    return cut(lines, lambda line: line.id, after=after, limit=limit)


@router.get("/documents/{number}", tags=["knowledge"], summary="A document, article by article")
async def document(number: str, library: LibraryDep) -> Document:
    return library.document(number)


@router.get("/programmes", tags=["knowledge"], summary="Programmes by id")
async def programmes(
    library: LibraryDep,
    now: Moment,
    kind: ProgrammeKind | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ProgrammeLine]:
    lines = [
        _programme_line(library, programme, day_of(now))
        for programme in library.base.programmes.values()
        if kind is None or programme.kind == kind
    ]
    return cut(lines, lambda line: line.id, after=after, limit=limit)


@router.get("/programmes/{id}", tags=["knowledge"], summary="A programme, whole")
async def programme(id: str, library: LibraryDep, now: Moment) -> ProgrammeOut:  # noqa: A002 - the route's own word
    found = library.programme(id)
    return ProgrammeOut(
        release=library.base.release,
        timing=timing_of(library.base, found, day_of(now)),
        programme=found,
    )


@router.get("/facts", tags=["knowledge"], summary="What can be asked, by id")
async def facts(
    library: LibraryDep,
    subject: SubjectKind | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[FactOut]:
    known = library.base.facts.values()
    found = [fact_out(one) for one in known if subject is None or one.subject == subject]
    return cut(found, lambda fact: fact.id, after=after, limit=limit)


@router.get("/facts/{id}", tags=["knowledge"], summary="One fact with its question")
async def fact(id: str, library: LibraryDep) -> FactOut:  # noqa: A002 - the route's own word
    found = library.base.facts.get(id)
    if found is None:
        raise NotFound
    return fact_out(found)


@router.get("/roles", tags=["knowledge"], summary="The parts subjects play")
async def roles(library: LibraryDep) -> tuple[RoleOut, ...]:
    return tuple(RoleOut(id=id_, role=role) for id_, role in library.base.roles.items())


@router.get("/search", tags=["knowledge"], summary="Provisions by words")
async def search(
    library: LibraryDep,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=_MOST_HITS)] = 10,
) -> tuple[HitOut, ...]:
    hits = await asyncio.to_thread(library.search.find, q, limit)
    return tuple(
        HitOut(
            document=hit.document,
            number=library.base.documents[hit.document].number,
            article=hit.article,
            says=hit.says,
            programme=hit.programme,
            score=hit.score,
        )
        for hit in hits
    )
