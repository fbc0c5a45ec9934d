"""Releases for tests: a part of the built-in knowledge with another title on one programme."""

from collections.abc import Mapping
from functools import cache

from fastapi import FastAPI

from api.library import releases
from knowledge.loading import BUILTIN_FOLDER, load_files, read_folder

PROGRAMME = "new-rd-institution"
FILE = f"programmes/{PROGRAMME}.yaml"


_WHOLE = ("documents", "programmes")
_KEPT = ("documents/豫科-2023-54.yaml", "programmes/new-rd-institution")


@cache
def built_in_files() -> Mapping[str, str]:
    """The built-in files as far as one document goes: a whole release takes long to load often."""
    files = read_folder(BUILTIN_FOLDER)
    return {
        name: content
        for name, content in files.items()
        if not name.startswith(_WHOLE) or name.startswith(_KEPT)
    }


def files_titled(title: str) -> dict[str, str]:
    """Those files, with a programme called so."""
    files = dict(built_in_files())
    lines = files[FILE].splitlines(keepends=True)
    place = next(nth for nth, line in enumerate(lines) if line.startswith("title:"))
    lines[place] = f'title: {{zh: {title}, en: "{title}"}}\n'
    files[FILE] = "".join(lines)
    return files


async def publish(app: FastAPI, title: str) -> str:
    """Publish such a release; its hash."""
    files = files_titled(title)
    release = load_files(files).release
    async with app.state.database.writing() as session:
        await releases.publish(
            session, release, files, note=f"now {title}", by="tests", now=app.state.now()
        )
    return release


async def activate(app: FastAPI, release: str | None) -> None:
    """Take a stored release into use."""
    async with app.state.database.writing() as session:
        await releases.activate(session, release, by="tests", now=app.state.now())
