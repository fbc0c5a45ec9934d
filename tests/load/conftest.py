"""The same databases as for the rest."""

from tests.api.conftest import (
    bare_url,
    database,
    database_url,
    library,
    logging_as_served,
    now,
    postgres_template,
    settings,
    sqlite_template,
)

__all__ = [
    "bare_url", "database", "database_url", "library", "logging_as_served", "now",
    "postgres_template", "settings", "sqlite_template",
]  # fmt: skip
