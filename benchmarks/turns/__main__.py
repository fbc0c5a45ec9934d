"""`python -m benchmarks.turns`: the real bot beside a bare aiogram echo bot, on one server."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from benchmarks.turns.report import tables, write_json, write_page
from benchmarks.turns.running import run

_CORES = 2


def main() -> int:
    """Measure, print, and write where asked."""
    asked = _arguments()
    if len(os.sched_getaffinity(0)) < _CORES:
        print("two cores are needed: one for the server and the people, one for the bot")
        return 1
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # says which polls it ended
    report = asyncio.run(run(quick=asked.quick, only=asked.only))
    print(tables(report))
    if asked.json is not None:
        write_json(report, asked.json)
    if asked.page is not None:
        write_page(report, asked.page)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.turns", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the tables into a page")
    parser.add_argument("--quick", action="store_true", help="seconds: does it work at all")
    parser.add_argument("--only", default="", metavar="WORDS", help="those with these words")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
