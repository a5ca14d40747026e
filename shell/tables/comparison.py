"""Tables of two dates: amounts and what their difference is made of, rates, projects, single numbers."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from metrics import frames
from metrics.comparison import GAP, PARTS, PROJECT_PARTS, NumberChange, Split
from metrics.measures import MEASURES
from metrics.published import Given
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, euro_head

Naming = Callable[[dict[str, Any]], str]


def amounts(h: Here, frame: pd.DataFrame, name: Naming) -> Table:
    """One row per part of the programme and stage: then as first said, corrections, reprogramming, new data, now."""
    return _amounts(h, frame, name, PARTS)


def projects(h: Here, frame: pd.DataFrame, name: Naming) -> Table:
    """One row per axis and stage: then as first said, corrections, projects that came, went and changed, now."""
    return _amounts(h, frame, name, PROJECT_PARTS)


def _amounts(h: Here, frame: pd.DataFrame, name: Naming, parts: Sequence[str]) -> Table:
    rows = [
        (
            name(row),
            stage_name(h, row["stage"]),
            _cents(h, row, "before_cents", "before_firmness"),
            *(_cents(h, row, part) for part in parts),
            _cents(h, row, "cents", "firmness"),
            _cents(h, row, "difference_cents"),
        )
        for row in frames.records(frame)
    ]
    named = [h.w(f"comparison.{part.removesuffix('_cents')}") for part in parts]
    heads = [h.w("table.part"), h.w("table.stage"), *(euro_head(h, head) for head in _around(h, named))]
    return Table(columns(rows, heads), numbers=tuple(range(3, len(heads) + 1)), wide_names=False)


def stage_name(h: Here, stage: str) -> str:
    """The name of a stage, or of the gap between two."""
    return h.measure(h.basis.gap) if stage == GAP else h.stage(stage)


def _around(h: Here, parts: Sequence[str]) -> list[str]:
    """The heads of a difference: the earlier date, the parts, the later date, the difference."""
    before, now = h.view.compared_with, h.view.as_of
    return [h.w("comparison.then", day=h.w.day(before)), *parts, h.w("comparison.now", day=h.w.day(now)),
            h.w("table.difference")]  # fmt: skip


def _cents(h: Here, row: dict[str, Any], column: str, firmness: str = "") -> str:
    value = None if pd.isna(row[column]) else int(row[column])
    return h.w.firm(h.w.euros(value), str(row[firmness])) if firmness in row else h.w.euros(value)


def rates(h: Here, frame: pd.DataFrame, name: Naming) -> Table:
    """One row per part of the programme and rate: then, moved by its part, moved by its whole, now; percentage points."""
    names = {"committed": h.basis.rates[0], "reported": h.basis.rates[1], "certified": f"{h.basis.certified}_rate"}
    rows = []
    for row in frames.records(frame):
        before, part, whole, now, difference = (_points(h, value) for value in row["change"].in_hundredths())
        rows.append((name(row), h.measure(names[row["part"]]), percent(h, before), part, whole, percent(h, now), difference))
    moved = [h.w("comparison.points", name=name) for name in (h.w("comparison.by_part"), h.w("comparison.by_whole"))]
    days = [h.w("comparison.now", day=h.w.day(day)) for day in (h.view.compared_with, h.view.as_of)]
    difference = h.w("comparison.points", name=h.w("table.difference"))
    heads = [h.w("table.part"), h.w("table.measure"), days[0], *moved, days[1], difference]
    return Table(columns(rows, heads), numbers=(3, 4, 5, 6, 7), wide_names=False)


def percent(h: Here, number: str) -> str:
    """A number of percent with its sign."""
    return h.w("number.percent", value=number)


def _points(h: Here, hundredths: int) -> str:
    return h.w.number(Decimal(hundredths) / 100, 2)


def numbers(h: Here, found: Sequence[NumberChange], name: Callable[[str], str]) -> Table:
    """One row per published number: then and now with their date and source, corrections, new data, difference."""
    rows = [
        (
            name(row.subject),
            _measure(h, row),
            _at(h, row.split.before, row.then, row),
            _number(h, row.split.corrected, row),
            _number(h, row.split.later, row),
            _at(h, row.split.now, row.last, row),
            _number(h, row.split.difference, row),
        )
        for row in found
    ]
    parts = [h.w("comparison.corrected"), h.w("comparison.new")]
    heads = [h.w("table.subject"), h.w("table.measure"), *_around(h, parts)]
    return Table(columns(rows, heads), numbers=(4, 5, 7), sentences=(3, 6))


def _measure(h: Here, row: NumberChange) -> str:
    named = h.measure(row.measure)
    return named if row.cohort is None else h.w("comparison.cohort", measure=named, number=row.cohort)


def _number(h: Here, value: int | None, row: NumberChange) -> str:
    unit = MEASURES[row.measure].unit
    if unit == "EUR":
        return h.w.money(value)
    if unit == "percent":
        return h.w.rate(None if value is None else value / 100_000)
    return h.w.thousandths(value)


def _at(h: Here, value: int | None, given: Given | None, row: NumberChange) -> str:
    """A number with where it stands: `circa 800 (20/06/2019, …)`."""
    if given is None:
        return h.w.missing
    text = h.w.firm(_number(h, value, row), str(given.firmness))
    return h.w("comparison.at", value=text, day=h.day(given.as_of, given.date_basis), source=given.source_id)


def people(h: Here, found: Sequence[tuple[str | None, Split]], name: Callable[[str], str]) -> Table:
    """One row per participant indicator and one for their sum: then, corrections, new data, now, difference."""
    rows = [
        (
            h.w("comparison.people_all") if code is None else name(code),
            *map(h.w.count, (split.before, split.corrected, split.later, split.now, split.difference)),
        )
        for code, split in found
    ]
    heads = [h.w("table.indicator"), *_around(h, [h.w("comparison.corrected"), h.w("comparison.new")])]
    return Table(columns(rows, heads), numbers=(2, 3, 4, 5, 6))
