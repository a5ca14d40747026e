"""first schema"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("sums_in_cents", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("undone_at_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_table(
        "programme",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("fund", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme")),
    )
    op.create_table(
        "source",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("date_wording", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("covers", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_table(
        "store_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_state")),
    )
    op.create_table(
        "translation",
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("original_language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("translation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("original", "language", name=op.f("pk_translation")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("axis_codes", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("status_wording", sa.Text(), nullable=False),
        sa.Column("status_basis", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("date_basis", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_activity_import_id_import")),
        sa.ForeignKeyConstraint(["programme_code"], ["programme.code"], name=op.f("fk_activity_programme_code_programme")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_activity_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_natural_key"), ["natural_key"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("call_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_wording", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("new_deadline", sa.Date(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_deadline_import_id_import")),
        sa.ForeignKeyConstraint(["programme_code"], ["programme.code"], name=op.f("fk_deadline_programme_code_programme")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_deadline_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_natural_key"), ["natural_key"], unique=False)

    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("series", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("subject_kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("subject_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("axis_code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("category_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("fund_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("breakdown_code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("cohort", sa.Integer(), nullable=True),
        sa.Column("measure", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("date_basis", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("quantity_thousandths", sa.BigInteger(), nullable=True),
        sa.Column("firmness", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_figure_import_id_import")),
        sa.ForeignKeyConstraint(["programme_code"], ["programme.code"], name=op.f("fk_figure_programme_code_programme")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_figure_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
    )
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_figure_natural_key", ["natural_key", "valid_to"], unique=False)
        batch_op.create_index("ix_figure_reading", ["programme_code", "series", "measure", "valid_to"], unique=False)

    op.create_table(
        "priority_axis",
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
        sa.Column("theme_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.code"], name=op.f("fk_priority_axis_programme_code_programme")
        ),
        sa.PrimaryKeyConstraint("programme_code", "code", name=op.f("pk_priority_axis")),
    )
    op.create_table(
        "rejected_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_rejected_row_import_id_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_row")),
    )
    with op.batch_alter_table("rejected_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejected_row_import_id"), ["import_id"], unique=False)

    op.create_table(
        "source_remark",
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("evidence_source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_remark_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "wording", name=op.f("pk_source_remark")),
    )
    op.create_table(
        "subject",
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.ForeignKeyConstraint(["programme_code"], ["programme.code"], name=op.f("fk_subject_programme_code_programme")),
        sa.PrimaryKeyConstraint("programme_code", "kind", "code", name=op.f("pk_subject")),
    )
    op.create_table(
        "subject_axis",
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("axis_code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.code"], name=op.f("fk_subject_axis_programme_code_programme")
        ),
        sa.PrimaryKeyConstraint("programme_code", "kind", "code", "axis_code", name=op.f("pk_subject_axis")),
    )
    op.execute("INSERT INTO store_state (id, data_version) VALUES (1, 0)")


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
