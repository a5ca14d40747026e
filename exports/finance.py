"""The tables of money by axis: how far each is, and the gap between commitments and what is reported or paid."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from data_model import history, project_queries, project_totals
from data_model.selection import Selection
from data_model.vocabulary import DateBasis, Firmness, Series, weakest
from exports.asked import Asked
from exports.columns import AXIS, ORIGIN, PROGRAMME, SERIES, how_firm, of_measure
from exports.shelf import BETWEEN_PLACES, Shelf, chunked, day, joined, rate, text, whole
from exports.table import Chunk, Column, ExportTable, Row
from metrics import commitment_gaps, comparison, frames, progress, project_gaps
from metrics.measures import BASES, Basis
from metrics.progress import STAGES, Scope

_GROUPS_AT_ONCE = 20_000


def basis_of(asked: Asked) -> Basis:
    """The series asked for and its measures."""
    return BASES[asked.series or Series.EC]


# --- axes -------------------------------------------------------------------------------------------------------

_NAME = Column("axis_name", "text", "export.column.axis_name", said=True)
_FIRM = tuple(
    how_firm(f"{stage}_firmness", label)
    for stage, label in zip(
        STAGES,
        (
            "export.column.allocated_firmness",
            "export.column.committed_firmness",
            "export.column.reported_firmness",
            "export.column.certified_firmness",
        ),
        strict=True,
    )
)
_DAYS = tuple(
    Column(f"{stage}_as_of", "date", label)
    for stage, label in zip(
        STAGES,
        (
            "export.column.allocated_as_of",
            "export.column.committed_as_of",
            "export.column.reported_as_of",
            "export.column.certified_as_of",
        ),
        strict=True,
    )
)
_COMPARED = (
    Column("allocated_before_eur", "amount", "export.column.allocated_before"),
    Column("allocated_difference_eur", "amount", "export.column.allocated_difference"),
    Column("committed_before_eur", "amount", "export.column.committed_before"),
    Column("committed_difference_eur", "amount", "export.column.committed_difference"),
    Column("reported_before_eur", "amount", "export.column.reported_before"),
    Column("reported_difference_eur", "amount", "export.column.reported_difference"),
    Column("certified_before_eur", "amount", "export.column.certified_before"),
    Column("certified_difference_eur", "amount", "export.column.certified_difference"),
)


def axes(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per axis: its amounts at each stage, gap and shares; compared with another date if one is asked for."""
    basis = basis_of(asked)
    amounts = [of_measure(f"{stage}_eur", measure) for stage, measure in zip(STAGES, basis.stages, strict=True)]
    shares = [of_measure(name, measure) for name, measure in _rates(basis)]
    columns = (
        *(PROGRAMME, SERIES, AXIS, _NAME),
        *amounts,
        of_measure("gap_eur", basis.gap),
        *shares,
        *(_COMPARED if asked.compared_with else ()),
        *_FIRM,
        *_DAYS,
        *ORIGIN,
    )
    return ExportTable("axes", asked, columns, lambda: chunked(_axis_rows(shelf, asked, basis)))


def _rates(basis: Basis) -> list[tuple[str, str]]:
    committed, reported = basis.rates
    certified = "certified_projects_rate" if basis.system else "certified_rate"
    return [("committed_rate", committed), ("reported_rate", reported), ("certified_rate", certified)]


def _axis_rows(shelf: Shelf, asked: Asked, basis: Basis) -> Iterator[Row]:
    now = _positions(shelf, asked, basis, asked.as_of)
    before = _before(shelf, asked, basis, now) if asked.compared_with else {}
    for row in frames.records(now):
        compared = [before.get((row["axis_code"], stage), (None, None)) for stage in STAGES] if asked.compared_with else []
        yield (
            *(asked.programme, str(basis.series), row["axis_code"], shelf.axis_names.get(row["axis_code"])),
            *(whole(row[f"{stage}_cents"]) for stage in STAGES),
            whole(row["gap_cents"]),
            *(rate(row[name]) for name, _ in _rates(basis)),
            *(cents for pair in compared for cents in pair),
            *(str(row[f"{stage}_firmness"]) for stage in STAGES),
            *(day(row[f"{stage}_as_of"]) for stage in STAGES),
            *_origin(shelf, basis, row, STAGES, _weakest_given(row)),
        )


def _positions(shelf: Shelf, asked: Asked, basis: Basis, as_of: date) -> pd.DataFrame:
    return progress.positions(shelf.finance(basis.series), basis, as_of, "axis", Scope(asked.axes, asked.categories))


def _before(
    shelf: Shelf, asked: Asked, basis: Basis, now: pd.DataFrame
) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """(cents before, difference) per axis and stage. Figures of documents stand as they were first said, as on the page;
    sums over projects are those of their date."""
    figures = shelf.finance(basis.series)
    if basis.system is None:
        figures = comparison.as_first_said(figures, history.corrected(shelf.session, asked.programme))
    scope, day_before = Scope(asked.axes, asked.categories), asked.compared_with or asked.as_of
    earlier = progress.positions(figures, basis, day_before, "axis", scope)
    changes = progress.changes(now, earlier, ("axis_code",))
    return {(r.axis_code, r.stage): (whole(r.before_cents), whole(r.difference_cents)) for r in frames.rows(changes)}


def _weakest_given(row: Mapping[str, Any]) -> str:
    given = [row[f"{stage}_firmness"] for stage in STAGES if row[f"{stage}_figure_ids"]]
    return str(weakest(given) if given else Firmness.NOT_GIVEN)


def _origin(shelf: Shelf, basis: Basis, row: Mapping[str, Any], stages: tuple[str, ...], firmness: str) -> Row:
    """The latest date of the amounts, how it is known, their sources and places, and how firm the row is."""
    dated = [(row[f"{s}_as_of"], str(row[f"{s}_date_basis"])) for s in stages if day(row[f"{s}_as_of"])]
    last, known = max(dated, default=(None, str(DateBasis.UNDATED)))
    ids = [number for stage in stages for number in row[f"{stage}_figure_ids"]]
    sources = joined(sorted({source for stage in stages for source in row[f"{stage}_source_ids"]}))
    place = shelf.files(str(basis.system)) if basis.system and ids else shelf.places(ids)
    return (day(last), known, sources, place, firmness)


# --- gaps -------------------------------------------------------------------------------------------------------

_LEVEL = Column("level", "code", "export.column.level", words=lambda code: f"export.level.{code}")
_CODE = Column("code", "code", "export.column.code")
_CODE_NAME = Column("name", "text", "export.column.name", said=True)
_UNREPORTED = Column("unreported_rate", "rate", "commitment_gaps.sort_rate")
_COUNTS = (
    Column("projects", "count", "export.column.projects"),
    Column("committed_count", "count", "export.column.committed_count"),
    Column("reported_count", "count", "export.column.reported_count"),
    Column("both_committed_eur", "amount", "export.column.both_committed"),
    Column("both_reported_eur", "amount", "export.column.both_reported"),
    Column("without_eur", "amount", "export.column.without"),
)


def gaps(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per axis, or per group of projects at the level asked for: committed, reported, gap; the widest gap first."""
    basis = basis_of(asked)
    code = replace(_CODE, words=lambda code: f"region.{code}", keeps_code=True) if asked.level == "region" else _CODE
    columns = (
        *(PROGRAMME, SERIES, _LEVEL, code, _CODE_NAME),
        of_measure("committed_eur", basis.committed),
        of_measure("reported_eur", basis.reported),
        of_measure("gap_eur", basis.gap),
        of_measure("reported_rate", basis.rates[1]),
        _UNREPORTED,
        *(_COUNTS if basis.system else ()),
        *_FIRM[1:3],
        *ORIGIN,
    )
    if basis.system:
        return ExportTable("commitment_gaps", asked, columns, lambda: _group_chunks(shelf, asked, basis))
    return ExportTable("commitment_gaps", asked, columns, lambda: chunked(_gap_rows(shelf, asked, basis)))


def _gap_rows(shelf: Shelf, asked: Asked, basis: Basis) -> Iterator[Row]:
    """The ranked axes, then those with nothing committed, then those whose gap is not known."""
    positions = _positions(shelf, asked, basis, asked.as_of)
    ranked = commitment_gaps.ranked(positions, asked.sort)
    rest = positions[~positions["axis_code"].isin(set(ranked["axis_code"]))]
    zero, unknown = rest[rest["gap_cents"].notna()], rest[rest["gap_cents"].isna()]
    for row in [row for part in (ranked, zero, unknown) for row in frames.records(part)]:
        yield (
            *(asked.programme, str(basis.series), "axis", row["axis_code"], shelf.axis_names.get(row["axis_code"])),
            *(whole(row[f"{name}_cents"]) for name in ("committed", "reported", "gap")),
            *(rate(row["reported_rate"]), rate(row.get("unreported_rate"))),
            *(str(row[f"{stage}_firmness"]) for stage in ("committed", "reported")),
            *_origin(shelf, basis, row, ("committed", "reported"), str(row["gap_firmness"])),
        )


def selection(asked: Asked, basis: Basis) -> Selection:
    """The projects asked for. Only for series that have projects."""
    _, committed, reported, _ = basis.columns
    assert committed is not None
    assert reported is not None
    filters = (asked.axes, asked.calls, asked.beneficiaries, asked.regions)
    return Selection(asked.programme, str(basis.system), asked.as_of, committed, reported, *filters)


def _group_chunks(shelf: Shelf, asked: Asked, basis: Basis) -> Iterator[Chunk]:
    chosen = selection(asked, basis)
    origin = _origin_of_groups(shelf, chosen)
    start = 0
    while True:
        found = project_queries.groups(
            shelf.session, chosen, asked.level, by=asked.sort, limit=_GROUPS_AT_ONCE, offset=start
        )
        yield from chunked(_group(shelf, asked, basis, project_gaps.with_rate(row), origin) for row in found)
        if len(found) < _GROUPS_AT_ONCE:
            return
        start += _GROUPS_AT_ONCE


def _group(shelf: Shelf, asked: Asked, basis: Basis, row: Mapping[str, Any], origin: Row) -> Row:
    code = text(row["code"])
    name = shelf.axis_names.get(code or "") if asked.level == "axis" else text(row["name"])
    return (
        *(asked.programme, str(basis.series), asked.level, code, name),
        *(whole(row[f"{name}_cents"]) for name in ("committed", "reported", "gap")),
        *(rate(row["reported_rate"]), rate(row["unreported_rate"])),
        *(whole(row[name]) for name in ("projects", "committed_count", "reported_count")),
        *(whole(row[f"{name}_cents"]) for name in ("both_committed", "both_reported", "without")),
        *(str(row[f"{stage}_firmness"]) for stage in ("committed", "reported")),
        *origin,
        str(row["gap_firmness"]),
    )


def _origin_of_groups(shelf: Shelf, chosen: Selection) -> Row:
    """The latest date of the projects, how it is known, their sources and files: the same for each group."""
    origins = project_queries.origins(shelf.session, chosen)
    lots = {lot.import_id: lot for lot in project_totals.lots(shelf.session, chosen.programme, chosen.system)}
    assumed = any(lots[number].assumed for number in origins["import_id"] if number in lots)
    last = origins["last_as_of"].max() if len(origins) else None
    known = DateBasis.UNDATED if last is None else DateBasis.ASSUMED if assumed else DateBasis.STATED
    files = joined(origins["file_name"], BETWEEN_PLACES)
    return (day(last), str(known), joined(sorted(set(origins["source_id"]))), files)
