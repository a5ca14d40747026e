"""The modes on a real server: starts that are refused, requests that are refused, files that are one person's."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from shell.access import EXIT_REFUSED, SECRET_HEADER
from tests.journeys.conftest import Tab, copied
from tests.journeys.servers import ROOT, Server, environment, free_port, make_run, running, started, streamlit, uvicorn
from tests.journeys.sockets import run_of
from tests.journeys.test_downloads import opened
from texts import words

W = words("it")
SECRET = "s" * 40
EVERYWHERE = "0.0.0.0"


# --- the start --------------------------------------------------------------------------------------------------


def on(host: str, command: Callable[[int], list[str]]) -> list[str]:
    return [part.replace("127.0.0.1", host) for part in command(free_port())]


@pytest.mark.parametrize("command", [uvicorn, streamlit, make_run])
def test_a_start_that_others_reach_without_a_login_is_refused(command: Callable[[int], list[str]], own_store: str) -> None:
    _refused(on(EVERYWHERE, command), DATABASE_URL=own_store)


@pytest.mark.parametrize(
    "settings",
    [
        {"AVANZAMENTO_MODE": "open"},
        {"AVANZAMENTO_MODE": "proxy", "AVANZAMENTO_ROLES": "ada=reader"},
        {"AVANZAMENTO_MODE": "proxy", "AVANZAMENTO_PROXY_SECRET": SECRET},
        {"AVANZAMENTO_MODE": "oidc", "AVANZAMENTO_ROLES": "ada=reader"},
    ],
)
def test_settings_that_would_let_strangers_in_are_refused(settings: dict[str, str], own_store: str) -> None:
    _refused(on(EVERYWHERE, uvicorn), DATABASE_URL=own_store, **settings)


def _refused(command: list[str], **settings: str) -> None:
    ended = subprocess.run(
        command, env=environment(**settings), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    own = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("INFO:")]
    assert ended.returncode == EXIT_REFUSED, ended.stderr
    assert "AVANZAMENTO_MODE" in own[-1]
    assert len(own) == 1 or "streamlit" in command  # which says something of its own before
    assert "Traceback" not in ended.stderr + ended.stdout


# --- local ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}],
)
def test_local_answers_403_to_what_is_not_of_this_machine(server: Server, headers: dict[str, str]) -> None:
    given = {name.replace("-", "_"): value for name, value in headers.items()}
    for path in ("/overview", "/healthz", "/_stcore/health", "/static/js/x.js"):
        assert server.get(path, **given).status == 403
    with pytest.raises(InvalidStatus) as refused:
        run_of(server, headers)
    assert refused.value.response.status_code == 403


def test_the_same_websocket_is_served_to_this_machine(server: Server) -> None:
    assert W("start.heading").encode() in run_of(server)


def test_local_answers_403_on_an_address_that_others_reach_however_it_was_started(own_store: str, tmp_path: Path) -> None:
    code = "import sys, uvicorn; sys.argv = ['x']; uvicorn.run('app:app', host='0.0.0.0', port=int('{port}'))"
    port = free_port()
    command = [sys.executable, "-c", code.format(port=port)]
    with running(tmp_path, own_store, command=command, port=port) as server:  # 127.0.0.1 is let in: it is this machine
        assert server.get("/overview").status == 200
        assert server.get("/overview", Host=f"{EVERYWHERE}:{port}").status == 403


def test_metrics_are_closed(server: Server) -> None:
    assert server.get("/_stcore/metrics").status == 403
    assert server.get("/_stcore/agent/openapi.json").status == 403


# --- whose files ------------------------------------------------------------------------------------------------


def test_a_download_is_given_to_the_browser_that_asked_for_it_and_to_no_other(server: Server, tab: Tab) -> None:
    mine = opened(tab(), "/activities?lang=it")
    with mine.page.expect_download(timeout=30_000) as waiting:
        mine.page.get_by_role("button", name=W("export.download.excel")).click()
    address = waiting.value.url
    assert "/media/" in address
    other = tab().open("/overview?lang=it")
    path = address.removeprefix(server.url)
    assert server.get(path).status == 403
    assert other.page.request.get(address).status == 403
    assert server.get(path, Cookie=f"avanzamento_visitor={'A' * 43}").status == 403
    found = mine.page.request.get(address)
    assert found.status == 200
    assert found.headers["cache-control"] == "private, no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server, tab: Tab) -> None:
    screen = tab().open("/overview")
    (cookie,) = [c for c in screen.page.context.cookies() if c["name"] == "avanzamento_visitor"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert "avanzamento_visitor" not in screen.page.evaluate("document.cookie")


# --- behind a proxy ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def behind(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app behind a proxy on the same machine."""
    folder = tmp_path_factory.mktemp("proxy")
    url = copied(sample_url, folder)
    with running(folder, url, AVANZAMENTO_MODE="proxy", AVANZAMENTO_ROLES="ada=administrator;lea=reader") as server:
        yield server


@pytest.mark.parametrize(("name", "seen"), [("ada", "start.heading"), ("lea", "start.heading")])
def test_whom_the_proxy_names_comes_in(behind: Server, name: str, seen: str) -> None:
    assert W(seen).encode() in run_of(behind, {"X-Remote-User": name})


@pytest.mark.parametrize("headers", [{}, {"X-Remote-User": "eva"}, {"X-Remote-User": ""}, {"X-User": "ada"}])
def test_nobody_else_sees_anything(behind: Server, headers: dict[str, str]) -> None:
    found = run_of(behind, headers)
    assert W("door.not_on_the_list").split(".")[0].encode() in found
    assert W("start.heading").encode() not in found


def test_with_a_secret_nobody_comes_past_the_proxy(sample_url: str, tmp_path: Path) -> None:
    port = free_port()
    with started(
        uvicorn(port),
        port,
        tmp_path / "printed.txt",
        DATABASE_URL=copied(sample_url, tmp_path),
        AVANZAMENTO_MODE="proxy",
        AVANZAMENTO_ROLES="ada=administrator",
        AVANZAMENTO_PROXY_SECRET=SECRET,
    ) as server:
        _until_it_answers(server)
        assert server.get("/healthz").status == 403
        given = {SECRET_HEADER: SECRET, "X-Remote-User": "ada"}
        assert W("start.heading").encode() in run_of(server, given)
        with pytest.raises(InvalidStatus):
            run_of(server, given | {SECRET_HEADER: SECRET[1:]})


def _until_it_answers(server: Server) -> None:
    for _ in range(300):
        try:
            server.get("/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(server.output())


# --- public -----------------------------------------------------------------------------------------------------


def test_a_public_app_is_filled_by_a_process_of_its_own_and_only_read(tmp_path: Path, tab: Tab) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with running(tmp_path, url, AVANZAMENTO_MODE="public") as server:
        assert server.get("/healthz").json["data_version"] != 0
        screen = tab(server).open("/overview?lang=it")
        menu = screen.sidebar.inner_text()
        assert W("axes.title") in menu
        assert W("import_data.title") not in menu
        assert W("presentation.title") not in menu
        assert screen.page.request.put(f"{server.url}/_stcore/upload_file/a/b").status == 403
        for path in ("/presentation?present=1", "/import_data"):
            screen.page.goto(f"{server.url}{path}")
            screen.page.get_by_text(W("door.closed")).wait_for()
        assert not screen.noise
