"""What must hold of knowledge before it is published."""

from collections.abc import Mapping

from knowledge.base import KnowledgeBase
from knowledge.cases import failed_cases
from knowledge.loading import load_files
from knowledge.yaml_text import Problem, Refused

REGIONS = "regions"
"""The list that offices, windows and notices take their places from."""


def examine(files: Mapping[str, str]) -> KnowledgeBase:
    """The release of these files, all its cases run; raises `Refused` with every problem."""
    base = load_files(files)
    problems, _ = failed_cases(base, files)
    if not base.programmes:
        problems.append(Problem("programmes", 0, "", "there is none"))
    if REGIONS not in base.lists:
        problems.append(Problem(f"lists/{REGIONS}.yaml", 0, "", "the program needs this list"))
    if problems:
        raise Refused(problems)
    return base
