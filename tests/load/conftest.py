"""The same databases as for the rest."""

from tests.api.conftest import (  # noqa: F401 - fixtures, found here by name
    database,
    library,
    logging_as_served,
    now,
    settings,
)
from tests.builders.engines import (  # noqa: F401 - the same
    database_url,
    pooled_postgres,
    sqlite_template,
)
