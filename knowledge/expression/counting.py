"""Counts and sums over dated rows, certain and possible."""

from decimal import Decimal

from knowledge.expression import tree
from knowledge.expression.env import Ends, Env, NumberRun, TestRun, key_of, reader
from knowledge.fact import Fact
from knowledge.profile import Records, Row
from knowledge.truth import CERTAIN, FALSE, TRUE

_ZERO = Decimal(0)
_NOTHING: Ends = (_ZERO, _ZERO)


def options_chosen(node: tree.Counted) -> NumberRun:
    """How many options of a several-choice fact are chosen."""
    read, most = reader(node.fact, node.role, None), Decimal(len(node.fact.options))

    def run(env: Env) -> Ends:
        value = read(env)
        if isinstance(value, frozenset):
            return Decimal(len(value)), Decimal(len(value))
        return _ZERO, most

    return run


def counter(fact: Fact, role: str, holds: TestRun | None) -> NumberRun:
    """How many rows hold: those that certainly do, and those that may."""
    key, most = key_of(fact, role), Decimal(fact.max_rows)

    def run(env: Env) -> Ends:
        known = env.values.get(key)
        if not isinstance(known, Records):
            return _ZERO, most if _possible(holds, env) else _ZERO
        certain, possible = _tally(known.rows, holds, env)
        if known.complete or not _possible(holds, env):
            return Decimal(certain), Decimal(possible)
        return Decimal(certain), most

    return run


def _possible(holds: TestRun | None, env: Env) -> bool:
    """Whether a row of which nothing is known could hold."""
    if holds is None:
        return True
    kept, env.row = env.row, {}
    try:
        return holds(env)[1] > FALSE
    finally:
        env.row = kept


def _tally(rows: tuple[Row, ...], holds: TestRun | None, env: Env) -> tuple[int, int]:
    if holds is None:
        return len(rows), len(rows)
    kept = env.row
    certain = possible = 0
    try:
        for row in rows:
            env.row = row
            worst, best = holds(env)
            certain += worst == TRUE
            possible += best > FALSE
    finally:
        env.row = kept
    return certain, possible


def summer(node: tree.Summed, body: NumberRun, holds: TestRun | None) -> NumberRun:
    """The sum over the rows that hold; rows that may hold widen it."""
    key, most = key_of(node.fact, node.role), Decimal(node.fact.max_rows)

    def part(env: Env, row: Row) -> Ends:
        env.row = row
        worst, best = CERTAIN if holds is None else holds(env)
        if best == FALSE:
            return _NOTHING
        low, high = body(env)
        return (low, high) if worst == TRUE else (min(low, _ZERO), max(high, _ZERO))

    def run(env: Env) -> Ends:
        known, kept = env.values.get(key), env.row
        rows = known.rows if isinstance(known, Records) else ()
        try:
            parts = [part(env, row) for row in rows]
            low, high = sum((p[0] for p in parts), _ZERO), sum((p[1] for p in parts), _ZERO)
            if isinstance(known, Records) and known.complete:
                return low, high
            further = part(env, {})
            return low + min(further[0], _ZERO) * most, high + max(further[1], _ZERO) * most
        finally:
            env.row = kept

    return run
