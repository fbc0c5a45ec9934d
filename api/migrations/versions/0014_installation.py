"""Where the database is at work, and windows that may have been announced before a restore."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("since", Instant()),
        sa.CheckConstraint("number = 1", name="one"),
    )
    op.bulk_insert(installation, [{"number": 1, "place": "", "since": None}])
    op.add_column(
        "window_plans", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("window_plans", "quiet")
    op.drop_table("installation")
