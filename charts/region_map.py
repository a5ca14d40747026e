"""A map of the Italian regions, coloured by classes of the gap. The boundaries are a file of ours that the browser fetches.

Rows: code (ISTAT), label, class_text (one of the classes), spoken (the region and its gap, for a screen reader), tooltip
texts gap_text, projects_text. One row per region, also those without projects.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, cents_or_none
from charts.theme import Look, empty_data, finish, tooltip
from data_model.vocabulary import Firmness
from metrics import frames
from texts import Words

BOUNDARIES = "app/static/limits_IT_regions.topo.json"
"""Beside the page, whatever the app is served under; same origin, so that nothing leaves the house."""


def region_map(
    look: Look, *, none: str | None, low: str | None, classes: tuple[str, ...], gap: str, projects: str
) -> alt.LayerChart:
    """One shape per region. `none` and `low` name the regions without a known gap and those with none above zero; None where
    there are no such regions."""
    p = look.palette
    strongest = [p.gap_steps[round((number + 1) * len(p.gap_steps) / len(classes)) - 1] for number in range(len(classes))]
    special = [(name, color) for name, color in ((none, p.background), (low, p.grid)) if name is not None]
    colors = alt.Scale(
        domain=[*(name for name, _ in special), *classes], range=[*(color for _, color in special), *strongest]
    )
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=2,
        symbolType="square",
        symbolSize=look.px(180),
        symbolStrokeColor=p.outline,
        labelFontSize=look.type(13),
        labelLimit=look.px(260),
    )
    boundaries = alt.UrlData(url=BOUNDARIES, format=alt.TopoDataFormat(type="topojson", feature="regions"))
    shapes = (
        alt.Chart(empty_data())
        .transform_lookup(
            lookup="code",
            from_=alt.LookupData(data=boundaries, key="properties.reg_istat_code"),
            as_="shape",
        )
        .mark_geoshape(stroke=p.outline, strokeWidth=1)
        .encode(
            shape=alt.Shape(field="shape", type="geojson"),
            fill=alt.Fill(field="class_text", type="nominal", scale=colors, legend=legend),
            tooltip=tooltip(("label", " "), ("gap_text", gap), ("projects_text", projects)),
            description=alt.Description(field="spoken", type="nominal"),
        )
        .project(type="mercator")
    )
    return finish(alt.layer(shapes).properties(height=look.px(480)), look)


def with_boundaries(tree: Any, topology: Mapping[str, Any]) -> Any:
    """A specification whose boundaries stand in it rather than in a file, for where there is no server."""
    if isinstance(tree, list):
        return [with_boundaries(value, topology) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("url") == BOUNDARIES:
        return {"values": topology, "format": tree["format"]}
    return {key: with_boundaries(value, topology) for key, value in tree.items()}


def class_texts(step_cents: int | None, count: int, w: Words) -> tuple[str, ...]:
    """The classes in words, from the first: `fino a 2,0 M€`, `da 2,0 a 4,0 M€`, …"""
    if step_cents is None:
        return ()
    bounds = [w.millions(step_cents * number, _decimals(step_cents)) for number in range(count + 1)]
    return tuple(
        w("project_gaps.class_first", top=top) if number == 0 else w("project_gaps.class", bottom=bottom, top=top)
        for number, (bottom, top) in enumerate(pairwise(bounds))
    )


def _decimals(step_cents: int) -> int:
    """Decimals of a million that tell the bounds of two classes apart."""
    decimals = 0
    while step_cents % (100_000_000 // 10**decimals) and decimals < 6:
        decimals += 1
    return decimals


def region_rows(
    regions: pd.DataFrame, name: Naming, w: Words, *, none: str, low: str, classes: Sequence[str]
) -> pd.DataFrame:
    """The rows to draw for regions (metrics.project_gaps.on_the_map)."""
    records = []
    for row in frames.records(regions):
        gap, number = cents_or_none(row["gap_cents"]), cents_or_none(row["class_number"])
        text = amount_text(w, gap, Firmness.NOT_GIVEN if gap is None else Firmness.DERIVED)
        records.append(
            {
                "code": row["code"],
                "label": name(row["code"]),
                "class_text": none if number is None else low if number == 0 else classes[number - 1],
                "spoken": w("project_gaps.spoken", name=name(row["code"]), gap=text),
                "gap_text": text,
                "projects_text": w.count(int(row["projects"])),
            }
        )
    return pd.DataFrame.from_records(records)
