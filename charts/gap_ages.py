"""Bars of the gap by age: how much of it is how old.

Rows: row, label, gap (millions), gap_label, gap_short, tooltip texts gap_text, share_text,
projects_text.
"""

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, in_millions, short_text
from charts.theme import Look, amount_axis, empty_data, finish, row_axis, row_name, row_value, tooltip
from data_model.vocabulary import Firmness
from metrics import frames
from texts import Words

ROW = 46


def bars(look: Look, *, unit: str, gap: str, share: str, projects: str) -> alt.LayerChart:
    """One bar per band from zero, the youngest first; a band that was paid more than committed runs to the left."""
    lines = (("label", " "), ("gap_text", gap), ("share_text", share), ("projects_text", projects))
    bar = (
        alt.Chart()
        .mark_bar(size=look.px(13), yOffset=look.px(7), color=look.palette.gap)
        .encode(
            x=alt.X(field="gap", type="quantitative", axis=amount_axis(unit), scale=alt.Scale(zero=True)),
            y=row_axis(),
            tooltip=tooltip(*lines),
        )
    )
    chart = alt.layer(bar, row_name(look, value="gap_label"), row_value(look, "gap_label", "gap_short"), data=empty_data())
    return finish(chart, look, row_height=ROW)


def band_rows(bands: pd.DataFrame, name: Naming, w: Words) -> pd.DataFrame:
    """The rows to draw for bands of age (metrics.project_gaps.by_age)."""
    records = []
    for number, row in enumerate(frames.records(bands)):
        gap = short_text(w, row["gap_cents"], Firmness.DERIVED, 2) if row["projects"] else w("project_gaps.band_empty")
        rate = w.rate(row["share"] if row["projects"] else None)
        records.append(
            {
                "row": number,
                "label": name(row["band"]),
                "gap": in_millions(row["gap_cents"]),
                "gap_label": gap if rate == w.missing else w("project_gaps.band_mark", gap=gap, rate=rate),
                "gap_short": gap,
                "gap_text": amount_text(w, row["gap_cents"], Firmness.DERIVED),
                "share_text": rate,
                "projects_text": w.count(int(row["projects"])),
            }
        )
    return pd.DataFrame.from_records(records)
