"""A chart as a file: PNG, SVG, or one HTML page that works without a network. Title, source and date stand in the picture.

What is drawn is the specification and the rows of the screen, at a fixed width.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert

from metrics import frames

FONTS = Path(__file__).resolve().parent.parent / "shell" / "static"
FONT = "Titillium Web"
WIDTH = 960
MARGIN = 24
SCALE = 2
VEGA_LITE = "6.4"

_TITLE, _SUBTITLE, _FOOT = 22.0, 15.0, 13.0
_LEADING = 1.35
"""Distance of two lines, in heights of their type."""

vl_convert.register_font_directory(str(FONTS / "ttf"))


@dataclass(frozen=True)
class Colours:
    """Colours of what stands around the chart, on white."""

    ink: str
    muted: str
    rule: str


@dataclass(frozen=True)
class Numbers:
    """The table of a chart: columns of texts by their head. `numbers` (columns from 1) go to the right; `quoted` ones are in
    `language`."""

    columns: Mapping[str, Sequence[str]]
    numbers: tuple[int, ...] = ()
    quoted: tuple[int, ...] = ()
    language: str = "it"


@dataclass(frozen=True)
class Picture:
    """A chart to take away. `spec` is a Vega-Lite specification without data, `rows` are what it draws, `foot` are the lines
    below it: notes, source, date and filters."""

    language: str
    title: str
    subtitle: str
    foot: tuple[str, ...]
    spec: Mapping[str, Any]
    rows: pd.DataFrame
    colours: Colours
    numbers: Numbers | None = None
    numbers_title: str = ""


def png(picture: Picture) -> bytes:
    """The picture in pixels, at twice its size."""
    return raster(_framed(picture))


def svg(picture: Picture) -> bytes:
    """The picture as a drawing with its fonts in it; texts stay texts."""
    return _framed(picture, f"<style>{_font_faces()}</style>").encode()


def page(picture: Picture) -> bytes:
    """The chart as one page with tooltips and the table of its numbers. It asks nobody for anything."""
    parts = {
        "language": escape(picture.language),
        "title": escape(picture.title),
        "subtitle": escape(picture.subtitle),
        "foot": "".join(f"<p>{escape(line)}</p>" for line in picture.foot),
        "style": _font_faces() + _style(picture.colours),
        "table": _table(picture),
        "spec": _as_script(_with_rows(picture.spec, picture.rows) | {"width": "container"}),
        "vega": _vega(),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _PAGE).encode()


def drawing(spec: Mapping[str, Any], rows: pd.DataFrame) -> str:
    """The chart alone as a drawing (SVG), without title and source."""
    made: str = vl_convert.vegalite_to_svg(_with_rows(spec, rows), vl_version=VEGA_LITE)
    return made


def raster(svg_text: str) -> bytes:
    """A drawing in pixels (PNG), at twice its size."""
    made: bytes = vl_convert.svg_to_png(svg_text, scale=SCALE)
    return made


# --- the chart --------------------------------------------------------------------------------------------------


def _with_rows(spec: Mapping[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """The specification with its rows, on white and without names that only a screen reader of the app would read."""
    config = {**spec.get("config", {}), "aria": False, "background": "white"}
    return {
        **spec,
        "config": config,
        "width": WIDTH - 2 * MARGIN,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "rows", "values": list(_values(rows))},
    }


def _values(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each row as JSON has it; times are in UTC, as the axes are."""
    for row in frames.records(rows):
        yield {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime | date):  # a pandas time stamp is a datetime
        return value.isoformat() + ("Z" if isinstance(value, datetime) and value.tzinfo is None else "")
    return value.item() if hasattr(value, "item") else value


# --- the picture around it --------------------------------------------------------------------------------------


def _framed(picture: Picture, style: str = "") -> str:
    """The chart between its title and its source, as SVG."""
    chart = drawing(picture.spec, picture.rows)
    chart_width, chart_height = size_of(chart)
    ink, muted = picture.colours.ink, picture.colours.muted
    head, top = _block([picture.title], MARGIN, _TITLE, ink, weight=600)
    below, top = _block([picture.subtitle], top + 2, _SUBTITLE, muted)
    start = top + 12
    end = start + chart_height + 12
    foot, bottom = _block(picture.foot, end + 8, _FOOT, muted)
    height = round(bottom + MARGIN - 6)
    width = max(WIDTH, round(chart_width + 2 * MARGIN))
    placed = chart.replace("<svg ", f'<svg x="{MARGIN}" y="{start:.1f}" ', 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' lang="{picture.language}" xml:lang="{picture.language}" role="img"'
        f' aria-labelledby="title description"><title id="title">{escape(picture.title)}</title>'
        f'<desc id="description">{escape(" ".join((picture.subtitle, *picture.foot)))}</desc>{style}'
        f'<rect width="{width}" height="{height}" fill="white"/>{head}{below}{placed}'
        f'<line x1="{MARGIN}" x2="{width - MARGIN}" y1="{end:.1f}" y2="{end:.1f}" stroke="{picture.colours.rule}"/>'
        f"{foot}</svg>"
    )


def size_of(drawing: str) -> tuple[float, float]:
    """Width and height of a drawing, which every drawing says in its first element."""
    found = re.match(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', drawing)
    assert found is not None
    return float(found[1]), float(found[2])


def _block(texts: Sequence[str], top: float, size: float, colour: str, *, weight: int = 400) -> tuple[str, float]:
    """Texts one below the other, broken to the width, and where they end."""
    found = []
    for text in texts:
        for line in lines(text, size, WIDTH - 2 * MARGIN):
            found.append(
                f'<text x="{MARGIN}" y="{top + size:.1f}" font-family="{FONT}, sans-serif" font-size="{size:g}px"'
                f' font-weight="{weight}" fill="{colour}">{escape(line)}</text>'
            )
            top += size * _LEADING
    return "".join(found), top


def lines(text: str, size: float, width: float) -> list[str]:
    """A text broken between words into lines that are surely no longer than the width; a word that is goes through."""
    found: list[str] = []
    for word in _CONTROL.sub(" ", text).split(" "):
        for piece in _pieces(word, size, width):
            joined = f"{found[-1]} {piece}" if found else piece
            if found and _length(joined, size) <= width:
                found[-1] = joined
            else:
                found.append(piece)
    return found


def _pieces(word: str, size: float, width: float) -> Iterator[str]:
    """The word, in as many pieces as it needs lines."""
    most = max(1, int(width / size))
    while _length(word, size) > width:
        yield word[:most]
        word = word[most:]
    yield word


_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")  # the first are not allowed in SVG
_WIDTHS = {"iljI.,;:·'’ \u00a0()": 0.30, "frt": 0.37, "ckszvxy": 0.50, "abdeghnopqu0123456789": 0.57, "mwMW—@": 1.14}
_SIGNS = {sign: width for signs, width in _WIDTHS.items() for sign in signs}
_OTHERS = 0.70


def _length(text: str, size: float) -> float:
    """How wide a text is at most: the widest sign of each group of Titillium's."""
    return size * sum(_SIGNS.get(sign, _OTHERS) for sign in text)


# --- the page ---------------------------------------------------------------------------------------------------

_PAGE = """<!doctype html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; \
style-src 'unsafe-inline'; font-src data:; img-src data:">
<title>{{title}}</title>
<style>{{style}}</style>
</head>
<body>
<main>
<h1>{{title}}</h1>
<p class="subtitle">{{subtitle}}</p>
<div id="chart" role="img" aria-label="{{title}}"></div>
<div class="foot">{{foot}}</div>
{{table}}
</main>
<script type="application/json" id="spec">{{spec}}</script>
<script type="module">{{vega}}</script>
</body>
</html>
"""

_DRAW = """
vegaEmbed('#chart', JSON.parse(document.getElementById('spec').textContent), { actions: false, renderer: 'svg' })
  .then(() => { document.body.dataset.drawn = ''; });
"""


@lru_cache(maxsize=1)
def _vega() -> str:
    """Vega, Vega-Lite and the call that draws, as one script."""
    script: str = vl_convert.javascript_bundle(_DRAW, vl_version=VEGA_LITE)
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _as_script(tree: Mapping[str, Any]) -> str:
    """JSON that cannot end the element it stands in: data are never markup."""
    text = json.dumps(tree, ensure_ascii=False, allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@lru_cache(maxsize=1)
def _font_faces() -> str:
    """The fonts in the style sheet itself."""
    return "".join(
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};src:url(data:font/woff2;base64,{_packed(weight)})"
        " format('woff2')}"
        for weight in (400, 600)
    )


def _packed(weight: int) -> str:
    return base64.b64encode((FONTS / f"titillium-{weight}.woff2").read_bytes()).decode("ascii")


def _style(colours: Colours) -> str:
    return (
        f"body{{font:16px/1.5 '{FONT}',sans-serif;color:{colours.ink};background:#fff;margin:0}}"
        f"main{{max-width:{WIDTH + 200}px;margin:0 auto;padding:24px}}"
        "h1{font-size:22px;font-weight:600;line-height:1.35;margin:0}"
        "h2{font-size:18px;font-weight:600}"
        f".subtitle{{color:{colours.muted};margin:4px 0 16px}}#chart{{width:100%}}"
        f".foot{{border-top:1px solid {colours.rule};margin-top:12px;padding-top:8px;font-size:14px;color:{colours.muted}}}"
        ".foot p{margin:0}.table{overflow-x:auto}"
        "table{border-collapse:collapse;font-size:15px;font-variant-numeric:tabular-nums}"
        "th,td{text-align:left;vertical-align:top;padding:6px 10px;font-weight:400}"
        f"th,td{{border-bottom:1px solid {colours.rule}}}"
        "thead th{font-weight:600}.number{text-align:right}"
        "#vg-tooltip-element{font-family:inherit}@media print{main{padding:0}}"
    )


def _table(picture: Picture) -> str:
    """The numbers as a table whose first column names its rows."""
    table = picture.numbers
    if table is None or not table.columns:
        return ""
    heads = "".join(
        f'<th scope="col"{_class(table, n)}>{escape(head)}</th>' for n, head in enumerate(table.columns, start=1)
    )
    body = "".join(f"<tr>{_cells(table, cells)}</tr>" for cells in zip(*table.columns.values(), strict=True))
    return (
        f'<h2 id="numbers">{escape(picture.numbers_title)}</h2>'
        '<div class="table" tabindex="0" role="region" aria-labelledby="numbers">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(table: Numbers, cells: Sequence[str]) -> str:
    found = []
    for number, cell in enumerate(cells, start=1):
        kind = 'th scope="row"' if number == 1 else "td"
        language = f' lang="{escape(table.language)}"' if number in table.quoted else ""
        found.append(f"<{kind}{_class(table, number)}{language}>{escape(cell)}</{kind[:2]}>")
    return "".join(found)


def _class(table: Numbers, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""
