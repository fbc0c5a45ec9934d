"""Compile the catalogues before a wheel is packed, so that no wheel lacks its texts."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[BuilderConfig]):
    """Write a `.mo` beside each `.po`; a fuzzy message stays out."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Run before the files are collected; neither argument is needed."""
        del version, build_data
        for source in sorted(Path(self.root, "locales").rglob("*.po")):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
