"""Thirty applicants with everything the release says to them, as golden files.

A golden file changes only with a note: `python -m tests.knowledge.personas 2026-11-27 "why"` finds
all verdicts anew and adds the note to the files that changed.
"""

import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter

from knowledge.base import KnowledgeBase
from knowledge.consistency import check_role
from knowledge.document import Day
from knowledge.evaluation import evaluate
from knowledge.loading import builtin
from knowledge.model import Frozen, Line
from knowledge.profile import Dossier
from knowledge.value import read_dossier
from knowledge.verdict import Applicability, Verdict
from knowledge.yaml_text import read_as

FOLDER = Path(__file__).parent / "personas"
_Read = TypeVar("_Read")


class Persona(Frozen):
    """Who it is in a sentence, the day, and what is known of them."""

    who: Line
    as_of: Day
    facts: dict[str, object]


class Note(Frozen):
    """Why the verdicts are what they are since that day; `sha256` is of the verdicts."""

    on: Day
    why: Line
    sha256: Line


class Golden(Frozen):
    """What the release says to a persona, by programme."""

    notes: tuple[Note, ...]
    verdicts: dict[str, str]


def names() -> list[str]:
    """The personas, by the name of their files."""
    return sorted(f.stem for f in FOLDER.glob("*.yaml") if not f.stem.endswith(".golden"))


def persona(name: str) -> Persona:
    """A persona by name."""
    return _read(FOLDER / f"{name}.yaml", TypeAdapter(Persona))


def golden(name: str) -> Golden:
    """What was said to a persona before."""
    return _read(FOLDER / f"{name}.golden.yaml", TypeAdapter(Golden))


def _read(file: Path, adapter: TypeAdapter[_Read]) -> _Read:
    return read_as(file.name, file.read_text("utf-8"), adapter)[0]


def dossier_of(base: KnowledgeBase, found: Persona) -> Dossier:
    """What is known of a persona. Raises `ValueRefused` for a fact the release does not have."""
    for key in found.facts:
        check_role(base.facts, base.roles, key)
    return read_dossier(base.facts, found.facts)


def verdicts_of(base: KnowledgeBase, found: Persona) -> dict[str, str]:
    """Every programme with what it comes to: `eligible; in_force; subsidy 500000..500000 CNY`."""
    dossier = dossier_of(base, found)
    return {
        id_: _said(evaluate(base, id_, dossier, found.as_of)) for id_ in sorted(base.programmes)
    }


def _said(verdict: Verdict) -> str:
    if verdict.applicability is Applicability.NOT_APPLICABLE:
        return f"not_applicable; {verdict.timing.value}"
    standing = verdict.standing
    word = standing.word if standing.decided else f"{standing.worst.word}..{standing.best.word}"
    said = [word, verdict.timing.value]
    if verdict.applicability is Applicability.UNDETERMINED:
        said.append("applicability undetermined")
    said.extend(f"route {each.rule.id}" for each in verdict.routes if each.proven)
    for benefit in verdict.benefits:
        payment = benefit.payment
        if benefit.due != "no" and payment is not None:
            ends = (
                f"{end.normalize():f}" if end is not None else ""
                for end in (payment.low, payment.high)
            )
            said.append(f"{benefit.rule.id} {'..'.join(ends)} {payment.currency}")
    return "; ".join(said)


def hash_of(verdicts: dict[str, str]) -> str:
    """A short hash of verdicts: what a note vouches for."""
    text = "\n".join(f"{id_}: {said}" for id_, said in sorted(verdicts.items()))
    return sha256(text.encode()).hexdigest()[:16]


def _renew(on: date, why: str) -> None:
    base = builtin()
    for name in names():
        verdicts = verdicts_of(base, persona(name))
        file = FOLDER / f"{name}.golden.yaml"
        kept = golden(name) if file.is_file() else Golden(notes=(), verdicts={})
        if kept.verdicts == verdicts:
            continue
        note = Note(on=on, why=why, sha256=hash_of(verdicts))
        told = Golden(notes=(*kept.notes, note), verdicts=verdicts).model_dump(mode="json")
        text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=200)
        file.write_text(
            "# Computed; changes only with a note: see tests/knowledge/personas.py.\n" + text,
            "utf-8",
        )
        print(f"{name}: changed")  # noqa: T201 - a command


if __name__ == "__main__":
    _renew(date.fromisoformat(sys.argv[1]), sys.argv[2])
