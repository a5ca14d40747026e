"""The tables of what documents publish: calls and agreements with their gaps, and every single figure."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from data_model.vocabulary import SubjectKind
from exports.asked import Asked
from exports.columns import AXES, ORIGIN, PROGRAMME, SERIES, how_firm, of_measure
from exports.shelf import BETWEEN_PLACES, Shelf, chunked, day, joined, on_axes, rate, text, thousandths, whole
from exports.table import Column, ExportTable, Row
from metrics import frames, progress, published
from metrics.published import Known

# --- calls ------------------------------------------------------------------------------------------------------

_KINDS = (SubjectKind.CALL, SubjectKind.AGREEMENT, SubjectKind.ACTIVITY)
_MEASURES = ("allocated", "committed", "reported")
_KIND = Column("subject_kind", "code", "export.column.subject_kind", words=lambda code: f"export.kind.{code}")
_CALLS = (
    PROGRAMME,
    _KIND,
    Column("call_code", "code", "export.column.call_code"),
    Column("call", "text", "table.call", said=True),
    AXES,
    of_measure("allocated_eur", "allocated"),
    of_measure("committed_eur", "committed"),
    of_measure("reported_eur", "reported"),
    of_measure("gap_eur", "gap_reported"),
    of_measure("reported_rate", "reported_rate"),
    how_firm("allocated_firmness", "export.column.allocated_firmness"),
    how_firm("committed_firmness", "export.column.committed_firmness"),
    how_firm("reported_firmness", "export.column.reported_firmness"),
    Column("lost", "code", "export.column.lost", words=lambda code: f"table.{code}"),
    *ORIGIN,
)


def calls(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per call, agreement or activity that documents speak of, the widest gap first; then those of unknown gap."""
    subjects = shelf.subjects[shelf.subjects["kind"].isin(list(_KINDS)) & shelf.subjects["parent_code"].isna()]
    subjects = on_axes(subjects, asked.axes)
    if asked.calls:
        subjects = subjects[subjects["code"].isin(asked.calls)]
    known = shelf.known(asked.as_of)
    found = published.subject_gaps(known, subjects, _KINDS).sort_values("gap_cents", ascending=False, kind="stable")
    return ExportTable("calls", asked, _CALLS, lambda: chunked(_call(asked, known, r) for r in frames.records(found)))


def _call(asked: Asked, known: Known, row: Mapping[str, Any]) -> Row:
    return (
        *(asked.programme, row["kind"], row["code"], row["label"], joined(row["axis_codes"])),
        *(whole(row[f"{measure}_cents"]) for measure in _MEASURES),
        *(whole(row["gap_cents"]), rate(row["reported_rate"])),
        *(str(row[f"{measure}_firmness"]) for measure in _MEASURES),
        "yes" if row["lost"] else "no",
        *(day(row["as_of"]), row["date_basis"], joined(row["source_ids"])),
        *(joined(_places(known, row), BETWEEN_PLACES), str(row["gap_firmness"])),
    )


def _places(known: Known, row: Mapping[str, Any]) -> Iterator[str]:
    """Where the amounts of a call stand in their sources."""
    for measure in _MEASURES:
        for number in published.all_given(known, row["kind"], row["code"], measure):
            if number.source_id in row["source_ids"] and number.value == whole(row[f"{measure}_cents"]):
                yield number.place
                break


# --- figures ----------------------------------------------------------------------------------------------------

_FIGURES = (
    PROGRAMME,
    SERIES,
    _KIND,
    Column("subject_code", "code", "export.column.subject_code"),
    Column("subject", "text", "table.subject", said=True),
    Column("axis_code", "code", "table.axis"),
    Column("category_code", "code", "table.category", words=lambda code: f"category.{code}"),
    Column("fund_code", "code", "export.column.fund_code"),
    Column("breakdown_code", "code", "export.column.breakdown_code"),
    Column("cohort", "count", "export.column.cohort"),
    Column("measure", "code", "table.measure", words=lambda code: f"measure.{code}.label"),
    Column("unit", "code", "table.unit", words=lambda code: f"unit.{code}"),
    Column("amount_eur", "amount", "table.amount"),
    Column("quantity", "count", "export.column.quantity"),
    Column("wording", "text", "table.wording"),
    *ORIGIN,
    Column("note", "text", "table.note", said=True),
)


def figures(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per figure, in the order of import: of each the latest at or before the date and the undated ones, or those of
    every date. Without a series, the figures of all of them."""
    found = shelf.figures
    if asked.series is not None:
        found = found[found["series"] == asked.series]
    if asked.axes:
        found = found[found["axis_code"].isin(asked.axes)]
    if asked.categories:
        found = found[found["category_code"].isin(asked.categories)]
    if not asked.every_date:
        found = _at_date(found, asked)
    labels = {(row.kind, row.code): row.label for row in frames.rows(shelf.subjects)}
    rows = found.sort_values("id")
    return ExportTable(
        "figures", asked, _FIGURES, lambda: chunked(_figure(asked.programme, labels, r) for r in frames.rows(rows))
    )


def _at_date(found: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    known = found[found["as_of"].isna() | (found["as_of"] <= pd.Timestamp(asked.as_of))]
    return progress.latest_per_figure(known)


def _figure(programme: str, labels: Mapping[tuple[str, str], str], row: Any) -> Row:
    return (
        *(programme, row.series, row.subject_kind, row.subject_code, labels.get((row.subject_kind, row.subject_code))),
        *(text(row.axis_code), text(row.category_code), text(row.fund_code), text(row.breakdown_code), whole(row.cohort)),
        *(row.measure, row.unit, whole(row.amount_cents), thousandths(row.quantity_thousandths), row.wording),
        *(day(row.as_of), row.date_basis, row.source_id, row.place, row.firmness, text(row.note)),
    )
