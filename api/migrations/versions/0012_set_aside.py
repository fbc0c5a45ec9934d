"""Updates set aside are found at once; a delivery knows since when it was due."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("problem IS NOT NULL")
    op.create_index(
        "ix_inbox_set_aside", "inbox", ["done_at"], sqlite_where=where, postgresql_where=where
    )
    op.add_column("deliveries", sa.Column("due_at", Instant()))


def downgrade() -> None:
    op.drop_column("deliveries", "due_at")
    op.drop_index("ix_inbox_set_aside", "inbox")
