"""What officials broadcast."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("programme", sa.String(100), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("body", sa.String(3000), nullable=False),
        sa.Column("body_en", sa.String(6000), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column(
            "office_id",
            sa.Uuid(),
            sa.ForeignKey("offices.id", ondelete="RESTRICT"),
            nullable=False,
            index=True,
        ),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="SET NULL")),
        sa.Column("decided_by", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="SET NULL")),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant()),
    )
    op.create_table(
        "notice_expansions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_at", Instant(), nullable=False, index=True),
        sa.Column("lease_until", Instant()),
        sa.Column("owner", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), index=True),
        sa.Column(
            "notice_id",
            sa.Uuid(),
            sa.ForeignKey("notices.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("after", sa.Uuid()),
        sa.Column("laid", sa.Integer(), nullable=False),
        sa.UniqueConstraint("notice_id", "revision"),
    )


def downgrade() -> None:
    for table in ("notice_expansions", "notices"):
        op.drop_table(table)
