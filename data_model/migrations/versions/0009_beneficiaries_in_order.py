"""totals of beneficiaries in their order: who asks for the first fifty reads fifty"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "beneficiary_total",
        sa.Column("programme_code", TEXT(length=50), nullable=False),
        sa.Column("system", TEXT(length=10), nullable=False),
        sa.Column("compared", TEXT(length=20), nullable=False),
        sa.Column("gap_place", sa.Integer(), nullable=False),
        sa.Column("projects_place", sa.Integer(), nullable=False),
        sa.Column("beneficiary_code", TEXT(length=120), nullable=True),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=True),
        sa.Column("committed_count", sa.Integer(), nullable=False),
        sa.Column("reported_cents", sa.BigInteger(), nullable=True),
        sa.Column("reported_count", sa.Integer(), nullable=False),
        sa.Column("gap_cents", sa.BigInteger(), nullable=True),
        sa.Column("both_count", sa.Integer(), nullable=False),
        sa.Column("both_committed_cents", sa.BigInteger(), nullable=True),
        sa.Column("both_reported_cents", sa.BigInteger(), nullable=True),
        sa.Column("without_cents", sa.BigInteger(), nullable=True),
        sa.Column("without_count", sa.Integer(), nullable=False),
        sa.Column("alone_cents", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.code"], name=op.f("fk_beneficiary_total_programme_code_programme")
        ),
        sa.PrimaryKeyConstraint("programme_code", "system", "compared", "gap_place", name=op.f("pk_beneficiary_total")),
    )
    op.create_index(
        "ix_beneficiary_total_by_projects",
        "beneficiary_total",
        ["programme_code", "system", "compared", "projects_place"],
        unique=False,
    )
    connection = op.get_bind()
    alphabet = '"C"' if connection.dialect.name == "postgresql" else "BINARY"
    # one at a time: SQLite sorts in memory
    for programme, system in connection.execute(sa.text("SELECT DISTINCT programme_code, system FROM project_total")).all():
        for compared, given in (("paid_cents", 8), ("reported_cents", 16)):
            connection.execute(sa.text(filled(compared, given, alphabet)), {"programme": programme, "system": system})


COMMITTED = 4


def filled(compared: str, given: int, alphabet: str) -> str:
    """The statement that ranks the beneficiaries of a programme by one comparison, from the totals that have no end."""

    def amount(value: str, bits: int, wanted: int) -> str:
        return f"CAST(SUM(CASE WHEN (given & {bits}) = {wanted} THEN {value} END) AS BIGINT)"

    def count(bits: int, wanted: int) -> str:
        return f"CAST(COALESCE(SUM(CASE WHEN (given & {bits}) = {wanted} THEN projects END), 0) AS INTEGER)"

    both = COMMITTED | given
    sums = {
        "projects": "CAST(SUM(projects) AS INTEGER)",
        "committed_cents": amount("committed_cents", COMMITTED, COMMITTED),
        "committed_count": count(COMMITTED, COMMITTED),
        "reported_cents": amount(compared, given, given),
        "reported_count": count(given, given),
        "gap_cents": amount(f"committed_cents - {compared}", both, both),
        "both_count": count(both, both),
        "both_committed_cents": amount("committed_cents", both, both),
        "both_reported_cents": amount(compared, both, both),
        "without_cents": amount("committed_cents", both, COMMITTED),
        "without_count": count(both, COMMITTED),
        "alone_cents": amount(compared, both, given),
    }
    keys = "programme_code, system, beneficiary_code"
    by_code = f"beneficiary_code IS NULL, beneficiary_code COLLATE {alphabet}"
    unknown = "CASE WHEN gap_cents IS NULL THEN COALESCE(committed_cents, 0) END DESC"
    place = "ROW_NUMBER() OVER (ORDER BY"
    return (
        f"INSERT INTO beneficiary_total (compared, gap_place, projects_place, {keys}, {', '.join(sums)}) "
        f"SELECT '{compared}', {place} gap_cents IS NULL, gap_cents DESC, {unknown}, {by_code}), "
        f"{place} projects DESC, {by_code}), {keys}, {', '.join(sums)} FROM "
        f"(SELECT {keys}, {', '.join(f'{made} AS {name}' for name, made in sums.items())} "
        "FROM project_total WHERE programme_code = :programme AND system = :system AND grain = 'beneficiary' "
        f"AND until IS NULL GROUP BY {keys}) AS summed"
    )


def downgrade() -> None:
    raise NotImplementedError("A store is never taken back; restore a backup instead.")
