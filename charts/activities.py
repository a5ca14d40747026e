"""The state-of-play matrix: beneficiaries against stages, the number of activities in each cell.

Rows: row, label, stage (the stage's short name), named (bool: on one row per name), activities (count), inferred_only
(bool), tooltip texts count_text, names_text.
"""

from collections.abc import Callable

import altair as alt
import pandas as pd

from charts.theme import Look, empty_data, finish, row_axis, row_name, tooltip
from metrics import frames
from texts import Words

ROW = 60


def state_of_play(look: Look, *, stages: tuple[str, ...], count: str, names: str) -> alt.LayerChart:
    """A disc per cell: filled where the source states the stage, outlined where all of it was inferred from its words."""
    p = look.palette
    x = alt.X(
        field="stage",
        type="nominal",
        sort=list(stages),
        scale=alt.Scale(domain=list(stages)),
        axis=alt.Axis(
            title=None,
            orient="top",
            labelAngle=0,
            labelLimit=look.px(110),
            labelOverlap=False,
            grid=True,
            labelExpr="split(datum.label, ' ')",
            labelLineHeight=look.px(15),
            labelFontSize=look.type(12),
            labelPadding=look.px(20),
        ),
    )
    y = row_axis()
    tips = tooltip(("label", " "), ("stage", " "), ("count_text", count), ("names_text", names))
    discs = (
        alt.Chart()
        .mark_circle(size=look.px(520), yOffset=look.px(6), opacity=1, strokeWidth=1.8)
        .encode(
            x=x,
            y=y,
            fill=alt.condition("datum.inferred_only", alt.value(p.background), alt.value(p.committed_text)),
            stroke=alt.value(p.committed_text),
            strokeDash=alt.condition("datum.inferred_only", alt.value([3, 2]), alt.value([1, 0])),
            tooltip=tips,
        )
    )
    numbers = (
        alt.Chart()
        .mark_text(yOffset=look.px(6), baseline="middle", fontWeight=600)
        .encode(
            x=x,
            y=y,
            text=alt.Text(field="activities", type="quantitative"),
            color=alt.condition("datum.inferred_only", alt.value(p.ink), alt.value(p.background)),
        )
    )
    rows = row_name(look, value=None).transform_filter("datum.named")
    return finish(alt.layer(discs, numbers, rows, data=empty_data()), look, row_height=ROW)


def matrix_rows(state: pd.DataFrame, w: Words, *, say: Callable[[str], str]) -> pd.DataFrame:
    """The rows to draw for a state of play (metrics.activities); `say` gives names in the reader's language."""
    order = {name: number for number, name in enumerate(dict.fromkeys(state["beneficiary"]))}
    records = [
        {
            "row": order[row["beneficiary"]],
            "named": first,
            "label": say(row["beneficiary"]),
            "stage": w(f"status.{row['status']}.short"),
            "activities": row["activities"],
            "inferred_only": row["inferred"] == row["activities"],
            "count_text": w("activities.cell", count=row["activities"], inferred=row["inferred"]),
            "names_text": "; ".join(say(name) for name in row["names"]),
        }
        for row, first in zip(frames.records(state), ~state["beneficiary"].duplicated(), strict=True)
    ]
    return pd.DataFrame.from_records(records)
