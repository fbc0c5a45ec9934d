"""What must hold between the files of a release: every id named somewhere exists, and only once."""

from collections import Counter
from collections.abc import Callable, Iterator

from knowledge.base import KnowledgeBase
from knowledge.citation import parse_cite
from knowledge.citing import cited_parts
from knowledge.criterion import Group
from knowledge.programme import Programme

Report = Callable[[str, str], None]
FileReport = Callable[[str, str, str], None]


def check_vocabulary(base: KnowledgeBase, report: FileReport) -> None:
    """Lists are subsets of what they say; consistency checks name facts of the same subject."""
    for name, role in base.roles.items():
        if role.relation is not None and role.relation.role not in base.roles:
            report("roles.yaml", name, f"there is no role {role.relation.role!r}")
    for name, chosen in base.lists.items():
        if chosen.of is not None:
            whole = base.lists.get(chosen.of)
            missing = set(chosen.members) - (set() if whole is None else set(whole.entries))
            if missing:
                report(f"lists/{name}.yaml", "of", f"not in {chosen.of}: {sorted(missing)}")
    for fact in base.facts.values():
        if fact.at_most is not None:
            other = base.facts.get(fact.at_most)
            if other is None or other.subject != fact.subject or other.dimension != fact.dimension:
                report("facts", fact.id, f"at_most {fact.at_most!r} is no fact of the same kind")


def check_documents(base: KnowledgeBase, name: str, report: Report) -> None:
    """A gap names programmes that exist."""
    for gap in base.documents[name].gaps:
        for programme in gap.programmes:
            if programme not in base.programmes:
                report(gap.article, f"there is no programme {programme!r}")


def check_programme(base: KnowledgeBase, id_: str, report: Report) -> None:
    """Basis, citations, roles, ids, lifts, clocks and their events."""
    programme = base.programmes[id_]
    if programme.id != id_:
        report(programme.id, f"the file is named {id_}.yaml")
    for document in programme.basis:
        if document not in base.documents:
            report(id_, f"there is no document {document!r}")
    _check_ids(programme, report)
    for part in cited_parts(programme):
        document = parse_cite(part.cite, programme.basis[0]).document
        if document not in programme.basis:
            report(id_, f"{part.cite!r} cites {document}, which is not in basis")
    for role in (programme.subject, programme.applicant.role, programme.beneficiary.role):
        if role is not None and role not in base.roles:
            report(id_, f"there is no role {role!r}")
    _check_applicant(base, programme, report)
    _check_links(base, programme, report)


def _check_applicant(base: KnowledgeBase, programme: Programme, report: Report) -> None:
    """Whoever files is the subject itself, or stands behind it as host, owner or member."""
    subject, applicant = base.roles.get(programme.subject), programme.applicant.role
    if subject is None or applicant == programme.subject:
        return
    if subject.relation is None or subject.relation.role != applicant:
        report(
            programme.id, f"{applicant} files for {programme.subject}, to which it has no relation"
        )


def _check_ids(programme: Programme, report: Report) -> None:
    lines = () if programme.score_sheet is None else programme.score_sheet.lines
    for ids in (_ids(programme), (line.id for line in lines)):
        for name, times in Counter(ids).items():
            if times > 1:
                report(name, "the id stands twice")


def _check_links(base: KnowledgeBase, programme: Programme, report: Report) -> None:
    known = {criterion.id for criterion in programme.all_criteria}
    for rule in programme.exceptions:
        for lifted in set(rule.lifts) - known:
            report(rule.id, f"lifts {lifted!r}, which is no criterion or exclusion")
    _check_lifecycle(programme, report)
    for yielding in programme.yields_to:
        if yielding.programme is not None and yielding.programme not in base.programmes:
            report(programme.id, f"yields to {yielding.programme!r}, which is no programme")
    clocks = {clock.id for clock in programme.clocks}
    for duty in programme.duties:
        if duty.clock is not None and duty.clock not in clocks:
            report(programme.id, f"a duty names the clock {duty.clock!r}, which is not there")
    for clock in programme.clocks:
        if clock.event_fact is not None:
            fact = base.facts.get(clock.event_fact.rpartition(".")[2])
            if fact is None or fact.type != "date" or fact.shape != "once":
                report(clock.id, f"event_fact {clock.event_fact!r} is no date")


def _check_lifecycle(programme: Programme, report: Report) -> None:
    states = {state.id for state in programme.lifecycle}
    clocks = {clock.id for clock in programme.clocks}
    for state in programme.lifecycle:
        for passage in state.next:
            if passage.to not in states:
                report(state.id, f"leads to {passage.to!r}, which is no state of the lifecycle")
            if passage.clock is not None and passage.clock not in clocks:
                report(state.id, f"names the clock {passage.clock!r}, which is not there")


def _ids(programme: Programme) -> Iterator[str]:
    yield from (criterion.id for criterion in programme.all_criteria)
    if programme.criteria is not None:
        yield from _group_ids(programme.criteria)
    if programme.applies_to is not None:
        yield programme.applies_to.id
    for several in (programme.exceptions, programme.routes, programme.benefits):
        yield from (item.id for item in several)
    yield from (clock.id for clock in programme.clocks)
    yield from (state.id for state in programme.lifecycle)
    yield from (material.id for material in programme.materials if material.when is not None)


def _group_ids(group: Group) -> Iterator[str]:
    if group.id is not None:
        yield group.id
    for part in group.parts:
        if isinstance(part, Group):
            yield from _group_ids(part)
