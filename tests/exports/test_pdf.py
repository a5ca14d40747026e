"""PDFs of a sitting: tagged, in the language, nothing lost, nothing of the data read as markup."""

import re
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
import streamlit as st
from pdfua import validate

from exports.deck import Deck
from exports.pdf import LONGEST_WORD, text, write_report_pdf, write_slides_pdf
from shell import kept
from tests.exports.decks import deck, only, table_slide
from texts import words

WRITERS = {"slides": write_slides_pdf, "report": write_report_pdf}
LANGUAGES = {"it": "it-IT", "en": "en-GB"}
HOSTILE = (
    '#read("/etc/passwd")',
    "$x^2$ *b* _i_ @y `z` <a> \\ //",
    "#import sys",
    "=1+1",
    "a" * 400,
    "\x00\x07\ud800b",
    "🎉",
)


@pytest.fixture(autouse=True)
def app_on_the_sample(sample_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", sample_url)
    yield
    st.cache_resource.clear()
    kept.forget()
    st.cache_data.clear()


@cache
def of_the_sample(kind: str, language: str) -> bytes:
    return written(kind, deck(language))


def written(kind: str, of: Deck) -> bytes:
    stream = BytesIO()
    WRITERS[kind](of, stream)
    return stream.getvalue()


def pages(content: bytes) -> list[str]:
    """The text of each page, without the places where a long word may break."""
    with pypdfium2.PdfDocument(content) as book:
        return [page.get_textpage().get_text_range().replace("\u200b", "").replace("\xa0", " ") for page in book]


def structure(content: bytes) -> list[Any]:
    """Every element of the tree of tags."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        for kid in node if isinstance(node, pikepdf.Array) else [node]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                found.append(kid)
            if isinstance(kid, pikepdf.Dictionary) and "/K" in kid:
                walk(kid.K)

    with pikepdf.open(BytesIO(content)) as book:
        walk(book.Root.StructTreeRoot.K)
        return [(str(node.S), str(node.get("/Alt", ""))) for node in found]


@pytest.mark.soak("slides-en")  # the same writer as in Italian
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WRITERS)
def test_it_is_tagged_has_language_title_and_outline_and_every_figure_has_words(kind, language, tmp_path):
    sitting = deck(language)
    content = of_the_sample(kind, language)
    with pikepdf.open(BytesIO(content)) as book:
        assert str(book.Root.Lang) == LANGUAGES[language]
        assert book.Root.MarkInfo.Marked
        assert str(book.docinfo["/Title"]) == sitting.name
        with book.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert set(titles) >= {slide.section for slide in sitting.slides}
    figures = [alt for tag, alt in structure(content) if tag == "/Figure"]
    assert sorted(figures) == sorted(text(slide.alternative) for slide in sitting.slides if slide.chart)
    file = tmp_path / "made.pdf"
    file.write_bytes(content)
    report = validate(str(file))
    assert not report.findings
    assert report.outcomes


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_sitting_gives_the_same_bytes(kind):
    few = deck("it", slides=deck("it").slides[:3])
    assert written(kind, few) == written(kind, few)


def test_the_report_has_every_cell_of_every_table_and_the_lines_below_each_chart():
    sitting = deck("it")
    squeezed = re.sub(r"[\s\u00ad-]+", "", "".join(pages(of_the_sample("report", "it")))).replace("\ufffe", "")
    for slide in sitting.slides:
        said = [slide.title, slide.subtitle, *slide.foot]
        if slide.table:
            said += [cell for cells in slide.table.columns.values() for cell in cells]
        for part in said:
            assert re.sub(r"[\s\u00ad-]+", "", part) in squeezed, (slide.title, part)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_of_200_rows_has_200_rows_and_its_header_on_each_page(kind):
    found = pages(written(kind, only("it", table_slide(200))))
    with_rows = [page for page in found if re.search(r"Comune di Prova \d+", page)]
    assert [int(n) for page in with_rows for n in re.findall(r"Comune di Prova (\d+)", page)] == list(range(200))
    assert len(with_rows) > 2
    assert all("Importo (€)" in page for page in with_rows)


@pytest.mark.parametrize("kind", WRITERS)
def test_no_text_of_the_data_is_read_as_markup(kind):
    content = written(kind, only("it", table_slide(len(HOSTILE), *HOSTILE, title=HOSTILE[0], text="\n".join(HOSTILE))))
    squeezed = re.sub(r"\s+", "", "".join(pages(content)))
    for said in HOSTILE[:4]:
        assert re.sub(r"\s+", "", said) in squeezed
    assert "root:" not in squeezed
    assert "a" * 400 in squeezed


def test_a_letter_that_no_font_has_is_shown_as_a_question_mark_and_all_others_stay():
    found = "".join(pages(written("slides", only("it", table_slide(1, "Perché 🎉 città")))))
    assert "Perché ? città 0" in found


def test_a_word_longer_than_a_line_may_be_broken_and_others_may_not():
    assert text("a" * LONGEST_WORD) == "a" * LONGEST_WORD
    assert text("a" * (LONGEST_WORD + 1)) == "a" * LONGEST_WORD + "\u200ba"


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_sources_and_definitions_stand_at_the_end_of_the_report(language):
    last = "\n".join(pages(of_the_sample("report", language))[-2:])
    w = words(language)
    for title in ("minutes", "definitions", "sources"):
        assert w(f"paper.{title}") in last
    for said in ("Il Comitato prende atto.", "Importi sotto convenzione.", "ESIF 2014-2020", w("minute.decision")):
        assert said in last
