"""Hostile texts in a real browser run nothing, fetch nothing, show nothing of the database and change no query.

What passes where (the suite takes 48 texts of all families; AVANZAMENTO_TEST_SOAK=1, as in `make soak`, all of them):

- cells of imported files: each is title, call, beneficiary, state and town of a project, every tenth names a programme;
  they take the place of all texts of the sample's own tables in turn;
- each is the name of a view (500 are kept) and a minute; 190 are title, section, note and text of a slide; every 25th is
  name and place of a sitting;
- the address: each for every key that takes several codes, at every second page (long form: at every page); keys that take
  one get some of them;
- a file's name, header and refused cells: two (long form: every eighth).

Each page is then opened; the projects page by page at every level, the slides one by one (with the suite four). Not tried:
names of people, which come from the system or from who signs them in.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, product
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Dialog

from data_model.store import Store
from shell.view import LEVELS
from tests.conftest import SOAK
from tests.hostile_words import HOSTILE, LENGTHS, some
from tests.journeys.hostile_store import PROJECTS, SITTING, SLIDES, copy_of, fill
from tests.journeys.screen import FOLDED_TABLES, Screen, opened_tab
from tests.journeys.servers import Server, running
from tests.journeys.test_import import press, put
from tests.pages.screen import PAGES
from tests.store_content import Content, content_of
from texts import words

IT = words("it")
TEXTS = HOSTILE if SOAK else some(48)
pytestmark = pytest.mark.timeout(3600 if SOAK else 240)

SEVERAL = ("axis", "category", "region", "call", "beneficiary")
ONE = ("lang", "programme", "series", "as_of", "compared_with", "sort", "level", "project", "page", "present", "sitting",
       "slide", "notes", "table", "x")  # fmt: skip
AT_ONCE = 24
CARELESS = ["<img src=x onerror=alert(1)>", "<img src=x onerror=window.hurt()>", "<img src='https://evil.example/x.png'>"]

CANARY = "window.hurt = () => console.error('a script ran');"
OF_THE_DATABASE = re.compile(
    r"Traceback|sqlalchemy|sqlite3?\.|psycopg|OperationalError|ProgrammingError|no such (table|column)|near \".*\": syntax"
)
RAN = """() => [...document.querySelectorAll('script')].filter((s) => /hurt|alert\\(1/.test(s.textContent)).length
  + [...document.querySelectorAll('a[href]')].filter((a) => /^\\s*(javascript|data|vbscript):/i.test(a.href)).length
  + [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/.test(a.name))).length"""
"""Scripts, links that run and handlers that are ours by no means: the app has none."""


@dataclass
class Watched:
    """A tab with everything that should not happen in it."""

    screen: Screen
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.screen.page.add_init_script(CANARY)
        self.screen.page.on("dialog", self._close)

    def _close(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, address: str) -> str:
        """The words of the page at an address, where nothing of the texts may have run."""
        text = self.screen.open(address).text
        self.look(address)
        return text

    def look(self, where: str) -> None:
        """Fail where a text ran, was fetched, or where the page broke."""
        seen = self.screen.page
        assert (self.dialogs, self.screen.noise, self.screen.strangers) == ([], [], []), where
        assert seen.evaluate(RAN) == 0, where
        assert seen.get_by_test_id("stException").count() == 0, where
        assert IT("error.unexpected") not in self.screen.text, where


@dataclass
class Filled:
    """A server on the hostile store, its content, how many texts went in by which way, and the tables of each page without
    a query."""

    server: Server
    store: Store
    content: Content
    went_in: Counter[str]
    bare: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def hostile(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("hostile")
    url = copy_of(sample_url, folder)
    went_in = fill(url, folder, TEXTS)
    store = Store(url)
    with running(folder, url) as server:
        yield Filled(server, store, content_of(store), went_in)
        assert "Traceback" not in server.output()
    store.close()


@pytest.fixture(scope="module")
def watched(hostile: Filled, browser: Browser) -> Iterator[Watched]:
    """One tab for all: loading the app anew would take longest."""
    screen = opened_tab(browser, hostile.server)
    yield Watched(screen)
    screen.close()


def shown(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("policy", "said"), [(True, "Content Security Policy"), (False, "a script ran")])
def test_the_control_that_puts_the_texts_into_the_page_as_they_are_is_seen(
    hostile: Filled, browser: Browser, policy: bool, said: str
) -> None:
    """With the policy of the app, and with a browser that does not heed it."""
    careless = Watched(opened_tab(browser, hostile.server, bypass_csp=not policy))
    careless.open("/overview?lang=it")
    careless.screen.page.evaluate(
        "(texts) => texts.forEach((t) => document.body.insertAdjacentHTML('beforeend', t))", CARELESS
    )
    careless.screen.page.wait_for_timeout(300)
    with pytest.raises(AssertionError, match="overview"):
        careless.look("overview")
    assert careless.screen.page.evaluate(RAN) > 0
    assert any(said in noise for noise in careless.screen.noise)
    assert bool(careless.dialogs) == (not policy)
    assert policy or careless.screen.strangers
    careless.screen.close()


def test_the_texts_are_in_the_store(hostile: Filled) -> None:
    """Or nothing would be proved by the pages."""
    assert hostile.went_in["minute"] >= len(TEXTS) - 2
    assert hostile.went_in["progetti.csv"] > 0.9 * len(TEXTS)
    assert hostile.went_in["slide"] == min(SLIDES, len(TEXTS))
    assert hostile.went_in["view"] > 0.85 * min(len(TEXTS), 500)


def test_cells_names_and_minutes_are_shown_as_the_characters_they_are(hostile: Filled, watched: Watched) -> None:
    found = ""
    for page in PAGES:
        watched.open(f"/{page}?lang=it&sitting={SITTING}")
        if page != "presentation":  # another sitting is the one that an address without a sitting opens
            hostile.bare[page] = tables(watched.screen)
        found += watched.screen.unfold(FOLDED_TABLES).text
        watched.look(page)
    plain = shown(found)
    assert sum(shown(text) in plain for text in TEXTS) > 0.5 * min(len(TEXTS), 200)  # lists show their latest
    assert content_of(hostile.store) == hostile.content


def test_every_project_is_shown_with_its_title(watched: Watched) -> None:
    found, pages = "", -(-len(TEXTS) // 50)
    for level in LEVELS[1:]:
        for number in range(1, pages + 1):
            query = {"programme": PROJECTS, "level": level, "page": str(number), "lang": "it"}
            found += watched.open(f"/commitment_gaps?{urlencode(query)}")
    plain = shown(found)
    assert sum(shown(text) in plain for text in TEXTS) > 0.8 * len(TEXTS)


def test_every_slide_runs_nothing(watched: Watched) -> None:
    for number in range(1, min(SLIDES, len(TEXTS) if SOAK else 4) + 1):
        assert watched.open(f"/presentation?present=1&sitting={SITTING}&slide={number}&lang=it")


def addresses(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(page, query): every text for every key that takes several; the keys that take one have some."""
    chunks = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
    for page, several in product(PAGES, chunks) if SOAK else zip(PAGES[::2], cycle(chunks), strict=False):
        asked = dict.fromkeys(SEVERAL, several) | {key: [text] for key, text in zip(ONE, several, strict=False)}
        yield page, urlencode(asked, doseq=True)


def tables(screen: Screen) -> list[str]:
    return screen.page.get_by_test_id("stTable").all_inner_texts()


def test_a_hostile_address_shows_what_the_bare_one_shows(hostile: Filled, watched: Watched) -> None:
    for page, query in addresses(TEXTS):
        if page not in hostile.bare:
            watched.open(f"/{page}?lang=it")
            hostile.bare[page] = tables(watched.screen)
        watched.open(f"/{page}?{query}")
        assert tables(watched.screen) == hostile.bare[page], page
        assert watched.screen.page.get_by_test_id("stAlert").count() >= 1, page
    assert content_of(hostile.store) == hostile.content


def test_a_hostile_file_name_header_and_cell_are_refused_as_the_characters_they_are(
    hostile: Filled, watched: Watched
) -> None:
    texts = (
        [*TEXTS[::8], *("x" * length for length in LENGTHS)] if SOAK else [TEXTS[0], *("x" * length for length in LENGTHS)]
    )
    not_kept = 0
    for text in texts:
        watched.open("/import_data?lang=it")
        with watched.screen.page.expect_response(lambda r: "/upload_file/" in r.url) as answer:
            put(watched.screen, f"{text[:80]}.csv", refused(text))
        if answer.value.status == 415:  # signs that no table has, or a name without an ending
            not_kept += 1
            watched.screen.page.wait_for_timeout(200)
            watched.screen.noise = [said for said in watched.screen.noise if "415" not in said]
            watched.look(text[:80])
            continue
        if len(text) == LENGTHS[-1]:
            watched.screen.page.get_by_text(IT("reason.huge_field")).first.wait_for()
            watched.look("a huge cell")
            continue
        press(watched.screen, IT("import_data.preview"))
        watched.screen.page.get_by_text(IT("reason.not_a_number")).first.wait_for()
        watched.screen.wait()
        watched.look(text[:80])
        assert shown(text)[:40] in shown(watched.screen.text)
        assert OF_THE_DATABASE.search(watched.screen.text) is None
    assert not_kept < len(texts) / 2
    assert content_of(hostile.store) == hostile.content


def refused(text: str) -> bytes:
    """Projects with one column more, named by the text, and one whose title and amount are the text, which is no amount."""
    out = io.StringIO()
    head = ["cod_locale_progetto", "oc_titolo_progetto", "oc_codice_programma", "data_aggiornamento", "impegni", text[:200]]
    csv.writer(out).writerows(
        (head, ["P1", text, "X", "20240831", f"{text}!", ""], ["P2", "x", "X", "20240831", "1,00", ""])
    )
    return out.getvalue().encode("utf-8", "replace")
