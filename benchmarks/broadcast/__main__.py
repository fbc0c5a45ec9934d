"""`python -m benchmarks.broadcast`: notices to very many, laid down and sent by real workers."""

import argparse
import sys
from pathlib import Path

from benchmarks.broadcast.report import Report, tables, write_json, write_page
from benchmarks.broadcast.running import Laid, Used, laid, used
from benchmarks.knowledge.timing import machine

REDIS = "redis://127.0.0.1:6379/0"
_SECONDS, _FEW_SECONDS = 60.0, 5.0
_FOLLOWERS = (1_000, 10_000, 100_000, 1_000_000)
_MANY_ON_FILE = 100_000
_MANY_IN_FULL = 20_000
_PAID = 300


def main() -> int:
    """Measure, print, and write where asked."""
    asked = _arguments()
    described = machine()
    report = Report(
        described, not asked.quick, _shares(quick=asked.quick), _layings(quick=asked.quick)
    )
    print(tables(report))
    if asked.json is not None:
        write_json(report, asked.json)
    if asked.page is not None:
        write_page(report, asked.page)
    over = [each for each in report.used if each.most_in_a_second > each.a_second]
    return 1 if over else 0


def _shares(*, quick: bool) -> list[Used]:
    seconds = _FEW_SECONDS if quick else _SECONDS
    found = [
        used("postgres", 2, 30, seconds, redis=REDIS),
        used("sqlite", 1, 30, seconds, redis=""),
    ]
    if not quick:
        found += [
            used("postgres", 2, 30, seconds, redis=""),
            used("postgres", 2, _PAID, seconds, redis=REDIS),
        ]
    return found


def _layings(*, quick: bool) -> list[Laid]:
    sizes = _FOLLOWERS[:1] if quick else _FOLLOWERS
    found = [laid("postgres", size, full=False, redis=REDIS) for size in sizes]
    if not quick:
        found.append(laid("postgres", _MANY_IN_FULL, full=True, redis=REDIS))
        found.append(laid("sqlite", _MANY_ON_FILE, full=False, redis=""))
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.broadcast", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the tables into a page")
    parser.add_argument("--quick", action="store_true", help="few seconds: does it work at all")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
