"""Charts that PowerPoint draws and people can edit: for each kind of chart its nearest type, filled with the rows that the
screen draws. A kind that is missing here has no such type: its slide gets a table, or a picture if it is a map."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE

from exports.deck import Chart
from metrics import frames

MILLIONS, NUMBER = "#,##0.0", "#,##0"
INK, BLUE, GREEN, RED, OUTLINE, PALE = "17324D", "4A90D9", "008055", "CC334D", "7C8B9A", "F2F5F8"
SHADES = (INK, BLUE, OUTLINE, GREEN)


@dataclass(frozen=True)
class Line:
    """One series: a value per category (None is a gap), its fill, and a text per point where its value is not said."""

    name: str
    values: Sequence[float | None]
    color: str
    labels: Sequence[str | None] = ()
    outlined: bool = False
    hidden: bool = False
    """Whether it only pushes the next one away from the axis."""


@dataclass(frozen=True)
class Native:
    """A chart of PowerPoint. Bars across come in the order of the rows, the first on top."""

    type: Any
    categories: Sequence[str]
    lines: Sequence[Line]
    number_format: str
    axis_title: str
    legend: bool = True


def native(chart: Chart) -> Native | None:
    """The chart of PowerPoint for a chart, or None where it has no such type or nothing to draw."""
    build = KINDS.get(chart.kind)
    return build(chart.rows, chart.words) if build is not None and len(chart.rows) else None


Words = Mapping[str, Any]


def _bullets(rows: pd.DataFrame, words: Words) -> Native:
    lines = [Line(_word(words, "whole"), _values(rows, "whole"), PALE, outlined=True)]
    lines.append(Line(_word(words, "middle"), _values(rows, "middle"), BLUE, _texts(rows, "value_label")))
    if "thin" in rows and rows["thin"].notna().any():
        lines.append(Line(_word(words, "thin"), _values(rows, "thin"), INK))
    return Native(XL_CHART_TYPE.BAR_CLUSTERED, _texts(rows, "label"), lines, _format(rows, "middle"), _word(words, "unit"))


def _funnel(rows: pd.DataFrame, words: Words) -> Native:
    line = Line(_word(words, "value"), _values(rows, "value"), BLUE, _texts(rows, "value_label"))
    return Native(XL_CHART_TYPE.BAR_CLUSTERED, _texts(rows, "label"), [line], MILLIONS, _word(words, "unit"), legend=False)


def _dumbbells(rows: pd.DataFrame, words: Words) -> Native:
    lines = [
        Line(_word(words, "committed"), _values(rows, "committed"), BLUE, _texts(rows, "gap_label")),
        Line(_word(words, "reported"), _values(rows, "reported"), INK),
    ]
    return Native(XL_CHART_TYPE.BAR_CLUSTERED, _texts(rows, "label"), lines, MILLIONS, _word(words, "unit"))


def _ages(rows: pd.DataFrame, words: Words) -> Native:
    line = Line(_word(words, "gap"), _values(rows, "gap"), RED, _texts(rows, "gap_label"))
    return Native(XL_CHART_TYPE.BAR_CLUSTERED, _texts(rows, "label"), [line], MILLIONS, _word(words, "unit"), legend=False)


def _cohorts(rows: pd.DataFrame, words: Words) -> Native:
    """A bar per cohort that begins where the one before ends; what is only planned is an outline."""
    labels = _texts(rows, "value_label")
    lines = [Line(" ", _values(rows, "start"), PALE, hidden=True)]
    for planned in (False, True):
        those = rows["planned"].astype(bool) == planned
        if those.any():
            values = [value if own else None for value, own in zip(_values(rows, "length"), those, strict=True)]
            said = [label if own else None for label, own in zip(labels, those, strict=True)]
            name = str(rows.loc[those, "label"].iloc[0])
            lines.append(Line(name, values, PALE if planned else BLUE, said, outlined=planned))
    return Native(XL_CHART_TYPE.BAR_STACKED, _texts(rows, "label"), lines, NUMBER, _word(words, "unit"), legend=False)


def _trend(rows: pd.DataFrame, words: Words) -> Native:
    days = list(dict.fromkeys(rows["day_text"]))
    colors = {"allocated": OUTLINE, "committed": BLUE, "reported": INK, "certified": GREEN}
    lines = []
    for stage, group in rows.groupby("stage", sort=False):
        by_day = {row.day_text: row for row in frames.rows(group)}
        values = [_number(by_day[day].value) if day in by_day else None for day in days]
        labels = [str(by_day[day].end_label) if day in by_day and by_day[day].last else None for day in days]
        lines.append(Line(str(group["label"].iloc[0]), values, colors.get(str(stage), OUTLINE), labels))
    return Native(XL_CHART_TYPE.LINE_MARKERS, days, lines, MILLIONS, _word(words, "unit"))


def _stacked(rows: pd.DataFrame, words: Words) -> Native:
    days = list(dict.fromkeys(rows["day_text"]))
    lines = []
    for place, (part, group) in enumerate(rows.groupby("part", sort=False)):
        by_day = {row.day_text: _number(row.value) for row in frames.rows(group)}
        lines.append(Line(str(part), [by_day.get(day) for day in days], SHADES[place % len(SHADES)]))
    return Native(XL_CHART_TYPE.COLUMN_STACKED, days, lines, NUMBER, _word(words, "unit"))


KINDS: dict[str, Callable[[pd.DataFrame, Words], Native]] = {
    "bullets.bullets": _bullets,
    "funnel.funnel": _funnel,
    "commitment_gaps.dumbbells": _dumbbells,
    "gap_ages.bars": _ages,
    "training.cohort_steps": _cohorts,
    "trend.trend": _trend,
    "participants.stacked": _stacked,
}

MAPS = ("region_map.region_map",)
"""Kinds that are drawn as a picture: PowerPoint's own maps ask a service on the network."""


def _word(words: Words, name: str) -> str:
    return str(words.get(name, " "))


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    return [str(value) for value in rows[name]]


def _values(rows: pd.DataFrame, name: str) -> list[float | None]:
    return [_number(value) for value in rows[name]]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _format(rows: pd.DataFrame, name: str) -> str:
    """Whole numbers are counts, others millions of euro."""
    known = rows[name].dropna()
    return NUMBER if len(known) and all(float(value).is_integer() for value in known) else MILLIONS
