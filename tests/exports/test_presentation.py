"""PowerPoint of a sitting: charts and tables that can be edited, with the numbers of the screen and words for each shape."""

import re
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pypdfium2
import pytest
import streamlit as st
from openxml_audit import validate_pptx
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE

from exports.deck import Deck
from exports.native_charts import KINDS, MAPS
from exports.presentation import write_pptx
from exports.presentation_shapes import locale_of
from shell import kept
from tests.exports.decks import deck, only, table_slide
from tests.office import soffice
from texts import words

BAR_STACKED = XL_CHART_TYPE.BAR_STACKED

VALUES = {
    "bullets.bullets": ("whole", "middle"),
    "funnel.funnel": ("value",),
    "commitment_gaps.dumbbells": ("committed", "reported"),
    "gap_ages.bars": ("gap",),
}
"""Columns of the rows of a chart that its series hold, in their order."""


@pytest.fixture(autouse=True)
def app_on_the_sample(sample_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", sample_url)
    yield
    st.cache_resource.clear()
    kept.forget()
    st.cache_data.clear()


def written(of: Deck, template: Path | None = None) -> bytes:
    stream = BytesIO()
    write_pptx(of, stream, template)
    return stream.getvalue()


def opened(content: bytes) -> Any:
    return Presentation(BytesIO(content))


def titled(book: Any, title: str) -> list[Any]:
    return [page for page in book.slides if page.shapes.title.text_frame.text == title]


@cache
def of_the_sample() -> bytes:
    return written(deck("it"))


def test_each_chart_is_native_with_the_values_of_its_rows_and_only_a_map_is_a_picture():
    sitting, book = deck("it"), opened(of_the_sample())
    seen = set()
    for slide in sitting.slides:
        page = titled(book, slide.title)[0]
        charts = [shape.chart for shape in page.shapes if shape.has_chart]
        pictures = [shape for shape in page.shapes if shape.shape_type == 13]
        kind = slide.chart.kind if slide.chart else ""
        assert len(charts) == (kind in KINDS), kind
        assert len(pictures) == (kind in MAPS), kind
        if slide.chart and kind in VALUES:
            seen.add(kind)
            for column, series in zip(VALUES[kind], charts[0].plots[0].series, strict=False):
                expected = [None if pd.isna(value) else float(value) for value in slide.chart.rows[column]]
                assert list(series.values) == expected
            assert list(charts[0].plots[0].categories) == [str(label) for label in slide.chart.rows["label"]]
        if slide.chart and not charts and not pictures and slide.table:
            assert any(shape.has_table for shape in page.shapes)
    assert seen == set(VALUES)


def test_cohorts_stand_one_after_the_other_and_what_is_planned_is_no_filled_bar():
    (slide,) = [s for s in deck("it").slides if s.chart and s.chart.kind == "training.cohort_steps"]
    assert slide.chart is not None
    (shape,) = [s for s in titled(opened(of_the_sample()), slide.title)[0].shapes if s.has_chart]
    before, *bars = shape.chart.plots[0].series
    rows = slide.chart.rows
    assert list(before.values) == list(rows["start"])
    drawn = [next(value for value in values if value is not None) for values in zip(*(b.values for b in bars), strict=True)]
    assert [start + length for start, length in zip(rows["start"], drawn, strict=True)] == list(rows["end"])
    assert [bar.name for bar in bars] == list(rows["label"])
    fills = [bar.format.fill.fore_color.rgb for bar in bars]
    assert len(set(fills)) == len({bool(planned) for planned in rows["planned"]}) == 2


def test_parts_are_stacked_with_the_values_of_their_dates():
    slide = next(s for s in deck("it").slides if s.chart and s.chart.kind == "participants.stacked")
    assert slide.chart is not None
    (shape,) = [s for s in titled(opened(of_the_sample()), slide.title)[0].shapes if s.has_chart]
    days = list(shape.chart.plots[0].categories)
    found = {(s.name, day): value for s in shape.chart.plots[0].series for day, value in zip(days, s.values, strict=True)}
    rows = slide.chart.rows
    said = zip(rows["part"], rows["day_text"], rows["value"], strict=True)
    assert {key: value for key, value in found.items() if value is not None} == {(p, d): float(v) for p, d, v in said}


def test_every_series_that_is_seen_has_a_name():
    for page in opened(of_the_sample()).slides:
        for shape in page.shapes:
            names = [series.name for series in shape.chart.plots[0].series] if shape.has_chart else []
            assert sum(not name.strip() for name in names) <= (shape.has_chart and shape.chart.chart_type == BAR_STACKED)


def test_a_trend_has_a_line_for_each_stage_and_a_gap_where_nothing_is_known():
    sitting = deck("it")
    slide = next(s for s in sitting.slides if s.chart and s.chart.kind == "trend.trend")
    assert slide.chart is not None
    (shape,) = [s for s in titled(opened(of_the_sample()), slide.title)[0].shapes if s.has_chart]
    days = list(dict.fromkeys(slide.chart.rows["day_text"]))
    for series, (_, group) in zip(shape.chart.plots[0].series, slide.chart.rows.groupby("stage", sort=False), strict=True):
        by_day = dict(zip(group["day_text"], group["value"], strict=True))
        assert list(series.values) == [by_day.get(day) for day in days]


def test_every_shape_has_words_every_run_its_language_and_every_slide_its_note_and_its_foot():
    sitting, book = deck("it"), opened(of_the_sample())
    for page in book.slides:
        for shape in page.shapes:
            assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
        assert page.shapes[0] == page.shapes.title
        languages = {
            run.get("lang") for run in page._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr")
        }
        assert languages <= {locale_of("it")}
    for slide in sitting.slides:
        page = titled(book, slide.title)[0]
        assert page.notes_slide.notes_text_frame.text == slide.note
        said = "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
        assert all(line in said for line in slide.foot)


def test_a_long_table_goes_on_with_its_header_and_loses_no_row():
    w = words("it")
    book = opened(written(only("it", table_slide(200))))
    tables = [shape.table for page in book.slides for shape in page.shapes if shape.has_table]
    assert len(tables) > 5
    assert all(table.cell(0, 0).text == "Nome" for table in tables)
    names = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert names == [f"Comune di Prova {n}" for n in range(200)]
    assert titled(book, w("paper.continued", title="Una tabella"))


def test_it_is_valid_and_the_same_sitting_gives_the_same_bytes(tmp_path):
    every = deck("en")
    kinds = {slide.chart.kind: slide for slide in every.slides if slide.chart}
    sitting = only("en", *kinds.values(), table_slide(30, "x" * 200, "=1+1\x00\x07\ud800", "<a:t>&"))
    content = written(sitting)
    file = tmp_path / "made.pptx"
    file.write_bytes(content)
    report = validate_pptx(str(file))
    assert report.is_valid, report.errors[:5]
    assert content == written(sitting)


def test_a_template_gives_its_layouts_and_none_of_its_slides(tmp_path):
    template = tmp_path / "template.pptx"
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "A slide of the template"
    own.slide_layouts[5].name = "Own layout"
    own.save(str(template))
    book = opened(written(only("it", table_slide(3)), template))
    assert not titled(book, "A slide of the template")
    assert "Own layout" in {layout.name for layout in book.slide_layouts}
    assert titled(book, "Una tabella")


def test_an_office_opens_it_with_a_page_for_each_slide_and_the_texts_of_its_table(tmp_path):
    found = soffice()
    assert found is not None, "LibreOffice is needed: apt-get install libreoffice-impress"
    content = written(only("it", table_slide(60), table_slide(3, code="t2", title="Altra")))
    file = tmp_path / "made.pptx"
    file.write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [found, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert (tmp_path / "made.pdf").exists(), done.stderr
    with pypdfium2.PdfDocument(tmp_path / "made.pdf") as book:
        texts = [page.get_textpage().get_text_range() for page in book]
    assert len(texts) == len(opened(content).slides)
    assert [int(n) for n in re.findall(r"Comune di Prova\s+(\d+)", "".join(texts))] == [*range(60), *range(3)]
