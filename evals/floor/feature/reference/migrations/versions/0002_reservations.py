"""reservations"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("tool_id", sa.Integer(), sa.ForeignKey("tools.id"), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("members.id"), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_reservations_tool_id", "reservations", ["tool_id"])
    op.create_index("ix_reservations_member_id", "reservations", ["member_id"])
    op.create_index(
        "uq_reservations_open_member",
        "reservations",
        ["tool_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'ready')"),
    )
    op.create_index(
        "uq_reservations_ready_tool",
        "reservations",
        ["tool_id"],
        unique=True,
        postgresql_where=sa.text("status = 'ready'"),
    )


def downgrade() -> None:
    op.drop_table("reservations")
