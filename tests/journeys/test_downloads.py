"""Files from a page: what the page says of them is what they hold, and their rows are those on screen."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests import oracles
from tests.journeys.conftest import Tab
from tests.journeys.screen import Screen
from texts import words

IT, EN = words("it"), words("en")
HIDE_SAVE_DIALOGUE = "delete window.showSaveFilePicker"


def open_label(address: str, w=IT) -> str:
    """What unfolds the downloads of the table that a page is named after."""
    label: str = w("export.download.open", table=w(f"export.table.{address.strip('/').split('?')[0]}"))
    return label


def opened(screen: Screen, address: str, w=IT) -> Screen:
    """The page with its downloads unfolded."""
    screen.page.add_init_script(HIDE_SAVE_DIALOGUE)
    screen.open(address)
    screen.page.get_by_text(open_label(address, w), exact=True).click()
    screen.page.get_by_role("button", name=w("export.download.excel")).wait_for()
    return screen.wait()


def fetched(screen: Screen, button: str, folder: Path) -> Path:
    """The file that a button gives, under its own name."""
    with screen.page.expect_download(timeout=30_000) as waiting:
        screen.page.get_by_role("button", name=button).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_filtered_view_is_the_file_row_by_row(tab: Tab, tmp_path: Path) -> None:
    screen = opened(tab(), "/activities?lang=it&axis=3&as_of=2019-06-30")
    expected = [row for row in oracles.rows(oracles.STATEMENTS) if "3" in row["axis"].split(";")]
    assert IT("export.download.rows", rows=len(expected)) in screen.text
    assert "Asse: 3" in screen.text
    file = fetched(screen, IT("export.download.excel"), tmp_path)
    assert file.name == f"avanzamento_{oracles.PON}_attivita_filtro-3_2019-06-30.csv"
    head, *found = rows(file)
    assert len(found) == len(expected) > 5
    assert [row[head.index("Che cosa")] for row in found] == [row["activity"] for row in expected]
    assert all(row[head.index("Che cosa")] in screen.text for row in found)


def test_the_workbook_and_the_csv_hold_the_same(tab: Tab, tmp_path: Path) -> None:
    screen = opened(tab(), "/participants?lang=it&as_of=2018-12-31")
    text = fetched(screen, IT("export.download.excel"), tmp_path)
    book = openpyxl.load_workbook(fetched(screen, IT("export.download.xlsx"), tmp_path))
    sheet = book.worksheets[1]
    head, *found = rows(text)
    place = head.index("Valore raggiunto")
    assert [row[place] for row in found] == [
        "" if row[place] is None else str(row[place]) for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert len(found) > 5
    assert not screen.noise


@pytest.mark.parametrize("language", ["it", "en"])
def test_training_can_be_taken_away_in_either_language(tab: Tab, tmp_path: Path, language: str) -> None:
    w = words(language)
    screen = opened(tab(), f"/training?lang={language}&as_of=2019-06-30", w)
    head, *found = rows(fetched(screen, w("export.download.excel"), tmp_path))
    assert head[0] == w("filter.programme")
    assert w("measure.trainees_involved.label") in {cell for row in found for cell in row}


def test_the_buttons_are_reached_by_keyboard(tab: Tab) -> None:
    screen = tab().open("/activities?lang=it")
    screen.page.get_by_text(open_label("/activities", IT), exact=True).focus()
    screen.page.locator("summary", has_text=open_label("/activities", IT)).press("Enter")
    screen.page.get_by_role("button", name=IT("export.download.excel")).wait_for()


def test_one_menu_below_a_chart_gives_it_as_a_picture_and_offers_it_as_a_slide(tab: Tab, tmp_path: Path) -> None:
    screen = tab()
    screen.page.add_init_script(HIDE_SAVE_DIALOGUE)
    screen.open("/overview?lang=it&as_of=2018-12-31")
    finding = screen.page.locator(".st-key-figure-bullets h2").inner_text()
    assert screen.page.get_by_role("button", name=IT("picture.png")).count() == 0
    screen.page.locator(".st-key-take-bullets button").click()
    screen.page.get_by_role("button", name=IT("picture.png")).wait_for()
    with Image.open(fetched(screen, IT("picture.png"), tmp_path)) as picture:
        assert min(picture.size) > 500
    screen.page.get_by_label(IT("sitting.slide_title"), exact=True).wait_for()
    assert screen.page.get_by_label(IT("sitting.slide_title"), exact=True).get_attribute("placeholder") == finding
    assert not screen.noise
