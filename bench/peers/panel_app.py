"""The three charts and one filter in Panel, with Vega-Lite specifications as plain dictionaries."""

from typing import Any

import pandas as pd
import panel as pn
from cube import STAGES, data, latest

FRAME = data()
pn.extension("vega")


SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
SVG = {"usermeta": {"embedOptions": {"renderer": "svg"}}}


def long(rows: pd.DataFrame, keys: list[str]) -> list[dict[Any, Any]]:
    """One record per row and stage."""
    return rows.melt(keys, list(STAGES), "stage", "value")[[*keys, "stage", "value"]].to_dict("records")


def spec(rows: list[dict[Any, Any]], mark: str, x: tuple[str, str], y: tuple[str, str]) -> dict[str, object]:
    """A specification with its rows in it."""
    encoding = {"x": {"field": x[0], "type": x[1]}, "y": {"field": y[0], "type": y[1]}, "color": {"field": "stage"}}
    return {
        "$schema": SCHEMA,
        "data": {"values": rows},
        "mark": mark,
        "encoding": encoding,
        "width": 700,
        "height": 260,
        **SVG,
    }


def specs(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    """The three charts of some rows."""
    now = latest(rows)
    over_time = rows.groupby("as_of", as_index=False)[list(STAGES)].sum()
    return [
        spec(long(now, ["axis"]), "bar", ("value", "quantitative"), ("axis", "nominal")),
        spec(
            long(now[[*STAGES]].sum().to_frame().T.assign(k=0), ["k"]),
            "bar",
            ("value", "quantitative"),
            ("stage", "nominal"),
        ),
        spec(long(over_time, ["as_of"]), "line", ("as_of", "temporal"), ("value", "quantitative")),
    ]


choice = pn.widgets.RadioBoxGroup(options=["all", *sorted(FRAME["axis"].unique())], value="all")
panes = [pn.pane.Vega(one) for one in specs(FRAME)]


def chosen(event: object) -> None:
    """Draw an axis."""
    rows = FRAME if choice.value == "all" else FRAME[FRAME["axis"] == choice.value]
    for pane, one in zip(panes, specs(rows), strict=True):
        pane.object = one


choice.param.watch(chosen, "value")
pn.Column(choice, *panes).servable()
