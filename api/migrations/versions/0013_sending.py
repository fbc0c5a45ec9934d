"""One budget for all who send, words that many messages share, and looks that stay cheap."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import AnyJson

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = {
    "ix_deliveries_next": (["priority", "place", "run_at", "id"], ""),
    "ix_deliveries_leased": (["lease_until"], " AND lease_until IS NOT NULL"),
    "ix_deliveries_chat": (["contact_id", "place"], " AND contact_id IS NOT NULL"),
    "ix_deliveries_address": (["channel", "address"], " AND address <> ''"),
}


def upgrade() -> None:
    op.create_table(
        "send_budgets",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("books", AnyJson, nullable=False),
        sa.Column("redis_until", sa.BigInteger(), nullable=False),
        sa.Column("row_until", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shared_bodies",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("occasion", sa.String(200), nullable=False, unique=True),
        sa.Column("body", AnyJson, nullable=False),
    )
    op.add_column("deliveries", sa.Column("shared_body_id", sa.Uuid()))
    for name, (columns, more) in OPEN.items():
        where = sa.text(f"done_at IS NULL{more}")
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
    op.create_index(
        "ix_subscriptions_programme_person_id", "subscriptions", ["programme", "person_id"]
    )
    op.drop_index("ix_subscriptions_programme", "subscriptions")
    op.add_column(
        "notice_expansions",
        sa.Column("size", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("ix_deliveries_person_id_place", "deliveries", ["person_id", "place"])
    for name in ("run_at", "done_at", "person_id", "state"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")


def downgrade() -> None:
    for name in ("run_at", "done_at", "person_id", "state"):
        op.create_index(f"ix_deliveries_{name}", "deliveries", [name])
    for name in (*OPEN, "ix_deliveries_person_id_place"):
        op.drop_index(name, "deliveries")
    op.drop_column("notice_expansions", "size")
    op.create_index("ix_subscriptions_programme", "subscriptions", ["programme"])
    op.drop_index("ix_subscriptions_programme_person_id", "subscriptions")
    op.drop_column("deliveries", "shared_body_id")
    op.drop_table("shared_bodies")
    op.drop_table("send_budgets")
