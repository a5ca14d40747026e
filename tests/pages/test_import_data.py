"""The import page: a file is understood, looked at, stored, taken back; a figure is corrected. Each in both languages."""

import getpass
import shutil
from contextlib import contextmanager

import pytest

from data_model import import_queries, queries
from data_model.store import Store
from shell import importing
from tests import oracles
from tests.pages.screen import LANGUAGES, cells, headings, number, opened, started, text_of, unfolded
from texts import words

PON = oracles.PON
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def own(app_on, sample_url, tmp_path):
    """The app on a copy of the sample that may be changed; the store."""
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "own.sqlite")
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    app_on(url)
    return Store(url)


@pytest.fixture
def empty(app_on, tmp_path, monkeypatch):
    """The app on a store that holds nothing; the store."""
    monkeypatch.setenv("AVANZAMENTO_SAMPLE", "0")
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    app_on(url)
    return Store(url)


def uploaded(at, name, content):
    """The page after a file was put into the uploader and read."""
    at.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not at.exception, at.exception[0].value
    return at


def pressed(at, key):
    at.button(key=key).click().run()
    assert not at.exception, at.exception[0].value
    return at


def buttons(at):
    return {button.key for button in at.main.button}


def bad_finance():
    """The Commission's finance file with one year that is none, in line 3, and one amount changed, in line 4."""
    lines = oracles.FINANCE.read_text(encoding="utf-8").splitlines()[:6]
    header, row = lines[0].split(","), lines[2].split(",")
    at = header.index("year")
    year = row[at]
    assert year.startswith("20")
    lines[2] = ",".join([*row[:at], "soon", *row[at + 1 :]])
    return "\n".join(lines).encode()


# --- a file on its way in ---------------------------------------------------------------------------------------


@in_both_languages
def test_what_was_understood_of_a_file_is_said_before_anything_is_written(own, language):
    version = own.data_version()
    at = uploaded(opened("import_data", {"lang": language}), oracles.FINANCE.name, oracles.FINANCE.read_bytes())
    w = words(language)
    rows = len(oracles.rows(oracles.FINANCE))
    programmes = len({row["cci"] for row in oracles.rows(oracles.FINANCE)})
    assert {w("format.esif_finance"), w("import_data.mark_comma"), number(str(rows), language), str(programmes)} <= cells(at)
    assert len(at.multiselect(key="import-programmes").options) == programmes
    assert own.data_version() == version


@in_both_languages
def test_a_file_that_the_store_holds_already_changes_nothing_and_cannot_be_stored(own, language):
    at = uploaded(opened("import_data", {"lang": language}), oracles.FINANCE.name, oracles.FINANCE.read_bytes())
    pressed(at, "import-preview")
    assert words(language)("import_data.nothing_to_do") in text_of(at)
    assert "import-store" not in buttons(at)


@in_both_languages
def test_refused_rows_are_shown_and_the_good_ones_can_be_stored_without_them(own, language):
    w = words(language)
    before = own.data_version()
    at = uploaded(opened("import_data", {"lang": language}), "bad.csv", bad_finance())
    pressed(at, "import-preview")
    assert {"3", "year", "soon", w("reason.not_a_date")} <= cells(at)
    assert w("import_data.has_refused") in text_of(at)
    assert at.get("download_button")
    assert own.data_version() == before
    pressed(at, "import-store")
    assert own.data_version() == before + 1
    with own.reading() as session:
        (kept,) = import_queries.refused_rows(session, import_queries.imports_count(session))
    assert (kept.line, kept.column, kept.value) == (3, "year", "soon")
    assert w("import_data.report_title", file="bad.csv") in text_of(at)


def test_a_new_file_is_stored_and_taken_back_on_the_same_page(own):
    version = own.data_version()
    content = b"source_id,title,publisher,date,url,covers,licence\nnuova,Una fonte nuova,,,,,\n"
    at = uploaded(opened("import_data"), "fonti.csv", content)
    pressed(at, "import-preview")
    pressed(at, "import-store")
    assert own.data_version() == version + 1
    with own.reading() as session:
        assert "nuova" in set(queries.sources(session)["id"])
        (entry,) = import_queries.imports_page(session, offset=0, limit=1)
    assert (entry.file_name, entry.actor) == ("fonti.csv", getpass.getuser())  # local: nobody signs in
    pressed(at, "report-undo")
    assert own.data_version() == version + 1  # it only asks
    pressed(at, "report-undo-yes")
    assert own.data_version() == version + 2
    assert words("it")("import_data.state_undone") in cells(at)


def test_taking_back_says_first_what_it_does_and_can_be_left(own):
    at = opened("import_data")
    at.selectbox(key="import-open").set_value(4).run()
    pressed(at, "import-4-undo")
    assert f"cifre ({number(str(5 * len(oracles.rows(oracles.FINANCE))), 'it')})" in text_of(at)
    pressed(at, "import-4-undo-no")
    assert "import-4-undo" in buttons(at)
    with own.reading() as session:
        entry = import_queries.import_entry(session, 4)
    assert entry is not None
    assert entry.undone_at_version is None


@in_both_languages
def test_a_programme_and_a_date_that_the_file_does_not_say_are_asked_for(own, language):
    at = uploaded(opened("import_data", {"lang": language}), "s.csv", oracles.STATEMENTS.read_bytes())
    assert words(language)("import_data.say_first") in text_of(at)
    assert "import-preview" not in buttons(at)
    at.selectbox(key="import-programme").set_value(PON).run()
    pressed(at, "import-preview")
    at.selectbox(key="import-source").set_value("seed").run()
    pressed(at, "import-preview")
    assert "import-store" in buttons(at)  # undated statements are others than those of the deck's day


@in_both_languages
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.csv", b"a,b\n1,2\n", "unknown_format"),
        ("x.csv", b"", "empty"),
        ("x.csv", "a;b".encode("utf-16"), "utf_16"),
        ("x.xlsx", b"PK\x03\x04 nothing", "broken_zip"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(own, name, content, reason, language):
    at = uploaded(opened("import_data", {"lang": language}), name, content)
    assert words(language)(f"reason.{reason}") in at.error[0].value.replace("\\", "")
    assert "import-preview" not in buttons(at)


def test_the_uploaded_bytes_are_on_the_disk_only_while_they_are_read(own, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []
    real = importing.as_file

    @contextmanager
    def noting(file):
        with real(file) as path:
            seen.append(path)
            assert path.read_bytes() == oracles.DATA_SETS.read_bytes()
            yield path

    monkeypatch.setattr(importing, "as_file", noting)
    at = uploaded(opened("import_data"), "../../un nome: strano.csv", oracles.DATA_SETS.read_bytes())
    pressed(at, "import-preview")
    assert len(seen) == 2
    assert all(path.parent.parent == tmp_path for path in seen)
    assert not any(path.exists() for path in seen)
    assert not list(tmp_path.glob("avanzamento-*"))


def test_the_uploads_of_two_people_do_not_mix(own):
    first, second = opened("import_data"), opened("import_data")
    uploaded(first, "a.csv", oracles.DATA_SETS.read_bytes())
    uploaded(second, "b.csv", oracles.REMARKS.read_bytes())
    first.run()
    assert words("it")("format.sources") in cells(first)
    assert words("it")("format.remarks") in cells(second)


def test_another_choice_of_programmes_asks_for_another_look(own):
    at = uploaded(opened("import_data"), "bad.csv", bad_finance())
    pressed(at, "import-preview")
    assert "import-store" in buttons(at)
    uploaded(at, "f.csv", oracles.FINANCE.read_bytes())
    assert "import-store" not in buttons(at)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("progetti_beni_confiscati_20181031.csv", (2018, 10, 31)),
        ("progetti_2018-10-31.csv", (2018, 10, 31)),
        ("PROG_31102018.csv", (2018, 10, 31)),
        ("progetti.csv", None),
        ("codice_99999999.csv", None),
        ("12320181031.csv", None),
    ],
)
def test_the_reference_date_is_proposed_from_the_name_of_the_file(name, day):
    found = importing.date_in_name(name)
    assert (found and (found.year, found.month, found.day)) == day


# --- an empty store ---------------------------------------------------------------------------------------------


@in_both_languages
def test_an_empty_store_invites_to_bring_the_first_file_on_every_page(empty, language):
    at = started({"lang": language})
    assert not at.exception
    assert words(language)("store.empty") in text_of(at)
    at.switch_page("../pages/import_data.py").run()
    assert not at.exception
    assert headings(at, 1) == [words(language)("import_data.heading")]
    assert words(language)("import_data.list_empty") in text_of(at)


def test_the_first_file_fills_an_empty_store_and_its_programmes_appear(empty):
    at = opened("import_data")
    uploaded(at, "f.csv", oracles.FINANCE.read_bytes())
    at.multiselect(key="import-programmes").set_value([PON]).run()
    pressed(at, "import-preview")
    pressed(at, "import-store")
    with empty.reading() as session:
        assert list(queries.programmes(session)["code"]) == [PON]
        (entry,) = import_queries.imports_page(session, offset=0, limit=1)
    rows = oracles.rows(oracles.FINANCE)
    assert (entry.rows_new, entry.rows_skipped) == (
        sum(row["cci"] == PON for row in rows),
        sum(row["cci"] != PON for row in rows),
    )
    assert at.sidebar.selectbox(key="programme").value == PON


# --- corrections and templates ----------------------------------------------------------------------------------


def chosen_figure(at, store):
    """The form with the commitments of Avviso 4/2016 chosen; the figure's row."""
    with store.reading() as session:
        figures = queries.figures(session, PON, series="published", measures=["committed"])
    row = figures[(figures["subject_code"] == "AVV4_2016")].iloc[0]
    at.session_state["correction-open"] = True
    at.run()
    at.selectbox(key="correction-measure").set_value("committed").run()
    subject = next(option for option in at.selectbox(key="correction-subject-committed").options if "4/2016" in option)
    at.selectbox(key="correction-subject-committed").set_value(subject).run()
    return row


@in_both_languages
def test_a_figure_is_corrected_with_its_source_and_reason_and_both_stand_on_the_sources_page(own, language):
    at = opened("import_data", {"lang": language})
    row = chosen_figure(at, own)
    w = words(language)
    inputs = {box.label: box for box in (*at.text_input, *at.text_area)}
    inputs[w("correction.value", unit=w("unit.EUR"))].set_value("24.300.000,01" if language == "it" else "24,300,000.01")
    inputs[w("table.wording")].set_value("24,3 M€")
    inputs[w("table.place")].set_value("diapositiva 12")
    inputs[w("correction.reason")].set_value("cifra letta male")
    next(b for b in at.main.button if b.label == w("correction.send")).click().run()
    assert not at.exception
    with own.reading() as session:
        figures = queries.figures(session, PON, series="published", measures=["committed"])
    now = figures[figures["subject_code"] == "AVV4_2016"].iloc[0]
    assert (now.amount_cents, now.wording, now.place) == (2_430_000_001, "24,3 M€", "diapositiva 12")
    assert "cifra letta male" in str(now.note)
    assert str(row["wording"]) in str(now.note)
    assert w("correction.done", number=now.import_id) in text_of(at)


def test_a_correction_without_a_reason_is_refused_and_nothing_changes(own):
    version = own.data_version()
    at = opened("import_data")
    chosen_figure(at, own)
    w = words("it")
    next(b for b in at.main.button if b.label == w("correction.send")).click().run()
    assert not at.exception
    assert at.error
    assert own.data_version() == version


@in_both_languages
def test_every_template_can_be_chosen_and_its_columns_are_explained(language):
    at = opened("import_data", {"lang": language})
    assert not at.get("download_button")
    at.session_state["template-open"] = True
    at.run()
    for name in at.selectbox(key="template").options:
        unfolded(at.selectbox(key="template").set_value(name).run())
        assert not at.exception
        assert {"esempio", words(language)("template.column_esempio")} <= cells(at)


def test_the_page_says_its_limit_and_the_command_for_larger_files():
    at = opened("import_data")
    assert "50 MB" in text_of(at)
    assert not at.code
    at.session_state["import-larger"] = True
    assert "python -m importers FILE" in at.run().code[0].value
