"""Dumbbells: commitments (diamond) and reported expenditure (circle) with the gap between them.

Rows: row, label, gap_label, gap_short, committed, reported (numbers), committed_firmness, reported_firmness, tooltip texts
committed_text, reported_text, gap_text.
"""

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, in_millions, short_text
from charts.theme import Look, amount_axis, empty_data, finish, row_axis, row_name, row_value, tooltip
from metrics import frames
from texts import Words

ROW = 54


def dumbbells(look: Look, *, unit: str, committed: str, reported: str, gap: str) -> alt.LayerChart:
    """One line per row, ranked by the order of the data. A value known as about is hollow."""
    p = look.palette
    shift = look.px(6)
    tips = tooltip(("label", " "), ("committed_text", committed), ("reported_text", reported), ("gap_text", gap))
    y = row_axis()
    axis = amount_axis(unit)
    line = (
        alt.Chart()
        .mark_rule(color=p.gap, strokeWidth=look.px(3), yOffset=shift)
        .encode(
            x=alt.X(field="reported", type="quantitative", axis=axis, scale=alt.Scale(zero=True, nice=True)),
            x2=alt.X2(field="committed"),
            y=y,
            tooltip=tips,
        )
    )
    ends = [
        alt.Chart()
        .mark_point(shape=shape, size=look.px(size), filled=True, stroke=color, strokeWidth=2, yOffset=shift, opacity=1)
        .encode(
            x=alt.X(field=field, type="quantitative"),
            y=y,
            fill=alt.condition(f"datum.{field}_firmness === 'about'", alt.value(p.background), alt.value(color)),
            tooltip=tips,
        )
        for field, shape, size, color in (
            ("reported", "circle", 130, p.reported),
            ("committed", "diamond", 150, p.committed_text),
        )
    ]
    chart = alt.layer(
        line, *ends, row_name(look, value="gap_label"), row_value(look, "gap_label", "gap_short", p.gap), data=empty_data()
    )
    return finish(chart, look, row_height=ROW)


def gap_rows(ranked: pd.DataFrame, name: Naming, w: Words, *, key: str, decimals: int = 1) -> pd.DataFrame:
    """The rows to draw for a ranked frame of gaps (metrics.commitment_gaps or metrics.published.subject_gaps)."""
    records = [
        {
            "row": number,
            "code": row[key],
            "label": name(row[key]),
            "gap_label": w(
                "commitment_gaps.mark",
                gap=short_text(w, row["gap_cents"], row["gap_firmness"], decimals),
                rate=w.rate(row["reported_rate"]),
            ),
            "gap_short": short_text(w, row["gap_cents"], row["gap_firmness"], decimals),
            "committed": in_millions(row["committed_cents"]),
            "reported": in_millions(row["reported_cents"]),
            "committed_firmness": str(row["committed_firmness"]),
            "reported_firmness": str(row["reported_firmness"]),
            "committed_text": amount_text(w, row["committed_cents"], row["committed_firmness"]),
            "reported_text": amount_text(w, row["reported_cents"], row["reported_firmness"]),
            "gap_text": amount_text(w, row["gap_cents"], row["gap_firmness"]),
        }
        for number, row in enumerate(frames.records(ranked))
    ]
    return pd.DataFrame.from_records(records)
