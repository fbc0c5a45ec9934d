"""Persons and where they are reached, organisations, subjects and what is known of them."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import AnyJson, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("consented_at", Instant(), nullable=False),
        sa.Column("notice", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "person_id",
            sa.Uuid(),
            sa.ForeignKey("persons.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("ended_cause", sa.String(40)),
        sa.UniqueConstraint("channel", "account", "address"),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200)),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
    )
    op.create_table(
        "members",
        sa.Column(
            "person_id",
            sa.Uuid(),
            sa.ForeignKey("persons.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            sa.ForeignKey("organisations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("verified_at", Instant()),
        sa.Column("since", Instant(), nullable=False),
    )
    op.create_table(
        "subjects",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            sa.ForeignKey("organisations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200)),
        sa.Column("created_at", Instant(), nullable=False),
    )
    op.create_table(
        "fact_values",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "subject_id",
            sa.Uuid(),
            sa.ForeignKey("subjects.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("fact", sa.String(100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", AnyJson, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column(
            "given_by", sa.Uuid(), sa.ForeignKey("persons.id", ondelete="SET NULL"), index=True
        ),
        sa.Column("given_at", Instant(), nullable=False),
        sa.UniqueConstraint("subject_id", "fact", "year", "given_by"),
    )
    op.create_table(
        "subscriptions",
        sa.Column(
            "person_id",
            sa.Uuid(),
            sa.ForeignKey("persons.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("programme", sa.String(100), primary_key=True, index=True),
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            sa.ForeignKey("organisations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("since", Instant(), nullable=False),
    )
    op.create_table(
        "join_codes",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
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
        sa.Column("expires_at", Instant(), nullable=False),
    )


TABLES = (
    "join_codes", "subscriptions", "fact_values", "subjects", "members", "organisations",
    "contacts", "persons",
)  # fmt: skip


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
