"""`python -m benchmarks.knowledge`: the engine by itself and beside its peers, in one run."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    """Measure, print, and write where asked."""
    asked = _arguments()
    if missing := [name for name in ("openfisca_core", "zen") if find_spec(name) is None]:
        print(f"not installed: {', '.join(missing)}; `make bench` installs what is measured beside")
        return 1
    # Only now: without the peers these modules cannot be imported.
    from benchmarks.knowledge.report import tables, write_json, write_page  # noqa: PLC0415
    from benchmarks.knowledge.running import run  # noqa: PLC0415

    report = run(quick=asked.quick)
    print(tables(report))
    if asked.json is not None:
        write_json(report, asked.json)
    if asked.page is not None:
        write_page(report, asked.page)
    differing = [a for a in report.agreements if a.openfisca_differs or a.zen_differs]
    return 1 if differing else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.knowledge", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the tables into a page")
    parser.add_argument("--quick", action="store_true", help="few runs: does it work at all")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
