"""Requests for a person, objections to a criterion, and what staff wrote."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0009"
down_revision = "0008"
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
        sa.Column(
            "contact_id",
            sa.Uuid(),
            sa.ForeignKey("contacts.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "office_id", sa.Uuid(), sa.ForeignKey("offices.id", ondelete="SET NULL"), index=True
        ),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column(
            "held_by", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True
        ),
        sa.Column("held_until", Instant(), index=True),
        sa.Column("opened_at", Instant(), nullable=False, index=True),
        sa.Column("answered_at", Instant()),
        sa.Column("closed_at", Instant()),
    )
    op.create_table(
        "ticket_messages",
        sa.Column(
            "ticket_id",
            sa.Uuid(),
            sa.ForeignKey("tickets.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("sequence", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="SET NULL")),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )


def downgrade() -> None:
    for table in ("ticket_messages", "tickets"):
        op.drop_table(table)
