"""Tables of projects: groups and projects ranked by their gap, ages, regions, silence, one project and its history."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data_model.vocabulary import Firmness
from metrics import frames, project_gaps
from metrics.project_gaps import SILENCES
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, euro_head

_NAMED_BY_THE_DATA = ("call", "beneficiary")


def ranking(h: Here, groups: pd.DataFrame, level: str) -> Table:
    """One row per group or project: amounts, gap, share, commitments without payment data, who gives nothing."""
    if level == "project":
        return _projects(h, groups)
    coded = level in _NAMED_BY_THE_DATA
    rows = [
        (
            *([_code(h, row["code"])] if coded else []),
            h.group_name(level, row["code"], row["name"]),
            h.w.count(int(row["projects"])),
            *_amounts(h, row),
            h.w(
                "project_gaps.lacking",
                committed=h.w.count(project_gaps.without_amounts(row)[0]),
                reported=h.w.count(project_gaps.without_amounts(row)[1]),
            ),
        )
        for row in frames.records(groups)
    ]
    heads = [
        *([h.w("project_gaps.head_code")] if coded else []),
        h.w(f"project_gaps.level_{level}") if not coded else h.w("project_gaps.head_name"),
        h.w("project_gaps.head_projects"),
        *_amount_heads(h),
        h.w("project_gaps.head_lacking"),
    ]
    first = 3 if coded else 2
    numbers = tuple(range(first, len(heads) + 1))
    if coded:
        return Table(columns(rows, heads), numbers=numbers, quoted=(2,), sentences=(2,), wide_names=False)
    return Table(columns(rows, heads), numbers=numbers)


def _projects(h: Here, groups: pd.DataFrame) -> Table:
    rows = [
        (
            str(row["code"]),
            str(row["name"]),
            row["beneficiary"] if isinstance(row["beneficiary"], str) else h.w.missing,
            *_amounts(h, row, Firmness.EXACT),
            h.day(row["as_of"]),
        )
        for row in frames.records(groups)
    ]
    heads = [
        h.w("project_gaps.head_project"),
        h.w("table.title"),
        h.w("project_gaps.fact_beneficiary"),
        *_amount_heads(h),
        h.w("table.day"),
    ]
    return Table(columns(rows, heads), numbers=(4, 5, 6, 7, 8), quoted=(2, 3), sentences=(2, 3), wide_names=False)


def _code(h: Here, code: object) -> str:
    return code if isinstance(code, str) else h.w.missing


def _amounts(h: Here, row: Mapping[str, Any], firmness: Firmness = Firmness.DERIVED) -> list[str]:
    """Commitments, payments, gap, share, commitments without payment data; a project's own amounts are no sums."""
    found = [h.amount(row[f"{name}_cents"], firmness) for name in ("committed", "reported")]
    gap = h.amount(row["gap_cents"], Firmness.DERIVED)
    return [*found, gap, h.w.rate(row["reported_rate"]), _without(h, row, firmness)]


def _without(h: Here, row: Mapping[str, Any], firmness: Firmness) -> str:
    """Zero where every commitment has its payment: that is known, and not missing."""
    if not row["without_count"]:
        return h.w.euros(0) if row["committed_count"] else h.w.missing
    return h.amount(row["without_cents"], firmness)


def _amount_heads(h: Here) -> list[str]:
    return [
        euro_head(h, h.stage("committed")),
        euro_head(h, h.stage("reported")),
        euro_head(h, h.measure(h.basis.gap)),
        h.measure(h.basis.rates[1]),
        euro_head(h, h.w("project_gaps.head_without")),
    ]


def ages(h: Here, bands: pd.DataFrame) -> Table:
    """One row per band of age."""
    rows = [
        (
            h.w(f"project_gaps.band_{row['band']}"),
            h.w.count(int(row["projects"])),
            h.amount(row["gap_cents"], Firmness.DERIVED),
            h.w.rate(row["share"]),
        )
        for row in frames.records(bands)
    ]
    heads = [
        h.w("project_gaps.ages_head"),
        h.w("project_gaps.head_projects"),
        euro_head(h, h.measure(h.basis.gap)),
        h.w("table.share"),
    ]
    return Table(columns(rows, heads), numbers=(2, 3, 4))


def silent(h: Here, found: pd.DataFrame) -> Table:
    """One row per beneficiary with commitments and nothing reported or paid; what is known of its payments."""
    rows = [
        (
            str(row["code"]),
            h.group_name("beneficiary", row["code"], row["name"]),
            h.w.count(int(row["projects"])),
            h.amount(row["committed_cents"], Firmness.DERIVED),
            h.w.euros(0) if row["reported_count"] else h.w.missing,
            h.w(f"project_gaps.silent_{project_gaps.silence(int(row['projects']), int(row['reported_count']))}"),
        )
        for row in frames.records(found)
    ]
    heads = [
        h.w("project_gaps.head_code"),
        h.w("project_gaps.head_name"),
        h.w("project_gaps.head_projects"),
        euro_head(h, h.stage("committed")),
        euro_head(h, h.stage("reported")),
        h.w("project_gaps.silent_head"),
    ]
    return Table(columns(rows, heads), numbers=(3, 4, 5), quoted=(2,), sentences=(2, 6), wide_names=False, folded=False)


def silences(h: Here, totals: pd.DataFrame) -> list[str]:
    """`nessun dato: 12 (impegni 3,4 M€)` for each kind of silence that there is."""
    found = {row["state"]: row for row in frames.records(totals)}
    return [
        h.w(
            "project_gaps.silent_item",
            name=h.w(f"project_gaps.silent_{state}"),
            count=h.w.count(int(found[state]["beneficiaries"])),
            committed=h.millions(found[state]["committed_cents"], Firmness.DERIVED, 2),
        )
        for state in SILENCES
        if state in found
    ]


def origins(h: Here, found: pd.DataFrame) -> Table:
    """One row per source and import behind what is shown."""
    rows = [
        (
            h.source(row["source_id"]),
            h.w.count(int(row["projects"])),
            h.w.count(int(row["rounded_count"])),
            h.w("projects.days", first=h.day(row["first_as_of"]), last=h.day(row["last_as_of"])),
            str(row["file_name"]),
            str(row["import_id"]),
        )
        for row in frames.records(found)
    ]
    heads = [
        h.w("table.source"),
        h.w("project_gaps.head_projects"),
        h.w("projects.head_rounded"),
        h.w("projects.head_days"),
        h.w("table.file"),
        h.w("projects.head_import"),
    ]
    return Table(columns(rows, heads), numbers=(2, 3))


# --- one project ------------------------------------------------------------------------------------------------


def facts(h: Here, given: Sequence[tuple[str, str]]) -> Table:
    """One row per fact of a project, as its source writes it."""
    heads = [h.w("project_gaps.detail_fact"), h.w("project_gaps.detail_value")]
    return Table(columns(given, heads), quoted=(2,), sentences=(2,), wide_names=False, folded=False)


def places(h: Here, found: pd.DataFrame) -> Table:
    """One row per place of a project."""
    rows = [
        (
            str(row["name"]),
            h.region_name(row["region_code"]),
            row["address"] if isinstance(row["address"], str) else "",
            h.source(row["source_id"]),
            row["place"],
        )
        for row in frames.records(found)
    ]
    heads = [
        h.w("project_gaps.fact_place"),
        h.w("project_gaps.fact_region"),
        h.w("table.address"),
        h.w("table.source"),
        h.w("project_gaps.detail_line"),
    ]
    return Table(columns(rows, heads))


def history(h: Here, rows_by_date: pd.DataFrame, stages: Sequence[tuple[str, str]], gap: tuple[str, str]) -> Table:
    """One row per reference date: state, the amount of each stage (name, column), the gap of two columns."""
    rows = []
    for row in frames.records(rows_by_date):
        difference = project_gaps.gap_of(row, *gap)
        rows.append(
            (
                h.day(row["as_of"], row["date_basis"]),
                row["status"] if isinstance(row["status"], str) else h.w.missing,
                *(h.amount(row[column], project_gaps.firmness_of(row)) for _, column in stages),
                h.amount(difference, Firmness.DERIVED),
            )
        )
    heads = [
        h.w("table.day"),
        h.w("project_gaps.fact_status"),
        *(euro_head(h, name) for name, _ in stages),
        euro_head(h, h.measure(h.basis.gap)),
    ]
    numbers = tuple(range(3, len(heads) + 1))
    return Table(columns(rows, heads), numbers=numbers, quoted=(2,), wide_names=False)


def provenance(h: Here, rows_by_date: pd.DataFrame) -> Table:
    """One row per reference date: source, file and line, import, whether the source rounds."""
    rows = [
        (
            h.day(row["as_of"], row["date_basis"]),
            h.source(row["source_id"]),
            str(row["place_in_source"]),
            str(row["file_name"]),
            str(row["import_id"]),
            h.w("table.yes") if row["rounded"] else h.w("table.no"),
        )
        for row in frames.records(rows_by_date)
    ]
    heads = [
        h.w("table.day"),
        h.w("table.source"),
        h.w("project_gaps.detail_line"),
        h.w("table.file"),
        h.w("projects.head_import"),
        h.w("project_gaps.detail_rounded"),
    ]
    return Table(columns(rows, heads), wide_names=False)
