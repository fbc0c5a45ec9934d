"""A decision that nothing keeps is a wish: each accepted one names what enforces it."""

import re
from pathlib import Path

import pytest

from tests.architecture.house import HERE

PAGES = sorted((HERE / "docs" / "decisions").glob("[0-9]*.md"))


def test_they_are_numbered_without_a_gap() -> None:
    assert [p.name[:4] for p in PAGES] == [f"{n:04}" for n in range(1, len(PAGES) + 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
class TestPage:
    def test_names_a_path_that_exists(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        if "Status: accepted" not in text:
            return
        kept = re.search(r"^Enforced by: (.+)$", text, flags=re.MULTILINE)
        assert kept is not None, "an accepted decision says what enforces it"
        paths = re.findall(r"`([^`]+)`", kept[1])
        assert paths
        assert [path for path in paths if not (HERE / path).exists()] == []

    def test_can_be_quoted_and_weighed(self, page: Path) -> None:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert lines[2].startswith("> "), "the line people will quote comes first"
        assert {"## Alternatives", "## Consequences"} <= set(lines)
        assert len(lines) <= 70, "one page"
