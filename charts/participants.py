"""Participants over the years: one bar per reference date, stacked by employment status, with the total above.

Rows: day_text, position (order of dates), part (the indicator's name), rank (order in the stack), value (persons),
total_label (on one row per date, else missing), total (persons), tooltip texts value_text.
"""

from collections.abc import Callable

import altair as alt
import pandas as pd

from charts.theme import Look, amount_axis, empty_data, finish, tooltip
from metrics import frames
from metrics.measures import PARTICIPANT_INDICATORS
from metrics.participants import Participants
from texts import Words


def stacked(look: Look, *, unit: str, parts: tuple[str, ...], value: str, height: int = 320) -> alt.LayerChart:
    """Bars from zero; three tints of one blue told apart by the order of the stack and by their names beside the chart."""
    p = look.palette
    x = alt.X(
        field="day_text",
        type="nominal",
        sort=alt.EncodingSortField(field="position"),
        axis=alt.Axis(title=None, labelAngle=0),
    )
    bars = (
        alt.Chart()
        .mark_bar(stroke=p.background, strokeWidth=1, width=alt.RelativeBandSize(0.6))
        .encode(
            x=x,
            y=alt.Y(
                field="value",
                type="quantitative",
                stack="zero",
                axis=amount_axis(unit),
            ),
            fill=alt.Fill(
                field="part",
                type="nominal",
                legend=alt.Legend(orient="top", title=None, labelFontSize=look.type(13), labelLimit=look.px(260)),
                scale=alt.Scale(domain=list(parts), range=[p.reported, p.committed, p.outline]),
            ),
            order=alt.Order(field="rank", type="ordinal"),
            tooltip=tooltip(("day_text", " "), ("part", " "), ("value_text", value)),
        )
    )
    totals = (
        alt.Chart()
        .transform_filter("isValid(datum.total_label)")
        .mark_text(dy=-look.px(8), baseline="bottom", fontWeight=600, limit=look.px(170))
        .encode(x=x, y=alt.Y(field="total", type="quantitative"), text=alt.Text(field="total_label", type="nominal"))
    )
    return finish(alt.layer(bars, totals, data=empty_data()).properties(height=look.px(height)), look)


def stack_rows(over_time: list[Participants], w: Words, *, name: Callable[[str], str]) -> pd.DataFrame:
    """The rows to draw for participants over time; a total without one of its parts says which is missing."""
    records = []
    for position, found in enumerate(over_time):
        for number, (code, value) in enumerate(found.parts):
            total = found.value or 0
            records.append(
                {
                    "day_text": w.day(found.as_of),
                    "position": position,
                    "part": name(code),
                    "rank": PARTICIPANT_INDICATORS.index(code),
                    "value": value,
                    "total": total,
                    "total_label": w.number(total) if number == 0 else None,
                    "value_text": w.number(value),
                }
            )
    return pd.DataFrame.from_records(records)


def target_rows(indicators: pd.DataFrame, w: Words, *, name: Callable[[str], str]) -> pd.DataFrame:
    """Bullet rows (charts.bullets) for the indicators that have a target."""
    records = [
        {
            "row": number,
            "label": name(row["subject_code"]),
            "value_label": w("participants.of_target", value=w.number(int(row["value"])), rate=w.rate(row["rate"])),
            "value_short": w.rate(row["rate"]),
            "whole": int(row["target"]),
            "middle": int(row["value"]),
            "middle_firmness": "derived",
            "whole_text": w.number(int(row["target"])),
            "middle_text": w.number(int(row["value"])),
        }
        for number, row in enumerate(frames.records(indicators[indicators["target"].notna() & indicators["value"].notna()]))
    ]
    return pd.DataFrame.from_records(records)
