"""Two people on one server: whatever the second is sent holds nothing of what the first named, filtered, uploaded or took.

Ada has a saved view, a file that she looks at without storing it, and downloads of views of her own, each with a word that
is nowhere else. Then Bea goes through every page that she has, and asks for every address that Ada was told: all that she is
sent is searched, frames of the websocket and bodies of answers. That the search finds is seen on what Ada herself is sent.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, WebSocket

from data_model.roles import Actor, Role
from data_model.saved_views import save_view
from data_model.store import Store
from tests.journeys.conftest import copied
from tests.journeys.screen import opened_tab
from tests.journeys.servers import Server, running
from tests.journeys.test_downloads import opened
from tests.journeys.test_hostile_words import refused
from tests.journeys.test_import import press, put
from tests.pages.screen import PAGES
from texts import words

pytestmark = pytest.mark.timeout(300)  # two browsers' worth of pages in one test

W = words("it")
NAMED, FILE, CELL = "zafferanoVista", "zafferanoFile", "zafferanoCella"
HERS = "axis=3&as_of=2019-06-30"
"""What Ada filters by, and Bea does not."""

ENDPOINTS = ("/healthz", "/_stcore/health", "/_stcore/host-config", "/_stcore/script-health-check", "/_stcore/metrics",
             "/_stcore/allowed-message-origins", "/_stcore/agent/openapi.json", "/media/", "/component/")  # fmt: skip


class Sent:
    """A person's tab, all that was sent to it, and the addresses of it."""

    def __init__(self, browser: Browser, server: Server, name: str) -> None:
        self.screen = opened_tab(browser, server, extra_http_headers={"X-Remote-User": name}, accept_downloads=True)
        self.frames: list[bytes] = []
        self.addresses: set[str] = set()
        self.screen.page.on("websocket", self._listen)
        self.screen.page.on("response", lambda answer: self.addresses.add(answer.url))

    def _listen(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda payload: self.frames.append(payload if isinstance(payload, bytes) else payload.encode())
        )

    def media(self) -> set[str]:
        """The files that the tab was told of, by their digest."""
        return {found.decode() for frame in self.frames for found in re.findall(rb"/media/([0-9a-f]{32})\.\w+", frame)}

    def ask(self, address: str, method: str = "GET") -> tuple[int, bytes]:
        """What an address answers with the cookies of this person."""
        answer = self.screen.page.request.fetch(address, method=method)
        return answer.status, answer.body()


@pytest.fixture(scope="module")
def shared(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app behind a proxy, with the views of two people."""
    folder = tmp_path_factory.mktemp("two")
    url = copied(sample_url, folder)
    store = Store(url)
    for owner, name in (("ada", NAMED), ("bea", "melograno")):
        actor = Actor(owner, Role.ADMINISTRATOR)
        save_view(store, actor=actor, owner=owner, name=name, page="axes", query={"axis": ["3"]})
    store.close()
    roles = "ada=administrator;bea=editor:2014IT05SFOP001"
    with running(folder, url, AVANZAMENTO_MODE="proxy", AVANZAMENTO_ROLES=roles) as server:
        yield server


def as_she_works(hers: Sent) -> set[str]:
    """Ada looks at her views, at a file, and takes a table away; the digests of the files that are hers alone."""
    hers.screen.open("/start?lang=it")
    everybodys = hers.media()  # the icon of the page
    hers.screen.open("/import_data?lang=it")
    put(hers.screen, f"{FILE}.csv", refused(CELL))
    press(hers.screen, W("import_data.preview"))
    hers.screen.page.get_by_text(CELL).first.wait_for()
    opened(hers.screen, f"/activities?lang=it&{HERS}")
    with hers.screen.page.expect_download(timeout=30_000) as waiting:
        hers.screen.page.get_by_role("button", name=W("export.download.excel")).click()
    hers.addresses.add(waiting.value.url)
    for _ in range(100):  # the browser tells of a download and of the frame that named it on two ways of its own
        if hers.media() - everybodys:
            break
        hers.screen.page.wait_for_timeout(100)
    return hers.media() - everybodys


def all_addresses(server: Server, known: set[str]) -> list[tuple[str, str]]:
    """(method, address) of what there is to be asked for: what they were told of, files and uploads too, and Streamlit's."""
    told = [a for a in sorted(known) if a.startswith(server.url) and "/static/" not in a]
    uploads = [("DELETE", a) for a in told if "upload_file" in a]
    return [*(("GET", a) for a in [*told, *(server.url + path for path in ENDPOINTS)]), *uploads]


def test_nothing_of_one_person_is_in_anything_that_another_is_sent(shared: Server, browser: Browser) -> None:
    ada, bea = Sent(browser, shared, "ada"), Sent(browser, shared, "bea")
    bea.screen.open("/start?lang=it")  # from now on she has a cookie of her own
    secrets = [NAMED, FILE, CELL, *sorted(as_she_works(ada))]
    assert len(secrets) > 3
    own = b"".join(ada.frames)
    assert {secret for secret in secrets if secret.encode() not in own} <= {FILE}  # which only she sends
    assert any("/media/" in address for address in ada.addresses)
    assert any("upload_file" in address for address in ada.addresses)
    taken = dict(_taken(shared, ada, bea))  # at once: a file is let go some time after it was taken
    for page in PAGES:
        if page != "audit":
            bea.screen.open(f"/{page}?lang=it")
    found = b"".join(bea.frames)
    assert b"melograno" in found  # her own
    found += b"".join(taken.values())
    assert [secret for secret in secrets if secret.encode() in found or quote(secret).encode() in found] == []
    hers = [body for address, body in taken.items() if any(digest in address for digest in secrets[3:])]
    assert set(hers) == {b"Forbidden"}
    assert (bea.screen.noise, bea.screen.strangers) == ([], [])
    ada.screen.close()
    bea.screen.close()


def _taken(server: Server, ada: Sent, bea: Sent) -> Iterator[tuple[str, bytes]]:
    """What Bea gets at the addresses that Ada was told."""
    for method, address in all_addresses(server, ada.addresses | bea.addresses):
        yield f"{method} {address}", bea.ask(address, method)[1]
