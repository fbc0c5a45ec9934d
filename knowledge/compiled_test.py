"""A test compiled once: a tree for people, a function for the evaluator, what it still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knowledge.criterion import TestGroup
from knowledge.expression import tree
from knowledge.expression.checking import Vocabulary, check_test
from knowledge.expression.env import Env, TestRun
from knowledge.expression.evaluating import compile_test
from knowledge.expression.reads import exact, reads_of
from knowledge.fact import Fact
from knowledge.profile import Asking, Value


@dataclass(frozen=True, slots=True)
class CompiledTest:
    """A test as a tree for people and as a function for the evaluator."""

    tree: tree.Test
    run: TestRun
    parts: "tuple[CompiledTest, ...]" = ()
    _reads: dict[int, tuple["Read", ...]] = field(default_factory=dict, compare=False)

    def reads(self, today: date) -> "tuple[Read, ...]":
        """Every fact the test reads on a day; the same all year, so it is collected once a year."""
        found = self._reads.get(today.year)
        if found is None:
            found = self._reads[today.year] = reads_on(self.tree, today)
        return found

    def missing(self, env: Env) -> list[Asking]:
        """The facts that could still change the answer, in the order it reads them."""
        worst, best = self.run(env)
        return [] if worst == best else self.lacking(env)

    def lacking(self, env: Env) -> list[Asking]:
        """The same of a test that is known to be open."""
        if not self.parts:
            return still_open(self.reads(env.today), env.values)
        if isinstance(self.tree, (tree.Not, tree.Defined)):
            return self.parts[0].lacking(env)
        worst, best = self.run(env)
        found: list[Asking] = []
        for part in self.parts:
            low, high = part.run(env)
            if low != high and high > worst and low < best:
                found.extend(part.lacking(env))
        return found


@dataclass(frozen=True, slots=True)
class Read:
    """A fact that is read, with its key in a dossier."""

    asking: Asking
    fact: Fact
    key: str


def reads_on(node: tree.Test | tree.Number, today: date) -> tuple[Read, ...]:
    """Every fact a tree reads on a day."""
    return tuple(Read(asking, fact, asking.key) for asking, fact in reads_of(node, today).items())


def still_open(reads: tuple[Read, ...], values: Mapping[str, Value]) -> list[Asking]:
    """Of some facts those that are missing, ranged or incomplete."""
    found = []
    for read in reads:
        value = values.get(read.key)
        if isinstance(value, Mapping):
            value = None if read.asking.year is None else value.get(read.asking.year)
        if value is None or not exact(read.fact, value):
            found.append(read.asking)
    return found


def compile_source(source: str | TestGroup, words: Vocabulary) -> CompiledTest:
    """Compile a test as written: a leaf, or a group of tests. Raises ExpressionRefused."""
    if isinstance(source, str):
        return _compiled(check_test(source, words))
    if source.not_ is not None:
        inner = compile_source(source.not_, words)
        return _compiled(tree.Not(inner.tree), (inner,))
    parts = tuple(compile_source(part, words) for part in source.all or source.any or ())
    return joined("all" if source.all is not None else "any", parts)


def joined(word: Literal["all", "any"], parts: tuple[CompiledTest, ...]) -> CompiledTest:
    """Several tests as one."""
    return _compiled(tree.Both(word, tuple(part.tree for part in parts)), parts)


def _compiled(test: tree.Test, parts: tuple[CompiledTest, ...] = ()) -> CompiledTest:
    if not parts and isinstance(test, tree.Both):
        parts = tuple(_compiled(part) for part in test.parts)
    if not parts and isinstance(test, (tree.Not, tree.Defined)):
        parts = (_compiled(test.part),)
    return CompiledTest(test, compile_test(test), parts)
