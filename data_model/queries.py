"""What the pages read: frames of rows that hold at the current data version. Each function is one query."""

from collections.abc import Collection
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from data_model.tables import (
    Activity,
    Deadline,
    Figure,
    Import,
    PriorityAxis,
    Programme,
    ProjectPosition,
    Source,
    SourceRemark,
    Subject,
    SubjectAxis,
    Translation,
)
from data_model.vocabulary import Series, System, axis_order

FIGURE_COLUMNS = (
    "id",
    "series",
    "subject_kind",
    "subject_code",
    "axis_code",
    "category_code",
    "fund_code",
    "breakdown_code",
    "cohort",
    "measure",
    "as_of",
    "date_basis",
    "unit",
    "amount_cents",
    "quantity_thousandths",
    "firmness",
    "wording",
    "source_id",
    "place",
    "note",
    "import_id",
)
_INTEGERS = ("cohort", "amount_cents", "quantity_thousandths")
_DATES = ("as_of", "decided_on", "new_deadline")


def programmes(session: Session) -> pd.DataFrame:
    """One row per programme that something is known of: code, title, title_language, fund, cycle, kind.

    The best documented comes first: the programme that a sitting speaks of leads the list. Then those of which documents
    speak less, those with the Commission's figures only, those with projects only; within each by title. `kind` is the
    first that a programme has of published, ec, oc and puc; a programme that lists only name is left out.
    """
    p, f, x = Programme.__table__.c, Figure.__table__.c, ProjectPosition.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
    documented = (
        sa.select(sa.func.count(f.source_id.distinct()))  # many documents, not one long list
        .where(f.programme_code == p.code, f.series == Series.PUBLISHED, f.valid_to.is_(None))
        .scalar_subquery()
    )

    def has_figures(series: Series) -> sa.ColumnElement[bool]:
        return sa.exists().where(f.programme_code == p.code, f.series == series, f.valid_to.is_(None))

    def has_projects(system: System) -> sa.ColumnElement[bool]:
        return sa.exists().where(x.programme_code == p.code, x.system == system, x.valid_to.is_(None))

    kinds = (
        (has_figures(Series.PUBLISHED), str(Series.PUBLISHED)),
        (has_figures(Series.EC), str(Series.EC)),
        (has_projects(System.OPENCOESIONE), str(System.OPENCOESIONE)),
        (has_projects(System.PUC), str(System.PUC)),
    )
    columns = (p.code, p.title, p.title_language, p.fund, p.cycle, sa.case(*kinds).label("kind"))
    known = sa.select(*columns, documented.label("sources")).subquery()
    rank = sa.case({str(kind): number for number, (_, kind) in enumerate(kinds)}, value=known.c.kind)
    query = (
        sa.select(*(known.c[column.name] for column in columns))
        .where(known.c.kind.is_not(None))
        .order_by(rank, known.c.sources.desc(), known.c.title, known.c.code)
    )
    return _frame(session, query)


def axes(session: Session, programme: str) -> pd.DataFrame:
    """One row per priority axis of a programme, in the order of the programme: code, name, name_language, theme_code."""
    c = PriorityAxis.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
    query = sa.select(c.code, c.name, c.name_language, c.theme_code).where(c.programme_code == programme)
    frame = _frame(session, query)
    order = sorted(range(len(frame)), key=lambda i: axis_order(frame["code"].iloc[i]))
    return frame.iloc[order].reset_index(drop=True)


def figures(
    session: Session,
    programme: str,
    *,
    series: str | None = None,
    kinds: Collection[str] | None = None,
    measures: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row per figure of a programme that holds now, in the order of import; columns FIGURE_COLUMNS.

    Amounts are cents and quantities thousandths, both nullable integers: missing stays missing.
    """
    c = Figure.__table__.c  # type: ignore[attr-defined]  # as above
    query = sa.select(*(c[name] for name in FIGURE_COLUMNS)).where(c.programme_code == programme, c.valid_to.is_(None))
    if series is not None:
        query = query.where(c.series == series)
    if kinds is not None:
        query = query.where(c.subject_kind.in_(sorted(kinds)))
    if measures is not None:
        query = query.where(c.measure.in_(sorted(measures)))
    return _frame(session, query.order_by(c.id))


def subjects(session: Session, programme: str) -> pd.DataFrame:
    """One row per subject of a programme: kind, code, label, parent_code, axis_codes (a tuple, empty if unknown)."""
    c = Subject.__table__.c  # type: ignore[attr-defined]  # as above
    a = SubjectAxis.__table__.c  # type: ignore[attr-defined]  # as above
    frame = _frame(
        session,
        sa.select(c.kind, c.code, c.label, c.parent_code).where(c.programme_code == programme).order_by(c.kind, c.code),
    )
    links = session.execute(sa.select(a.kind, a.code, a.axis_code).where(a.programme_code == programme)).all()
    by_subject: dict[tuple[str, str], list[str]] = {}
    for kind, code, axis in links:
        by_subject.setdefault((kind, code), []).append(axis)
    keys = zip(frame["kind"], frame["code"], strict=True)
    frame["axis_codes"] = [tuple(sorted(by_subject.get(key, ()), key=axis_order)) for key in keys]
    return frame


def activities(session: Session, programme: str) -> pd.DataFrame:
    """One row per statement of a programme that holds now, in the order of its source."""
    c = Activity.__table__.c  # type: ignore[attr-defined]  # as above
    names = (
        "code",
        "axis_codes",
        "beneficiary",
        "activity",
        "status",
        "status_wording",
        "status_basis",
        "position",
        "as_of",
        "date_basis",
        "source_id",
        "import_id",
    )
    query = sa.select(*(c[name] for name in names)).where(c.programme_code == programme, c.valid_to.is_(None))
    return _frame(session, query.order_by(c.source_id, c.position))


def deadlines(session: Session, programme: str) -> pd.DataFrame:
    """One row per decision on a date of a call that holds now, by call and new date."""
    c = Deadline.__table__.c  # type: ignore[attr-defined]  # as above
    names = (
        "call_code",
        "kind",
        "decided_on",
        "decided_wording",
        "new_deadline",
        "act",
        "note",
        "source_id",
        "import_id",
    )
    query = sa.select(*(c[name] for name in names)).where(c.programme_code == programme, c.valid_to.is_(None))
    return _frame(session, query.order_by(c.call_code, c.new_deadline))


def sources(session: Session) -> pd.DataFrame:
    """One row per source: id, title, publisher, date_wording, url, covers, licence."""
    return _whole(session, Source)


def remarks(session: Session) -> pd.DataFrame:
    """One row per slip in a source's wording: source_id, wording, place, remark, evidence_source_id."""
    return _whole(session, SourceRemark)


def imports(session: Session) -> pd.DataFrame:
    """One row per import, the newest first."""
    return _whole(session, Import).sort_values("id", ascending=False).reset_index(drop=True)


def translations(session: Session, language: str) -> dict[str, str]:
    """The translated text per text of the data."""
    c = Translation.__table__.c  # type: ignore[attr-defined]  # as above
    return {row[0]: row[1] for row in session.execute(sa.select(c.original, c.translation).where(c.language == language))}


def _whole(session: Session, table: type[SQLModel]) -> pd.DataFrame:
    columns = list(table.__table__.c)  # type: ignore[attr-defined]  # as above
    return _frame(session, sa.select(*columns).order_by(*table.__table__.primary_key))  # type: ignore[attr-defined]  # as above


def _frame(session: Session, query: sa.Select[Any]) -> pd.DataFrame:
    """The rows of a query with integers that may be missing and dates as dates."""
    result = session.execute(query)
    frame = pd.DataFrame.from_records(result.all(), columns=list(result.keys()))
    for name in _INTEGERS:
        if name in frame:
            frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    for name in _DATES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame
