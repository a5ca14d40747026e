"""totals of projects in four grains: who asks for little reads little"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MEASURES = ("granted", "admitted", "committed", "paid", "reported", "certified")


def upgrade() -> None:
    op.drop_table("project_total")  # it says nothing that the positions do not: it is made anew
    op.create_table(
        "project_total",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_code", TEXT(length=50), nullable=False),
        sa.Column("system", TEXT(length=10), nullable=False),
        sa.Column("grain", TEXT(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("axis_code", TEXT(length=20), nullable=True),
        sa.Column("call_code", TEXT(length=60), nullable=True),
        sa.Column("beneficiary_code", TEXT(length=120), nullable=True),
        sa.Column("region_code", TEXT(length=5), nullable=True),
        sa.Column("source_id", TEXT(length=60), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("rounded", sa.Integer(), nullable=False),
        sa.Column("assumed", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_cents", sa.BigInteger(), nullable=False) for name in MEASURES),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_project_total_import_id_import")),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.code"], name=op.f("fk_project_total_programme_code_programme")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_project_total_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_total")),
    )
    with op.batch_alter_table("project_total", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_total_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_project_total_reading", ["programme_code", "system", "grain", "since"], unique=False)
    for statement in FILLED:
        op.execute(statement)


GIVEN = " + ".join(f"CASE WHEN {name}_cents IS NULL THEN 0 ELSE {1 << n} END" for n, name in enumerate(MEASURES))
SUMS = ", ".join(f"CAST(COALESCE(SUM({name}_cents), 0) AS BIGINT)" for name in MEASURES)
KEYS = (
    "programme_code, system, since, until, axis_code, call_code, beneficiary_code, region_code, source_id, import_id, given"
)
INTO = (
    f"INSERT INTO project_total (grain, {KEYS}, projects, rounded, assumed, "
    f"{', '.join(f'{name}_cents' for name in MEASURES)}) "
)
FROM_POSITIONS = (
    INTO + f"SELECT 'beneficiary', {KEYS}, COUNT(*), COUNT(CASE WHEN rounded THEN 1 END), "
    f"COUNT(CASE WHEN date_basis = 'assumed' THEN 1 END), {SUMS} FROM ("
    "SELECT programme_code, system, as_of AS since, LEAD(as_of) OVER "
    "(PARTITION BY programme_code, system, project_code ORDER BY as_of) AS until, axis_code, call_code, beneficiary_code, "
    f"region_code, source_id, import_id, {GIVEN} AS given, rounded, date_basis, "
    f"{', '.join(f'{name}_cents' for name in MEASURES)} "
    f"FROM project_position WHERE valid_to IS NULL) AS held GROUP BY {KEYS}"
)


def summed_up(finer: str, coarser: str, *left_out: str) -> str:
    """The statement that makes the totals of a grain from those of the finer one."""
    names = KEYS.split(", ")
    selected = ", ".join("NULL" if name in left_out else name for name in names)
    told_apart = ", ".join(name for name in names if name not in left_out)
    return (
        INTO + f"SELECT '{coarser}', {selected}, CAST(SUM(projects) AS INTEGER), CAST(SUM(rounded) AS INTEGER), "
        f"CAST(SUM(assumed) AS INTEGER), {SUMS} FROM project_total WHERE grain = '{finer}' GROUP BY {told_apart}"
    )


FILLED = (
    FROM_POSITIONS,
    summed_up("beneficiary", "call", "beneficiary_code"),
    summed_up("call", "region", "beneficiary_code", "call_code"),
    summed_up("region", "axis", "beneficiary_code", "call_code", "region_code"),
)


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
