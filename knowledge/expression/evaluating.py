"""A typed tree over known facts to a truth or a range, by closures compiled once.

Numbers are pairs (low, high) of Decimals or days; tests are pairs on the chain of truth. A missing
fact is its bounds, so every answer is sound: each completion of the facts lies inside it.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal
from typing import Any

from knowledge.expression import tree
from knowledge.expression.counting import counter, options_chosen, summer
from knowledge.expression.env import Ends, Env, NumberRun, TestRun, bounds_of, key_of, reader
from knowledge.expression.reads import parts_of, years_of
from knowledge.profile import Range
from knowledge.truth import CERTAIN, FALSE, IMPOSSIBLE, NO_ANSWER, TRUE, UNDEFINED, UNKNOWN, Truth

_ZERO = Decimal(0)


def compile_test(test: tree.Test) -> TestRun:
    """The test as a function of what is known."""
    match test:
        case tree.Compare():
            return _comparison(test)
        case tree.CompareRatio():
            return _ratio(test)
        case tree.OneOf():
            return _one_of(test)
        case tree.Includes():
            return _includes(test)
        case tree.YesNo():
            return _yes_no(test)
        case tree.Exists():
            count = counter(test.fact, test.role, _holds(test.where))
            return lambda env: _at_least(count(env), _ONE)
        case tree.Not():
            run = compile_test(test.part)
            return lambda env: _negated(run(env))
        case tree.Both():
            return _both(test)
        case _:
            return compile_test(test.part)


def _negated(truth: Truth) -> Truth:
    return TRUE - truth[1], TRUE - truth[0]


def _holds(where: tree.Test | None) -> TestRun | None:
    return None if where is None else compile_test(where)


def _both(test: tree.Both) -> TestRun:
    runs = tuple(compile_test(part) for part in test.parts)
    return _every(runs) if test.word == "all" else _some(runs)


def _every(runs: tuple[TestRun, ...]) -> TestRun:
    def run(env: Env) -> Truth:
        worst = best = TRUE
        for part in runs:
            low, high = part(env)
            if low < worst:  # noqa: PLR1730 - min() costs three times as much
                worst = low
            if high < best:
                best = high
                if best == FALSE:
                    return IMPOSSIBLE
        return worst, best

    return run


def _some(runs: tuple[TestRun, ...]) -> TestRun:
    def run(env: Env) -> Truth:
        worst = best = FALSE
        for part in runs:
            low, high = part(env)
            if low > worst:
                worst = low
                if worst == TRUE:
                    return CERTAIN
            if high > best:  # noqa: PLR1730 - max() costs three times as much
                best = high
        return worst, best

    return run


def _comparison(test: tree.Compare) -> TestRun:
    left, right = _settled(test.left), _settled(test.right)
    compare = _COMPARE[test.operator]
    return lambda env: compare(left(env), right(env))


def _at_least(a: Ends, b: Ends) -> Truth:
    return TRUE if a[0] >= b[1] else FALSE, TRUE if a[1] >= b[0] else FALSE


def _more_than(a: Ends, b: Ends) -> Truth:
    return TRUE if a[0] > b[1] else FALSE, TRUE if a[1] > b[0] else FALSE


def _equal(a: Ends, b: Ends) -> Truth:
    certain = a[0] == a[1] == b[0] == b[1]
    return TRUE if certain else FALSE, TRUE if a[0] <= b[1] and b[0] <= a[1] else FALSE


_COMPARE: Mapping[str, Callable[[Ends, Ends], Truth]] = {
    ">=": _at_least,
    ">": _more_than,
    "<=": lambda a, b: _at_least(b, a),
    "<": lambda a, b: _more_than(b, a),
    "==": _equal,
    "!=": lambda a, b: _negated(_equal(a, b)),
}
_AGAINST_ZERO: Ends = (_ZERO, _ZERO)
_ONE: Ends = (Decimal(1), Decimal(1))


def _ratio(test: tree.CompareRatio) -> TestRun:
    """`above / below OP right` as `above - right x below OP 0`; below is never negative."""
    above = _settled(test.above)
    below = compile_number(test.below)
    scaled_by = _settled(tree.Arithmetic("*", test.right, test.below, ""))
    compare = _COMPARE[test.operator]

    def run(env: Env) -> Truth:
        bottom = below(env)
        if bottom[1] == 0:
            return NO_ANSWER
        top, scaled = above(env), scaled_by(env)
        truth = compare((top[0] - scaled[1], top[1] - scaled[0]), _AGAINST_ZERO)
        if bottom[0] > 0:
            return truth
        return min(truth[0], UNDEFINED), max(truth[1], UNDEFINED)

    return run


def _one_of(test: tree.OneOf) -> TestRun:
    read = reader(test.fact, test.role, test.column)
    spec = test.fact if test.column is None else test.fact.columns[test.column]
    everything, wanted = frozenset(spec.options), test.options

    def run(env: Env) -> Truth:
        value = read(env)
        if isinstance(value, str):
            return CERTAIN if value in wanted else IMPOSSIBLE
        if everything <= wanted:
            return CERTAIN
        return UNKNOWN if everything & wanted else IMPOSSIBLE

    if test.negated:
        return lambda env: _negated(run(env))
    return run


def _includes(test: tree.Includes) -> TestRun:
    read, option = reader(test.fact, test.role, test.column), test.option

    def run(env: Env) -> Truth:
        value = read(env)
        if isinstance(value, frozenset):
            return CERTAIN if option in value else IMPOSSIBLE
        return UNKNOWN

    return run


def _yes_no(test: tree.YesNo) -> TestRun:
    read = reader(test.fact, test.role, test.column)
    last_year = test.last_year

    def run(env: Env) -> Truth:
        value = read(env)
        if last_year:
            value = value.get(env.today.year - 1) if isinstance(value, Mapping) else None
        if value is True:
            return CERTAIN
        return UNKNOWN if value is None else IMPOSSIBLE

    return run


def compile_number(node: tree.Number) -> NumberRun:
    """The number, amount or day as a function of what is known."""
    match node:
        case tree.Constant():
            ends = (node.value, node.value)
            return lambda _: ends
        case tree.Today():
            return lambda env: (env.today, env.today)
        case tree.FactValue() | tree.ColumnValue():
            return _value(node)
        case tree.YearValue():
            return _year_value(node)
        case tree.Counted():
            if node.fact.type == "choices":
                return options_chosen(node)
            return counter(node.fact, node.role, _holds(node.where))
        case tree.Summed():
            return summer(node, compile_number(node.body), _holds(node.where))
        case tree.Choose():
            return _chosen(node)
        case tree.Least():
            return _least(node)
        case _:
            return _computed(node)


def _computed(node: tree.Arithmetic | tree.Shifted | tree.YearOf | tree.WholeSteps) -> NumberRun:
    match node:
        case tree.Arithmetic():
            left = compile_number(node.left)
            right = compile_number(node.right)
            operate = {"+": _add, "-": _subtract, "*": _multiply}[node.operator]
            return lambda env: operate(left(env), right(env))
        case tree.Shifted():
            day = compile_number(node.day)
            move = node.by.after if node.sign == 1 else node.by.before
            return lambda env: _each_end(day(env), move)
        case tree.YearOf():
            day = compile_number(node.day)
            return lambda env: _each_end(day(env), lambda end: Decimal(end.year))
        case _:
            value = _settled(node.value)
            divisor = _divisor(node)
            sign = -1 if node.function == "ceil" else 1
            return lambda env: _each_end(value(env), lambda end: sign * _floor(sign * end, divisor))


_SETTLED = Decimal("1e-11")
_WIDE = Context(prec=60)


def _settled(node: tree.Number) -> NumberRun:
    """The number as it is compared: a mean, a sum rounded at 28 digits, back on its exact value.

    Values and literals have few decimals, so figures that differ do so far above 10^-11, while the
    error of a mean times a share stays far below it for amounts up to 10^15.
    """
    run = compile_number(node)
    if not _has_mean(node):
        return run
    return lambda env: _each_end(run(env), lambda end: end.quantize(_SETTLED, context=_WIDE))


def _has_mean(node: tree.Test | tree.Number) -> bool:
    mean = isinstance(node, tree.YearValue) and node.function == "mean_years"
    return mean or any(_has_mean(part) for part in parts_of(node))


def _divisor(node: tree.WholeSteps) -> Decimal:
    if node.divisor is None or not isinstance(node.divisor.value, Decimal):
        return Decimal(1)
    return node.divisor.value


def _each_end(ends: Ends, move: Callable[[Any], Any]) -> Ends:
    return move(ends[0]), move(ends[1])


def _floor(value: Decimal, divisor: Decimal) -> Decimal:
    steps = value // divisor
    return steps - 1 if steps * divisor > value else steps


def _add(a: Ends, b: Ends) -> Ends:
    return a[0] + b[0], a[1] + b[1]


def _subtract(a: Ends, b: Ends) -> Ends:
    return a[0] - b[1], a[1] - b[0]


def _multiply(a: Ends, b: Ends) -> Ends:
    if a[0] >= 0 and b[0] >= 0:
        return a[0] * b[0], a[1] * b[1]
    corners = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    return min(corners), max(corners)


def _value(node: tree.FactValue | tree.ColumnValue) -> NumberRun:
    column = node.column if isinstance(node, tree.ColumnValue) else None
    role = "" if isinstance(node, tree.ColumnValue) else node.role
    read = reader(node.fact, role, column)
    missing = bounds_of(node.fact if column is None else node.fact.columns[column])

    def run(env: Env) -> Ends:
        value = read(env)
        return (value.low, value.high) if isinstance(value, Range) else missing

    return run


def _year_value(node: tree.YearValue) -> NumberRun:
    key, missing = key_of(node.fact, node.role), bounds_of(node.fact)
    together = _OVER_YEARS.get(node.function, sum)
    share = node.years if node.function == "mean_years" else 1

    def of(known: object, year: int) -> Ends:
        cell = known.get(year) if isinstance(known, Mapping) else None
        return (cell.low, cell.high) if isinstance(cell, Range) else missing

    def run(env: Env) -> Ends:
        known = env.values.get(key)
        ends = [of(known, year) for year in years_of(node, env.today)]
        low, high = together(end[0] for end in ends), together(end[1] for end in ends)
        return low / share, high / share

    return run


_OVER_YEARS: Mapping[str, Callable[[Iterable[Any]], Any]] = {"min_years": min, "max_years": max}


def _chosen(node: tree.Choose) -> NumberRun:
    test = compile_test(node.test)
    then = compile_number(node.then)
    otherwise = compile_number(node.otherwise)

    def run(env: Env) -> Ends:
        worst, best = test(env)
        if worst == TRUE:
            return then(env)
        if best == FALSE:
            return otherwise(env)
        one, other = then(env), otherwise(env)
        return min(one[0], other[0]), max(one[1], other[1])

    return run


def _least(node: tree.Least) -> NumberRun:
    runs = tuple(compile_number(part) for part in node.parts)
    pick = min if node.function == "min" else max

    def run(env: Env) -> Ends:
        ends = [part(env) for part in runs]
        return pick(e[0] for e in ends), pick(e[1] for e in ends)

    return run
