"""A slide shows what its page shows; what a sitting is frozen on gives the same bytes whatever comes in or is taken back."""

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import streamlit as st

from data_model import sittings as of_sittings
from data_model import slides as of_slides
from data_model import snapshots
from data_model.importing import store_rows
from data_model.roles import keyboard
from data_model.slides import Kept, Said, View
from data_model.undoing import take_back
from exports.deck import Deck
from exports.sitting import FORMATS, write_csv
from importers.formats import read_file
from importers.sample import FOLDER, manifest
from shell import data, decks, slides
from shell.kept import forget
from tests.conftest import ENGINES, PostgresServer
from tests.pages.screen import opened, titles_of_charts, unescaped

CODE = "cds-2019-06-20"


@pytest.fixture(params=ENGINES)
def own_sample(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app on a copy of the sample that a test may change."""
    if request.param == "sqlite":
        made = request.getfixturevalue("sample_url").removeprefix("sqlite:///")
        url = f"sqlite:///{shutil.copy(made, tmp_path / 'store.sqlite')}"
    else:
        request.getfixturevalue("sample_postgres_url")  # which makes the template
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template_sample")
    monkeypatch.setenv("DATABASE_URL", url)
    _forget()
    yield
    data.store().close()
    _forget()


@pytest.fixture
def sample(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", sample_url)
    _forget()
    yield
    _forget()


def _forget() -> None:
    """Two stores may be at the same data version."""
    st.cache_data.clear()
    st.cache_resource.clear()
    forget()


def ready(language: str = "it") -> list[slides.Shown]:
    with data.store().reading() as session:
        one = of_sittings.sitting(session, CODE)
        return slides.of_sitting(one, of_slides.slides(session, one.id), language)


def kept(page: str, piece: str, **query: list[str]) -> Kept:
    return Kept(1, "1", View(page, query, piece), Said(), False)


# --- what a slide shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_slide_of_the_ready_sitting_has_title_source_and_table(sample, language):
    found = ready(language)
    assert len(found) == 13
    for one in found:
        assert one.piece is not None, one.kept.code
        assert one.title
        assert one.piece.table
        assert one.piece.source_ids
        assert one.here.w("chart.source", source=one.piece.source) in slides.foot(one)


def test_the_ready_sitting_tells_the_deck_in_its_order(sample):
    sections = list(dict.fromkeys(one.kept.said.section for one in ready()))
    order = ("Quadro", "Avviso 3", "Avviso 4", "Assi 1 e 2", "Asse 3", "Asse 4", "formazione", "Asse 5")
    assert len(sections) == len(order)
    assert all(part in section for part, section in zip(order, sections, strict=True))


@pytest.mark.parametrize("page", ["calls", "activities", "training"])
def test_the_title_of_a_slide_is_the_title_of_the_chart_on_its_page(sample, page):
    drawn = titles_of_charts(opened(page, {"as_of": "2019-06-20", "series": "published"}))
    own = [one for one in ready() if one.kept.view.page == page and one.piece and one.piece.build]
    assert own
    assert [one.title for one in own if unescaped(one.title) not in drawn] == []


def test_a_title_that_somebody_gave_stands_in_place_of_the_finding(sample):
    given = Kept(1, "1", View("overview", {}, "bullets"), Said("Mine"), False)
    assert slides.shown(data.store().data_version(), given, "it").title == "Mine"


NO_PIECES = [("overview", "no-such"), ("presentation", "sittings-it"), ("../app", "x"), ("", "")]


@pytest.mark.parametrize(("page", "piece"), NO_PIECES)
def test_a_piece_that_is_not_there_is_said_and_nothing_breaks(sample, page, piece):
    shown = slides.shown(data.store().data_version(), kept(page, piece), "it")
    assert shown.piece is None
    assert shown.title == shown.here.w("sitting.piece_gone")
    assert slides.foot(shown) == ()


def test_what_is_chosen_for_the_moment_changes_the_picture_and_not_the_slide(sample):
    version, saved = data.store().data_version(), kept("overview", "bullets", as_of=["2018-12-31"])
    whole, one = (slides.shown(version, saved, "it", live) for live in ({}, {"axis": ["3"]}))
    assert whole.piece is not None
    assert one.piece is not None
    assert whole.piece.rows is not None
    assert one.piece.rows is not None
    assert (len(whole.piece.rows), len(one.piece.rows)) == (5, 1)
    assert saved.view.query == {"as_of": ["2018-12-31"]}


# --- frozen -----------------------------------------------------------------------------------------------------


def whole(deck: Deck) -> tuple[bytes, list[object]]:
    """The CSV of a sitting and everything that its slides draw."""
    stream = BytesIO()
    write_csv(deck, stream)
    drawn: list[object] = [repr((s, s.chart.rows.to_dict() if s.chart is not None else None)) for s in deck.slides]
    return stream.getvalue(), drawn


def bring_changed_figures(tmp_path: Path) -> int:
    """The figures of the sample once more, with another amount reported for Avviso 4/2016; the number of the import."""
    path, context = next((p, c) for p, c in manifest() if p.name == "figures.csv")
    text = (FOLDER / "pon_inclusione" / "figures.csv").read_text(encoding="utf-8")
    lines = [re.sub(r"\b1570000\b", "9990000", line) for line in text.splitlines()]
    changed = tmp_path / path.name
    changed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    identity, rows = read_file(changed, context)
    with data.store().writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows).import_id or 0


def written() -> dict[str, bytes]:
    """The sitting in each form of file."""
    found = {}
    for name, form in FORMATS.items():
        stream = BytesIO()
        form.write(decks.deck_of(CODE), stream)
        found[name] = stream.getvalue()
    return found


@pytest.mark.soak("postgresql")  # what is frozen is read in a file of its own, on either engine
def test_a_frozen_sitting_gives_the_same_bytes_before_and_after_an_import_and_an_undo(own_sample, tmp_path):
    before, files = whole(decks.deck_of(CODE)), written()
    assert b"22,63" in before[0]
    number = bring_changed_figures(tmp_path)
    _forget()  # as another process would read it
    assert whole(decks.deck_of(CODE)) == before
    assert written() == files
    take_back(data.store(), actor=keyboard("Ada"), import_id=number)
    take_back(data.store(), actor=keyboard("Ada"), import_id=number - 1)
    _forget()
    assert whole(decks.deck_of(CODE)) == before


def test_only_a_refresh_moves_the_figures_and_it_says_before_what_would_move(own_sample, tmp_path):
    bring_changed_figures(tmp_path)
    _forget()
    (gap,) = [one for one in ready() if one.kept.code == "avviso-4"]
    live = slides.shown(data.store().data_version(), gap.kept, "it")
    moved = slides.changes(gap.piece, live.piece)
    assert moved
    assert any("9.990.000" in cell.after for cell in moved)
    assert "22,63" in gap.title
    with data.store().reading() as session:
        frozen = snapshots.freeze(session, gap.view.programme)
    of_sittings.refresh_sitting(data.store(), actor=keyboard("Ada"), code=CODE, frozen=frozen)
    (after,) = [one for one in ready() if one.kept.code == "avviso-4"]
    assert after.title == live.title != gap.title
    assert slides.changes(after.piece, live.piece) == []


def test_the_deck_names_sources_definitions_and_when_it_was_frozen(own_sample):
    deck = decks.deck_of(CODE)
    assert (deck.code, deck.programme, str(deck.day), deck.place, deck.language) == (
        CODE, "2014IT05SFOP001", "2019-06-20", "", "it",
    )  # fmt: skip
    assert deck.programme_name == "PON Inclusione 2014-2020"
    assert deck.data_version == data.store().data_version()
    assert "seed" in {source.code for source in deck.sources}
    assert "Spesa rendicontata" in dict(deck.definitions)
    kinds = {slide.chart.kind for slide in deck.slides if slide.chart}
    assert kinds >= {"activities.state_of_play", "commitment_gaps.dumbbells", "training.cohort_steps", "bullets.bullets"}
    assert all(slide.chart is None or slide.alternative for slide in deck.slides)


def test_hidden_slides_are_in_no_file(own_sample):
    of_slides.hide_slide(data.store(), actor=keyboard("Ada"), sitting=CODE, slide="avviso-4", hidden=True)
    assert "avviso-4" not in [slide.code for slide in decks.deck_of(CODE).slides]
