"""What is known to the brief of a programme: its standing and the facts that would narrow it.

Screening asks for the briefs of all programmes at every answer. One answer changes few of them, so
what was weighed is kept under the values it was weighed on.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from weakref import WeakKeyDictionary

from knowledge.base import KnowledgeBase
from knowledge.compiled import CompiledProgramme
from knowledge.expression.env import Env
from knowledge.plan import Plan, Weighing, weakest
from knowledge.profile import Asking, Cell, Dossier, Records, Value
from knowledge.programme import Programme
from knowledge.routing import Routing, weigh_routes
from knowledge.splitting import answers_left
from knowledge.truth import Standing, StandingRange, between, narrower
from knowledge.verdict import Applicability, Brief, FilingWindow, Timing, WindowState

Windows: TypeAlias = Sequence[FilingWindow]


def brief(
    base: KnowledgeBase, programme: str, dossier: Dossier, as_of: date, windows: Windows = ()
) -> Brief:
    """The brief of one programme; raises KeyError for an unknown programme."""
    return briefs(base, dossier, as_of, windows, (programme,))[programme]


def briefs(
    base: KnowledgeBase,
    dossier: Dossier,
    as_of: date,
    windows: Windows = (),
    programmes: Iterable[str] | None = None,
) -> dict[str, Brief]:
    """The briefs of some programmes, or of all, in the order asked for."""
    desk = _desk_of(base)
    known = _Known(dossier)
    wanted = base.programmes if programmes is None else programmes
    own: dict[str, list[FilingWindow]] = {}
    for each in windows:
        own.setdefault(each.programme, []).append(each)
    times = desk.times_on(base, as_of)
    found = {}
    for id_ in wanted:
        timing, window = times[id_]
        if id_ in own:
            window = window_of(base.programmes[id_], as_of, own[id_])
        weighed = desk.weighed(base.compiled[id_], known, as_of)
        found[id_] = Brief(
            id_, timing, window, weighed.applicability, weighed.standing, weighed.missing
        )
    return found


def timing_of(base: KnowledgeBase, programme: Programme, as_of: date) -> Timing:
    """Whether the programme is in force: by its own term, else by its first document."""
    if programme.term is not None:
        starts, expires = programme.term.start, programme.term.until
    else:
        document = base.documents[programme.basis[0]]
        starts = document.effective if isinstance(document.effective, date) else document.issued
        if not isinstance(document.expires, date):
            return Timing.NOT_YET_IN_FORCE if as_of < starts else Timing.TERM_NOT_STATED
        expires = document.expires
    if as_of < starts:
        return Timing.NOT_YET_IN_FORCE
    return Timing.EXPIRED if as_of > expires else Timing.IN_FORCE


def window_of(programme: Programme, as_of: date, windows: Windows) -> WindowState:
    """The most useful state among the programme's windows: open, then announced, then shut."""
    if programme.always_open is not None:
        return WindowState.ALWAYS
    own = [window for window in windows if window.programme == programme.id]
    if any(window.opens <= as_of <= window.closes for window in own):
        return WindowState.OPEN
    if any(as_of < window.opens for window in own):
        return WindowState.ANNOUNCED
    return WindowState.SHUT if own else WindowState.NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the facts make of a programme, whatever the day and the windows."""

    applicability: Applicability
    standing: StandingRange
    missing: tuple[Asking, ...]


class _Known:
    """A dossier, with a form of its values that can be compared and kept."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self._kept = {key: _kept_form(value) for key, value in dossier.values.items()}

    def of(self, keys: tuple[str, ...]) -> Hashable:
        """What is known of these facts."""
        get = self._kept.get
        return tuple([get(key) for key in keys])


def _kept_form(value: Value) -> Hashable:
    if isinstance(value, Records):
        return value.complete, tuple(tuple(sorted(row.items())) for row in value.rows)
    if isinstance(value, Mapping):
        return tuple(sorted(value.items()))
    return value


@dataclass
class _Desk:
    """What was weighed with one release. Any thread may weigh: at worst something is done twice."""

    reads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[Hashable, Weighed] = field(default_factory=dict)
    always: dict[str, Weighed] = field(default_factory=dict)
    """Of programmes that read nothing: what the text leaves open stays open."""
    times: tuple[date, dict[str, tuple[Timing, WindowState]]] | None = None
    """Of the day asked for last: the timing of each programme, and its window if none is known."""

    def times_on(self, base: KnowledgeBase, as_of: date) -> dict[str, tuple[Timing, WindowState]]:
        """Timing and window of every programme on a day, as far as the texts say."""
        kept = self.times
        if kept is None or kept[0] != as_of:
            found = {
                id_: (timing_of(base, programme, as_of), window_of(programme, as_of, ()))
                for id_, programme in base.programmes.items()
            }
            kept = self.times = (as_of, found)
        return kept[1]

    def weighed(self, compiled: CompiledProgramme, known: _Known, as_of: date) -> Weighed:
        """What the facts make of a programme, weighed now or kept from before."""
        programme = compiled.model.id
        found = self.always.get(programme)
        if found is not None:
            return found
        reads = self.reads.get(programme)
        if reads is None:
            reads = self.reads[programme] = tuple(sorted(set(_keys_of(compiled.plan, as_of))))
            if not any(True for _ in compiled.plan.tests()):
                found = self.always[programme] = weigh(compiled, known.dossier, as_of)
                return found
        on = (programme, as_of, known.of(reads))
        found = self.kept.get(on)
        if found is None:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            found = self.kept[on] = weigh(compiled, known.dossier, as_of)
        return found


_MOST_KEPT = 20_000
"""A few megabytes; a screening adds some ten entries at an answer."""
_DESKS: WeakKeyDictionary[KnowledgeBase, _Desk] = WeakKeyDictionary()
"""One for each release, forgotten with it."""


def _desk_of(base: KnowledgeBase) -> _Desk:
    found = _DESKS.get(base)
    if found is None:
        found = _DESKS[base] = _Desk()
    return found


def _keys_of(plan: Plan, as_of: date) -> Iterator[str]:
    """The keys of every fact that decides; which years are read does not matter here."""
    for test in plan.tests():
        yield from (read.key for read in test.reads(as_of))


def weigh(compiled: CompiledProgramme, dossier: Dossier, as_of: date) -> Weighed:
    """What the facts make of a programme, from scratch."""
    scales = _Scales(compiled, dossier, as_of)
    standing = scales.sharpened()
    # What was tried narrows the standing; which facts could move it follows from the narrower one.
    return Weighed(scales.applicability, standing, tuple(scales.missing(standing)))


class _Scales:
    """One weighing of one programme, with everything needed to say what is missing."""

    def __init__(self, compiled: CompiledProgramme, dossier: Dossier, as_of: date) -> None:
        self._compiled = compiled
        self._dossier = dossier
        self._plan = compiled.plan
        self._env = Env(dossier.values, as_of)
        self._weighing = self._plan.weighing(self._env)
        applies = self._plan.applies_to
        self._applies = None if applies is None else applies.weigh(self._weighing)
        self._written = self._plan.weigh(self._weighing)
        self._routing = _routing(self._plan, self._env, self._written)
        self.applicability = _applicability(self._applies, self._routing)

    def sharpened(self) -> StandingRange:
        """The standing, narrowed by trying every answer of facts that stand in several tests."""
        standing = self._routing.standing
        if standing.decided or not self._compiled.repeated:
            return standing
        # Facts of an exception count from the start, though they are asked only after a miss.
        open_ = set(self.missing(standing))
        for test in self._plan.exceptions.values():
            open_.update(test.missing(self._env))
        if len(open_) > _FEW:
            return standing
        for repeated in self._compiled.repeated:
            answers = answers_left(repeated, self._dossier.get(repeated.asking))
            if answers and not standing.decided:
                standing = narrower(standing, self._hull(repeated.asking, answers))
        return standing

    def missing(self, standing: StandingRange) -> dict[Asking, None]:
        """The facts that could still narrow the answer; none once the programme is ruled out."""
        found: dict[Asking, None] = {}
        if (
            self.applicability is Applicability.NOT_APPLICABLE
            or standing.best is Standing.INELIGIBLE
        ):
            return found
        if self._plan.applies_to is not None and self._applies is not None:
            self._plan.applies_to.missing(self._weighing, self._applies, found)
        for way in self._plan.ways:
            found.update(dict.fromkeys(way.missing(self._env)))
        if self._routing.criteria_matter and not standing.decided:
            self._missing_of_criteria(found)
        return found

    def _missing_of_criteria(self, found: dict[Asking, None]) -> None:
        written = self._plan.written
        whole = weakest([self._weighing.standings[each.place] for each in written])
        for each in written:
            each.missing(self._weighing, whole, found)
        if whole.worst < Standing.AUTHORITY_DECIDES:
            for rule in self._plan.past_all:
                found.update(dict.fromkeys(self._plan.exceptions[rule].missing(self._env)))

    def _hull(self, asking: Asking, answers: tuple[Cell, ...]) -> StandingRange:
        worst, best = Standing.ELIGIBLE, Standing.INELIGIBLE
        for answer in answers:
            env = Env(self._dossier.having(asking, answer).values, self._env.today)
            branch = _whole(self._plan, self._plan.weighing(env))
            worst, best = min(worst, branch.worst), max(best, branch.best)
        return between(worst, best)


_FEW = 8
"""Open facts up to which answers are tried. Far from the end no answer of one fact decides, and
answers only ever take facts off the list, so what was narrowed once stays so."""


def _whole(plan: Plan, weighing: Weighing) -> StandingRange:
    return _routing(plan, weighing.env, plan.weigh(weighing)).standing


def _routing(plan: Plan, env: Env, written: StandingRange) -> Routing:
    if not plan.ways:
        return weigh_routes((), written)
    return weigh_routes([(way.kind, way.truth(env)) for way in plan.ways], written)


def _applicability(applies: StandingRange | None, routing: Routing) -> Applicability:
    """By the circle of applicants first, then by the routes."""
    if applies is None:
        return routing.applicability
    if applies.best is Standing.INELIGIBLE:
        return Applicability.NOT_APPLICABLE
    if applies.worst < Standing.ELIGIBLE:
        return Applicability.UNDETERMINED
    return routing.applicability
