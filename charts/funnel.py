"""The step funnel: allocation, commitments, reported, certified, each on the scale of the first.

Rows: row, stage, label, value_label, value_short, value (number or missing), firmness, tooltip text value_text.
"""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, cents_or_none, in_millions, short_text
from charts.theme import Look, amount_axis, empty_data, finish, row_axis, row_name, row_value, tooltip
from metrics.progress import STAGES
from texts import Words

ROW = 58


def funnel(look: Look, *, unit: str, value: str) -> alt.LayerChart:
    """Four steps in the forms they have everywhere; a stage that no source gives has no bar and says so in its label."""
    p = look.palette
    fills = {"allocated": p.outline_fill, "committed": p.committed, "reported": p.reported, "certified": p.certified}
    strokes = {**fills, "allocated": p.outline}
    stages = list(fills)
    steps = (
        alt.Chart()
        .mark_bar(size=look.px(22), yOffset=look.px(7), strokeWidth=1.5)
        .encode(
            x=alt.X(field="value", type="quantitative", axis=amount_axis(unit), scale=alt.Scale(zero=True)),
            y=row_axis(),
            fill=alt.Fill(
                field="stage", type="nominal", scale=alt.Scale(domain=stages, range=list(fills.values())), legend=None
            ),
            stroke=alt.Stroke(
                field="stage", type="nominal", scale=alt.Scale(domain=stages, range=list(strokes.values())), legend=None
            ),
            tooltip=tooltip(("label", " "), ("value_text", value)),
        )
    )
    return finish(alt.layer(steps, row_name(look), row_value(look), data=empty_data()), look, row_height=ROW)


def stage_rows(
    position: dict[str, object], name: Naming, w: Words, wholes: Mapping[str, str], *, share: str = "funnel.share"
) -> pd.DataFrame:
    """The rows to draw for one position: each stage, with its share of what `wholes` names for it.

    `share` is the text that puts them together: where they are of different projects it has no equals sign.
    """
    shares = {"committed": "committed_rate", "reported": "reported_rate", "certified": "certified_rate"}
    records = []
    for number, stage in enumerate(STAGES):
        cents, firmness = position[f"{stage}_cents"], str(position[f"{stage}_firmness"])
        text = short_text(w, cents, firmness)
        if stage in shares and cents_or_none(cents) is not None:
            rate = w.rate(position[shares[stage]])  # type: ignore[arg-type]  # a rate or missing
            text = w(share, amount=text, rate=rate, whole=wholes[stage])
        records.append(
            {
                "row": number,
                "stage": stage,
                "label": name(stage),
                "value_label": text,
                "value_short": short_text(w, cents, firmness),
                "value": in_millions(cents),
                "value_text": amount_text(w, cents, firmness),
            }
        )
    return pd.DataFrame.from_records(records)
