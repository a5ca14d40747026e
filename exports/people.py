"""The tables of people and activities: training, participants, the state of play."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from data_model.vocabulary import DateBasis, Firmness, Series, StatusBasis, SubjectKind, weakest
from exports.asked import Asked
from exports.columns import AXES, ORIGIN, PROGRAMME, of_measure
from exports.shelf import BETWEEN_PLACES, Shelf, chunked, day, joined, on_axes, rate, text, thousandths, whole
from exports.table import Column, ExportTable, Row
from metrics import activities as stages
from metrics import frames, participants, published, training
from metrics.measures import PARTICIPANT_INDICATORS
from metrics.progress import Scope
from metrics.published import Given, Known
from metrics.training import Uptake

# --- activities -------------------------------------------------------------------------------------------------

_ACTIVITIES = (
    PROGRAMME,
    Column("activity_code", "code", "export.column.activity_code"),
    AXES,
    Column("beneficiary", "text", "table.beneficiary", said=True),
    Column("activity", "text", "table.what", said=True),
    Column("status", "code", "table.status", words=lambda code: f"status.{code}.label"),
    Column("status_wording", "text", "table.wording"),
    Column("status_basis", "code", "table.basis", words=lambda code: f"status_basis.{code}"),
    *ORIGIN,
)


def activities(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per statement about an activity known at the date, in the order of the source."""
    known = shelf.statements[_known(shelf.statements, asked.as_of)]
    shown = stages.on_axes(known, asked.axes)
    return ExportTable("activities", asked, _ACTIVITIES, lambda: chunked(_activity(asked, r) for r in frames.rows(shown)))


def _known(frame: pd.DataFrame, as_of: date) -> pd.Series:
    return frame["as_of"].isna() | (frame["as_of"] <= pd.Timestamp(as_of))


def _activity(asked: Asked, row: Any) -> Row:
    """The place of a statement is its number in the source; a stage deduced from its words is no exact one."""
    firmness = Firmness.EXACT if row.status_basis == StatusBasis.EXPLICIT else Firmness.DERIVED
    return (
        *(asked.programme, row.code, row.axis_codes, row.beneficiary, row.activity),
        *(row.status, row.status_wording, row.status_basis),
        *(day(row.as_of), row.date_basis, row.source_id, str(row.position), str(firmness)),
    )


# --- training ---------------------------------------------------------------------------------------------------

_TRAINING = (
    PROGRAMME,
    Column("course_code", "code", "export.column.course_code"),
    Column("course", "text", "export.column.course", said=True),
    AXES,
    Column("measure", "code", "table.measure", words=lambda code: f"measure.{code}.label"),
    Column("of_which", "code", "export.column.of_which"),
    Column("cohort", "count", "export.column.cohort"),
    Column("value", "count", "table.value"),
    of_measure("involved_rate", "involved_rate"),
    Column("wording", "text", "table.wording"),
    *ORIGIN,
)


def trainings(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per course and number: of documents the target, each cohort and the share; of the monitoring files each count,
    never added to them. A course without numbers has one row."""
    subjects = shelf.subjects[shelf.subjects["kind"] == SubjectKind.TRAINING]
    subjects = on_axes(subjects, asked.axes)
    known, counts = shelf.known(asked.as_of), _monitored(shelf, asked.as_of)
    rows = [row for subject in frames.rows(subjects) for row in _course(asked, subject, known, counts)]
    return ExportTable("training", asked, _TRAINING, lambda: chunked(rows))


def _monitored(shelf: Shelf, as_of: date) -> pd.DataFrame:
    """The counts of the monitoring files on courses, as known at a date."""
    f = shelf.figures
    counts = f[f["series"].eq(Series.PUC) & f["subject_kind"].eq(SubjectKind.TRAINING)]
    return training.as_stated(published.known_at(counts, as_of).frame)


def _course(asked: Asked, subject: Any, known: Known, counts: pd.DataFrame) -> Iterator[Row]:
    found = training.uptake(known, subject.code)
    course = (asked.programme, subject.code, subject.label, joined(subject.axis_codes))
    numbers: list[tuple[str, int | None, Given | None]] = [("trainees_target", None, found.target)]
    numbers += [("trainees_involved", g.cohort or n, g) for n, g in enumerate(found.involved, start=1)]
    numbers += [("cohorts_planned", None, found.cohorts_planned)]
    given = [(measure, cohort, number) for measure, cohort, number in numbers if number is not None]
    for measure, cohort, number in given:
        yield (*course, measure, None, cohort, thousandths(number.value), None, number.wording, *_origin_of(number))
    if found.involved_rate is not None:
        yield (*course, *_computed(found))
    own = counts[counts["subject_code"].eq(subject.code)].sort_values("id")
    yield from (_count(course, row) for row in frames.rows(own))
    if not given and own.empty:
        yield (*course, "trainees_involved", None, None, None, None, None, *_NOT_GIVEN)


def _count(course: Row, row: Any) -> Row:
    """A count of the monitoring files; one of few persons is not given."""
    return (
        *(*course, row.measure, text(row.breakdown_code), whole(row.cohort), thousandths(row.quantity_thousandths)),
        *(None, row.wording, day(row.as_of), row.date_basis, row.source_id, row.place, str(row.firmness)),
    )


_NOT_GIVEN: Row = (None, str(DateBasis.UNDATED), None, None, str(Firmness.NOT_GIVEN))


def _origin_of(number: Given) -> Row:
    return (number.as_of, number.date_basis, number.source_id, number.place, str(number.firmness))


def _computed(found: Uptake) -> Row:
    """The share of the target: computed from the target and the cohorts, so their sources are its own."""
    numbers = [*([found.target] if found.target else []), *found.involved]
    dated = [(n.as_of, n.date_basis) for n in numbers if n.as_of]
    last, known = max(dated, default=(None, str(DateBasis.UNDATED)))
    sources = joined(sorted({n.source_id for n in numbers}))
    places = joined((n.place for n in numbers), BETWEEN_PLACES)
    share = rate(found.involved_rate)
    return ("involved_rate", None, None, None, share, None, last, known, sources, places, str(found.firmness))


# --- participants -----------------------------------------------------------------------------------------------

_PARTICIPANTS = (
    PROGRAMME,
    Column("indicator", "code", "table.indicator", words=lambda code: f"indicator.{code}", keeps_code=True),
    Column("counted", "code", "export.column.counted", words=lambda code: f"table.{code}"),
    of_measure("value", "indicator_value"),
    of_measure("target", "indicator_target"),
    of_measure("indicator_rate", "indicator_rate"),
    *ORIGIN,
)


def indicators(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per common indicator: value, target and share; `counted` are those whose sum is the participants."""
    chosen = shelf.figures[shelf.figures["series"].eq(Series.EC) & shelf.figures["subject_kind"].eq(SubjectKind.INDICATOR)]
    figures = participants.select(chosen, Scope(asked.axes, asked.categories))
    found = participants.indicators(figures, asked.as_of)
    rows = [_indicator(asked, figures, row) for row in frames.rows(found)]
    return ExportTable("participants", asked, _PARTICIPANTS, lambda: chunked(rows))


def _indicator(asked: Asked, figures: pd.DataFrame, row: Any) -> Row:
    value = whole(row.value)
    parts = _parts(figures, row.subject_code, asked.as_of, day(row.value_as_of) if value is not None else None)
    firmness = Firmness.NOT_GIVEN if value is None else weakest(parts["firmness"])
    return (
        *(asked.programme, row.subject_code, "yes" if row.subject_code in PARTICIPANT_INDICATORS else "no"),
        *(value, whole(row.target), rate(row.rate)),
        *(day(parts["as_of"].max()), str(DateBasis.STATED)),
        *(joined(sorted(set(parts["source_id"]))), joined(parts["place"], BETWEEN_PLACES), str(firmness)),
    )


def _parts(figures: pd.DataFrame, code: str, as_of: date, valued_on: date | None) -> pd.DataFrame:
    """The figures behind a value; where there is none, those of the latest target."""
    own = figures[figures["subject_code"].eq(code) & (figures["as_of"] <= pd.Timestamp(as_of))]
    if valued_on is not None:
        return own[own["measure"].eq("indicator_value") & own["as_of"].eq(pd.Timestamp(valued_on))]
    targets = own[own["measure"].eq("indicator_target")]
    found = targets if len(targets) else own
    return found[found["as_of"].eq(found["as_of"].max())]
