"""Runs migrations over the connection it is handed (`api.foundation.migrating`)."""

from alembic import context
from sqlmodel import SQLModel

import api.accounts.models
import api.conversations.models
import api.deadlines.models
import api.deliveries.models
import api.enterprises.models
import api.foundation.installation
import api.foundation.leases
import api.library.models
import api.notices.models
import api.tickets.models  # noqa: F401 - the imports fill the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
