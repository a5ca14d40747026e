"""Rows for the store's tests: small, with only what a test speaks of."""

from datetime import date
from typing import Any

from data_model.records import (
    AcceptedRow,
    FigureRecord,
    FileIdentity,
    PositionRecord,
    ProgrammeRecord,
    Record,
    RefusedRow,
    SourceRecord,
)
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit

FILE = FileIdentity("figures.csv", "0" * 64, "figures")
PROGRAMME = ProgrammeRecord("P1", "A programme", "en", "ESF")


def known_source(line: int = 1) -> AcceptedRow:
    """The row that makes the source of `figure` known."""
    return AcceptedRow(line, (SourceRecord("src", "A document"),))


def refused(line: int) -> RefusedRow:
    """A row that cannot be taken."""
    return RefusedRow(line, "IMPEGNI", "x", "not_a_number")


def figure_record(
    cents: int | None,
    *,
    axis: str = "1",
    measure: str = "committed",
    as_of: date | None = date(2018, 12, 31),
    place: str = "p. 1",
) -> FigureRecord:
    """One amount of an axis."""
    return FigureRecord(
        programme_code="P1",
        series=Series.PUBLISHED,
        subject_kind=SubjectKind.AXIS,
        subject_code=axis,
        axis_code=axis,
        measure=measure,
        as_of=as_of,
        date_basis=DateBasis.UNDATED if as_of is None else DateBasis.STATED,
        unit=Unit.EUR,
        amount_cents=cents,
        quantity_thousandths=None,
        firmness=Firmness.NOT_GIVEN if cents is None else Firmness.EXACT,
        wording=f"{cents} cents",
        source_id="src",
        place=place,
    )


def figure(line: int, cents: int | None, *, axis: str = "1", measure: str = "committed", place: str = "p. 1") -> AcceptedRow:
    """One row with one amount of an axis."""
    return accepted(line, PROGRAMME, figure_record(cents, axis=axis, measure=measure, place=place))


def accepted(line: int, *records: Record) -> AcceptedRow:
    """One row with its records and the sums that the file's own amounts give."""
    sums: dict[str, int] = {}
    for record in records:
        if isinstance(record, FigureRecord) and record.amount_cents is not None:
            sums[record.measure] = sums.get(record.measure, 0) + record.amount_cents
    return AcceptedRow(line, records, sums)


def position(line: int, code: str, *, as_of: date = date(2024, 6, 30), **said: Any) -> AcceptedRow:
    """One row with one project at one date; `said` are fields of PositionRecord, amounts in cents."""
    values: dict[str, Any] = {
        "system": "oc",
        "project_code": code,
        "as_of": as_of,
        "date_basis": DateBasis.STATED,
        "programme_code": "P1",
        "title": f"Project {code}",
        "source_id": "src",
        "place_in_source": f"file.csv:{line}",
    } | said
    record = PositionRecord(**values)
    amounts = {name.removesuffix("_cents"): value for name, value in said.items() if name.endswith("_cents")}
    return AcceptedRow(line, (PROGRAMME, record), {name: value for name, value in amounts.items() if value is not None})
