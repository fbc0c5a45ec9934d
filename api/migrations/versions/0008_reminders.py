"""Reminders before filing windows close, and what people answered."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_at", Instant(), nullable=False, index=True),
        sa.Column("lease_until", Instant()),
        sa.Column("owner", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), index=True),
        sa.Column(
            "window_id",
            sa.Uuid(),
            sa.ForeignKey("filing_windows.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
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
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100)),
        sa.UniqueConstraint("window_id", "person_id", "step", "revision"),
    )
    op.create_table(
        "window_plans",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_at", Instant(), nullable=False, index=True),
        sa.Column("lease_until", Instant()),
        sa.Column("owner", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), index=True),
        sa.Column(
            "window_id",
            sa.Uuid(),
            sa.ForeignKey("filing_windows.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("after", sa.Uuid()),
        sa.UniqueConstraint("window_id", "revision"),
    )
    op.create_table(
        "window_answers",
        sa.Column(
            "window_id",
            sa.Uuid(),
            sa.ForeignKey("filing_windows.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "person_id",
            sa.Uuid(),
            sa.ForeignKey("persons.id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )


def downgrade() -> None:
    for table in ("window_answers", "window_plans", "reminders"):
        op.drop_table(table)
