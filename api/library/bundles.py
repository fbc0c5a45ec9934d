"""A release as one piece of bytes: its files packed, and loaded again only if they are the same."""

import json
import zlib
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from knowledge.base import KnowledgeBase
from knowledge.loading import load_files

_MOST_BYTES = 64 * 1024 * 1024
"""Unpacked: far more than any knowledge base, far less than would hurt."""
_FILES: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


class BundleDamaged(Exception):
    """What is stored is not the release it is stored as."""


def pack(files: Mapping[str, str]) -> bytes:
    """The files by path, in the order of their names."""
    written = json.dumps(dict(files), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(written.encode(), 9)


def unpack(bundle: bytes) -> dict[str, str]:
    """The files of a bundle; raises `BundleDamaged`."""
    unpacking = zlib.decompressobj()
    try:
        written = unpacking.decompress(bundle, _MOST_BYTES)
        if not unpacking.eof:
            raise BundleDamaged("it does not end")
        return _FILES.validate_json(written, strict=True)
    except (zlib.error, ValidationError) as error:
        raise BundleDamaged(str(error)) from None


def load_bundle(release: str, bundle: bytes) -> KnowledgeBase:
    """The release of this hash. Raises `BundleDamaged`, `knowledge.yaml_text.Refused`."""
    base = load_files(unpack(bundle))
    if base.release != release:
        raise BundleDamaged(f"its files have the hash {base.release}")
    return base
