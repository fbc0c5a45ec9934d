"""The typed tree of a test or an amount: what the evaluator runs and the wording renders.

Every name is resolved and every unit checked (`knowledge.expression.checking`) before a tree
exists. `kind` of a numeric node is its dimension: a counting unit (人), `CNY`, `USD`, `ratio`,
`date`, `` (a bare factor) or `count` (a number of records or options, comparable with any unit).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from knowledge.fact import Fact
from knowledge.model import Text
from knowledge.profile import Scalar
from knowledge.quantity import Duration

Comparator: TypeAlias = Literal[">=", ">", "<=", "<", "==", "!="]
YearFunction: TypeAlias = Literal[
    "last_year", "this_year", "years_ago", "sum_years", "mean_years", "min_years", "max_years"
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, an amount (元 or dollars), a ratio as a fraction, or a day; `text` as written."""

    value: Scalar
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """The day of evaluation."""

    kind: str = "date"


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a once-fact. `role` is empty for the role of the fact's own kind."""

    fact: Fact
    role: str
    kind: str


@dataclass(frozen=True, slots=True)
class YearValue:
    """A yearly fact through a function of years; `years` is 1 for last_year and this_year.

    `years_ago` reads the one year so long ago, all others the `years` complete ones before today.
    """

    function: YearFunction
    fact: Fact
    role: str
    years: int
    kind: str


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A column of the row at hand, inside count, exists or sum."""

    fact: Fact
    column: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shifted:
    """A day moved by a duration: `today - 3 年`."""

    day: "Number"
    by: Duration
    sign: Literal[1, -1]
    kind: str = "date"


@dataclass(frozen=True, slots=True)
class YearOf:
    """The calendar year of a day."""

    day: "Number"
    kind: str = "年份"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Sum, difference or product."""

    operator: Literal["+", "-", "*"]
    left: "Number"
    right: "Number"
    kind: str


@dataclass(frozen=True, slots=True)
class Least:
    """min or max of several."""

    function: Literal["min", "max"]
    parts: tuple["Number", ...]
    kind: str


@dataclass(frozen=True, slots=True)
class WholeSteps:
    """floor or ceil of a quotient, or of a value when `divisor` is None."""

    function: Literal["floor", "ceil"]
    value: "Number"
    divisor: Constant | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choose:
    """`if(test, then, otherwise)`."""

    test: "Test"
    then: "Number"
    otherwise: "Number"
    kind: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of rows that hold, or of options chosen when the fact is `choices`."""

    fact: Fact
    role: str
    where: "Test | None"
    kind: str = "count"


@dataclass(frozen=True, slots=True)
class Summed:
    """The sum of an expression over the rows that hold."""

    fact: Fact
    role: str
    body: "Number"
    where: "Test | None"
    kind: str


Number: TypeAlias = (
    Constant | Today | FactValue | YearValue | ColumnValue | Shifted | YearOf | Arithmetic
    | Least | WholeSteps | Choose | Counted | Summed
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two numbers, amounts or days of one kind."""

    operator: Comparator
    left: Number
    right: Number


@dataclass(frozen=True, slots=True)
class CompareRatio:
    """`above / below OP right`, never divided; a zero denominator is UNDEFINED."""

    operator: Comparator
    above: Number
    below: Number
    right: Number


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice is one of the options (`==`, `in`); `listed` names the closed list used, if any."""

    fact: Fact
    role: str
    column: str | None
    options: frozenset[str]
    negated: bool
    listed: str | None = None


@dataclass(frozen=True, slots=True)
class Includes:
    """Several choices include this option."""

    fact: Fact
    role: str
    column: str | None
    option: str


@dataclass(frozen=True, slots=True)
class YesNo:
    """A yes/no fact or column as a test; through `last_year` when yearly."""

    fact: Fact
    role: str
    column: str | None
    last_year: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one row holds."""

    fact: Fact
    role: str
    where: "Test | None"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Test"


@dataclass(frozen=True, slots=True)
class Both:
    """`all`/`and` or `any`/`or` of several tests."""

    word: Literal["all", "any"]
    parts: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Defined:
    """A test that the programme defines once and names, as a text says 以下称…."""

    name: str
    says: Text
    part: "Test"


Test: TypeAlias = Compare | CompareRatio | OneOf | Includes | YesNo | Exists | Not | Both | Defined
