"""The release in use in this process, and the older ones that receipts name.

Which one is in use stands in the database. Every process looks before its next turn or job, at
most once a second; a release is loaded off the event loop and taken into use whole. Whoever works
takes `fresh()` once at the start and keeps what it was given to the end.
"""

import asyncio
import re
import time
from collections import OrderedDict
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.foundation.database import Database
from api.foundation.now import Now, day_of
from api.foundation.now import now as real_now
from api.library.bundles import load_bundle
from api.library.releases import bundle_of, is_stored, keep_built_in, last_activation
from api.library.service import Library
from knowledge.loading import BUILTIN_FOLDER, builtin, read_folder
from knowledge.search import Search

LOOK = timedelta(seconds=1)
"""How long what was looked up is believed."""
PATIENCE = timedelta(seconds=5)
"""A turn waits so long for a release that is being loaded, then goes on with the one before."""
_MOST_OLDER = 3
_HASH = re.compile("[0-9a-f]{64}")

log = structlog.get_logger(__name__)


class Shelf:
    """Holds releases. Without a database only the one it was made with is ever in use."""

    def __init__(
        self, shipped: Library, database: Database | None = None, now: Now = real_now
    ) -> None:
        self._shipped = shipped
        self._database = database
        self._now = now
        self.current = shipped
        """The release in use, as far as this process knows."""
        self.refused = ""
        """The hash of the release that should be in use and cannot be loaded."""
        self._activation = 0
        self._older: OrderedDict[str, Library] = OrderedDict()
        self._looked_at: float | None = None
        self._looking: asyncio.Task[None] | None = None
        self._loading = asyncio.Lock()
        self._built_in_kept = False

    async def fresh(self) -> Library:
        """The release in use, looked up where that was not done just now. Never raises."""
        if self._database is not None and self._is_stale():
            await self.look()
        return self.current

    async def look(self) -> None:
        """Look now; several who ask at once look once, and none of them waits for ever."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.wait({self._looking}, timeout=PATIENCE.total_seconds())

    async def tend(self) -> int:
        """One round of the loop that keeps the shelf when nobody comes; always 0."""
        if self._database is not None:
            await self.look()
            await self._keep_built_in(self._database)
        return 0

    async def named(self, release: str) -> Library | None:
        """A release by its hash, in use or not; None where it is unknown here, or damaged."""
        at_hand = self._at_hand(release)
        if at_hand is not None or self._database is None or not _HASH.fullmatch(release):
            return at_hand
        async with self._loading:
            return self._at_hand(release) or await self._load(self._database, release)

    async def close(self) -> None:
        """Wait for what is being looked up."""
        if self._looking is not None:
            await asyncio.wait({self._looking})

    def _is_stale(self) -> bool:
        if self._looking is not None and not self._looking.done():
            return True
        passed = None if self._looked_at is None else time.monotonic() - self._looked_at
        return passed is None or passed >= LOOK.total_seconds()

    async def _look(self) -> None:
        assert self._database is not None  # noqa: S101 - `fresh` and `tend` saw to it
        self._looked_at = time.monotonic()
        try:
            async with self._database.reading() as session:
                activation, release = await last_activation(session)
            if activation != self._activation:
                await self._take_into_use(self._database, activation, release)
        except (SQLAlchemyError, OSError) as error:
            log.warning("release_not_looked_up", error=type(error).__name__)

    async def _take_into_use(
        self, database: Database, activation: int, release: str | None
    ) -> None:
        if release is None:
            library: Library | None = self._shipped
        else:
            async with self._loading:
                library = self._at_hand(release) or await self._load(database, release)
        self._activation = activation
        if library is None:
            self.refused = release or ""
            log.error("release_refused", release=release, in_use=self.current.base.release)
            return
        self.refused = ""
        if library is not self.current:
            self._put_back(self.current)
            self.current = library
            log.info("release_in_use", release=library.base.release)

    def _at_hand(self, release: str) -> Library | None:
        for library in (self.current, self._shipped, *self._older.values()):
            if library.base.release == release:
                return library
        return None

    def _put_back(self, library: Library) -> None:
        """Kept for a while: receipts name it, and one may go back to it."""
        self._older[library.base.release] = library
        self._older.move_to_end(library.base.release)
        while len(self._older) > _MOST_OLDER:
            self._older.popitem(last=False)

    async def _load(self, database: Database, release: str) -> Library | None:
        async with database.reading() as session:
            bundle = await bundle_of(session, release)
        if bundle is None:
            return None
        try:
            library = await asyncio.to_thread(self._loaded, release, bundle)
        except Exception:  # whatever is wrong with it, the release in use goes on
            log.exception("release_not_loaded", release=release)
            return None
        self._put_back(library)
        return library

    def _loaded(self, release: str, bundle: bytes) -> Library:
        base = load_bundle(release, bundle)
        library = Library(base, Search(base))
        library.warm(day_of(self._now()), lambda: False)
        return library

    async def _keep_built_in(self, database: Database) -> None:
        """A later version of the program has another built-in release; this one stays known."""
        release = self._shipped.base.release
        if self._built_in_kept or release != builtin().release:
            return
        async with database.reading() as session:
            known = await is_stored(session, release)
        if not known:
            files = await asyncio.to_thread(read_folder, BUILTIN_FOLDER)
            async with database.writing() as session:
                await keep_built_in(session, release, files, now=self._now())
        self._built_in_kept = True
