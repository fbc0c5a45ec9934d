"""Requests for a person, and objections to a criterion."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(4000), nullable=False),
        sa.Column("programme", sa.String(100)),
        sa.Column("criterion", sa.String(100)),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column(
            "person_id",
            sa.Uuid(),
            sa.ForeignKey("persons.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            sa.ForeignKey("organisations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant()),
    )


def downgrade() -> None:
    op.drop_table("tickets")
