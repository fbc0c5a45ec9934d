"""What must fit together among facts handed in: roles that are there, a part within its whole."""

from collections.abc import Iterator, Mapping

from knowledge.fact import Fact, Role
from knowledge.profile import Asking, Dossier, Range
from knowledge.value import ValueRefused


def check_role(facts: Mapping[str, Fact], roles: Mapping[str, Role], key: str) -> None:
    """Refuse a fact of a role that is not there, or of a subject of another kind.

    Such a fact would be read by no test, so its typing error would pass for "not known".
    """
    role, _, name = key.partition("@")[0].rpartition(".")
    fact, known = facts.get(name), roles.get(role)
    if role and fact is not None and (known is None or known.kind != fact.subject):
        raise ValueRefused("no_such_role", role=role[:40], key=key[:80])


def exceeding(facts: Mapping[str, Fact], dossier: Dossier) -> Iterator[tuple[Asking, Asking]]:
    """Each part that is certainly more than its whole (`at_most`), with that whole."""
    for asking in dossier.askings():
        fact = facts[asking.fact]
        bound = None if fact.at_most is None else facts.get(fact.at_most)
        if bound is None or bound.shape != fact.shape:
            continue
        whole = Asking(bound.id, asking.role, asking.year)
        part, most = dossier.get(asking), dossier.get(whole)
        # Both are of one kind: the release is checked for it.
        if isinstance(part, Range) and isinstance(most, Range) and part.low > most.high:  # type: ignore[operator]
            yield asking, whole
