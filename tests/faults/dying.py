"""What a marked module calls at its points: they are counted, and one of them is the end."""

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import ClassVar, Generic, TypeVar

from tests.faults.points import AROUND, BESIDE, PUBLISHING, WATCHED, rewritten

Value = TypeVar("Value")


class Fate:
    """Which moment kills this process: the `nth` time it comes to a point's phase."""

    moment = ""
    nth = 1
    reached: ClassVar[Counter[str]] = Counter()
    record: Path | None = None

    @classmethod
    def comes_to(cls, moment: str) -> None:
        """Count a moment; the fatal one ends the process as a machine dies."""
        cls.reached[moment] += 1
        if cls.record is not None and cls.reached[moment] <= _MOST_COUNTED:
            with cls.record.open("a", encoding="utf-8") as record:
                record.write(f"{moment}\n")
        if moment == cls.moment and cls.reached[moment] == cls.nth:
            os.kill(os.getpid(), signal.SIGKILL)


_MOST_COUNTED = 20


async def _around(point: str, awaited: Awaitable[Value]) -> Value:
    Fate.comes_to(f"{point} | before")
    value = await awaited
    Fate.comes_to(f"{point} | after")
    return value


class _Beside(Generic[Value]):
    def __init__(self, point: str, inner: AbstractAsyncContextManager[Value]) -> None:
        self._point = point
        self._inner = inner

    async def __aenter__(self) -> Value:
        Fate.comes_to(f"{self._point} | before")
        value = await self._inner.__aenter__()
        Fate.comes_to(f"{self._point} | entered")
        return value

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if kind is None:
            Fate.comes_to(f"{self._point} | leaving")
        left = await self._inner.__aexit__(kind, error, trace)
        if kind is None:
            Fate.comes_to(f"{self._point} | left")
        return left


class _Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(  # type: ignore[override]  # typeshed leaves out what a loader may be given
        self, data: bytes, path: str, *, _optimize: int = -1
    ) -> CodeType:
        return compile(rewritten(data, self.name, path), path, "exec", dont_inherit=True)

    def get_code(self, fullname: str) -> CodeType:
        """Never a cached one: that is not marked."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in (*WATCHED, *PUBLISHING):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return None
        loader = _Loader(fullname, found.origin)
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=loader)


def mark_imports() -> None:
    """From here on the watched modules are imported with their points marked."""
    setattr(builtins, AROUND, _around)
    setattr(builtins, BESIDE, _Beside)
    sys.meta_path.insert(0, _Finder())
    already = [name for name in WATCHED if name in sys.modules]
    if already:
        raise RuntimeError(f"imported before they could be marked: {already}")
