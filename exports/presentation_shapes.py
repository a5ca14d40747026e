"""The shapes of a slide: texts, charts, tables, the number; each with its language and words for whoever cannot see it."""

from collections.abc import Iterator, Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from exports.deck import REGIONS
from exports.escaping import escaped
from exports.native_charts import INK, OUTLINE, PALE, Line, Native
from exports.pictures import Numbers

MUTED = "5D7083"
TABLE_HEIGHT = 4.7
"""Inches that a table may fill on one slide."""

Box = tuple[int, int, int, int]
_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
_color: Any = RGBColor.from_string  # python-pptx carries no types here
_chart_data: Any = CategoryChartData
_ACROSS = (XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED)
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 8232, 8233, 65534, 65535), " ")


def locale_of(language: str) -> str:
    """`it-IT`."""
    return f"{language}-{REGIONS[language]}" if language in REGIONS else language


def clean(text: str) -> str:
    """The text without signs that a file of Office cannot hold."""
    return text.translate(_CONTROL).encode("utf-8", "replace").decode()


def describe(shape: Any, text: str) -> None:
    """Give a shape the words that a screen reader says of it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", clean(text))


def say(frame: Any, text: str, language: str, *, size: int, bold: bool = False, muted: bool = False) -> None:
    """Fill a text frame, a paragraph per line, each run in its language."""
    for number, line in enumerate(clean(text).splitlines() or [""]):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = line, Pt(size), bold
        run.font.color.rgb = _color(MUTED if muted else INK)
        run._r.get_or_add_rPr().set("lang", language)


def add_text(page: Any, text: str, box: Box, language: str, *, size: int, muted: bool = False) -> None:
    """A box of text."""
    shape = page.shapes.add_textbox(*box)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    say(shape.text_frame, text, language, size=size, muted=muted)
    describe(shape, text)


def slide_number(page: Any, box: Box, language: str) -> None:
    """The number of the slide, which PowerPoint counts itself."""
    shape = page.shapes.add_textbox(*box)
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    number = len(page.part.package.presentation_part.presentation.slides)
    inside = f'<a:rPr lang="{language}" sz="1000"/><a:t>{number}</a:t>'
    paragraph._p.append(parse_xml(f'<a:fld {nsdecls("a")} id="{_FIELD}" type="slidenum">{inside}</a:fld>'))
    describe(shape, "#")


# --- charts -----------------------------------------------------------------------------------------------------


def add_chart(page: Any, chart: Native, box: Box, alternative: str, language: str) -> None:
    """A chart that can be edited, with the texts of its points where they say more than their values."""
    data: Any = _chart_data(number_format=chart.number_format)
    # The workbook behind the chart would read a name that begins with = as a formula.
    data.categories = [escaped(clean(name)) for name in chart.categories]
    for line in chart.lines:
        data.add_series(escaped(clean(line.name)), line.values)
    frame = page.shapes.add_chart(chart.type, *box, data)
    describe(frame, alternative)
    made = frame.chart
    made.font.size, made.font.color.rgb = Pt(12), _color(INK)
    made.has_title = False
    made.has_legend = chart.legend
    if chart.legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(made, chart, language)
    for line, series in zip(chart.lines, made.plots[0].series, strict=True):
        _series(series, line, chart, language)
    made.plots[0].gap_width = 60
    if chart.type in (XL_CHART_TYPE.BAR_STACKED, XL_CHART_TYPE.COLUMN_STACKED):
        made.plots[0].overlap = 100


def _axes(made: Any, chart: Native, language: str) -> None:
    value, category = made.value_axis, made.category_axis
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = chart.number_format, False
    value.major_gridlines.format.line.color.rgb = _color("D9DEE4")
    value.minimum_scale = 0 if all((v or 0) >= 0 for line in chart.lines for v in line.values) else None
    value.has_title = True
    say(value.axis_title.text_frame, chart.axis_title, language, size=11, muted=True)
    category.format.line.color.rgb = _color(OUTLINE)
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.has_major_gridlines = False
    if chart.type in _ACROSS:
        category.reverse_order = True  # the first row on top, as on screen
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _series(series: Any, line: Line, chart: Native, language: str) -> None:
    if chart.type == XL_CHART_TYPE.LINE_MARKERS:
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = _color(line.color), Pt(2.5)
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _color(line.color)
    elif line.hidden:
        series.format.fill.background()
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _color(line.color)
        if line.outlined:
            series.format.line.color.rgb = _color(OUTLINE)
    for place, label in enumerate(line.labels):
        if label and label.strip():
            _label(series.points[place], label, chart, language)


def _label(point: Any, label: str, chart: Native, language: str) -> None:
    say(point.data_label.text_frame, label, language, size=11, bold=True)
    if chart.type == XL_CHART_TYPE.BAR_CLUSTERED:
        point.data_label.position = XL_LABEL_POSITION.OUTSIDE_END
    elif chart.type == XL_CHART_TYPE.LINE_MARKERS:
        point.data_label.position = XL_LABEL_POSITION.ABOVE


# --- tables -----------------------------------------------------------------------------------------------------


def parts_of(numbers: Numbers) -> Iterator[Sequence[int]]:
    """The rows of a table, slide by slide, as many as fit."""
    widths, size = _widths(numbers), _size(numbers)
    part: list[int] = []
    filled = _height(list(numbers.columns), widths, size)
    for row in range(_count(numbers)):
        height = _height([cells[row] for cells in numbers.columns.values()], widths, size)
        if part and filled + height > TABLE_HEIGHT:
            yield part
            part, filled = [], _height(list(numbers.columns), widths, size)
        part.append(row)
        filled += height
    yield part


def _count(numbers: Numbers) -> int:
    return len(next(iter(numbers.columns.values()), ()))


def _size(numbers: Numbers) -> int:
    return 12 if len(numbers.columns) <= 6 else 10


def _widths(numbers: Numbers) -> list[float]:
    """The share of the width of each column: long texts get more, but none gets all."""
    wanted = [max(11, min(40, max(map(len, (head, *cells)), default=11))) for head, cells in numbers.columns.items()]
    return [one / sum(wanted) for one in wanted]


def _height(cells: Sequence[str], widths: Sequence[float], size: int) -> float:
    """The inches that a row needs, from the letters that a line of each cell has room for."""
    letters = [max(1, int(12.1 * share / (size * 0.0075)) - 2) for share in widths]
    lines = max((-(-max(1, len(cell)) // room) for cell, room in zip(cells, letters, strict=True)), default=1)
    return lines * size * 1.25 / 72 + 0.1


def add_table(
    page: Any, numbers: Numbers, rows: Sequence[int], place: tuple[int, int, int], alternative: str, language: str
) -> None:
    """Some rows of a table below its header."""
    left, top, width = place
    heads = list(numbers.columns)
    frame = page.shapes.add_table(len(rows) + 1, len(heads), left, top, width, Inches(0.3 * (len(rows) + 1)))
    describe(frame, alternative)
    table, size = frame.table, _size(numbers)
    for number, share in enumerate(_widths(numbers)):
        table.columns[number].width = int(width * share)
    for x, head in enumerate(heads):
        _cell(table.cell(0, x), head, language, size, right=x + 1 in numbers.numbers, head=True)
        spoken = locale_of(numbers.language) if x + 1 in numbers.quoted else language
        for y, row in enumerate(rows, 1):
            _cell(table.cell(y, x), numbers.columns[head][row], spoken, size, right=x + 1 in numbers.numbers)


def _cell(cell: Any, text: str, language: str, size: int, *, right: bool, head: bool = False) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _color(PALE if head else "FFFFFF")
    say(cell.text_frame, text, language, size=size, bold=head)
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
