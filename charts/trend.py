"""Lines over time: allocation (steps, outlined), commitments, reported; falls of a cumulative value are marked.

Rows: as_of (time stamp), stage, value (number), top (number, the same in all charts of one scale), label, end_label,
end_short, last (bool: the last date of the stage), fell (bool), tooltip texts day_text,
value_text, fell_text.
"""

from typing import Any

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, in_millions, short_text
from charts.theme import WIDE, Look, amount_axis, by_width, empty_data, finish, tooltip
from metrics import frames
from texts import Words

STAGES = ("allocated", "committed", "reported", "certified")


_ROOM_FOR_NAMES = alt.ExprRef(f"width - ({WIDE} ? 175 : 78)")
_YEAR_ENDED = "utcyear(datum.value - 86400000)"
"""A tick stands at the first instant of a year; the statements under it are of the last day of the year before."""


def trend(look: Look, *, unit: str, names: tuple[str, str, str], height: int = 300, small: bool = False) -> alt.LayerChart:
    """One line per stage, named at its end. `names` are the heads of the tooltip: date, value, fall."""
    p = look.palette
    colors = alt.Scale(domain=list(STAGES), range=[p.outline, p.committed_text, p.reported, p.certified])
    tips = tooltip(("label", " "), ("day_text", names[0]), ("value_text", names[1]), ("fell_text", names[2]))
    x = alt.X(
        field="as_of",
        type="temporal",
        scale=alt.Scale(type="utc", nice=False, range=alt.Undefined if small else [0, _ROOM_FOR_NAMES]),
        axis=alt.Axis(
            title=None,
            labelExpr=_YEAR_ENDED,
            tickCount="year",
            grid=False,
            labelOverlap="greedy",
            labelFlush=True,
            labelSeparation=6,
        ),
    )
    y = alt.Y(
        field="value",
        type="quantitative",
        axis=amount_axis(None if small else unit, titleAnchor="end", titleAngle=0, titleAlign="left", titleY=-8, titleX=0),
        scale=alt.Scale(zero=True),
    )
    color = alt.Color(field="stage", type="nominal", scale=colors, legend=None)
    head = (  # gives small multiples one scale; one mark of a line is enough for that
        alt.Chart()
        .transform_filter("datum.last")
        .mark_point(opacity=0)
        .encode(x=x, y=alt.Y(field="top", type="quantitative"))
    )
    lines = (
        alt.Chart()
        .transform_filter("datum.stage !== 'allocated'")
        .mark_line(strokeWidth=look.px(3 if not small else 2.5))
        .encode(x=x, y=y, color=color, detail=alt.Detail(field="stage", type="nominal"))
    )
    steps = (
        alt.Chart()
        .transform_filter("datum.stage === 'allocated'")
        .mark_line(interpolate="step-after", strokeWidth=look.px(2), strokeDash=[2, 2])
        .encode(x=x, y=y, color=color)
    )
    points = alt.Chart().mark_point(filled=True, size=look.px(60), opacity=1).encode(x=x, y=y, color=color, tooltip=tips)
    ends = [
        by_width(alt.Chart(), "end_label", "end_short")
        .transform_filter(f"datum.stage === '{stage}' && datum.last")
        .mark_text(**position, fontWeight=600)
        .encode(x=x, y=y, text=alt.Text(field="shown", type="nominal"))
        for stage, position in _ends(look)
    ]
    chart = alt.layer(head, steps, lines, points, _falls(look, x, y, tips), *([] if small else ends), data=empty_data())
    return finish(chart.properties(height=look.px(height)), look)


def _falls(look: Look, x: alt.X, y: alt.Y, tips: list[alt.Tooltip]) -> alt.Chart:
    """A hollow triangle where a cumulative value is lower than at the date before."""
    p = look.palette
    fallen: alt.Chart = (
        alt.Chart()
        .transform_filter("datum.fell")
        .mark_point(
            shape="triangle-down",
            size=look.px(150),
            filled=True,
            fill=p.background,
            stroke=p.ink,
            strokeWidth=2,
            opacity=1,
        )
        .encode(x=x, y=y, tooltip=tips)
    )
    return fallen


def _ends(look: Look) -> list[tuple[str, dict[str, Any]]]:
    """Each line is named beside its last date, in a colour that can be read: the allocation above its point and the
    commitments below theirs, since towards the end of a programme the two meet."""
    p = look.palette
    beside: dict[str, Any] = {"align": "left", "dx": look.px(9)}
    return [
        ("allocated", beside | {"baseline": "bottom", "color": p.muted}),
        ("committed", beside | {"baseline": "top", "color": p.committed_text}),
        ("reported", beside | {"baseline": "middle", "color": p.reported}),
        ("certified", beside | {"baseline": "middle", "color": p.certified}),
    ]


def trend_rows(
    lines: pd.DataFrame, name: Naming, w: Words, *, short_name: Naming | None = None, top_cents: int | None = None
) -> pd.DataFrame:
    """The rows to draw for a trend of one group (metrics.progress.trend); `top_cents` gives several charts one
    scale; `short_name` names the lines at their ends."""
    last = lines.groupby("stage")["as_of"].max().to_dict()
    top = in_millions(top_cents if top_cents is not None else lines["cents"].max()) if len(lines) else None
    records = [
        {
            "as_of": pd.Timestamp(row["as_of"]),
            "stage": row["stage"],
            "value": in_millions(row["cents"]),
            "top": top,
            "label": name(row["stage"]),
            "end_label": f"{(short_name or name)(row['stage'])} {short_text(w, row['cents'], row['firmness'])}",
            "end_short": short_text(w, row["cents"], row["firmness"]),
            "last": row["as_of"] == last[row["stage"]],
            "fell": pd.notna(row["fell_by_cents"]),
            "day_text": w.day(row["as_of"]),
            "value_text": amount_text(w, row["cents"], row["firmness"]),
            "fell_text": w.money(int(row["fell_by_cents"])) if pd.notna(row["fell_by_cents"]) else w("trend.no_fall"),
        }
        for row in frames.records(lines)
    ]
    return pd.DataFrame.from_records(records)
