"""The time line of deadlines: for each call the dates that were set, one after the other.

Rows: row, label, deadline (time stamp), date_text, odd (bool), later (bool: decided after the reference date), tooltip
texts act_text, decided_text.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from charts.theme import Look, empty_data, finish, row_axis, row_name, tooltip
from metrics import frames
from texts import Words

ROW = 92
_YEAR_END = "'31/12/' + utcyear(datum.value - 86400000)"
"""A tick stands at the first instant of a year, where the deadlines of the day before stand."""


def timeline(look: Look, *, deadline: str, decided: str, act: str) -> alt.LayerChart:
    """A mark per date; hollow where the decision came after the reference date of the page."""
    p = look.palette
    shift = look.px(14)
    x = alt.X(
        field="deadline",
        type="temporal",
        scale=alt.Scale(type="utc", nice=False, padding=look.px(42)),
        axis=alt.Axis(
            title=None, labelExpr=_YEAR_END, tickCount="year", labelFlush=False, labelOverlap="greedy", labelSeparation=8
        ),
    )
    y = row_axis()
    tips = tooltip(("label", " "), ("date_text", deadline), ("decided_text", decided), ("act_text", act))
    line = (
        alt.Chart()
        .mark_line(color=p.outline, strokeWidth=2, yOffset=shift)
        .encode(x=x, y=y, detail=alt.Detail(field="row", type="ordinal"))
    )
    marks = (
        alt.Chart()
        .mark_point(
            shape="diamond",
            size=look.px(160),
            filled=True,
            stroke=p.committed_text,
            strokeWidth=2,
            opacity=1,
            yOffset=shift,
        )
        .encode(
            x=x,
            y=y,
            fill=alt.condition("datum.later", alt.value(p.background), alt.value(p.committed_text)),
            tooltip=tips,
        )
    )
    below: dict[str, Any] = {"dy": look.px(11), "baseline": "top"}
    above: dict[str, Any] = {"dy": -look.px(11), "baseline": "bottom"}
    dates = [
        alt.Chart()
        .transform_filter(condition)
        .mark_text(**position, yOffset=shift, fontSize=look.type(13))
        .encode(x=x, y=y, text=alt.Text(field="date_text", type="nominal"))
        for condition, position in (("datum.odd", below), ("!datum.odd", above))
    ]
    return finish(
        alt.layer(line, marks, *dates, row_name_high(look).transform_filter("datum.named"), data=empty_data()),
        look,
        row_height=ROW,
    )


def row_name_high(look: Look) -> alt.Chart:
    """The name of the call, above the dates that stand over its line."""
    named: alt.Chart = row_name(look, value=None).mark_text(
        align="left", baseline="bottom", dy=-look.px(22), limit=alt.ExprRef("width"), fontWeight=600
    )
    return named


def timeline_rows(
    deadlines: pd.DataFrame, w: Words, *, name: Callable[[str], str], say: Callable[[str], str]
) -> pd.DataFrame:
    """The rows to draw for decisions with `later` (metrics.deadlines); `name` the call's name, `say` an act's."""
    calls = {code: number for number, code in enumerate(dict.fromkeys(deadlines["call_code"]))}
    seen: dict[str, int] = {}
    records = []
    for row in frames.records(deadlines):
        seen[row["call_code"]] = seen.get(row["call_code"], 0) + 1
        records.append(
            {
                "row": calls[row["call_code"]],
                "label": name(row["call_code"]),
                "named": seen[row["call_code"]] == 1,
                "deadline": row["new_deadline"],
                "date_text": w.day(row["new_deadline"].date()),
                "odd": seen[row["call_code"]] % 2 == 1,
                "later": row["later"],
                "decided_text": decided(row["decided_wording"], w),
                "act_text": say(row["act"]),
            }
        )
    return pd.DataFrame.from_records(records)


def decided(wording: object, w: Words) -> str:
    """The date of a decision as far as it is known: a day, a month in words, or undated."""
    if not isinstance(wording, str):
        return w("number.undated")
    if len(wording) == len("2019-03"):
        return w.month(date.fromisoformat(f"{wording}-01"))
    return w.day(date.fromisoformat(wording))
