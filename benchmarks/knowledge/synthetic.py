"""A made-up release of the size the choice of engine was made on: 20 programmes of 8 criteria.

Six criteria must all be met, and one of two more. The rules are drawn with a fixed seed from the
kinds every engine beside us can say: comparisons of figures, amounts, ratios, quotients and days,
yes/no, one of several options, several options.
"""

from collections.abc import Callable, Mapping
from random import Random

PROGRAMMES = 20
_SEED = 20_240_301
_ALL_OF = 6
_ANY_OF = 2

_COUNTS = ("staff", "rd_staff", "doctors", "patents", "products", "standards", "contracts", "labs")
_AMOUNTS = ("revenue", "rd_expense", "assets", "tax_paid", "equipment", "contract_value")
_RATIOS = ("export_share", "rd_share", "green_share")
_DAYS = ("founded", "certified")
_YES_NO = ("legal_person", "honest", "listed", "in_park", "has_charter", "has_plan")
_CHOICES = ("kind", "industry", "region")
_SEVERAL = ("investors", "titles")
_OPTIONS = ("alpha", "beta", "gamma", "delta")


def synthetic_files(programmes: int = PROGRAMMES) -> Mapping[str, str]:
    """The files of the release, as an author would write them."""
    random = Random(_SEED)
    files = {
        "roles.yaml": _ROLES,
        "facts/organisation-made-up.yaml": _facts(),
        "documents/试-2024-1.yaml": _DOCUMENT,
    }
    for number in range(programmes):
        files[f"programmes/made-up-{number}.yaml"] = _programme(random, number)
    return files


_ROLES = """roles:
  organisation: {kind: organisation, title: {zh: 本单位, en: you}}
"""
_DOCUMENT = """number: 试〔2024〕1号
title: {zh: 仅供计时的规定, en: A regulation made up for timing}
issuers: [试验厅]
issued: 2024-01-01
effective: 2024-01-01
expires: not_stated
provisions:
  - {article: 第一条, says: {zh: 说明条件}}
"""


def _facts() -> str:
    options = ", ".join(f"{one}: {{zh: {one}, en: {one}}}" for one in _OPTIONS)
    kinds = {
        "type: number, unit: 人, bounds: 1..100000 人": _COUNTS,
        "type: money, currency: CNY, bounds: 0..5000 万元": _AMOUNTS,
        "type: ratio, bounds: 0%..100%": _RATIOS,
        "type: date, bounds: 2000-01-01..2030-12-31": _DAYS,
        "type: yes_no": _YES_NO,
        f"type: choice, options: {{{options}}}": _CHOICES,
        f"type: choices, options: {{{options}}}": _SEVERAL,
    }
    lines = ["subject: organisation", "topic: {zh: 计时, en: timing}", "facts:"]
    for kind, names in kinds.items():
        for name in names:
            title = f"{{zh: {name}, en: {name}}}"
            lines.append(f"  {name}: {{title: {title}, ask: {title}, {kind}}}")
    return "\n".join(lines) + "\n"


def _programme(random: Random, number: int) -> str:
    lines = [
        f"id: made-up-{number}",
        "basis: [试-2024-1]",
        f"title: {{zh: 计时项目 {number}, en: made-up programme {number}}}",
        "summary: {zh: 仅供计时。, en: For timing only.}",
        "kind: subsidy",
        "applicant: {role: organisation, who: {zh: 单位, en: an organisation}}",
        "subject: organisation",
        "beneficiary: {role: organisation}",
        "award: discretionary",
        "criteria:",
        "  all:",
    ]
    for place in range(_ALL_OF):
        lines += _criterion(random, f"c{place}", "    ")
    lines += ["    - id: either", "      title: {zh: 其一, en: either}", "      any:"]
    for place in range(_ALL_OF, _ALL_OF + _ANY_OF):
        lines += _criterion(random, f"c{place}", "        ")
    return "\n".join(lines) + "\n"


def _criterion(random: Random, id_: str, indent: str) -> list[str]:
    test = random.choice(_KINDS)(random)
    return [
        f"{indent}- {{id: {id_}, cite: 第一条, quote: 应当符合条件,",
        f'{indent}   test: "{test}"}}',
    ]


def _count(random: Random) -> str:
    return f"{random.choice(_COUNTS)} >= {random.choice((1, 3, 5, 10))} 人"


def _amount(random: Random) -> str:
    comparator, bound = random.choice((">=", ">", "<=")), random.choice((5, 100, 500, 2000))
    return f"{random.choice(_AMOUNTS)} {comparator} {bound} 万元"


def _ratio(random: Random) -> str:
    return f"{random.choice(_RATIOS)} >= {random.choice((3, 10, 30))}%"


def _quotient(random: Random) -> str:
    above, below = random.choice(
        (("rd_staff", "staff"), ("doctors", "staff"), ("labs", "products"))
    )
    return f"{above} / {below} >= {random.choice((10, 15))}%"


def _day(random: Random) -> str:
    return f"{random.choice(_DAYS)} <= today - {random.choice((1, 2, 3))} 年"


def _yes_no(random: Random) -> str:
    return f"{random.choice(('', '', 'not '))}{random.choice(_YES_NO)}"


def _one_of(random: Random) -> str:
    return f"{random.choice(_CHOICES)} in [{', '.join(random.sample(_OPTIONS, 2))}]"


def _includes(random: Random) -> str:
    return f"includes({random.choice(_SEVERAL)}, {random.choice(_OPTIONS)})"


def _several(random: Random) -> str:
    return f"{_count(random)} and ({_yes_no(random)} or {_one_of(random)})"


_KINDS: tuple[Callable[[Random], str], ...] = (
    _count, _count, _amount, _amount, _ratio, _quotient, _day, _yes_no, _yes_no, _one_of,
    _one_of, _includes, _several,
)  # fmt: skip
