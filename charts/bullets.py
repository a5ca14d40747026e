"""Bullet bars on one scale: a whole (outlined), what is committed to it (middle bar), what is reported of it (thin bar).

Rows: row (int), label, value_label, value_short (for narrow charts), whole, middle, thin (numbers or missing),
 middle_firmness, thin_firmness, tooltip
texts whole_text, middle_text, thin_text.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from charts.rows import Naming, amount_text, cents_or_none, in_millions, short_text
from charts.theme import Look, amount_axis, empty_data, finish, row_axis, row_name, row_value, tooltip
from data_model.vocabulary import Unit
from metrics import frames
from metrics.published import Given, Share
from texts import Words

ROW = 62


def bullets(look: Look, *, unit: str, whole: str, middle: str, thin: str | None = None) -> alt.LayerChart:
    """Bars from zero; what runs past its whole is drawn past the outline. Words name the axis and the tooltip lines."""
    p = look.palette
    lines = [("label", " "), ("whole_text", whole), ("middle_text", middle)]
    tips = tooltip(*lines, *([("thin_text", thin)] if thin else []))
    axis = amount_axis(unit)
    y = row_axis()
    shift = look.px(8)
    layers = [
        alt.Chart()
        .mark_bar(size=look.px(26), yOffset=shift, fill=p.outline_fill, stroke=p.outline, strokeWidth=1.5)
        .encode(x=alt.X(field="whole", type="quantitative", axis=axis, scale=alt.Scale(zero=True)), y=y, tooltip=tips),
        alt.Chart()
        .mark_bar(size=look.px(15), yOffset=shift)
        .encode(
            x=alt.X(field="middle", type="quantitative"),
            y=y,
            fill=_unless_ambiguous("middle_firmness", p.committed, "transparent"),
            stroke=_unless_ambiguous("middle_firmness", "transparent", p.committed_text),
            strokeDash=alt.condition("datum.middle_firmness === 'ambiguous'", alt.value([4, 3]), alt.value([1, 0])),
            tooltip=tips,
        ),
        _hollow_end(look, "middle", p.committed_text, shift),
    ]
    if thin:
        layers += [
            alt.Chart()
            .mark_bar(size=look.px(7), yOffset=shift, color=p.reported)
            .encode(x=alt.X(field="thin", type="quantitative"), y=y, tooltip=tips),
            _hollow_end(look, "thin", p.reported, shift),
        ]
    chart = alt.layer(*layers, row_name(look), row_value(look), data=empty_data())
    return finish(chart, look, row_height=ROW)


def _unless_ambiguous(field: str, plain: str, ambiguous: str) -> Any:
    """A colour that an ambiguous value does not get: it is a dashed outline."""
    return alt.condition(f"datum.{field} === 'ambiguous'", alt.value(ambiguous), alt.value(plain))


def _hollow_end(look: Look, field: str, color: str, shift: float) -> alt.Chart:
    """A hollow circle where a value is only known as about."""
    hollow: alt.Chart = (
        alt.Chart()
        .transform_filter(f"datum.{field}_firmness === 'about' && isValid(datum.{field})")
        .mark_point(
            shape="circle",
            size=look.px(70),
            filled=True,
            fill=look.palette.background,
            stroke=color,
            yOffset=shift,
            strokeWidth=2,
            opacity=1,
        )
        .encode(x=alt.X(field=field, type="quantitative"), y=row_axis())
    )
    return hollow


def position_rows(
    positions: pd.DataFrame, key: str, name: Naming, w: Words, *, share: str = "bullets.share"
) -> pd.DataFrame:
    """The rows to draw for a frame of positions (metrics.progress): allocation, commitments, reported per group.

    `share` is the text that puts amount and share together: where they are of different projects it has no equals sign.
    """
    records = [
        {
            "row": number,
            "code": row[key],
            "label": name(row[key]),
            "value_label": _committed_label(row, w, share),
            "value_short": short_text(w, row["committed_cents"], row["committed_firmness"]),
            "whole": in_millions(row["allocated_cents"]),
            "middle": in_millions(row["committed_cents"]),
            "thin": in_millions(row["reported_cents"]),
            "middle_firmness": str(row["committed_firmness"]),
            "thin_firmness": str(row["reported_firmness"]),
            "whole_text": amount_text(w, row["allocated_cents"], row["allocated_firmness"]),
            "middle_text": amount_text(w, row["committed_cents"], row["committed_firmness"]),
            "thin_text": amount_text(w, row["reported_cents"], row["reported_firmness"]),
        }
        for number, row in enumerate(frames.records(positions))
    ]
    return pd.DataFrame.from_records(records)


def _committed_label(row: dict[str, object], w: Words, together: str) -> str:
    """`330,2 M€ = 128,5 %`; without the share where there is no allocation to divide by."""
    amount = short_text(w, row["committed_cents"], str(row["committed_firmness"]))
    share = w.rate(row["committed_rate"])  # type: ignore[arg-type]  # a rate or missing
    known = cents_or_none(row["committed_cents"]) is not None and share != w.missing
    return w(together, amount=amount, rate=share) if known else amount


def share_rows(shares: Sequence[tuple[str, Share]], w: Words) -> pd.DataFrame:
    """The rows to draw for parts of a whole (metrics.published.share), such as projects started of those approved."""
    records = [
        {
            "row": number,
            "label": label,
            "value_label": w(
                "calls.share_mark",
                part=share_text(share.part, w),
                whole=share_text(share.whole, w),
                rate=w.rate(share.rate),
            ),
            "value_short": w.rate(share.rate),
            "whole": _units(share.whole),
            "middle": _units(share.part),
            "middle_firmness": str(share.part.firmness),
            "whole_text": share_text(share.whole, w),
            "middle_text": share_text(share.part, w),
        }
        for number, (label, share) in enumerate(shares)
    ]
    return pd.DataFrame.from_records(records)


def share_text(number: Given, w: Words) -> str:
    """A part or a whole with its unit and firmness: `225 (?)`, `circa 24,2 M€`."""
    text = w.millions(number.value, 2) if number.unit == Unit.EUR else w.thousandths(number.value)
    return w.firm_in_prose(text, str(number.firmness))


def _units(number: Given) -> float | None:
    """The length of a mark: persons, projects, or millions of euro."""
    if number.value is None:
        return None
    return number.value / (100_000_000 if number.unit == Unit.EUR else 1000)
