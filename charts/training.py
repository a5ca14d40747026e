"""Cohort steps: persons, cumulated over the cohorts, up to the target line.

Rows: row, label, value_label, value_short, start, end (persons), planned (bool), firmness, target (persons),
tooltip text value_text.
"""

import altair as alt
import pandas as pd

from charts.theme import Look, amount_axis, empty_data, finish, row_axis, row_name, row_value, tooltip
from metrics import frames
from texts import Words

ROW = 66


def cohort_steps(look: Look, *, unit: str, value: str) -> alt.LayerChart:
    """Filled where people were involved, dashed outline where cohorts are still to come; a hollow end says about."""
    p = look.palette
    shift = look.px(9)
    tips = tooltip(("label", " "), ("value_text", value))
    x = alt.X(field="start", type="quantitative", axis=amount_axis(unit), scale=alt.Scale(zero=True, nice=False))
    bars = (
        alt.Chart()
        .mark_bar(size=look.px(28), yOffset=shift, strokeWidth=1.5)
        .encode(
            x=x,
            x2=alt.X2(field="end"),
            y=row_axis(),
            fill=alt.condition("datum.planned", alt.value("transparent"), alt.value(p.committed)),
            stroke=alt.condition("datum.planned", alt.value(p.outline), alt.value("transparent")),
            strokeDash=alt.condition("datum.planned", alt.value([6, 4]), alt.value([1, 0])),
            tooltip=tips,
        )
    )
    about = (
        alt.Chart()
        .transform_filter("datum.firmness === 'about' && !datum.planned")
        .mark_point(
            shape="circle",
            filled=True,
            fill=p.background,
            stroke=p.committed_text,
            strokeWidth=2,
            opacity=1,
            size=look.px(110),
            yOffset=shift,
        )
        .encode(x=alt.X(field="end", type="quantitative"), y=row_axis(), tooltip=tips)
    )
    target = alt.Chart().mark_rule(color=p.ink, strokeWidth=look.px(3)).encode(x=alt.X(field="target", type="quantitative"))
    return finish(
        alt.layer(bars, target, about, row_name(look), row_value(look, inset=8), data=empty_data()), look, row_height=ROW
    )


def step_rows(steps: pd.DataFrame, target: int, w: Words) -> pd.DataFrame:
    """The rows to draw for the cohorts of one course (metrics.training.cohort_steps); `target` in persons."""
    records = []
    for number, row in enumerate(frames.records(steps)):
        people = w.firm(w.number(row["end"] - row["start"]), row["firmness"])
        several = row["last"] > row["first"]
        label = (
            w("training.cohorts", first=row["first"], last=row["last"])
            if several
            else w("training.cohort", number=row["first"])
        )
        key = (
            "training.planned_block"
            if row["planned"] and several
            else "training.planned"
            if row["planned"]
            else "training.involved"
        )
        records.append(
            {
                "row": number,
                "label": label,
                "value_label": w(key, people=people),
                "value_short": people,
                "start": row["start"],
                "end": row["end"],
                "length": row["end"] - row["start"],
                "planned": row["planned"],
                "firmness": str(row["firmness"]),
                "target": target,
                "value_text": w(key, people=people),
            }
        )
    return pd.DataFrame.from_records(records)
