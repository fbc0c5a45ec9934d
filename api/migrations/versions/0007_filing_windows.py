"""When programmes take applications."""

import sqlalchemy as sa
from alembic import op

from api.foundation.columns import AnyJson, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filing_windows",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("programme", sa.String(100), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("opens_at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("levels", AnyJson, nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column(
            "office_id",
            sa.Uuid(),
            sa.ForeignKey("offices.id", ondelete="RESTRICT"),
            nullable=False,
            index=True,
        ),
        sa.Column("published_by", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="SET NULL")),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.Column("revision", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("filing_windows")
