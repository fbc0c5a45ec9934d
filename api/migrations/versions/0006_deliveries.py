"""Messages to persons, rows before they are sent."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import AnyJson, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_at", Instant(), nullable=False, index=True),
        sa.Column("lease_until", Instant()),
        sa.Column("owner", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), index=True),
        sa.Column("occasion", sa.String(200), nullable=False),
        sa.Column(
            "person_id", sa.Uuid(), sa.ForeignKey("persons.id", ondelete="CASCADE"), index=True
        ),
        sa.Column(
            "contact_id", sa.Uuid(), sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
        ),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("body", AnyJson),
        sa.Column("slot", sa.String(200), nullable=False),
        sa.Column("replaces", sa.String(64)),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("cause", sa.String(100)),
        sa.Column("reference", sa.String(64)),
        sa.Column("created_at", Instant(), nullable=False),
        sa.UniqueConstraint("occasion", "person_id"),
    )


def downgrade() -> None:
    op.drop_table("deliveries")
