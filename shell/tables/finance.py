"""Tables of amounts: positions, trends, falls, changes, gaps."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from metrics import frames
from metrics.progress import STAGES
from shell import project_notes
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, euro_head, marked

Naming = Callable[[Any], str]


def shown(h: Here) -> tuple[str, ...]:
    """The stages that a table has columns for: those that the system of a series of projects can give."""
    if h.basis.system is None:
        return STAGES
    return tuple(stage for stage, column in zip(STAGES, h.basis.columns, strict=True) if column)


def positions(h: Here, frame: pd.DataFrame, key: str, name: Naming) -> Table:
    """One row per axis or category: every stage in euro, the shares, the reference date."""
    stages = shown(h)
    rows = [
        (
            name(row[key]),
            *(_amount(h, row, s) for s in stages),
            h.w.rate(row["committed_rate"]),
            h.w.rate(row["reported_rate"]),
            h.days(row),
        )
        for row in frames.records(frame)
    ]
    heads = [
        h.w("table.part"),
        *(euro_head(h, h.stage(s)) for s in stages),
        *map(h.measure, h.basis.rates),
        h.w("table.day"),
    ]
    return Table(columns(rows, heads), numbers=tuple(range(2, len(heads))))


def _amount(h: Here, row: Mapping[str, Any], stage: str) -> str:
    """The amount of a stage, marked where sources disagree on it for a whole axis at its date."""
    text = h.amount(row[f"{stage}_cents"], row[f"{stage}_firmness"])
    if "axis_code" not in row or "category_code" in row or h.view.categories:
        return text
    measure = dict(zip(STAGES, h.basis.stages, strict=True))[stage]
    return marked(h, text, "axis", row["axis_code"], measure, row[f"{stage}_as_of"])


def by_category(h: Here, frame: pd.DataFrame) -> Table:
    """One row per axis and category of region."""
    whole = positions(h, frame, "axis_code", h.axis_name)
    columns = dict(whole.columns)
    first = next(iter(columns))
    categories = [h.category_name(code) for code in frame["category_code"]]
    ordered = {first: columns.pop(first), h.w("table.category"): categories, **columns}
    return Table(ordered, numbers=(3, 4, 5, 6, 7, 8))


def stages(h: Here, position: Mapping[str, Any]) -> Table:
    """One row per stage: amount, firmness, date, source."""
    rows = [
        (
            h.stage(s),
            h.amount(position[f"{s}_cents"], position[f"{s}_firmness"]),
            _how_firm(h, position, s),
            h.day(position[f"{s}_as_of"], position[f"{s}_date_basis"]) if position[f"{s}_figure_ids"] else h.w.missing,
            ", ".join(map(h.source, position[f"{s}_source_ids"])) or h.w.missing,
        )
        for s in STAGES
    ]
    heads = [
        h.w("table.stage"),
        euro_head(h, h.w("table.amount")),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
    ]
    return Table(columns(rows, heads), numbers=(2,), sentences=(3,) if h.basis.system else ())


def _how_firm(h: Here, position: Mapping[str, Any], stage: str) -> str:
    """The firmness of a stage; of a sum over projects also how many of them give it."""
    label = h.w(f"firmness.{position[f'{stage}_firmness']}.label")
    if h.basis.system is None or not position[f"{stage}_figure_ids"]:
        return label
    return h.w("projects.firmness", firmness=label, sum=project_notes.given(h, stage))


def trend(h: Here, lines: pd.DataFrame, *, by_axis: bool = False) -> Table:
    """One row per date (and axis), one column per stage; a fall is marked in words."""
    keys = ["as_of", *(["axis_code"] if by_axis else [])]
    stages = shown(h)
    values: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in frames.rows(lines):  # they come in the order of dates and axes
        values.setdefault(tuple(getattr(row, key) for key in keys), {})[row.stage] = row
    rows = [
        (h.w.day(day), *map(h.axis_short, axis), *(_with_fall(h, by_stage.get(stage)) for stage in stages))
        for (day, *axis), by_stage in values.items()
        if pd.notna(axis).all()
    ]
    heads = [h.w("table.day"), *([h.w("table.axis")] if by_axis else []), *(euro_head(h, h.stage(s)) for s in stages)]
    numbers = tuple(range(len(keys) + 1, len(heads) + 1))
    return Table(columns(rows, heads), numbers=numbers, wide_names=False)


def _with_fall(h: Here, row: Any) -> str:
    if row is None:
        return h.w.missing
    text = h.amount(row.cents, row.firmness)
    return h.w("trend.with_fall", value=text) if pd.notna(row.fell_by_cents) else text


def falls(h: Here, fallen: pd.DataFrame) -> Table:
    """One row per fall of a cumulative value."""
    rows = [
        (
            h.axis_short(r.axis_code),
            h.stage(r.stage),
            h.w.day(r.as_of),
            h.w.euros(int(r.cents)),
            h.w.euros(int(r.fell_by_cents)),
        )
        for r in frames.rows(fallen)
    ]
    heads = [
        h.w("table.axis"),
        h.w("table.stage"),
        h.w("table.day"),
        euro_head(h, h.w("table.amount")),
        euro_head(h, h.w("trend.fall")),
    ]
    return Table(columns(rows, heads), numbers=(4, 5), wide_names=False)


def gaps(h: Here, ranked: pd.DataFrame, key: str, name: Naming) -> Table:
    """One row per ranked gap."""
    rows = [
        (
            name(row[key]),
            _amount(h, row, "committed"),
            _amount(h, row, "reported"),
            h.amount(row["gap_cents"], row["gap_firmness"]),
            h.w.rate(row["reported_rate"]),
            h.days(row),
        )
        for row in frames.records(ranked)
    ]
    heads = [
        h.w("table.part"),
        euro_head(h, h.stage("committed")),
        euro_head(h, h.stage("reported")),
        euro_head(h, h.measure(h.basis.gap)),
        h.measure(f"{h.basis.reported}_rate"),
        h.w("table.day"),
    ]
    return Table(columns(rows, heads), numbers=(2, 3, 4, 5))
