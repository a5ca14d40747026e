"""audit chain: each entry has the hash of the one before; nothing of the trail can be changed or deleted"""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ENTRY = sa.table(
    "audit_entry",
    *(sa.column("id", sa.Integer), sa.column("at", sa.DateTime(timezone=True)), sa.column("actor", sa.Text)),
    *(sa.column("action", sa.Text), sa.column("data_version", sa.Integer), sa.column("details", sa.JSON)),
    *(sa.column("previous_hash", sa.Text), sa.column("hash", sa.Text)),
)
GENESIS = "0" * 64
REFUSAL = "audit entries are only appended"


def upgrade() -> None:
    for name in ("previous_hash", "hash"):
        op.add_column("audit_entry", sa.Column(name, sa.String(length=64), nullable=True))
    entries, last_id, last_hash = _chain(op.get_bind())
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        for name in ("previous_hash", "hash"):
            batch_op.alter_column(name, existing_type=sa.String(length=64), nullable=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_previous_hash"), ["previous_hash"], unique=True)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "entries": entries, "last_id": last_id, "hash": last_hash}])
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def _chain(connection: sa.Connection) -> tuple[int, int, str]:
    """Chain the entries that are there, in the order in which they were written."""
    number, last_id, previous = 0, 0, GENESIS
    said = (ENTRY.c.id, ENTRY.c.at, ENTRY.c.actor, ENTRY.c.action, ENTRY.c.data_version, ENTRY.c.details)
    for row in connection.execute(sa.select(*said).order_by(ENTRY.c.id)).all():
        at = (row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")
        content = [row.id, at, row.actor, row.action, row.data_version, row.details, previous]
        written = json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")
        digest = hashlib.sha256(written).hexdigest()
        connection.execute(sa.update(ENTRY).where(ENTRY.c.id == row.id).values(previous_hash=previous, hash=digest))
        number, last_id, previous = number + 1, row.id, digest
    return number, last_id, previous


# A later migration that makes audit_entry anew (batch mode on SQLite) has to make its triggers anew; a test asks for them.
# The head of an empty trail may go, so that the trail of a backup can take its place.
_TRIGGERS = {
    "sqlite": [
        *(
            f"CREATE TRIGGER audit_entry_{act.lower()} BEFORE {act} ON audit_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for act in ("UPDATE", "DELETE")
        ),
        f"CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head WHEN NEW.entries <> OLD.entries + 1 "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head WHEN OLD.entries > 0 "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ],
    "postgresql": [
        f"CREATE FUNCTION audit_only_appended() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER audit_entry_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_appended()",
        "CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.entries <> OLD.entries + 1) EXECUTE FUNCTION audit_only_appended()",
        "CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head FOR EACH ROW "
        "WHEN (OLD.entries > 0) EXECUTE FUNCTION audit_only_appended()",
        *(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_only_appended()"
            for table in ("audit_entry", "audit_head")
        ),
    ],
}


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
