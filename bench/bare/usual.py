"""Charts as most people write them: Altair with shorthand over data frames, built anew in each run; a select above them."""

import json
import os
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

TYPES = {"quantitative": "Q", "nominal": "N", "ordinal": "O", "temporal": "T"}
CHANNELS = ("x", "y", "x2", "y2", "color", "detail", "text", "size", "shape", "opacity")


def layers(spec):
    """The layers of a specification that draw something, with what holds for all of them."""
    inner = spec.get("layer") or spec.get("vconcat") or spec.get("hconcat")
    if inner is None:
        yield spec
        return
    for one in inner:
        for layer in layers(one):
            yield layer | {"encoding": spec.get("encoding", {}) | layer.get("encoding", {})}


def shorthand(layer):
    """The channels of a layer as `name:Q`."""
    found = {
        name: f"{given['field']}:{TYPES.get(given.get('type', ''), 'N')}" if not name.endswith("2") else given["field"]
        for name, given in layer["encoding"].items()
        if name in CHANNELS and isinstance(given, dict) and "field" in given
    }
    tips = layer["encoding"].get("tooltip", [])
    tips = [one["field"] for one in (tips if isinstance(tips, list) else [tips]) if "field" in one]
    return found | ({"tooltip": [f"{name}:N" for name in tips]} if tips else {})


def usual(rows, spec):
    """The same marks over the same rows."""
    drawn = []
    for layer in layers(spec):
        mark = layer.get("mark", "point")
        kind = mark["type"] if isinstance(mark, dict) else mark
        drawn.append(getattr(alt.Chart(rows), f"mark_{kind}")().encode(**shorthand(layer)))
    return alt.layer(*drawn)


st.selectbox("Region", ("Nord", "Centro", "Sud"))
for number, one in enumerate(json.loads(Path(os.environ["BENCH_CHARTS"]).read_text(encoding="utf-8"))):
    st.altair_chart(usual(pd.DataFrame(one["rows"]), one["spec"]), key=f"chart-{number}")
