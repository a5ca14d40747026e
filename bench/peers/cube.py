"""The data and charts of the peers: sums by date and axis, which PEER_DATA names as a CSV; three charts of them in Plotly.

The sums are made beforehand: what is measured is how a dashboard draws anew, not how fast pandas sums.
"""

import os
from typing import Any

import pandas as pd

STAGES = {"granted": "Allocated", "committed": "Committed", "paid": "Reported"}
COLOURS = ("#7C8B9A", "#0066CC", "#17324D")


def data() -> pd.DataFrame:
    """Columns as_of, axis, granted, committed, paid (euro); one row per date and axis."""
    frame = pd.read_csv(os.environ["PEER_DATA"], dtype={"axis": str})
    ordered: pd.DataFrame = frame.sort_values(["as_of", "axis"], ignore_index=True)
    return ordered


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last date."""
    rows: pd.DataFrame = frame[frame["as_of"] == frame["as_of"].max()]
    return rows


def _figure(traces: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": traces, "layout": {"height": 320, "template": None, "transition": {"duration": 0}}}


def bullets(frame: pd.DataFrame) -> dict[str, Any]:
    """Amounts at each stage by axis, at the last date."""
    rows = latest(frame)
    return _figure(
        [
            {"type": "bar", "orientation": "h", "name": word, "y": rows["axis"].tolist(), "x": rows[stage].tolist(),
             "marker": {"color": colour}}
            for (stage, word), colour in zip(STAGES.items(), COLOURS, strict=True)
        ]
    )  # fmt: skip


def funnel(frame: pd.DataFrame) -> dict[str, Any]:
    """The sum at each stage, at the last date."""
    rows = latest(frame)
    sums = [float(rows[stage].sum()) for stage in STAGES]
    return _figure([{"type": "bar", "orientation": "h", "y": list(STAGES.values()), "x": sums}])


def trend(frame: pd.DataFrame) -> dict[str, Any]:
    """The sum at each stage by date."""
    rows = frame.groupby("as_of", as_index=False)[list(STAGES)].sum()
    return _figure(
        [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": word,
                "x": rows["as_of"].tolist(),
                "y": rows[stage].tolist(),
            }
            for stage, word in STAGES.items()
        ]
    )


CHARTS = {"bullets": bullets, "funnel": funnel, "trend": trend}
