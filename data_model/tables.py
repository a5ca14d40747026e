"""The tables. `docs/DATA_DICTIONARY.md` is written from the descriptions given here.

Figures, activities and deadlines are never overwritten: a row holds from the data version `valid_from`
up to (excluding) `valid_to`; an empty `valid_to` means it holds now. Where both are equal the row never held: it keeps
what an import said again that was known already, so that undoing the earlier import leaves the later one its word.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from data_model.project_tables import Beneficiary, BeneficiaryTotal, Call, ProjectPlace, ProjectPosition, ProjectTotal
from data_model.schema import METADATA

__all__ = [
    "METADATA",
    "Activity",
    "AuditEntry",
    "AuditHead",
    "Beneficiary",
    "BeneficiaryTotal",
    "Call",
    "Deadline",
    "Figure",
    "Import",
    "Minute",
    "PriorityAxis",
    "Programme",
    "ProjectPlace",
    "ProjectPosition",
    "ProjectTotal",
    "RejectedRow",
    "SavedView",
    "Sitting",
    "SittingSnapshot",
    "Slide",
    "Source",
    "SourceRemark",
    "StoreState",
    "Subject",
    "SubjectAxis",
    "Translation",
]


class StoreState(SQLModel, table=True):
    """One row: the version of the data, bumped in each transaction that changes them."""

    __tablename__ = "store_state"
    id: int = Field(primary_key=True, description="Always 1")
    data_version: int = Field(description="Grows by one with each change of the data; never goes back")


class Programme(SQLModel, table=True):
    """One row per programme."""

    __tablename__ = "programme"
    code: str = Field(primary_key=True, max_length=50, description="CCI for EU programmes, else the national code")
    title: str = Field(sa_type=Text, description="Title as its source writes it")
    title_language: str = Field(max_length=2, description="Language of the title, ISO 639-1")
    fund: str | None = Field(default=None, max_length=20, description="Fund, as in the source")
    cycle: str | None = Field(default=None, sa_type=Text, description="Programming cycle, as in the source")


class PriorityAxis(SQLModel, table=True):
    """One row per priority axis of a programme."""

    __tablename__ = "priority_axis"
    programme_code: str = Field(primary_key=True, max_length=50, foreign_key="programme.code", description="Programme")
    code: str = Field(primary_key=True, max_length=20, description="Axis code: text, never a number")
    name: str | None = Field(default=None, sa_type=Text, description="Name in its source's language, if any gives one")
    name_language: str | None = Field(default=None, max_length=2, description="Language of the name, ISO 639-1")
    theme_code: str | None = Field(default=None, max_length=10, description="Thematic objective of the Commission's file")


class Subject(SQLModel, table=True):
    """One row per call, agreement, activity, training course, target or share that figures speak of."""

    __tablename__ = "subject"
    programme_code: str = Field(primary_key=True, max_length=50, foreign_key="programme.code", description="Programme")
    kind: str = Field(primary_key=True, max_length=20, description="call, agreement, activity, training, target, share")
    code: str = Field(primary_key=True, max_length=60, description="Short code of the source")
    label: str = Field(sa_type=Text, description="Label in Italian, as the source gives it")
    parent_code: str | None = Field(default=None, max_length=60, description="Subject of the same kind it is part of")


class SubjectAxis(SQLModel, table=True):
    """One row per subject and axis it belongs to; a call may belong to several axes."""

    __tablename__ = "subject_axis"
    programme_code: str = Field(primary_key=True, max_length=50, foreign_key="programme.code", description="Programme")
    kind: str = Field(primary_key=True, max_length=20, description="Kind of the subject")
    code: str = Field(primary_key=True, max_length=60, description="Code of the subject")
    axis_code: str = Field(primary_key=True, max_length=20, description="Axis it belongs to")
    evidence: str | None = Field(default=None, sa_type=Text, description="Where the attribution is read")


class Source(SQLModel, table=True):
    """One row per document or data set that figures come from."""

    __tablename__ = "source"
    id: str = Field(primary_key=True, max_length=60, description="Short code")
    title: str = Field(sa_type=Text, description="Title, quoted")
    publisher: str | None = Field(default=None, sa_type=Text, description="Who published it")
    date_wording: str | None = Field(default=None, sa_type=Text, description="Date as far as known, in words")
    url: str | None = Field(default=None, sa_type=Text, description="Public address; empty when not online")
    covers: str | None = Field(default=None, sa_type=Text, description="What was read in it")
    licence: str | None = Field(default=None, sa_type=Text, description="Licence as stated")


class SourceRemark(SQLModel, table=True):
    """One row per slip in the wording of a source, with its correction."""

    __tablename__ = "source_remark"
    source_id: str = Field(primary_key=True, max_length=60, foreign_key="source.id", description="Source")
    wording: str = Field(primary_key=True, sa_type=Text, description="Words of the source, quoted")
    place: str | None = Field(default=None, sa_type=Text, description="Place in the source")
    remark: str = Field(sa_type=Text, description="Correction, in Italian")
    evidence_source_id: str | None = Field(default=None, max_length=60, description="Source of the correction")


class Translation(SQLModel, table=True):
    """One row per text of the data and language it is translated into."""

    __tablename__ = "translation"
    original: str = Field(primary_key=True, sa_type=Text, description="Text as stored in the other tables")
    language: str = Field(primary_key=True, max_length=2, description="Language of the translation, ISO 639-1")
    original_language: str = Field(max_length=2, description="Language of the original, ISO 639-1")
    translation: str = Field(sa_type=Text, description="Translated text")


class Import(SQLModel, table=True):
    """One row per file brought in."""

    __tablename__ = "import"
    id: int | None = Field(default=None, primary_key=True, description="Number of the import")
    format: str = Field(max_length=60, description="Name in the table of formats")
    file_name: str = Field(sa_type=Text, description="Name of the file, without its folder")
    sha256: str = Field(max_length=64, description="SHA-256 of the file")
    actor: str = Field(sa_type=Text, description="Who brought it in")
    imported_at: datetime = Field(sa_type=DateTime(timezone=True), description="When, UTC")
    data_version: int = Field(description="Data version that the import made")
    rows_read: int = Field(description="Rows in the file")
    rows_new: int = Field(description="Rows that added something")
    rows_changed: int = Field(description="Rows that changed something")
    rows_unchanged: int = Field(description="Rows that the store already held")
    rows_skipped: int = Field(description="Rows left out by the rules of the format, with reason")
    rows_rejected: int = Field(description="Rows refused")
    sums_in_cents: dict[str, Any] = Field(sa_type=JSON, description="Sum of the file per measure, in cents")
    reasons: dict[str, Any] = Field(sa_type=JSON, description="Rows skipped or refused, per reason")
    details: dict[str, Any] = Field(
        sa_type=JSON,
        description="How the file was read: encoding, delimiter, header of each table, the other sums per measure, warnings",
    )
    undone_at_version: int | None = Field(default=None, description="Data version that took it back; empty while it holds")


class RejectedRow(SQLModel, table=True):
    """One row per row of a file that was refused."""

    __tablename__ = "rejected_row"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    import_id: int = Field(foreign_key="import.id", index=True, description="Import")
    part: str | None = Field(default=None, sa_type=Text, description="Table of the file, where it holds several")
    line: int = Field(description="Line in the file, the header being line 1")
    column: str | None = Field(default=None, sa_type=Text, description="Column of the offending value")
    value: str | None = Field(default=None, sa_type=Text, description="The offending value")
    reason: str = Field(max_length=60, description="Code of the reason; its words are in texts")
    cells: list[str] | None = Field(default=None, sa_type=JSON, description="The row as it stood; empty for personal data")


class AuditEntry(SQLModel, table=True):
    """One row per act that changed the store or took data away, refused attempts included; only ever appended to."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    at: datetime = Field(sa_type=DateTime(timezone=True), description="When, UTC")
    actor: str = Field(sa_type=Text, description="Who")
    action: str = Field(max_length=60, description="What was done")
    data_version: int = Field(description="Data version after the act")
    details: dict[str, Any] = Field(sa_type=JSON, description="File, counts and sums of the act")
    previous_hash: str = Field(max_length=64, index=True, unique=True, description="Hash of the entry before, or zeros")
    hash: str = Field(max_length=64, description="SHA-256 of all that the entry says, the hash before included")


class AuditHead(SQLModel, table=True):
    """One row: the last entry of the audit trail, so that a trail that was cut at its end is told."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True, description="Always 1")
    entries: int = Field(description="How many entries were written")
    last_id: int = Field(description="Number of the last entry; 0 before the first")
    hash: str = Field(max_length=64, description="Hash of the last entry; zeros before the first")


class SavedView(SQLModel, table=True):
    """One row per view that somebody saved under a name: a page and the query of its address, in codes."""

    __tablename__ = "saved_view"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    owner: str | None = Field(
        default=None, max_length=320, index=True, description="Whose it is; empty where it is everybody's"
    )
    name: str = Field(sa_type=Text, description="Name that its reader gave")
    page: str = Field(max_length=60, description="Page, as the address names it")
    query: dict[str, Any] = Field(sa_type=JSON, description="Query of the address: a list of codes per key")
    saved_by: str = Field(sa_type=Text, description="Who saved it")
    saved_at: datetime = Field(sa_type=DateTime(timezone=True), description="When, UTC")
    data_version: int = Field(description="Data version that its reader saw")
    deleted_at: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True), description="When it was deleted, UTC; empty while it is listed"
    )


class SittingSnapshot(SQLModel, table=True):
    """One row per state of a programme's data that a sitting was frozen on. It is never changed."""

    __tablename__ = "sitting_snapshot"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    programme_code: str = Field(max_length=50, description="Programme")
    data_version: int = Field(description="Data version that was frozen")
    frozen_at: datetime = Field(sa_type=DateTime(timezone=True), description="When, UTC")
    frozen_by: str = Field(sa_type=Text, description="Who")
    sha256: str = Field(max_length=64, description="SHA-256 of the content")
    content: bytes = Field(sa_type=LargeBinary, description="SQLite database with the rows of the programme, compressed")


class Sitting(SQLModel, table=True):
    """One row per meeting that the programme is presented in."""

    __tablename__ = "sitting"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    code: str = Field(max_length=60, index=True, description="Short code, as the address and the command name it")
    name: str = Field(sa_type=Text, description="Name that its reader gave")
    day: date = Field(description="Day of the meeting")
    place: str = Field(default="", sa_type=Text, description="Place of the meeting")
    programme_code: str = Field(max_length=50, description="Programme that is presented")
    language: str = Field(max_length=2, description="Language of its slides, ISO 639-1")
    snapshot_id: int = Field(foreign_key="sitting_snapshot.id", description="Data that it is frozen on")
    previous_id: int | None = Field(default=None, description="Sitting that it was made from")
    created_by: str = Field(sa_type=Text, description="Who made it")
    created_at: datetime = Field(sa_type=DateTime(timezone=True), description="When, UTC")
    deleted_at: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True), description="When it was deleted, UTC; empty while it is listed"
    )


class Slide(SQLModel, table=True):
    """One row per slide of a sitting: a view (page and query) and the piece of the page that is shown."""

    __tablename__ = "slide"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    sitting_id: int = Field(foreign_key="sitting.id", index=True, description="Sitting")
    code: str = Field(max_length=60, description="Short code, its own within the sitting and the same in its duplicates")
    section: str = Field(default="", sa_type=Text, description="Item of the agenda")
    position: int = Field(description="Order in the sitting")
    page: str = Field(max_length=60, description="Page, as the address names it")
    query: dict[str, Any] = Field(sa_type=JSON, description="Query of the address without language: a list of codes per key")
    piece: str = Field(max_length=120, description="Name of the chart or table on the page")
    title: str = Field(default="", sa_type=Text, description="Title; empty where it is the finding of the piece")
    note: str = Field(default="", sa_type=Text, description="Notes of the speaker")
    text: str = Field(default="", sa_type=Text, description="Text below the title")
    hidden: bool = Field(default=False, description="Whether it is left out when the sitting is presented")
    deleted_at: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True), description="When it was deleted, UTC; empty while it is listed"
    )


class Minute(SQLModel, table=True):
    """One row per decision or remark written down during a sitting."""

    __tablename__ = "minute"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    sitting_id: int = Field(foreign_key="sitting.id", index=True, description="Sitting")
    slide_id: int | None = Field(default=None, description="Slide that was shown, if one was")
    kind: str = Field(max_length=20, description="decision or remark")
    text: str = Field(sa_type=Text, description="What was decided or remarked")
    said_at: datetime = Field(sa_type=DateTime(timezone=True), description="When it was written down, UTC")
    written_by: str = Field(sa_type=Text, description="Who wrote it down")
    deleted_at: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True), description="When it was deleted, UTC; empty while it is listed"
    )


class Figure(SQLModel, table=True):
    """One row per published number: subject, measure, reference date, value, firmness, source and place."""

    __tablename__ = "figure"
    __table_args__ = (
        Index("ix_figure_reading", "programme_code", "series", "measure", "valid_to"),
        Index("ix_figure_natural_key", "natural_key", "valid_to"),
    )
    id: int | None = Field(default=None, primary_key=True, description="Number")
    natural_key: str = Field(max_length=300, description="What the figure says, without its value")
    programme_code: str = Field(max_length=50, foreign_key="programme.code", description="Programme")
    series: str = Field(max_length=20, description="Basis: ec (Commission), published (documents)")
    subject_kind: str = Field(max_length=20, description="What it speaks of: programme, axis, call, indicator, …")
    subject_code: str = Field(max_length=60, description="Code of the subject")
    axis_code: str | None = Field(default=None, max_length=20, description="Axis")
    category_code: str | None = Field(default=None, max_length=10, description="Category of region: LD, TR, MD, REACT")
    fund_code: str | None = Field(default=None, max_length=10, description="Fund, where the source splits by it")
    breakdown_code: str | None = Field(default=None, max_length=20, description="Thematic objective or investment priority")
    cohort: int | None = Field(default=None, description="Cohort of trainees, 1 for the first")
    measure: str = Field(max_length=60, description="Measure, declared in metrics/measures.py")
    as_of: date | None = Field(default=None, description="Reference date; empty when the source has none")
    date_basis: str = Field(max_length=10, description="stated, assumed, undated")
    unit: str = Field(max_length=10, description="EUR, count, percent")
    amount_cents: int | None = Field(default=None, sa_type=BigInteger, description="Value of EUR figures, integer cents")
    quantity_thousandths: int | None = Field(
        default=None, sa_type=BigInteger, description="Value of counts and percentages, integer thousandths"
    )
    firmness: str = Field(max_length=20, description="exact, derived, about, ambiguous, not_given")
    wording: str = Field(sa_type=Text, description="The source's own words for the value")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    place: str = Field(sa_type=Text, description="Place in the source")
    note: str | None = Field(default=None, sa_type=Text, description="Caveat, in Italian")
    import_id: int = Field(foreign_key="import.id", index=True, description="Import that brought it")
    valid_from: int = Field(description="First data version that holds it")
    valid_to: int | None = Field(default=None, description="First data version that no longer holds it")


class Activity(SQLModel, table=True):
    """One row per statement about an activity and its stage."""

    __tablename__ = "activity"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    natural_key: str = Field(max_length=300, index=True, description="Programme, source and code")
    programme_code: str = Field(max_length=50, foreign_key="programme.code", description="Programme")
    code: str = Field(max_length=60, description="Code of the statement")
    axis_codes: str = Field(max_length=100, description="Axes, joined by ;, or PROG for the whole programme")
    beneficiary: str = Field(sa_type=Text, description="Who does it, in Italian")
    activity: str = Field(sa_type=Text, description="What is done, in Italian")
    status: str = Field(max_length=30, description="Stage of the activity")
    status_wording: str = Field(sa_type=Text, description="Words of the source that give the stage, quoted")
    status_basis: str = Field(max_length=10, description="explicit or inferred")
    position: int = Field(description="Order in the source")
    as_of: date | None = Field(default=None, description="Reference date")
    date_basis: str = Field(max_length=10, description="stated, assumed, undated")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    import_id: int = Field(foreign_key="import.id", description="Import that brought it")
    valid_from: int = Field(description="First data version that holds it")
    valid_to: int | None = Field(default=None, description="First data version that no longer holds it")


class Deadline(SQLModel, table=True):
    """One row per decision that sets or moves a date of a call."""

    __tablename__ = "deadline"
    id: int | None = Field(default=None, primary_key=True, description="Number")
    natural_key: str = Field(max_length=300, index=True, description="Programme, call and new date")
    programme_code: str = Field(max_length=50, foreign_key="programme.code", description="Programme")
    call_code: str = Field(max_length=60, description="Call")
    kind: str = Field(max_length=30, description="extension or application_window")
    decided_on: date | None = Field(
        default=None, description="Day of the decision; first of the month if only that is known"
    )
    decided_wording: str | None = Field(
        default=None, max_length=20, description="Date of the decision as given: YYYY-MM or YYYY-MM-DD"
    )
    new_deadline: date = Field(description="The date that was set")
    act: str = Field(sa_type=Text, description="Act, in Italian")
    note: str | None = Field(default=None, sa_type=Text, description="Caveat, in Italian")
    source_id: str = Field(max_length=60, foreign_key="source.id", description="Source")
    import_id: int = Field(foreign_key="import.id", description="Import that brought it")
    valid_from: int = Field(description="First data version that holds it")
    valid_to: int | None = Field(default=None, description="First data version that no longer holds it")
