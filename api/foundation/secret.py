"""The secret key: given by a setting, or made once and kept beside the database."""

import contextlib
import os
from pathlib import Path

from api.foundation.ids import new_token
from api.settings import BadSettings, Settings

_FILE = "secret-key"
_SHORTEST = 32


def secret_of(settings: Settings) -> bytes:
    """The key that signs what clients hold for us; stable over restarts."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.var_dir / _FILE
    try:
        return _kept(path)
    except FileNotFoundError:
        return _made(path)
    except OSError as error:
        raise BadSettings((f"HUIQI_VAR_DIR: {path} cannot be read: {error.strerror}",)) from None


def _kept(path: Path) -> bytes:
    key = path.read_bytes().strip()
    if len(key) < _SHORTEST:
        raise BadSettings((f"HUIQI_SECRET_KEY: {path} is damaged; remove it or set the key",))
    return key


def _made(path: Path) -> bytes:
    """Written whole before it gets its name: two processes that start together keep one key."""
    fresh = path.with_name(f"{_FILE}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_token())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    except OSError as error:
        reason = f"HUIQI_VAR_DIR: {path.parent} cannot be written: {error.strerror}"
        raise BadSettings((reason,)) from None
    return _kept(path)
