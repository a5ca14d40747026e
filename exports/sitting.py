"""A sitting to take away: the forms of file that its deck is written in."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from exports.csv_files import italian_day, quoted
from exports.deck import Deck, Slide
from exports.escaping import escaped
from exports.names import safe
from exports.pdf import write_report_pdf, write_slides_pdf
from exports.presentation import write_pptx
from texts import Words, words

COLUMNS = ("sitting", "number", "slide", "section", "title", "row", "column", "value", "foot")


@dataclass(frozen=True)
class Format:
    """One form of file. `write` puts the deck into a stream."""

    name: str
    extension: str
    mime: str
    write: Callable[[Deck, BinaryIO], None]


def write_csv(deck: Deck, stream: BinaryIO) -> None:
    """Every number of every slide, one cell of its table per line, for an Italian Excel; then what was written down."""
    w = words(deck.language)
    heads = [quoted(escaped(w(f"sitting.csv_{name}"))) for name in COLUMNS]
    stream.write((";".join(heads) + "\r\n").encode("utf-8-sig"))
    for cells in _lines(deck, w):
        line = ";".join(cell if cell.isdigit() else quoted(escaped(cell)) for cell in cells)
        stream.write(f"{line}\r\n".encode())


def _lines(deck: Deck, w: Words) -> Iterator[tuple[str, ...]]:
    for number, slide in enumerate(deck.slides, 1):
        foot = " | ".join(slide.foot)
        start = (deck.code, str(number), slide.code, slide.section, slide.title)
        for row, column, value in _cells(slide):
            yield (*start, row, column, value, foot)
        if slide.text:
            yield (*start, w("sitting.csv_text"), "", slide.text, foot)
    for minute in deck.minutes:
        said = f"{italian_day(minute.said_at.date())} {minute.said_at:%H:%M} UTC"
        yield (
            deck.code,
            "",
            minute.slide or "",
            "",
            w("sitting.minutes"),
            w(f"minute.{minute.kind}"),
            said,
            minute.text,
            "",
        )


def _cells(slide: Slide) -> Iterator[tuple[str, str, str]]:
    """Row, column and text of each cell of the table of a slide besides the names of its rows."""
    columns = list(slide.table.columns.items()) if slide.table else []
    for place, row in enumerate(columns[0][1] if columns else ()):
        for head, cells in columns[1:]:
            yield row, head, cells[place]


TEMPLATES = "AVANZAMENTO_PPTX_TEMPLATE"
"""Names a presentation whose layouts are used, or a folder with one per programme, called by its code."""


def template_of(programme: str) -> Path | None:
    """The template of a programme, if one is configured and there."""
    named = os.environ.get(TEMPLATES)
    if not named:
        return None
    file = Path(named) / f"{safe(programme)}.pptx" if Path(named).is_dir() else Path(named)
    return file if file.is_file() else None


def _write_pptx(deck: Deck, stream: BinaryIO) -> None:
    write_pptx(deck, stream, template_of(deck.programme))


FORMATS = {
    form.name: form
    for form in (
        Format("csv", "csv", "text/csv", write_csv),
        Format("pptx", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", _write_pptx),
        Format("slides-pdf", "pdf", "application/pdf", write_slides_pdf),
        Format("report-pdf", "pdf", "application/pdf", write_report_pdf),
    )
}


def file_name(code: str, day: date, language: str, form: Format) -> str:
    """`avanzamento_cds-2019-06-20_slides-pdf_2019-06-20.pdf`: only letters, digits and dashes."""
    stem = words(language)("export.stem.app")
    return "_".join(safe(part) for part in (stem, code, form.name, str(day))) + f".{form.extension}"
