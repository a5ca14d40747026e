"""How far the programme is: amounts at each stage, by axis and category of region, at a date and over time.

Frames of figures come from `data_model.queries.figures` (one row per figure). Amounts are integer cents, rates 0–1.
Missing stays missing: a sum with a missing part is missing.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import pandas as pd

from data_model.vocabulary import CATEGORIES, Firmness, SubjectKind, axis_order, weakest
from metrics import frames
from metrics.measures import Basis

Level = Literal["programme", "axis", "category", "axis_category"]
STAGES = ("allocated", "committed", "reported", "certified")
PAIRS = (("committed", "allocated"), ("reported", "committed"), ("certified", "allocated"))
"""Stages that are compared: a part and its whole."""
KEYS: dict[Level, tuple[str, ...]] = {
    "programme": (),
    "axis": ("axis_code",),
    "category": ("category_code",),
    "axis_category": ("axis_code", "category_code"),
}
"""The columns that tell the groups of a level apart."""

_SAME_FIGURE = [
    "subject_kind",
    "subject_code",
    "axis_code",
    "category_code",
    "fund_code",
    "breakdown_code",
    "cohort",
    "measure",
    "source_id",
]
"""The columns that tell a figure of a source from any other."""
_SUMMED = [
    "axis_code",
    "category_code",
    "measure",
    "as_of",
    "amount_cents",
    "firmness",
    "date_basis",
    "source_id",
    "id",
]
"""The columns that sums are made from."""


class Amount(NamedTuple):
    """One amount with what must be said about it. `cents` None is missing, not zero."""

    cents: int | None
    firmness: Firmness
    as_of: date | None
    date_basis: str
    source_ids: tuple[str, ...]
    figure_ids: tuple[int, ...]


MISSING = Amount(None, Firmness.NOT_GIVEN, None, "undated", (), ())


@dataclass(frozen=True)
class Scope:
    """What part of the programme is asked for; empty means all of it."""

    axes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


def dates(figures: pd.DataFrame) -> list[date]:
    """The reference dates of the figures, the oldest first."""
    return sorted({stamp.date() for stamp in figures["as_of"].dropna()})


def at_date(figures: pd.DataFrame, as_of: date, basis: Basis) -> pd.DataFrame:
    """The figures as they were known at a date.

    Of a series of complete statements, the last statement at or before the date; of any other, the latest of each figure
    per source, and the undated ones.
    """
    known = figures[figures["as_of"].isna() | (figures["as_of"] <= pd.Timestamp(as_of))]
    if known.empty:
        return known
    if basis.statement:
        last: pd.DataFrame = known[known["as_of"] == known["as_of"].max()]
        return last
    return latest_per_figure(known)


def latest_per_figure(figures: pd.DataFrame) -> pd.DataFrame:
    """The latest row of each figure and source; undated rows are kept as they are."""
    dated = figures[figures["as_of"].notna()].sort_values("as_of", kind="stable")
    return pd.concat([dated.drop_duplicates(_SAME_FIGURE, keep="last"), figures[figures["as_of"].isna()]])


def within(figures: pd.DataFrame, scope: Scope, basis: Basis, level: Level) -> pd.DataFrame:
    """The figures of a scope that may be used at a level.

    Statements are split by axis and category and are summed; published figures are taken at the level they were
    published at, so that a part is never counted beside its whole.
    """
    rows = figures
    if not basis.statement:
        rows = rows[rows["subject_kind"] == _published_kind(scope, level)]
    if scope.axes:
        rows = rows[rows["axis_code"].isin(scope.axes)]
    if scope.categories:
        rows = rows[rows["category_code"].isin(scope.categories)]
    return rows


def _published_kind(scope: Scope, level: Level) -> str | None:
    if level == "axis_category" or (scope.axes and scope.categories):
        return None
    if level == "axis" or scope.axes:
        return SubjectKind.AXIS
    if level == "category" or scope.categories:
        return SubjectKind.CATEGORY
    return SubjectKind.PROGRAMME


def positions(figures: pd.DataFrame, basis: Basis, as_of: date, level: Level, scope: Scope = Scope()) -> pd.DataFrame:
    """One row per group of the level: its keys and, per stage, cents, firmness, date and sources; the gap, and the rates
    with the part and the whole that each divides.

    Rows come in the order of the axes, then of the categories. A programme without figures gives no row.
    """
    known = within(at_date(figures, as_of, basis), scope, basis, level)
    groups: dict[tuple[Hashable, ...], dict[str, list[Any]]] = {}
    for row in frames.rows(known):
        key = tuple(getattr(row, name) for name in KEYS[level])
        groups.setdefault(key, {}).setdefault(row.measure, []).append(row)
    roles = dict(zip(basis.stages, STAGES, strict=True))
    records = [
        _position(KEYS[level], key, {roles[m]: rows for m, rows in by_measure.items() if m in roles}, basis)
        for key, by_measure in groups.items()
    ]
    frame = pd.DataFrame.from_records(records, columns=_position_columns(level))
    for name in [column for column in frame.columns if str(column).endswith("_cents")]:
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return in_order(frame)


def _position_columns(level: Level) -> list[str]:
    staged = [
        f"{stage}_{part}"
        for stage in STAGES
        for part in ("cents", "firmness", "as_of", "date_basis", "source_ids", "figure_ids")
    ]
    divided = [f"{part}_{name}_cents" for part, _ in PAIRS for name in ("part", "whole")]
    rates = [f"{part}_rate" for part, _ in PAIRS]
    return [*KEYS[level], *staged, "gap_cents", "gap_firmness", *rates, *divided]


def _position(names: Sequence[str], key: Sequence[Hashable], rows: dict[str, list[Any]], basis: Basis) -> dict[str, Any]:
    record: dict[str, Any] = dict(zip(names, key, strict=True))
    amounts = {stage: _amount(rows.get(stage, []), basis) for stage in STAGES}
    for stage, amount in amounts.items():
        record |= {f"{stage}_{name}": value for name, value in amount._asdict().items()}
    reported, committed = _compared(rows, amounts, "reported", "committed", basis)
    record["gap_cents"] = gap(committed if basis.system else amounts["committed"].cents, reported)
    record["gap_firmness"] = weakest((amounts["committed"].firmness, amounts["reported"].firmness))
    for part, whole in PAIRS:
        divided = _compared(rows, amounts, part, whole, basis)
        record[f"{part}_rate"] = rate(*divided)
        record[f"{part}_part_cents"], record[f"{part}_whole_cents"] = divided
    return record


def _compared(
    rows: dict[str, list[Any]], amounts: Mapping[str, Amount], part: str, whole: str, basis: Basis
) -> tuple[int | None, int | None]:
    """The cents of a part and of what it is compared with. Sums over projects are compared over those that give both:
    a project that does not say what was paid has not paid zero."""
    if basis.system:
        both = [row for row in rows.get(part, []) if pd.notna(row.paired_cents)]
        return total(row.paired_cents for row in both), total(row.base_cents for row in both)
    return amounts[part].cents, _in_force(rows.get(whole, []), amounts[part].as_of, basis).cents


def _in_force(rows: list[Any], day: date | None, basis: Basis) -> Amount:
    """What an amount of a day is compared with: of published figures the latest of that day or before, so that money
    committed in 2018 is not measured against the allocation of 2021."""
    if basis.statement or day is None:
        return _amount(rows, basis)
    return _amount([r for r in rows if pd.isna(r.as_of) or r.as_of <= pd.Timestamp(day)], basis)


def _amount(rows: list[Any], basis: Basis) -> Amount:
    """The sum of a statement's rows, or the latest of the published ones (sources that differ: metrics/disagreements)."""
    if not rows:
        return MISSING
    if not basis.statement and len({(r.axis_code, r.category_code) for r in rows}) == 1:
        rows = [max(rows, key=lambda r: (pd.notna(r.as_of), r.as_of if pd.notna(r.as_of) else pd.Timestamp.min))]
    last = max((r.as_of.date() for r in rows if pd.notna(r.as_of)), default=None)
    firmness = Firmness(rows[0].firmness) if len(rows) == 1 else weakest(r.firmness for r in rows)
    bases = {r.date_basis for r in rows}
    return Amount(
        total(r.amount_cents for r in rows),
        firmness,
        last,
        next(iter(bases)) if len(bases) == 1 else "assumed",
        tuple(sorted({r.source_id for r in rows})),
        tuple(int(r.id) for r in rows),
    )


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of axes, then of categories; what has none of them comes last."""

    def position(column: pd.Series) -> pd.Series:
        order: Callable[[Any], Any] = axis_order if column.name == "axis_code" else _category_order
        codes = sorted({code for code in column if isinstance(code, str)}, key=order)
        ranks = {code: rank for rank, code in enumerate(codes)}
        return column.map(lambda code: ranks.get(code, len(ranks)))

    keys = [name for name in ("axis_code", "category_code") if name in frame]
    return frame.sort_values(keys, key=position, kind="stable").reset_index(drop=True) if keys else frame


def _category_order(code: str) -> int:
    return CATEGORIES.index(code) if code in CATEGORIES else len(CATEGORIES)


def trend(figures: pd.DataFrame, basis: Basis, level: Level, scope: Scope = Scope()) -> pd.DataFrame:
    """One row per reference date, group and stage that has a value on that very date, the oldest first.

    Columns: as_of (date), the keys of the level, stage, cents, firmness, fell_by_cents (missing unless the cumulative
    value is lower than at the date before).
    """
    dated = figures[figures["as_of"].notna()]
    if not basis.statement:
        dated = dated.drop_duplicates([*_SAME_FIGURE, "as_of"], keep="last")
    roles = dict(zip(basis.stages, STAGES, strict=True))
    lines: dict[tuple[date, tuple[Hashable, ...], str], list[Any]] = {}
    for row in frames.rows(within(dated, scope, basis, level)[_SUMMED]):
        if row.measure in roles:
            key = tuple(getattr(row, name) for name in KEYS[level])
            lines.setdefault((row.as_of.date(), key, roles[row.measure]), []).append(row)
    records: list[dict[str, Any]] = []
    for day, key, stage in sorted(lines, key=lambda line: (line[0], _place(level, line[1]), STAGES.index(line[2]))):
        amount = _amount(lines[day, key, stage], basis)
        if amount.cents is not None:
            named = dict(zip(KEYS[level], key, strict=True))
            records.append({"as_of": day, **named, "stage": stage, "cents": amount.cents, "firmness": amount.firmness})
    return _with_falls(records, KEYS[level])


def _place(level: Level, key: tuple[Hashable, ...]) -> list[tuple[bool, Any]]:
    """What puts a group in the order of axes, then of categories; what has none of them comes last."""
    orders = (axis_order if name == "axis_code" else _category_order for name in KEYS[level])
    return [(False, order(code)) if isinstance(code, str) else (True, 0) for order, code in zip(orders, key, strict=True)]


def _with_falls(records: list[dict[str, Any]], keys: Sequence[str]) -> pd.DataFrame:
    """The records with how much a cumulative stage fell since the date before; allocations may move both ways."""
    before: dict[tuple[Hashable, ...], int] = {}
    for record in records:
        line = (*(record[name] for name in keys), record["stage"])
        previous = before.get(line)
        fell = previous is not None and record["cents"] < previous and record["stage"] != "allocated"
        record["fell_by_cents"] = previous - record["cents"] if fell and previous is not None else None
        before[line] = record["cents"]
    frame = pd.DataFrame.from_records(records, columns=["as_of", *keys, "stage", "cents", "firmness", "fell_by_cents"])
    frame["fell_by_cents"] = pd.array(frame["fell_by_cents"].tolist(), dtype="Int64")
    return frame


def falls(trend_rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a trend at which a cumulative value is lower than at the date before."""
    return trend_rows[trend_rows["fell_by_cents"].notna()].reset_index(drop=True)


def changes(now: pd.DataFrame, before: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row per group and stage that either frame of positions has: cents before, now and the difference."""
    records = []
    merged = (
        now.merge(before, on=list(keys), how="outer", suffixes=("", "_before"))
        if keys
        else now.merge(before, how="cross", suffixes=("", "_before"))
    )
    for row in frames.records(in_order(merged)):
        for stage in STAGES:
            value, previous = row[f"{stage}_cents"], row[f"{stage}_cents_before"]
            if pd.isna(value) and pd.isna(previous):
                continue
            both = pd.notna(value) and pd.notna(previous)
            records.append(
                {name: row[name] for name in keys}
                | {
                    "stage": stage,
                    "before_cents": None if pd.isna(previous) else int(previous),
                    "cents": None if pd.isna(value) else int(value),
                    "difference_cents": int(value) - int(previous) if both else None,
                }
            )
    return pd.DataFrame.from_records(records, columns=[*keys, "stage", "before_cents", "cents", "difference_cents"])


def total(values: Iterable[Any]) -> int | None:
    """The sum of integers; None if there is none or one is missing."""
    collected = list(values)
    if not collected or any(pd.isna(value) for value in collected):
        return None
    return sum(int(value) for value in collected)


def rate(numerator: int | None, denominator: int | None) -> float | None:
    """The share 0–1 (more when overbooked); None where a part is missing or the whole is zero."""
    if numerator is None or not denominator:
        return None
    return int(numerator) / int(denominator)


def gap(committed: int | None, reported: int | None) -> int | None:
    """What is committed and not yet reported; None where a part is missing."""
    if committed is None or reported is None:
        return None
    return int(committed) - int(reported)


def sources_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """The sources behind a frame of positions."""
    columns: Collection[str] = [f"{stage}_source_ids" for stage in STAGES]
    return tuple(sorted({source for column in columns for ids in frame[column] for source in ids}))
