"""What the browser gets is what the repository holds: nothing is built, nothing is fetched.

A page that loads from another host fails in closed networks and tells a third party who is asking.
"""

import re

from tests.architecture.house import files, name

FETCHING = {
    ".html": re.compile(
        r"""\b(?:src|href|action)\s*=\s*["']?(?:https?:)?//(?!www\.w3\.org)""", re.IGNORECASE
    ),
    ".css": re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", re.IGNORECASE),
    ".js": re.compile(
        r"""(?:import\s*\(?|from|fetch\(|new\s+WebSocket\()\s*["'`](?:https?:|wss?:)?//"""
    ),
}
BUILDERS = {
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.js",
    "webpack.config.js",
}


def test_no_page_fetches_from_another_host() -> None:
    fetching = [
        name(path)
        for path in files()
        if path.suffix in FETCHING and name(path).startswith(("api/", "bot/"))
        if FETCHING[path.suffix].search(path.read_text(encoding="utf-8"))
    ]
    assert fetching == []


def test_nothing_is_built_for_the_browser() -> None:
    assert [name(path) for path in files() if path.name in BUILDERS] == []


def test_what_others_wrote_has_its_licence_beside_it() -> None:
    vendored = {path.parent for path in files() if "vendor" in path.parent.parts}
    assert [name(f) for f in vendored if not list(f.glob("LICENSE*"))] == []
