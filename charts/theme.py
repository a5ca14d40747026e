"""Colours, type and number formats of all charts, in one place. Values are those of the look, tested for contrast."""

from dataclasses import dataclass
from typing import Any

import altair as alt

FONT = "Titillium Web"


@dataclass(frozen=True)
class Palette:
    """One colour per stage, the same in every chart. Marks reach 3:1 on the background, text 4.5:1."""

    background: str
    ink: str
    reported: str
    committed: str
    committed_text: str
    outline: str
    outline_fill: str
    certified: str
    gap: str
    muted: str
    grid: str
    gap_1: str
    gap_2: str
    gap_3: str
    gap_4: str
    gap_5: str

    @property
    def gap_steps(self) -> tuple[str, ...]:
        """Classes of the gap on a map: one hue, from next to the background to the strongest."""
        return (self.gap_1, self.gap_2, self.gap_3, self.gap_4, self.gap_5)


LIGHT = Palette(
    background="#FFFFFF",
    ink="#17324D",
    reported="#17324D",
    committed="#4A90D9",
    committed_text="#0066CC",
    outline="#7C8B9A",
    outline_fill="#F2F5F8",
    certified="#008055",
    gap="#CC334D",
    muted="#5D7083",
    grid="#D9DEE4",
    gap_1="#F3C4CC",
    gap_2="#E795A3",
    gap_3="#DA637A",
    gap_4="#B52A45",
    gap_5="#7A1A2E",
)
DARK = Palette(
    background="#0B1622",
    ink="#E8EEF4",
    reported="#E8EEF4",
    committed="#4A90D9",
    committed_text="#7FB6F0",
    outline="#8FA0B2",
    outline_fill="#16283A",
    certified="#35B286",
    gap="#FF7088",
    muted="#A9B8C7",
    grid="#2A3C4F",
    gap_1="#5A2632",
    gap_2="#8C3548",
    gap_3="#C14D63",
    gap_4="#FF7088",
    gap_5="#FFC4CD",
)

_NUMBER_LOCALES = {
    "it": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}


@dataclass(frozen=True)
class Look:
    """What a specification depends on besides its kind: language, light or dark, and the size of type; no type is smaller
    than `least` pixels."""

    language: str
    dark: bool = False
    scale: float = 1.0
    least: float = 0.0

    @property
    def palette(self) -> Palette:
        """The colours in use."""
        return DARK if self.dark else LIGHT

    def px(self, size: float) -> float:
        """A size in pixels at this scale."""
        return round(size * self.scale, 1)

    def type(self, size: float) -> float:
        """A size of type in pixels at this scale."""
        return max(self.px(size), self.least)


def empty_data() -> alt.NamedData:
    """The place where the data of a chart are bound at run time."""
    return alt.NamedData(name="rows")


def finish(chart: alt.LayerChart | alt.FacetChart, look: Look, *, row_height: float | None = None) -> alt.LayerChart:
    """The chart with type, colours and number format; `row_height` makes its height follow the number of rows."""
    p = look.palette
    sized: dict[str, Any] = {"height": alt.Step(look.px(row_height))} if row_height else {}
    finished: alt.LayerChart = chart.properties(width="container", **sized).configure(
        font=FONT,
        background="transparent",
        aria=False,  # a chart is one picture, whose numbers are in its table: words on each mark would only cost time
        locale={"number": _NUMBER_LOCALES[look.language]},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=look.type(14),
            titleFontSize=look.type(13),
            labelColor=p.ink,
            titleColor=p.muted,
            gridColor=p.grid,
            domain=False,
            ticks=False,
            titleFontWeight="normal",
            labelPadding=6,
        ),
        text=alt.MarkConfig(fontSize=look.type(14), color=p.ink),
        legend=alt.LegendConfig(labelColor=p.ink, labelFontSize=look.type(13)),
        padding={"left": 2, "right": 2, "top": 4, "bottom": 4},
    )
    return finished


def amount_axis(title: str | None, **more: Any) -> alt.Axis:
    """A value axis that starts at zero, with few lines; decimals only where the steps between them have some."""
    return alt.Axis(title=title, tickCount=5, format=",.6~f", **more)


WIDE = "width > 560"
"""Whether a chart has room for values in words beside the names; on a phone they are cut to the number."""


def row_name(look: Look, field: str = "label", *, value: str | None = "value_label") -> alt.Chart:
    """The name of each row, above its marks and cut where its value, a text of the rows, begins: fits a phone and a hall."""
    beside = f" - {look.px(7)} * length(datum.{value}) - {look.px(16)}" if value else ""
    named: alt.Chart = (
        alt.Chart()
        .mark_text(
            align="left",
            baseline="bottom",
            dy=-look.px(14),
            limit=alt.ExprRef(f"{WIDE} ? width{beside} : width - {look.px(132)}"),
            fontWeight=600,
        )
        .encode(x=alt.value(0), y=row_axis(), text=alt.Text(field=field, type="nominal"))
    )
    return named


def row_value(
    look: Look, field: str = "value_label", short: str = "value_short", color: str | None = None, *, inset: float = 0
) -> alt.Chart:
    """The value of each row at the right end of the line of its name: in words where there is room, else the number."""
    shown: alt.Chart = (
        by_width(alt.Chart(), field, short)
        .mark_text(
            align="right",
            baseline="bottom",
            dx=-look.px(inset),
            dy=-look.px(14),
            fontWeight=600,
            color=color or look.palette.ink,
        )
        .encode(x=alt.value(alt.ExprRef("width")), y=row_axis(), text=alt.Text(field="shown", type="nominal"))
    )
    return shown


def by_width(chart: alt.Chart, field: str, short: str) -> alt.Chart:
    """The chart with a field `shown` that depends on the room it has. Field names are ours, never data."""
    return chart.transform_calculate(shown=f"{WIDE} ? datum.{field} : datum.{short}")


def row_axis() -> alt.Y:
    """Rows in the order of the data, without an axis of their own: names stand above the marks."""
    return alt.Y(field="row", type="ordinal", axis=None, scale=alt.Scale(type="band", paddingInner=0, paddingOuter=0))


def tooltip(*fields: tuple[str, str]) -> list[alt.Tooltip]:
    """Tooltip lines of texts that were formatted in the app's language."""
    return [alt.Tooltip(field=field, type="nominal", title=title) for field, title in fields]
