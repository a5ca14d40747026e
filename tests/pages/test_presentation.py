"""The sittings on their page and on the screen: what is done to them, and what a slide says."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_model import queries
from data_model import sittings as of_sittings
from data_model import slides as of_slides
from data_model.roles import keyboard
from data_model.store import Store
from data_model.undoing import take_back
from tests.pages.screen import LANGUAGES, address, cells, go_to, headings, opened, started, text_of, unescaped
from texts import words

CODE = "cds-2019-06-20"
NAME = "Comitato di Sorveglianza, 20 giugno 2019, punto 7.a"

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def own(sample_url: str, tmp_path: Path, app_on) -> Store:
    """A copy of the sample that the app writes to."""
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "store.sqlite")
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    app_on(url)
    return Store(url)


def ran(at):
    assert not at.exception, at.exception[0].value
    return at


def presented(language: str = "it", **query: str):
    return go_to(started({"lang": language, "sitting": CODE, "present": "1", **query}), "presentation")


def kept(store: Store, code: str = CODE) -> list[of_slides.Kept]:
    with store.reading() as session:
        return of_slides.slides(session, of_sittings.sitting(session, code).id)


def button(at, key: str):
    return next(each for each in at.button if each.key == key)


# --- the page ---------------------------------------------------------------------------------------------------


@in_both_languages
def test_the_page_lists_the_sitting_with_its_slides_and_what_it_is_frozen_on(language):
    at = ran(opened("presentation", {"lang": language}))
    w = words(language)
    text = text_of(at)
    assert NAME in text
    assert unescaped(w("sitting.finding", where="20/06/2019", slides="13", when="", version="")).split(".")[1] in text
    listed = next(table.value for table in at.table if len(table.value) == 13)
    assert list(listed.index) == [str(number) for number in range(1, 14)]


@in_both_languages
def test_a_slide_shows_the_table_of_its_chart_until_the_next_slide(language):
    w = words(language)
    at = ran(presented(language, slide="4"))
    assert not at.table
    ran(button(at, "stage-table").click().run())
    assert address(at)["table"] == ["1"]
    assert len(at.table) == 1
    assert not at.get("vega_lite_chart")
    assert "4/2016" in unescaped(" ".join(at.table[0].value.index))
    assert button(at, "stage-table").label == w("presenting.as_chart")
    ran(button(at, "stage-forward").click().run())
    assert "table" not in address(at)
    assert not at.table


def test_a_slide_that_is_asked_for_again_keeps_what_was_chosen_on_it_meanwhile():
    """The browser asks again for a slide until it has it: the second request may come after a click on that slide."""

    def asked_twice() -> None:
        import streamlit as st  # noqa: PLC0415  # the body is a script of its own

        from shell import presenting  # noqa: PLC0415  # as above

        st.query_params.from_dict({"slide": "3", "table": "1"})
        presenting._go(4)
        st.query_params["axis"] = "1"
        presenting._go(4)

    at = AppTest.from_function(asked_twice).run()
    assert not at.exception
    assert address(at) == {"slide": ["4"], "axis": ["1"]}


ALONE = [
    ("sources", "definitions"),
    ("sources", "sources"),
    ("axes", "axes-by-category"),
    ("training", "training-statements"),
]


@pytest.mark.parametrize(("page", "table"), ALONE)
def test_a_table_that_stands_alone_becomes_a_slide_too(own, page, table):
    at = unfold(opened(page), f"add-{table}")
    ran(button(at, f"add-keep-{table}").click().run())
    assert len({box.value for box in at.success}) == 1
    assert len(at.success) == 2  # above the page, and where it was clicked
    assert not ran(at.run()).success
    added = kept(own)[-1]
    assert (added.view.page, added.view.piece) == (page, table)
    shown = ran(presented(slide="14"))
    assert len(shown.table) == 1
    assert unescaped(shown.title[0].value) in headings(at, 2, 3)


@in_both_languages
def test_the_language_of_the_page_is_that_of_the_findings_in_the_list(language):
    text = text_of(ran(opened("presentation", {"lang": language})))
    assert ("concluse: 3" in text) == (language == "it")


def test_slides_are_moved_hidden_deleted_and_brought_back(own):
    at = opened("presentation")
    ran(button(at, "slide-down-quadro").click().run())
    assert [slide.code for slide in kept(own)][:2] == ["avviso-3", "quadro"]
    ran(button(at, "slide-hide-quadro").click().run())
    assert [slide.hidden for slide in kept(own)][:2] == [False, True]
    ran(button(at, "slide-show-quadro").click().run())
    ran(button(at, "slide-delete-quadro").click().run())
    assert "quadro" not in [slide.code for slide in kept(own)]
    ran(button(at, "slide-undo").click().run())
    assert [slide.code for slide in kept(own)][1] == "quadro"


def test_what_is_done_to_slides_is_offered_of_the_one_that_is_chosen(own):
    at = opened("presentation")
    offered = at.selectbox(key="chosen-slide").options
    assert len(offered) == len(set(offered)) == 13
    ran(at.selectbox(key="chosen-slide").set_value("formazione").run())
    before = [slide.code for slide in kept(own)].index("formazione")
    ran(button(at, "slide-up-formazione").click().run())
    assert [slide.code for slide in kept(own)][before - 1] == "formazione"
    assert {b.key for b in at.button if (b.key or "").startswith("slide-up-")} == {"slide-up-formazione"}
    ran(button(at, "slide-delete-formazione").click().run())
    assert at.selectbox(key="chosen-slide").value == "quadro"


def test_hidden_slides_of_one_title_can_be_told_apart(own):
    for each in kept(own)[:2]:
        of_slides.change_slide(own, actor=keyboard("x"), sitting=CODE, slide=each.code, said=of_slides.Said(title="Uguale"))
        of_slides.hide_slide(own, actor=keyboard("x"), sitting=CODE, slide=each.code, hidden=True)
    at = opened("presentation")
    assert at.selectbox(key="chosen-slide").options[:3] == [
        "nascosta, riga 1 · Uguale",
        "nascosta, riga 2 · Uguale",
        next(o for o in at.selectbox(key="chosen-slide").options if o[:4] == "1 · "),
    ]
    ran(at.selectbox(key="chosen-slide").set_value(kept(own)[1].code).run())
    ran(button(at, f"slide-show-{kept(own)[1].code}").click().run())
    assert [slide.hidden for slide in kept(own)][:3] == [True, False, False]


def test_what_is_written_down_is_listed_and_struck_out(own):
    at = unfold(opened("presentation"), "minute-write")
    at.text_area(key="minute-text").set_value("Si approva *tutto*")
    ran(button(at, "minute-keep").click().run())
    assert "Si approva *tutto*" in text_of(at)
    assert at.success
    ran(next(b for b in at.button if (b.key or "").startswith("minute-strike-")).click().run())
    assert "Si approva *tutto*" not in text_of(at)
    ran(button(at, "minute-restore").click().run())
    assert "Si approva *tutto*" in text_of(at)


def test_an_empty_minute_is_refused_in_words(own):
    at = unfold(opened("presentation"), "minute-write")
    ran(button(at, "minute-keep").click().run())
    assert unescaped(at.warning[0].value) == words("it")("sitting.cannot_no_minute")


def unfold(at, key: str):
    """Open what is read only when it is open."""
    at.session_state[key] = True
    return ran(at.run())


@in_both_languages
def test_a_sitting_is_made_from_the_page(own, language):
    at = unfold(opened("presentation", {"lang": language}), "sitting-new")
    at.text_input(key="new-name").set_value("Riunione è d'ottobre")
    ran(button(at, "new-keep").click().run())
    assert unescaped(at.warning[0].value) == words(language)("sitting.cannot_no_day")
    at.text_input(key="new-day").set_value("01/10/2019")
    ran(button(at, "new-keep").click().run())
    with own.reading() as session:
        made = of_sittings.sitting(session, "riunione-e-d-ottobre-2019-10-01")
    assert (made.name, made.programme, made.language) == ("Riunione è d'ottobre", "2014IT05SFOP001", language)
    assert address(at)["sitting"] == [made.code]
    assert words(language)("sitting.no_slides") in text_of(at)


def test_the_next_meeting_is_made_compared_and_taken_off_the_list(own):
    at = unfold(opened("presentation"), "sitting-copy")
    at.text_input(key="copy-name").set_value("Ottobre")
    at.text_input(key="copy-code").set_value("ottobre")
    at.text_input(key="copy-day").set_value("2019-10-01")
    at.checkbox(key="copy-latest").set_value(True)
    ran(button(at, "copy-keep").click().run())
    assert [slide.code for slide in kept(own, "ottobre")] == [slide.code for slide in kept(own)]
    at = unfold(at, "sitting-compare")
    text = text_of(at)
    assert words("it")("sitting.moves", cells="").strip() in text or words("it")("sitting.compare_same") in text
    at = unfold(at, "sitting-change")
    ran(button(at, "sitting-delete").click().run())
    assert "Ottobre" not in text_of(at)
    ran(button(at, "sitting-undo").click().run())
    assert "Ottobre" in text_of(at)


@in_both_languages
def test_several_sittings_are_listed_when_that_is_opened_and_a_single_one_is_not(own, language):
    at = unfold(opened("presentation", {"lang": language}), "sittings-all")
    assert NAME not in cells(at)
    described = of_sittings.Described("ottobre", "Ottobre", date(2019, 10, 1), "", "2014IT05SFOP001", "it")
    of_sittings.create_sitting(own, actor=keyboard("Ada"), described=described)
    assert {NAME, "Ottobre"} <= cells(unfold(opened("presentation", {"lang": language}), "sittings-all"))


def containers(block):
    """All that holds something else, however deep."""
    for inner in getattr(block, "children", {}).values():
        if hasattr(inner, "children"):
            yield inner
            yield from containers(inner)


def test_the_name_of_a_sitting_is_marked_where_it_is_in_another_language_than_the_page():
    """document.js says aloud in Italian what stands in such a container."""
    for language, marked in (("it", False), ("en", True)):
        at = opened("presentation", {"lang": language})
        found = [block for block in containers(at.main) if block.proto.id.endswith("-sitting-name-lang-it-")]
        assert [unescaped(heading.value) for block in found for heading in block.markdown] == [f"## {NAME}"] * marked


def test_a_refresh_says_first_what_would_move(own):
    before = frozen_on(own)
    at = unfold(opened("presentation"), "sitting-refresh")
    assert words("it")("sitting.refresh_same") in text_of(at)
    assert frozen_on(own) == before
    ran(button(at, "refresh-keep").click().run())
    assert frozen_on(own) != before


def test_a_sitting_is_presented_when_all_its_data_were_taken_back(own):
    with own.reading() as session:
        numbers = list(queries.imports(session)["id"])
    for number in numbers:
        take_back(own, actor=keyboard("Ada"), import_id=int(number))
    at = ran(presented(slide="4"))
    assert "22,63" in at.title[0].value
    assert not at.info


def frozen_on(store: Store) -> int:
    with store.reading() as session:
        return of_sittings.sitting(session, CODE).snapshot_id


def test_a_slide_gets_other_words(own):
    at = unfold(opened("presentation"), "slide-edit-quadro")
    at.text_input(key="slide-title-quadro").set_value("Il quadro")
    at.text_area(key="slide-note-quadro").set_value("Breve")
    ran(button(at, "slide-keep-quadro").click().run())
    assert kept(own)[0].said == of_slides.Said("Il quadro", "Quadro normativo e riprogrammazione", "Breve", "")
    assert presented(slide="1").title[0].value == "Il quadro"


@in_both_languages
def test_a_chart_becomes_a_slide_with_the_view_as_it_is(own, language):
    at = unfold(opened("overview", {"lang": language, "as_of": "2018-12-31", "axis": "3"}), "take-bullets")
    ran(button(at, "add-keep-bullets").click().run())
    told = [unescaped(said.value) for said in at.success]
    assert (
        told == [unescaped(words(language)("sitting.slide_added", sitting=NAME))] * 2
    )  # above the page, and where it was clicked
    added = kept(own)[-1]
    assert (added.view.page, added.view.piece, added.said.title) == ("overview", "bullets", "")
    assert added.view.query["axis"] == ["3"]
    assert added.view.query["as_of"] == ["2018-12-31"]
    assert "lang" not in added.view.query
    assert unescaped(presented(language, slide="14").title[0].value) in headings(at, 2)


@in_both_languages
def test_the_files_of_a_sitting_are_there_when_they_are_asked_for(language):
    at = ran(opened("presentation", {"lang": language}))
    assert not at.get("download_button")
    at = unfold(at, "sitting-take")
    w = words(language)
    wanted = [w(f"sitting.file_{name}") for name in ("csv", "pptx", "slides_pdf", "report_pdf")]
    assert [unescaped(found.proto.label) for found in at.get("download_button")] == wanted


# --- the screen -------------------------------------------------------------------------------------------------


@in_both_languages
@pytest.mark.parametrize("number", ["1", "3", "4", "12"])
def test_a_slide_says_finding_source_date_and_where_we_are(number, language):
    at = ran(presented(language, slide=number))
    w = words(language)
    text = text_of(at)
    assert len(at.title) == 1
    assert w("chart.source", source="").rstrip() in text
    assert ("Dati al" if language == "it" else "Data as of") + " 20/06/2019" in text
    assert w("presenting.counter", number=number, count=13) in text
    assert not at.sidebar.selectbox


@in_both_languages
def test_the_address_of_a_slide_without_language_is_in_that_of_the_sitting(language):
    at = started({"sitting": CODE, "present": "1", "slide": "1"})
    assert "concluse" in headings(go_to(at, "presentation"), 1)[0]


@pytest.mark.parametrize(("asked", "shown"), [("99", 13), ("0", 1), ("-3", 1), ("x", 1), ("٣", 1), ("9" * 30, 1)])
def test_a_number_that_no_slide_has_shows_the_nearest_or_the_first(asked, shown):
    assert words("it")("presenting.counter", number=shown, count=13) in text_of(ran(presented(slide=asked)))


def test_the_buttons_go_on_and_back(own):
    at = presented(slide="4")
    ran(button(at, "stage-forward").click().run())
    assert address(at)["slide"] == ["5"]
    ran(button(at, "stage-back").click().run())
    assert address(at)["slide"] == ["4"]


def test_a_live_filter_changes_the_screen_and_not_the_slide(own):
    before = kept(own)
    at = presented(slide="5")
    whole = text_of(at)
    at = unfold(at, "live-open-avviati")
    at.multiselect(key="live-axis-avviati-it").set_value(["3"])
    ran(at.run())
    assert address(at)["axis"] == ["3"]
    filtered = text_of(at)
    assert filtered != whole
    assert words("it")("presenting.filtered", names=words("it")("query.axis")) in filtered
    assert kept(own) == before
    at.session_state["live-open-avviati"] = False
    ran(button(at, "live-reset-avviati").click().run())
    assert text_of(at) == whole


def test_a_live_filter_falls_away_with_the_next_slide(own):
    at = ran(presented(slide="5", axis="1"))
    ran(button(at, "stage-forward").click().run())
    assert "axis" not in at.query_params


def test_a_hidden_slide_is_not_presented(own):
    of_slides.hide_slide(own, actor=keyboard("Ada"), sitting=CODE, slide="quadro", hidden=True)
    at = ran(presented(slide="1"))
    assert words("it")("presenting.counter", number=1, count=12) in text_of(at)
    assert "Proroghe" in at.title[0].value


@in_both_languages
def test_the_speakers_window_has_note_next_slide_and_minutes(own, language):
    said = of_slides.Said(note="Ricordare il verbale.\nPoi passare oltre.")
    of_slides.change_slide(own, actor=keyboard("Ada"), sitting=CODE, slide="avviso-4", said=said)
    at = ran(presented(language, slide="4", notes="1"))
    text = text_of(at)
    assert "Ricordare il verbale." in text
    assert "Poi passare oltre." in text
    assert words(language)("presenting.next") in text
    at.text_area(key="minute-text").set_value("Chiesta una nota")
    ran(button(at, "minute-keep").click().run())
    with own.reading() as session:
        (entry,) = of_slides.minutes(session, of_sittings.sitting(session, CODE).id)
    assert (entry.text, entry.slide, str(entry.kind)) == ("Chiesta una nota", "avviso-4", "decision")


@in_both_languages
def test_a_sitting_that_is_not_there_is_said(language):
    at = ran(go_to(started({"lang": language, "sitting": "no-such", "present": "1"}), "presentation"))
    assert unescaped(at.title[0].value) == words(language)("presenting.nothing")


def test_leaving_comes_back_to_the_page_of_the_sitting(own):
    at = presented(slide="4")
    ran(button(at, "stage-leave").click().run())
    assert headings(at, 1) == [words("it")("presentation.heading")]
    assert "present" not in at.query_params
