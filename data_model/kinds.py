"""The kinds of records: the table that each is kept in, and what it must fit."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from data_model.records import (
    ActivityRecord,
    AxisRecord,
    DeadlineRecord,
    FigureRecord,
    PlaceRecord,
    PositionRecord,
    ProgrammeRecord,
    Record,
    RemarkRecord,
    SourceRecord,
    SubjectAxisRecord,
    SubjectRecord,
    TranslationRecord,
)
from data_model.tables import (
    Activity,
    Deadline,
    Figure,
    PriorityAxis,
    Programme,
    ProjectPlace,
    ProjectPosition,
    Source,
    SourceRemark,
    Subject,
    SubjectAxis,
    Translation,
)

VERSIONED: dict[type[Record], type[SQLModel]] = {
    FigureRecord: Figure,
    ActivityRecord: Activity,
    DeadlineRecord: Deadline,
    PlaceRecord: ProjectPlace,
    PositionRecord: ProjectPosition,
}
REFERENCE: dict[type[Record], type[SQLModel]] = {
    ProgrammeRecord: Programme,
    AxisRecord: PriorityAxis,
    SubjectRecord: Subject,
    SubjectAxisRecord: SubjectAxis,
    SourceRecord: Source,
    RemarkRecord: SourceRemark,
    TranslationRecord: Translation,
}


class Fit(NamedTuple):
    """What a kind of record must fit: `values` gives those of the columns whose length is limited, in their order."""

    columns: tuple[str, ...]
    limits: tuple[int, ...]
    values: Callable[[Any], tuple[str | None, ...]]
    speaks_of: tuple[tuple[str, str], ...]
    """Columns that name what must be known, with the reason for refusing what is not."""


def _fit(kind: type[Record], table: type[SQLModel]) -> Fit:
    """What the store asks of a kind of record: SQLite would keep a length that PostgreSQL refuses."""
    columns = table.__table__.columns  # type: ignore[attr-defined]  # set by SQLModel on tables
    limits = {column.name: getattr(column.type, "length", None) for column in columns if column.name in kind.__annotations__}
    limited = {name: limit for name, limit in limits.items() if limit}
    known = (("source_id", "unknown_source"), ("programme_code", "unknown_programme"))
    # the first once more at the end, so that the values of a single column are a tuple too
    values = attrgetter(*limited, next(iter(limited)))
    return Fit(tuple(limited), tuple(limited.values()), values, tuple(k for k in known if k[0] in limits))


FITS = {kind: _fit(kind, table) for kind, table in {**VERSIONED, **REFERENCE}.items()}
KEYED = frozenset(VERSIONED) - {PositionRecord}
"""Kinds whose keys are looked up row by row; positions are written in bulk."""
