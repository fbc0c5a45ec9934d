"""Verdicts and questions on demand: stateless, nothing handed in is kept."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from api.accounts.permissions import MayEvaluate, MayInterview
from api.foundation.now import Moment, day_of
from api.library.facts import FactOut, fact_out
from api.library.given import EnquiryIn, Key, askings_of, dossier_of, wanted
from api.library.outcomes import Out, VerdictOut
from api.library.service import Library, LibraryDep
from api.library.shelf import Shelf
from api.library.telling import Teller
from knowledge.evaluation import evaluate
from knowledge.questions import next_question, progress
from knowledge.receipt import Receipt, Verification, issue, verify

router = APIRouter(prefix="/v1")


class EvaluateIn(EnquiryIn):
    """An enquiry to be answered with verdicts."""

    receipts: Annotated[
        bool, Field(description="With a receipt for each verdict, by which it can be recomputed.")
    ] = False


class EvaluateOut(Out):
    """The verdicts, in the order of the programmes' ids."""

    release: str
    as_of: date
    verdicts: tuple[VerdictOut, ...]


class InterviewIn(EnquiryIn):
    """An enquiry to be led further."""

    leave: Annotated[
        tuple[Key, ...],
        Field(max_length=500, description="What not to ask: skipped, or not known."),
    ] = ()


class QuestionOut(Out):
    """The fact to ask next: the one that decides most."""

    asking: str
    role: str
    year: int | None
    fact: FactOut
    programmes: tuple[str, ...]


class ProgressOut(Out):
    """How many programmes are decided, and at most how many questions are left."""

    decided: int
    total: int
    remaining: int


class InterviewOut(Out):
    """The next question, or null when nothing more can be decided."""

    release: str
    as_of: date
    question: QuestionOut | None
    progress: ProgressOut


def _evaluated(library: Library, body: EvaluateIn, as_of: date) -> EvaluateOut:
    dossier = dossier_of(library, body.facts)
    windows = body.filing_windows()
    verdicts = []
    for id_ in wanted(library, body.programmes):
        verdict = evaluate(library.base, id_, dossier, as_of, windows)
        receipt = issue(library.base, verdict, dossier, windows) if body.receipts else None
        verdicts.append(Teller(library.base, library.programme(id_)).verdict(verdict, receipt))
    return EvaluateOut(release=library.base.release, as_of=as_of, verdicts=tuple(verdicts))


def _interviewed(library: Library, body: InterviewIn, as_of: date) -> InterviewOut:
    base = library.base
    dossier = dossier_of(library, body.facts)
    windows = body.filing_windows()
    chosen = wanted(library, body.programmes)
    leave = askings_of(library, body.leave, "leave")
    found = next_question(base, dossier, as_of, windows, programmes=chosen, leave=leave)
    far = progress(base, dossier, as_of, windows, programmes=chosen, leave=leave)
    question = None
    if found is not None:
        fact = base.fact_of(found.asking)
        question = QuestionOut(
            asking=str(found.asking),
            role=found.asking.role or fact.subject,
            year=found.asking.year,
            fact=fact_out(fact),
            programmes=found.programmes,
        )
    return InterviewOut(
        release=base.release,
        as_of=as_of,
        question=question,
        progress=ProgressOut(decided=far.decided, total=far.total, remaining=far.remaining),
    )


@router.post("/evaluate", tags=["verdicts"], dependencies=[MayEvaluate], summary="Verdicts")
async def evaluate_facts(body: EvaluateIn, library: LibraryDep, now: Moment) -> EvaluateOut:
    as_of = body.as_of or day_of(now)
    return await asyncio.to_thread(_evaluated, library, body, as_of)


@router.post("/interview", tags=["verdicts"], dependencies=[MayInterview], summary="Next question")
async def interview(body: InterviewIn, library: LibraryDep, now: Moment) -> InterviewOut:
    as_of = body.as_of or day_of(now)
    return await asyncio.to_thread(_interviewed, library, body, as_of)


@router.post(
    "/receipts/verify", tags=["verdicts"], dependencies=[MayEvaluate], summary="Check a receipt"
)
async def verify_receipt(request: Request, body: Receipt, library: LibraryDep) -> Verification:
    """By the release the receipt names, in use or not; a release is never deleted."""
    shelf: Shelf = request.app.state.shelf
    named = await shelf.named(body.release) or library
    return await asyncio.to_thread(verify, named.base, body)
