"""positions in the order of their projects, totals by the end of their spans: what holds now is read, not all dates"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

READING = {
    "project_position": ("programme_code", "system", "valid_to", "project_code", "as_of"),
    "project_total": ("programme_code", "system", "grain", "until"),
}


def upgrade() -> None:
    for table, columns in READING.items():
        op.drop_index(f"ix_{table}_reading", table_name=table)
        op.create_index(f"ix_{table}_reading", table, list(columns), unique=False)


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
