"""Receipts: everything a verdict was computed from, so that anybody can recompute it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.model import Frozen
from knowledge.profile import Dossier
from knowledge.truth import StandingRange
from knowledge.value import ValueRefused, read_dossier, write_dossier
from knowledge.verdict import BenefitOutcome, FilingWindow, RouteOutcome, Verdict

ENGINE = "huiqi-knowledge/1"
"""Counted on when the same release, facts, windows and day may give another verdict."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
_MOST = 5000
"""Facts by asking: far more than any enquiry holds, far fewer than would take long to read."""


class Window(Frozen):
    """A filing window of the programme as it was known."""

    opens: date
    closes: date


class Digest(Frozen):
    """What the verdict said: words by id, so that a difference names its place.

    A standing is its word, or `worst..best` while undetermined; a route `proven`, `possible` or
    `ruled_out`; a benefit whether it is due, with its amount if there is one.
    """

    standing: str
    applicability: str
    timing: str
    window: str
    criteria: Mapping[str, str]
    exceptions: Mapping[str, str]
    routes: Mapping[str, str]
    benefits: Mapping[str, str]


class Receipt(Frozen):
    """One verdict with all it rests on; `facts` are raw by asking, `sha256` is over the rest."""

    version: Literal[1] = 1
    release: str
    engine: str
    programme: str
    as_of: Day
    facts: Annotated[Mapping[str, JsonValue], Field(max_length=_MOST)]
    windows: Annotated[tuple[Window, ...], Field(max_length=_MOST)]
    verdict: Digest
    sha256: str


class Verification(Frozen):
    """Whether a receipt holds, and each thing that differs when it does not."""

    ok: bool
    differences: tuple[str, ...]


def issue(
    base: KnowledgeBase, verdict: Verdict, dossier: Dossier, windows: Sequence[FilingWindow]
) -> Receipt:
    """The receipt of a verdict computed with its trace from this dossier and these windows."""
    own = sorted(
        (window.opens, window.closes) for window in windows if window.programme == verdict.programme
    )
    receipt = Receipt.model_validate(
        {
            "release": verdict.release,
            "engine": ENGINE,
            "programme": verdict.programme,
            "as_of": verdict.as_of,
            "facts": write_dossier(base.facts, dossier),
            "windows": [{"opens": opens, "closes": closes} for opens, closes in own],
            "verdict": _digest(verdict),
            "sha256": "",
        }
    )
    return receipt.model_copy(update={"sha256": _hash(receipt)})


def verify(base: KnowledgeBase, receipt: Receipt) -> Verification:
    """Recompute a receipt's verdict by the release it names; a difference never raises."""
    differences = tuple(_differences(base, receipt))
    return Verification(ok=not differences, differences=differences)


def _differences(base: KnowledgeBase, receipt: Receipt) -> Iterator[str]:
    if receipt.sha256 != _hash(receipt):
        yield "sha256: the receipt was changed after it was issued"
    if receipt.engine != ENGINE:
        yield f"engine: {receipt.engine} in the receipt, {ENGINE} here"
    if receipt.release != base.release:
        yield f"release: {receipt.release} in the receipt, {base.release} here"
        return  # other rules: what they would say proves nothing
    if receipt.programme not in base.programmes:
        yield f"programme: the release has no programme {receipt.programme}"
        return
    try:
        dossier = read_dossier(base.facts, receipt.facts)
    except ValueRefused as refused:
        yield f"facts: {refused}"
        return
    windows = [
        FilingWindow(receipt.programme, window.opens, window.closes) for window in receipt.windows
    ]
    again = _digest(evaluate(base, receipt.programme, dossier, receipt.as_of, windows))
    yield from _compared(_lines(receipt.verdict), _lines(again))


def _compared(said: Mapping[str, str], again: Mapping[str, str]) -> Iterator[str]:
    for place in sorted(said.keys() | again.keys()):
        before, now = said.get(place, "nothing"), again.get(place, "nothing")
        if before != now:
            yield f"{place}: {before} in the receipt, {now} when recomputed"


def _lines(digest: Digest) -> dict[str, str]:
    """The digest line by line: `standing`, `criteria.rd-team` …"""
    lines: dict[str, str] = {}
    for name, value in digest.model_dump().items():
        if isinstance(value, str):
            lines[name] = value
        else:
            lines.update({f"{name}.{id_}": word for id_, word in value.items()})
    return lines


def _digest(verdict: Verdict) -> Digest:
    return Digest(
        standing=_standing(verdict.standing),
        applicability=verdict.applicability.value,
        timing=verdict.timing.value,
        window=verdict.window.value,
        criteria={str(o.node.id): _standing(o.standing) for o in verdict.outcomes()},
        exceptions={outcome.rule.id: outcome.state for outcome in verdict.exceptions},
        routes={outcome.rule.id: _route(outcome) for outcome in verdict.routes},
        benefits={outcome.rule.id: _benefit(outcome) for outcome in verdict.benefits},
    )


def _standing(standing: StandingRange) -> str:
    ends = (standing.worst.word, standing.best.word)
    return standing.word if standing.decided else "..".join(ends)


def _route(outcome: RouteOutcome) -> str:
    if outcome.proven:
        return "proven"
    return "possible" if outcome.possible else "ruled_out"


def _benefit(outcome: BenefitOutcome) -> str:
    payment = outcome.payment
    if payment is None:
        return outcome.due
    low, high = (
        "" if end is None else f"{end.normalize():f}" for end in (payment.low, payment.high)
    )
    return f"{outcome.due} {low}..{high} {payment.currency}"


def _hash(receipt: Receipt) -> str:
    """sha256 over the canonical JSON of everything else: sorted keys, no spaces, UTF-8."""
    content = receipt.model_dump(mode="json", exclude={"sha256"})
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
