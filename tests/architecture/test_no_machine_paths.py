"""What is committed names no machine it was written on and no host of a registry."""

import re

import pytest

from tests.architecture.house import files, name

FOLDERS = r"work|root|tmp|farm|home/[a-z]+|Users/[A-Za-z]+"
PATH = re.compile(rf"(?:^|[\s\"'`=(:,\[])/(?:{FOLDERS})/")
HOSTS = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian)")
TEXT = {"", ".css", ".html", ".js", ".json", ".md", ".po", ".py", ".toml", ".txt", ".yaml", ".yml"}


def _lines() -> list[tuple[str, str]]:
    return [
        (f"{name(path)}:{number}", line)
        for path in files()
        if path.suffix in TEXT and path.name != "test_no_machine_paths.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    ]


def test_no_path_of_a_machine() -> None:
    assert [where for where, line in _lines() if PATH.search(line)] == []


def test_no_host_of_a_registry() -> None:
    assert [where for where, line in _lines() if HOSTS.search(line)] == []


@pytest.mark.parametrize(
    "line", ["see /root/x", 'open("/tmp/x")', "PATH=/work/main", "`/home/me/x`"]
)
def test_a_path_is_recognised(line: str) -> None:
    assert PATH.search(line)


@pytest.mark.parametrize("line", ["/v1/work/items", "GET /tmpl/x", "homework/", "a/tmp/b"])
def test_a_route_is_no_path(line: str) -> None:
    assert not PATH.search(line)
