"""project positions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "beneficiary",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_beneficiary")),
    )
    op.create_table(
        "call",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_call")),
    )
    op.create_table(
        "project_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("project_code", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("territory", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=False),
        sa.Column("region_code", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=True),
        sa.Column("province_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("town_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_project_place_import_id_import")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_project_place_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_place")),
    )
    with op.batch_alter_table("project_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_place_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_project_place_natural_key", ["natural_key", "valid_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_place_project_code"), ["project_code"], unique=False)

    op.create_table(
        "project_position",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("natural_key", sqlmodel.sql.sqltypes.AutoString(length=130), nullable=False),
        sa.Column("system", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("project_code", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("date_basis", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("programme_code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("shared_with", sa.Text(), nullable=True),
        sa.Column("axis_code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("call_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("beneficiary_code", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("region_code", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cup", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("theme", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("fund_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("committed_on", sa.Date(), nullable=True),
        sa.Column("granted_cents", sa.BigInteger(), nullable=True),
        sa.Column("admitted_cents", sa.BigInteger(), nullable=True),
        sa.Column("committed_cents", sa.BigInteger(), nullable=True),
        sa.Column("paid_cents", sa.BigInteger(), nullable=True),
        sa.Column("reported_cents", sa.BigInteger(), nullable=True),
        sa.Column("certified_cents", sa.BigInteger(), nullable=True),
        sa.Column("rounded", sa.Boolean(), nullable=False),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("place_in_source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_project_position_import_id_import")),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.code"], name=op.f("fk_project_position_programme_code_programme")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_project_position_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_position")),
    )
    with op.batch_alter_table("project_position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_position_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_project_position_natural_key", ["natural_key", "valid_to"], unique=False)
        batch_op.create_index("ix_project_position_reading", ["programme_code", "system", "valid_to", "as_of"], unique=False)

    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cycle", sa.Text(), nullable=True))

    with op.batch_alter_table("rejected_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("cells", sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
