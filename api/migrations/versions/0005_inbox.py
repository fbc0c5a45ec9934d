"""Raw updates of messengers, and where a chat is before consent."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import AnyJson, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_at", Instant(), nullable=False, index=True),
        sa.Column("lease_until", Instant()),
        sa.Column("owner", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("update_id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False, index=True),
        sa.Column("raw", AnyJson),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(200)),
        sa.UniqueConstraint("channel", "account", "update_id"),
    )
    op.create_table(
        "held_drafts",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("state", AnyJson, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("touched_at", Instant(), nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("held_drafts", "inbox"):
        op.drop_table(table)
