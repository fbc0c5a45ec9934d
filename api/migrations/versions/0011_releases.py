"""Which knowledge is in use, in every process; and who asks the messenger for updates."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
    )
    op.create_table(
        "release_activations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "release",
            sa.String(64),
            sa.ForeignKey("releases.hash", ondelete="RESTRICT"),
            index=True,
        ),
        sa.Column("activated_at", Instant(), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("until", Instant(), nullable=False),
    )


def downgrade() -> None:
    for table in ("leases", "release_activations", "releases"):
        op.drop_table(table)
