"""What an official may publish: each field that cannot stand, in their own language."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from api.accounts.actors import Actor
from api.foundation.errors import BadInput, Fault, NotAllowed
from api.library.windows import MOST_LEVELS, Level, WindowIn
from knowledge.model import Text

_LONGEST_TITLE, _LONGEST_LINK, _LONGEST_NOTE, _LONGEST_NAME = 200, 500, 2000, 60
_BLANK = re.compile(r"[\s\x00-\x1f]")
_NO_REGION = Text(zh="没有这个地区。", en="There is no such region.")

_Wrong: TypeAlias = tuple[str, str, Text]
"""A field, a code, and what is wrong with it."""


def check_window(
    given: WindowIn,
    *,
    programmes: Collection[str],
    regions: Collection[str],
    actor: Actor,
    now: datetime,
    before: Sequence[Level] = (),
) -> None:
    """Raise `BadInput` with a fault for each field that cannot stand, `NotAllowed` elsewhere.

    The levels of a window that is changed stand in `before`: one that has passed may stay.
    """
    found = [
        *_wrong_texts(given, programmes),
        *_wrong_levels(given, regions, now, before),
        *_wrong_order(given),
    ]
    if given.region and given.region not in regions:
        found.append(("region", "unknown", _NO_REGION))
    if found:
        raise BadInput(
            *(Fault(field, code, said.of(actor.language)) for field, code, said in found)
        )
    if actor.region and given.region != actor.region:
        raise NotAllowed  # an office of one place publishes for that place


def _wrong_texts(given: WindowIn, programmes: Collection[str]) -> Iterator[_Wrong]:
    if given.programme not in programmes:
        yield "programme", "unknown", Text(zh="请选择一个项目。", en="Choose a programme.")
    if not 0 < len(given.title.strip()) <= _LONGEST_TITLE:
        yield (
            "title",
            "length",
            Text(
                zh="请填写批次名称，最多 200 字。", en="Name this round, in at most 200 characters."
            ),
        )
    if given.link and not is_https(given.link):
        yield (
            "link",
            "https",
            Text(
                zh="请填写以 https:// 开头的完整链接。",
                en="Give a whole address that begins with https://.",
            ),
        )
    if len(given.link) > _LONGEST_LINK:
        yield "link", "length", Text(zh="链接最多 500 字。", en="At most 500 characters.")
    if len(given.note) > _LONGEST_NOTE:
        yield "note", "length", Text(zh="说明最多 2000 字。", en="At most 2,000 characters.")


def is_https(link: str) -> bool:
    """Whether a text is the whole address of a page reached over TLS."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and not _BLANK.search(link)
    except ValueError:
        return False


def _wrong_levels(
    given: WindowIn, regions: Collection[str], now: datetime, before: Sequence[Level]
) -> Iterator[_Wrong]:
    if not 0 < len(given.levels) <= MOST_LEVELS:
        yield "levels", "count", Text(zh="请填写 1 到 8 级截止时间。", en="Give 1 to 8 cut-offs.")
    passed = {(level.at, level.region) for level in before}
    for nth, level in enumerate(given.levels):
        if not 0 < len(level.zh.strip()) <= _LONGEST_NAME or len(level.en) > _LONGEST_NAME:
            yield (
                f"level-{nth}-name",
                "length",
                Text(zh="请填写名称，最多 60 字。", en="Name it, in at most 60 characters."),
            )
        if level.at <= given.opens:
            yield (
                f"level-{nth}-at",
                "order",
                Text(zh="须晚于开始受理的时间。", en="It must come after the opening."),
            )
        elif level.at <= now and (level.at, level.region) not in passed:
            yield f"level-{nth}-at", "past", Text(zh="这个时间已过。", en="This has passed.")
        if level.region and level.region not in regions:
            yield f"level-{nth}-region", "unknown", _NO_REGION


def _wrong_order(given: WindowIn) -> Iterator[_Wrong]:
    """Whoever applies passes the levels in order, wherever they are."""
    for region in ("", *sorted({level.region for level in given.levels if level.region})):
        passing = [level.at for level in given.levels if level.region in {"", region}]
        if passing != sorted(passing):
            yield (
                "levels",
                "order",
                Text(zh="各级截止时间须依次向后。", en="The cut-offs must follow in order."),
            )
            return
