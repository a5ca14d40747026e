"""The server itself: each way of starting it, what it answers, and what it does when the store is away."""

import gzip
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shell.here import VERSION
from tests.conftest import PostgresServer
from tests.journeys.conftest import Tab
from tests.journeys.servers import (
    Server,
    environment,
    free_port,
    make_run,
    running,
    streamlit,
    uvicorn,
)
from texts import LANGUAGES, words

STORE_UNAVAILABLE = 3


# Starting


@pytest.mark.parametrize("command", [uvicorn, streamlit, make_run])
def test_it_starts_with(command: Callable[[int], list[str]], own_store: str, tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, own_store, command=command(port), port=port) as server:
        assert server.get("/healthz").json["status"] == "ok"
        assert server.document("/overview").status == 200
        assert "Traceback" not in server.output()


def test_streamlit_run_from_another_folder_finds_its_settings(own_store: str, tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, own_store, command=streamlit(port), port=port, cwd=tmp_path) as server:
        font = server.get("/app/static/titillium-400.woff2")  # served only if .streamlit/config.toml was read
        assert (font.status, font.body[:4]) == (200, b"wOF2")


def test_starting_prints_no_warning(server: Server) -> None:
    assert not [line for line in server.output().splitlines() if re.search(r"WARN|Warning|DEPRECAT", line)]


# Answers


def test_health_tells_the_state_the_data_version_and_the_version_of_the_app(server: Server) -> None:
    found = server.get("/healthz")
    assert found.status == 200
    assert found.headers["content-type"] == "application/json"
    data_version = found.json["data_version"]
    assert isinstance(data_version, int)
    assert data_version > 0
    assert found.json == {"status": "ok", "data_version": data_version, "version": VERSION}


def test_documents_carry_the_security_headers(server: Server) -> None:
    headers = server.document("/overview").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/healthz", "/app/static/titillium-400.woff2", "/no/such/thing.js"])
def test_every_other_answer_carries_them_too(server: Server, path: str) -> None:
    assert server.get(path).headers["x-content-type-options"] == "nosniff"


def test_scripts_are_compressed(server: Server) -> None:
    name = re.search(r'src="\./?(static/js/[^"]+\.js)"', server.document("/").text)
    assert name
    plain = server.get(f"/{name[1]}")
    packed = server.get(f"/{name[1]}", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2


@pytest.mark.parametrize(
    ("query", "language"),
    [("", "it"), ("?lang=it", "it"), ("?lang=en", "en"), ("?lang=xx", "it"), ("?lang=en&lang=it", "it")],
)
def test_the_document_names_its_language(server: Server, query: str, language: str) -> None:
    found = server.document(f"/overview{query}", accept_encoding="gzip")
    assert f'<html lang="{language}"' in gzip.decompress(found.body).decode()
    assert found.headers["cache-control"] == "no-store"


def test_a_page_finds_its_server_at_once(server: Server, tab: Tab) -> None:
    """Streamlit would ask below the address of the page first, and wait a tenth of a second after the answer."""
    asked: list[str] = []
    screen = tab(server)
    screen.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    screen.open("/overview?lang=it")
    assert [path for path in asked if path.endswith("/_stcore/health")] == ["/_stcore/health"]


# A store that cannot be opened


def _text_file(folder: Path) -> str:
    (folder / "store.sqlite").write_text("This is no database, however long it is. " * 200)
    return f"sqlite:///{folder / 'store.sqlite'}"


def _folder_that_cannot_be_made(folder: Path) -> str:
    (folder / "file").touch()
    return f"sqlite:///{folder / 'file' / 'store.sqlite'}"


def _nobody_listens(_folder: Path) -> str:
    return f"postgresql://somebody:secret@127.0.0.1:{free_port()}/nothing"


@pytest.mark.parametrize("address", [_text_file, _nobody_listens])
def test_a_store_that_cannot_be_opened_is_one_sentence_and_exit_code_3(
    address: Callable[[Path], str], tmp_path: Path
) -> None:
    _refuses(uvicorn(free_port()), address(tmp_path))


def test_streamlit_run_says_the_same_sentence(tmp_path: Path) -> None:
    _refuses(streamlit(free_port()), _folder_that_cannot_be_made(tmp_path))


def _refuses(command: list[str], url: str) -> None:
    ended = subprocess.run(
        command, env=environment(DATABASE_URL=url), cwd=Path(__file__).parents[2], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    own = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("INFO:")]
    assert ended.returncode == STORE_UNAVAILABLE, ended.stderr
    assert len(own) == 1, ended.stderr
    assert "secret" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr + ended.stdout


# A store that goes away


@pytest.fixture
def on_postgres(postgres: PostgresServer, tmp_path: Path) -> Iterator[tuple[Server, Callable[[], None], Callable[[], None]]]:
    """A server on a database of its own, how to take that away, and how to bring it back."""
    url = postgres.new_database("template_empty")
    name = url.split("?")[0].rsplit("/", 1)[1]
    with running(tmp_path, url, AVANZAMENTO_SAMPLE="0") as server:
        yield (
            server,
            lambda: postgres.run(f"DROP DATABASE {name} WITH (FORCE)"),
            lambda: postgres.run(f"CREATE DATABASE {name} TEMPLATE template_empty"),
        )


def test_a_store_that_goes_away_is_a_plain_page_and_503_until_it_is_back(
    on_postgres: tuple[Server, Callable[[], None], Callable[[], None]],
) -> None:
    server, take_away, bring_back = on_postgres
    assert server.document("/overview").status == 200
    take_away()
    for language in LANGUAGES:
        _is_a_plain_page(server, language)
    found = server.get("/healthz")
    assert (found.status, found.json) == (503, {"status": "unavailable", "version": VERSION})
    bring_back()
    assert server.document("/overview").status == 200
    assert server.get("/healthz").status == 200
    assert "Traceback" not in server.output()


def test_a_file_that_is_spoilt_while_the_app_runs_is_a_plain_page_and_503(own_store: str, tmp_path: Path) -> None:
    with running(tmp_path, own_store) as server:
        _spoil(Path(own_store.removeprefix("sqlite:///")))
        assert server.get("/healthz").status == 503
        for language in LANGUAGES:
            _is_a_plain_page(server, language)
        assert "Traceback" not in server.output()


def _spoil(file: Path) -> None:
    """Write nonsense over the file and what belongs to it, as a wrong copy over a running store does."""
    for part in file.parent.glob(f"{file.name}*"):
        part.write_bytes(b"nonsense" * 4096)


def _is_a_plain_page(server: Server, language: str) -> None:
    found = server.document(f"/axes?lang={language}")
    w = words(language)
    assert found.status == 503
    assert f'<html lang="{language}"' in found.text
    assert w("store.unavailable_title") in found.text
    assert "<script" not in found.text
    assert found.headers["x-content-type-options"] == "nosniff"


def test_a_reader_whose_store_goes_away_reads_a_sentence(
    on_postgres: tuple[Server, Callable[[], None], Callable[[], None]], tab: Tab
) -> None:
    server, take_away, _ = on_postgres
    reader = tab(server)
    reader.page.goto(f"{server.url}/overview?lang=en")
    reader.page.get_by_text(words("en")("store.empty")).wait_for()
    take_away()
    reader.page.get_by_test_id("stMain").click()
    reader.page.keyboard.press("r")  # Streamlit's own key to run the page again
    reader.page.get_by_text(words("en")("store.unavailable")).wait_for()


# An empty store


def test_an_empty_store_says_so_in_words(tmp_path: Path, tab: Tab) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}", AVANZAMENTO_SAMPLE="0") as server:
        for language in LANGUAGES:
            reader = tab(server)
            reader.page.goto(f"{server.url}/?lang={language}")
            reader.page.get_by_text(words(language)("store.empty")).wait_for()
            assert reader.language == language
            assert not reader.noise
        assert "Traceback" not in server.output()


def test_an_empty_store_is_filled_with_the_sample_at_the_first_start(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}") as server:
        version = server.get("/healthz").json["data_version"]
        assert isinstance(version, int)
        assert version > 0
