"""The import page in a browser: a file goes in, can be stopped on its way, is refused row by row, mended and sent again."""

import csv
import io
import re
from functools import partial

import pytest

from data_model import import_queries
from data_model.store import Store
from tests import oracles
from tests.journeys.accessibility import violations
from texts import words

IT = words("it")
UPLOADER = '[data-testid="stFileUploaderDropzoneInput"]'


def put(screen, name, content):
    """Put a file into the uploader and wait until it was read."""
    screen.page.set_input_files(UPLOADER, {"name": name, "mimeType": "text/csv", "buffer": content})
    screen.page.get_by_test_id("stFileChip").wait_for()


def press(screen, label):
    """Press a button and wait for the page; `label` is how its name begins."""
    screen.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).click()


def bad_sources():
    """Three sources, of which the second has no code."""
    return b"source_id;title;publisher;date;url;covers;licence\r\nuna;Una;;;;;\r\n;Due;;;;;\r\ntre;Tre;;;;;\r\n"


def renamed(letter: str, found: re.Match[str]) -> str:
    return f"2014X{letter}{found[0][6:]}"


def many_rows():
    """Rows of the Commission's indicators that the store does not hold: twice 19,345, of programmes of no country."""
    header, *lines = oracles.INDICATORS.read_text(encoding="utf-8-sig").splitlines()
    code = re.compile("2014IT[0-9A-Z]{8}")
    elsewhere = [code.sub(partial(renamed, n), line) for n in "AB" for line in lines]
    return "\n".join([header, *elsewhere]).encode()


def test_a_file_that_is_stopped_while_it_is_stored_leaves_nothing(fresh_server, own_store, tab):
    store = Store(own_store)
    before = store.data_version()
    screen = tab(fresh_server).open("/import_data?lang=it")
    put(screen, "tante.csv", many_rows())
    screen.page.get_by_role("button", name=IT("import_data.preview")).click(timeout=90_000)
    screen.page.get_by_role("button", name=IT("import_data.store"), exact=True).click(timeout=90_000)
    screen.page.get_by_text(re.compile("^Righe lette: [1-9]")).wait_for(timeout=30_000)
    press(screen, IT("import_data.stop"))
    screen.page.get_by_text(IT("import_data.stopped")).wait_for(timeout=30_000)
    assert store.data_version() == before
    with store.writing() as session:  # nobody holds the store any more
        assert import_queries.imports_count(session) == import_queries.imports_page(session, offset=0, limit=1)[0].id
    store.close()
    assert (screen.noise, screen.strangers) == ([], [])


def test_refused_rows_are_downloaded_mended_and_sent_again(fresh_server, own_store, tab):
    screen = tab(fresh_server, accept_downloads=True).open("/import_data?lang=it")
    put(screen, "fonti.csv", bad_sources())
    press(screen, IT("import_data.preview"))
    screen.page.get_by_text(IT("reason.missing")).first.wait_for()
    press(screen, "Carica solo le righe buone (2)")
    screen.page.get_by_text(IT("import_data.report_title", file="fonti.csv")).wait_for()
    screen.wait()  # until the preview, with a button of the same name, is gone
    with screen.page.expect_download() as downloading:
        press(screen, IT("import_data.mend"))
    assert downloading.value.suggested_filename == "fonti_da_correggere.csv"
    content = downloading.value.path().read_bytes()
    (_, row) = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert row[:6] == ["3", "source_id", "", IT("reason.missing"), "", "Due"]
    put(screen, "corrette.csv", content.replace(b";;Due", b";due;Due"))
    press(screen, IT("import_data.preview"))
    screen.page.get_by_role("button", name=IT("import_data.store"), exact=True).click()
    screen.page.get_by_text(IT("import_data.report_title", file="corrette.csv")).wait_for()
    store = Store(own_store)
    with store.reading() as session:
        entry = import_queries.imports_page(session, offset=0, limit=1)[0]
    store.close()
    assert (entry.file_name, entry.rows_new, entry.rows_rejected) == ("corrette.csv", 1, 0)
    assert (screen.noise, screen.strangers) == ([], [])


@pytest.mark.soak("1280-en", "390-it")  # each width and each language is tried with the suite
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_with_a_file_on_its_way_can_be_read_by_everybody_in_the_language_in_use(language, width, tab):
    w = words(language)
    screen = tab(viewport={"width": width, "height": 900}).open(f"/import_data?lang={language}")
    screen.page.get_by_role("button", name=w("import_data.upload_button")).last.wait_for()
    assert not screen.page.get_by_text("per file").is_visible()
    put(screen, "fonti.csv", bad_sources())
    press(screen, w("import_data.preview"))
    screen.page.get_by_text(w("reason.missing")).first.wait_for()
    screen.wait()
    assert screen.page.get_by_role("button", name=f"{w('import_data.upload_remove')} fonti.csv").is_visible()
    assert violations(screen.page) == []
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (screen.noise, screen.strangers) == ([], [])
