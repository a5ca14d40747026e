"""The tables of projects: what monitoring systems say of each, and what that adds up to. Part of data_model.tables."""

from datetime import date

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlmodel import Field, SQLModel

from data_model.schema import METADATA

assert SQLModel.metadata is METADATA  # how keys are named is settled before the first table


class Beneficiary(SQLModel, table=True):
    """One row per beneficiary that project positions name."""

    __tablename__ = "beneficiary"
    code: str = Field(
        primary_key=True,
        max_length=120,
        description="Fiscal code of an organisation; where it is masked or that of a person, ~ and the name in capitals",
    )
    name: str = Field(sa_type=Text, description="Name, as the latest position writes it")
    named_on: date = Field(description="Reference date of the position that gave the name")


class Call(SQLModel, table=True):
    """One row per activation procedure (call, notice, direct award) that project positions name."""

    __tablename__ = "call"
    code: str = Field(primary_key=True, max_length=60, description="Code of the procedure in the monitoring system")
    name: str = Field(sa_type=Text, description="Name, as the latest position writes it")
    named_on: date = Field(description="Reference date of the position that gave the name")


class ProjectPosition(SQLModel, table=True):
    """One row per project at one reference date, as a monitoring system gives it. Amounts are cumulative integer cents;
    empty is not given, which is not zero."""

    __tablename__ = "project_position"
    __table_args__ = (
        Index("ix_project_position_natural_key", "natural_key", "valid_to"),
        Index("ix_project_position_reading", "programme_code", "system", "valid_to", "project_code", "as_of"),
    )
    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),  # SQLite counts up only an INTEGER key
        description="Number",
    )
    natural_key: str = Field(max_length=130, description="Project, system and reference date")
    system: str = Field(max_length=10, description="oc (OpenCoesione), puc (national monitoring files)")
    project_code: str = Field(max_length=100, description="Local code of the project (COD_LOCALE_PROGETTO)")
    as_of: date = Field(description="Reference date of the row")
    date_basis: str = Field(max_length=10, description="stated or assumed")
    programme_code: str = Field(max_length=50, foreign_key="programme.code", description="Programme its money counts in")
    shared_with: str | None = Field(
        default=None,
        sa_type=Text,
        description="Other programmes that name the project, joined by ;: its money is not theirs",
    )
    axis_code: str | None = Field(default=None, max_length=20, description="Axis, or the first level of the programme")
    call_code: str | None = Field(default=None, max_length=60, description="Call")
    beneficiary_code: str | None = Field(default=None, max_length=120, description="Beneficiary")
    region_code: str | None = Field(
        default=None, max_length=5, description="ISTAT, two digits; 00 national, 99 abroad, MULTI several; empty unknown"
    )
    place: str | None = Field(default=None, sa_type=Text, description="Regions, provinces and towns in words")
    title: str = Field(sa_type=Text, description="Title, quoted")
    cup: str | None = Field(default=None, max_length=200, description="Public investment codes (not a key), joined by ;")
    status: str | None = Field(default=None, max_length=60, description="State of the project, as the source writes it")
    theme: str | None = Field(default=None, max_length=200, description="Theme, as the source writes it")
    fund_code: str | None = Field(default=None, max_length=60, description="Fund or financial source, as in the source")
    started_on: date | None = Field(default=None, description="Start of the project")
    planned_end_on: date | None = Field(default=None, description="Planned end")
    ended_on: date | None = Field(default=None, description="Real end")
    committed_on: date | None = Field(default=None, description="Day of the latest commitment, where the source gives it")
    granted_cents: int | None = Field(default=None, sa_type=BigInteger, description="Public funding net of savings")
    admitted_cents: int | None = Field(default=None, sa_type=BigInteger, description="Cost admitted to the programme")
    committed_cents: int | None = Field(default=None, sa_type=BigInteger, description="Legally binding commitments, net")
    paid_cents: int | None = Field(default=None, sa_type=BigInteger, description="Payments net of recoveries")
    reported_cents: int | None = Field(
        default=None,
        sa_type=BigInteger,
        description="Payments admitted to the programme: the nearest to reported expenditure",
    )
    certified_cents: int | None = Field(default=None, sa_type=BigInteger, description="Certified expenditure")
    rounded: bool = Field(default=False, description="Whether the source keeps amounts as 32-bit floats, so cents are lost")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    place_in_source: str = Field(sa_type=Text, description="File and line")
    import_id: int = Field(foreign_key="import.id", index=True, description="Import that brought it")
    valid_from: int = Field(description="First data version that holds it")
    valid_to: int | None = Field(default=None, description="First data version that no longer holds it")


class ProjectTotal(SQLModel, table=True):
    """One row per group of projects and span of time: what the rows add up to that are the latest of their projects from
    `since` until, excluding, `until`. Kept by data_model.totals from project_position, of which it says nothing new.

    The groups are told apart by which amounts are given, and by as many of the codes as `grain` says. Each row of a coarser
    grain is a sum of rows of the finer one: who asks for little reads little. Amounts are cumulative integer cents, 0 where
    not given.
    """

    __tablename__ = "project_total"
    __table_args__ = (Index("ix_project_total_reading", "programme_code", "system", "grain", "until"),)
    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),  # SQLite counts up only an INTEGER key
        description="Number",
    )
    programme_code: str = Field(max_length=50, foreign_key="programme.code", description="Programme")
    system: str = Field(max_length=10, description="As in project_position")
    grain: str = Field(
        max_length=20,
        description="Codes told apart: beneficiary (all), call (all but beneficiaries), region (axis and region), axis",
    )
    since: date = Field(description="Reference date of the rows")
    until: date | None = Field(default=None, description="Next reference date of their projects, if there is one")
    axis_code: str | None = Field(default=None, max_length=20, description="Axis")
    call_code: str | None = Field(default=None, max_length=60, description="Call")
    beneficiary_code: str | None = Field(default=None, max_length=120, description="Beneficiary, where told apart")
    region_code: str | None = Field(default=None, max_length=5, description="Region, as in project_position")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    import_id: int = Field(foreign_key="import.id", index=True, description="Import that brought the rows")
    given: int = Field(
        description="Amounts the rows give: the sum of 1 granted, 2 admitted, 4 committed, 8 paid, 16 reported, 32 certified"
    )
    projects: int = Field(description="How many projects, each with one row")
    rounded: int = Field(description="How many of them have amounts that their source rounds")
    assumed: int = Field(description="How many of them have an assumed reference date")
    granted_cents: int = Field(sa_type=BigInteger, description="Sum of the public funding net of savings")
    admitted_cents: int = Field(sa_type=BigInteger, description="Sum of the cost admitted to the programme")
    committed_cents: int = Field(sa_type=BigInteger, description="Sum of the legally binding commitments, net")
    paid_cents: int = Field(sa_type=BigInteger, description="Sum of the payments net of recoveries")
    reported_cents: int = Field(sa_type=BigInteger, description="Sum of the payments admitted to the programme")
    certified_cents: int = Field(sa_type=BigInteger, description="Sum of the certified expenditure")


class BeneficiaryTotal(SQLModel, table=True):
    """One row per beneficiary of a programme in one system and amount that commitments are compared with: what the latest
    rows of its projects add up to, and its places among the others. Kept by data_model.totals from project_total, of which
    it says nothing new: who asks for the first fifty reads fifty. A sum of nothing is empty.
    """

    __tablename__ = "beneficiary_total"
    __table_args__ = (Index("ix_beneficiary_total_by_projects", "programme_code", "system", "compared", "projects_place"),)
    programme_code: str = Field(primary_key=True, max_length=50, foreign_key="programme.code", description="Programme")
    system: str = Field(primary_key=True, max_length=10, description="As in project_position")
    compared: str = Field(
        primary_key=True, max_length=20, description="Column of project_position that is called reported here"
    )
    gap_place: int = Field(primary_key=True, description="From 1, the widest gap first, then those whose gap is not known")
    projects_place: int = Field(description="From 1, those with the most projects first")
    beneficiary_code: str | None = Field(default=None, max_length=120, description="Beneficiary; empty for none")
    projects: int = Field(description="How many projects")
    committed_cents: int | None = Field(default=None, sa_type=BigInteger, description="Sum of the commitments")
    committed_count: int = Field(description="How many projects give commitments")
    reported_cents: int | None = Field(default=None, sa_type=BigInteger, description="Sum of the amount compared")
    reported_count: int = Field(description="How many projects give it")
    gap_cents: int | None = Field(default=None, sa_type=BigInteger, description="Commitments less it, of projects with both")
    both_count: int = Field(description="How many projects give both")
    both_committed_cents: int | None = Field(default=None, sa_type=BigInteger, description="Their commitments")
    both_reported_cents: int | None = Field(default=None, sa_type=BigInteger, description="Their amount compared")
    without_cents: int | None = Field(
        default=None, sa_type=BigInteger, description="Commitments of projects that do not give the amount compared"
    )
    without_count: int = Field(description="How many projects those are")
    alone_cents: int | None = Field(
        default=None, sa_type=BigInteger, description="Amount compared of projects that give no commitments"
    )


class ProjectPlace(SQLModel, table=True):
    """One row per place of a project. The source gives no share per place: amounts are never multiplied by places."""

    __tablename__ = "project_place"
    __table_args__ = (Index("ix_project_place_natural_key", "natural_key", "valid_to"),)
    id: int | None = Field(default=None, primary_key=True, description="Number")
    natural_key: str = Field(max_length=300, description="Project and place")
    project_code: str = Field(max_length=100, index=True, description="Local code of the project")
    territory: str = Field(max_length=1, description="C town, P province, R region, N national, E abroad")
    region_code: str | None = Field(default=None, max_length=5, description="ISTAT, two digits; 00 national, 99 abroad")
    province_code: str | None = Field(default=None, max_length=10, description="ISTAT, three digits")
    town_code: str | None = Field(default=None, max_length=10, description="ISTAT, three digits within the province")
    name: str = Field(sa_type=Text, description="Region, province and town in words")
    address: str | None = Field(default=None, sa_type=Text, description="Street and postal code, as published")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    place: str = Field(sa_type=Text, description="File and line")
    import_id: int = Field(foreign_key="import.id", index=True, description="Import that brought it")
    valid_from: int = Field(description="First data version that holds it")
    valid_to: int | None = Field(default=None, description="First data version that no longer holds it")
