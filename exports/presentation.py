"""A sitting as PowerPoint: native charts and tables that can be edited, notes, words for each shape, one reading order.

16:9, or the layouts of the programme's own template. The same deck gives the same bytes.
"""

from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches

from exports.deck import Chart, Deck, Slide
from exports.native_charts import MAPS, native
from exports.office_file import settled
from exports.pictures import drawing, raster
from exports.presentation_shapes import add_chart, add_table, add_text, describe, locale_of, parts_of, say, slide_number
from texts import Words, words

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, ROOM = Inches(0.6), Inches(12.13)
TOP, BODY, FOOT = Inches(0.4), Inches(1.75), Inches(6.55)


def write_pptx(deck: Deck, stream: BinaryIO, template: Path | None = None) -> None:
    """A title slide, then per section its own slide and its messages. `template` gives layouts and colours."""
    book = _opened(template)
    w, language = words(deck.language), locale_of(deck.language)
    book.core_properties.title = deck.name
    book.core_properties.author = deck.programme_name
    book.core_properties.language = language
    _cover(book, deck, w, language)
    for section, slides in groupby(deck.slides, key=lambda slide: slide.section):
        if section:
            _headed(book, section, language, layout=0)
        for slide in slides:
            _message(book, slide, w, language)
    made = BytesIO()
    book.save(made)
    stream.write(settled(made.getvalue(), deck.frozen_at))


def _opened(template: Path | None) -> Any:
    """The presentation to fill: the template without its slides, or a plain one in 16:9."""
    book: Any = Presentation(str(template) if template else None)
    if template is None:
        wider = WIDTH / book.slide_width
        book.slide_width, book.slide_height = WIDTH, HEIGHT
        for layout in (book.slide_master, *book.slide_layouts):
            for shape in layout.shapes:
                shape.left, shape.width = Emu(int(shape.left * wider)), Emu(int(shape.width * wider))
        return book
    known = book.slides._sldIdLst  # python-pptx has no way of its own to take a slide away
    for entry in list(known):
        book.part.drop_rel(entry.rId)
        known.remove(entry)
    return book


def _cover(book: Any, deck: Deck, w: Words, language: str) -> None:
    page = _headed(book, deck.name, language, layout=0)
    place = " · ".join(part for part in (w.day(deck.day), deck.place) if part)
    frozen = w("paper.frozen", day=w.day(deck.frozen_at.date()), version=w.count(deck.data_version))
    box = (LEFT, Inches(4.4), ROOM, Inches(1.4))
    add_text(page, "\n".join((deck.programme_name, place, frozen)), box, language, size=20, muted=True)


def _headed(book: Any, title: str, language: str, *, layout: int) -> Any:
    """A slide with nothing but its title in the middle."""
    page = book.slides.add_slide(book.slide_layouts[layout])
    _only_title(page)
    _title(page, title, language, (LEFT, Inches(2.6), ROOM, Inches(1.6)), size=36)
    return page


def _only_title(page: Any) -> None:
    for shape in list(page.placeholders):
        if shape.placeholder_format.idx != 0:
            shape.element.getparent().remove(shape.element)


def _title(page: Any, title: str, language: str, box: tuple[int, int, int, int], *, size: int) -> None:
    shape = page.shapes.title
    shape.left, shape.top, shape.width, shape.height = box
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    say(shape.text_frame, title, language, size=size, bold=True)
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
    describe(shape, title)


def _message(book: Any, slide: Slide, w: Words, language: str) -> None:
    """One message: a chart, a table on as many slides as it needs, or a text."""
    chart = native(slide.chart) if slide.chart is not None else None
    picture = slide.chart if slide.chart is not None and slide.chart.kind in MAPS else None
    if chart is not None or picture is not None or slide.table is None:
        page = _page(book, slide, slide.title, w, language)
        room = ROOM if not slide.text else Inches(8.0)
        if chart is not None:
            add_chart(page, chart, (LEFT, BODY, room, FOOT - BODY - Inches(0.1)), slide.alternative, language)
        elif picture is not None:
            _picture(page, picture, room, slide.alternative)
        if slide.text:
            left, width = (LEFT, ROOM) if room == ROOM else (LEFT + room + Inches(0.2), ROOM - room - Inches(0.2))
            add_text(page, slide.text, (left, BODY, width, FOOT - BODY), language, size=18)
        _foot(page, slide, language)
        return
    for number, rows in enumerate(parts_of(slide.table)):
        title = w("paper.continued", title=slide.title) if number else slide.title
        page = _page(book, slide, title, w, language)
        add_table(page, slide.table, rows, (LEFT, BODY, ROOM), slide.alternative or slide.title, language)
        _foot(page, slide, language)


def _page(book: Any, slide: Slide, title: str, w: Words, language: str) -> Any:
    """A slide with its title, its subtitle and the speaker's note."""
    page = book.slides.add_slide(_title_only(book))
    _only_title(page)
    _title(page, title, language, (LEFT, TOP, ROOM, Inches(0.9)), size=24)
    if slide.subtitle:
        add_text(page, slide.subtitle, (LEFT, Inches(1.25), ROOM, Inches(0.5)), language, size=14, muted=True)
    if slide.note:
        say(page.notes_slide.notes_text_frame, slide.note, language, size=12)
    return page


def _title_only(book: Any) -> Any:
    """The layout with a title and the fewest places besides."""
    titled = [layout for layout in book.slide_layouts if any(p.placeholder_format.idx == 0 for p in layout.placeholders)]
    return min(titled or list(book.slide_layouts), key=lambda layout: len(list(layout.placeholders)))


def _foot(page: Any, slide: Slide, language: str) -> None:
    if slide.foot:
        box = (LEFT, FOOT, ROOM - Inches(0.8), Inches(0.7))
        add_text(page, "\n".join(slide.foot), box, language, size=10, muted=True)
    slide_number(page, (LEFT + ROOM - Inches(0.7), FOOT + Inches(0.3), Inches(0.7), Inches(0.35)), language)


def _picture(page: Any, chart: Chart, room: int, alternative: str) -> None:
    """A map, as large as it fits."""
    image = BytesIO(raster(drawing(chart.spec, chart.rows)))
    shape = page.shapes.add_picture(image, LEFT, BODY)
    share = min(room / shape.width, (FOOT - BODY) / shape.height)
    shape.width, shape.height = int(shape.width * share), int(shape.height * share)
    describe(shape, alternative)
