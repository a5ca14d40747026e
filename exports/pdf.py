"""A sitting as PDF/UA: slides on A4 landscape, and a note on progress on A4 portrait. Set by Typst from fixed templates.

Every text reaches the templates as data in one JSON file; charts are drawings (SVG) with their words as alternative text.
A template sees these files and the fonts of the app, nothing else of the machine. The same deck gives the same bytes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import typst
from fontTools.ttLib import TTFont

from exports.deck import REGIONS, Deck, Minute, Slide, Source
from exports.pictures import FONTS, Numbers, drawing, size_of
from texts import Words, words

TEMPLATES = Path(__file__).resolve().parent / "templates"
ROOM = 110
"""Letters that a line of a table has room for in its usual size; the letters of wider tables are smaller."""

SMALLEST = 0.7
LONGEST_WORD = 24
"""A longer word may be broken anywhere: no cell of a table is wider than its page."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")


def write_slides_pdf(deck: Deck, stream: BinaryIO) -> None:
    """One page for each message, with a page before each section and the sources at the end."""
    stream.write(_compiled("slides.typ", deck))


def write_report_pdf(deck: Deck, stream: BinaryIO) -> None:
    """The note on progress: texts, charts and whole tables, then the minutes, definitions and sources."""
    stream.write(_compiled("report.typ", deck))


def _compiled(template: str, deck: Deck) -> bytes:
    drawn = {slide.code: drawing(slide.chart.spec, slide.chart.rows) for slide in deck.slides if slide.chart is not None}
    data = json.dumps(_data(deck, drawn), ensure_ascii=False)
    files: dict[str, bytes] = {
        "main.typ": (TEMPLATES / template).read_bytes(),
        "common.typ": (TEMPLATES / "common.typ").read_bytes(),
        **{_file(code): chart.encode() for code, chart in drawn.items()},
    }
    try:
        return _set(files | {"data.json": data.encode()}, deck)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        # A letter that no font has would be a hole that a screen reader passes over in silence: PDF/UA refuses it.
        shown = "".join(letter if ord(letter) in _letters() else "?" for letter in data)
        return _set(files | {"data.json": shown.encode()}, deck)


def _set(files: Mapping[str, bytes], deck: Deck) -> bytes:
    made = typst.compile(
        dict(files),  # type: ignore[call-overload]  # its stubs do not know that it takes files by name
        font_paths=[str(FONTS / "ttf")],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(_in_utc(deck.frozen_at).timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """What the font of the app can show, and the place where a long word may be broken."""
    with TTFont(FONTS / "ttf" / "titillium-400.ttf") as font:
        return frozenset((*font.getBestCmap(), 0x200B, 0xA0, 0x202F))


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file(code: str) -> str:
    return f"chart-{re.sub('[^A-Za-z0-9]', '-', code)}.svg"


# --- what the templates read ------------------------------------------------------------------------------------


def text(value: str) -> str:
    """A text of the data as it can be set: without signs that are no letters, its long words breakable."""
    return _LONG.sub("\\1\u200b", _CONTROL.sub(" ", value))


def _data(deck: Deck, drawn: Mapping[str, str]) -> dict[str, Any]:
    w = words(deck.language)
    frozen = w.day(_in_utc(deck.frozen_at).date())
    return {
        "language": deck.language,
        "region": REGIONS[deck.language],
        "title": text(deck.name),
        "programme_name": text(deck.programme_name),
        "year": deck.day.year,
        "month": deck.day.month,
        "day": deck.day.day,
        "about": [
            text(deck.programme_name),
            text(" · ".join(part for part in (w.day(deck.day), deck.place) if part)),
            w("paper.frozen", day=frozen, version=w.count(deck.data_version)),
        ],
        "foot": text(w("paper.foot", name=deck.name, day=w.day(deck.day))),
        "words": {name: w(f"paper.{name}") for name in ("kind", "contents", "minutes", "definitions", "sources")},
        "sections": [
            {"title": text(title), "slides": [_slide(slide, drawn.get(slide.code)) for slide in slides]}
            for title, slides in groupby(deck.slides, key=lambda slide: slide.section)
        ],
        "minutes": [minute.text for minute in deck.minutes],
        "minutes_table": _minutes(deck, w),
        "definitions": [{"name": text(name), "definition": text(said)} for name, said in deck.definitions],
        "sources": [{"name": text(source.title), "said": text(_said(source, w))} for source in deck.sources],
    }


def _slide(slide: Slide, drawn: str | None) -> dict[str, Any]:
    width, height = size_of(drawn) if drawn else (1.0, 1.0)
    return {
        "title": text(slide.title),
        "subtitle": text(slide.subtitle),
        "foot": [text(line) for line in slide.foot],
        "alternative": text(slide.alternative or slide.title),
        "chart": _file(slide.code) if drawn else None,
        "ratio": height / width,
        "table": _table(slide.table) if slide.table is not None and len(slide.table.columns) else None,
        "text": text(slide.text),
        "paragraphs": [text(part) for part in slide.text.splitlines() if part.strip()],
    }


def _table(numbers: Numbers) -> dict[str, Any]:
    """Heads and rows; columns are as wide as their longest words ask, within a narrow and a wide one."""
    columns = list(numbers.columns.items())
    return {
        "heads": [text(head) for head, _ in columns],
        "rows": [[text(cell) for cell in row] for row in zip(*(cells for _, cells in columns), strict=True)],
        "widths": (widths := [_width(head, cells) for head, cells in columns]),
        "scale": max(SMALLEST, min(1, ROOM / (sum(widths) + 2 * len(widths)))),
        "numbers": [place - 1 for place in numbers.numbers],
        "quoted": [place - 1 for place in numbers.quoted],
        "language": numbers.language,
    }


def _width(head: str, cells: Sequence[str]) -> int:
    longest = max((len(word) for said in (head, *cells) for word in re.split(r"[ \n]+", said)), default=1)
    usual = sum(map(len, cells)) // max(1, len(cells))
    return max(6, min(LONGEST_WORD, longest), min(30, usual // 2))


def _minutes(deck: Deck, w: Words) -> dict[str, Any]:
    titles = {slide.code: slide.title for slide in deck.slides}

    def row(minute: Minute) -> tuple[str, str, str, str]:
        moment = f"{w.day(minute.said_at.date())} {minute.said_at:%H:%M}"
        return (moment, w(f"minute.{minute.kind}"), titles.get(minute.slide or "", ""), minute.text)

    rows = [row(minute) for minute in deck.minutes]
    heads = [w(f"paper.minute_{name}") for name in ("when", "kind", "slide", "text")]
    return _table(Numbers({head: [cells[place] for cells in rows] for place, head in enumerate(heads)}))


def _said(source: Source, w: Words) -> str:
    parts = (source.publisher, w.day(source.day) if source.day else None, source.address)
    return " · ".join(part for part in parts if part)
