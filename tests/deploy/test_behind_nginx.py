"""The app itself behind nginx: two processes on one store; a page is run, a file goes up and one comes down.

The last test ends a process: what stands in this file runs in its order.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from tests.deploy.front import CONFIGURATION, COOKIE, PROCESSES, Front, before, processes
from tests.journeys.conftest import copied
from tests.journeys.servers import Answer, Server

WHO = "ada@example.org"
"""The login in front, of which nginx here says that it let this person in: who may import is then known to the app."""
MODE = {"AVANZAMENTO_MODE": "proxy", "AVANZAMENTO_ROLES": f"{WHO}=editor:*"}
SIGNED_IN = (
    "proxy_set_header X-Forwarded-Proto",
    f"proxy_set_header X-Remote-User {WHO};\n        proxy_set_header X-Forwarded-Proto",
)
FILE = (
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    b"a;b\r\n1;2\r\n--cut--\r\n"
)


@dataclass
class Standing:
    """nginx, and the processes behind it by the names that the cookie gives them."""

    front: Front
    behind: dict[str, Server]


@pytest.fixture(scope="module")
def standing(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("behind")
    text = CONFIGURATION.read_text(encoding="utf-8").replace(*SIGNED_IN)
    with (
        processes(folder, copied(sample_url, folder), **MODE) as found,
        before((found[0].port, found[1].port), text) as front,
    ):
        yield Standing(front, dict(zip(PROCESSES, found, strict=True)))


def cookies(*answers: str) -> dict[str, str]:
    """The cookies that answers set, by name."""
    return {name: found.value for line in "\n".join(answers).splitlines() for name, found in SimpleCookie(line).items()}


def sent(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def visitor(front: Front) -> dict[str, str]:
    """The cookies of somebody who opened a page: which process, and Streamlit's token against forged uploads."""
    jar = cookies(front.document("/import_data").headers["set-cookie"])
    return jar | cookies(front.ask("/_stcore/health", cookie=sent(jar)).headers["set-cookie"])


def put(front: Front, address: str, jar: dict[str, str]) -> Answer:
    token = jar["_streamlit_xsrf"]
    kind = "multipart/form-data; boundary=cut"
    return front.ask(address, "PUT", FILE, cookie=sent(jar), x_xsrftoken=token, content_type=kind)


def kinds(messages: list[ForwardMsg]) -> set[str | None]:
    return {message.WhichOneof("type") for message in messages}


def test_a_document_has_the_headers_of_the_app_once_and_is_compressed_once(standing: Standing) -> None:
    found = standing.front.document(accept_encoding="gzip")
    assert found.status == 200
    assert found.headers["content-encoding"] == "gzip"
    assert b'<html lang="it"' in gzip.decompress(found.body)
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
                 "strict-transport-security"):  # fmt: skip
        assert "\n" not in found.headers[name]
    assert "script-src 'self'" in found.headers["content-security-policy"]


def test_scripts_and_fonts_come_through(standing: Standing) -> None:
    name = re.search(r'src="\./?(static/js/[^"]+\.js)"', standing.front.document("/").text)
    assert name
    script = standing.front.ask(f"/{name[1]}", accept_encoding="gzip")
    assert len(gzip.decompress(script.body)) > len(script.body)
    assert standing.front.ask("/app/static/titillium-400.woff2").body[:4] == b"wOF2"


def test_health_is_told_and_the_figures_of_the_process_are_not(standing: Standing) -> None:
    assert standing.front.ask("/healthz").json["status"] == "ok"
    assert standing.front.ask("/_stcore/metrics").status == 404


@pytest.mark.parametrize("process", PROCESSES)
def test_a_tab_its_uploads_and_its_files_meet_on_one_process(standing: Standing, process: str) -> None:
    front = standing.front
    jar = visitor(front) | {COOKIE: process}
    other = jar | {COOKIE: next(name for name in PROCESSES if name != process)}
    with front.session(sent(jar)) as tab:
        assert COOKIE not in tab.remembered  # it is where the cookie says
        run = tab.run(page="sources")
        assert "delta" in kinds(run)
        assert [
            m for m in run if m.WhichOneof("type") == "delta" and m.delta.new_element.WhichOneof("type") == "exception"
        ] == []

        address = tab.upload_address("a.csv")
        assert put(front, address, jar).status == 204
        assert put(front, address, other).status == 400  # the other process knows no such session

        buttons = [m.delta.new_element.download_button for m in run if m.delta.new_element.HasField("download_button")]
        path = tab.file_address(next(button.deferred_file_id for button in buttons if "download-whole" in button.id))
        assert re.fullmatch(r"/media/[0-9a-f]{32,64}\.\w+", path)
        file = front.ask(path, cookie=sent(jar))
        assert file.status == 200
        assert file.headers["content-disposition"].endswith('.zip"')


def test_a_websocket_that_names_no_process_is_told_which_it_got(standing: Standing) -> None:
    with standing.front.session() as tab:
        assert cookies(tab.remembered)[COOKIE] in PROCESSES


def test_a_page_of_another_site_opens_no_websocket(standing: Standing) -> None:
    with pytest.raises(InvalidStatus, match="403"), standing.front.session(origin="https://evil.example.org"):
        pass


def test_an_upload_over_the_limit_never_reaches_the_app(standing: Standing) -> None:
    found = standing.front.ask("/_stcore/upload_file/a/b", "PUT", b"", content_length=str(60 * 2**20))
    assert (found.status, "File troppo grande" in found.text) == (413, True)


def test_the_processes_log_no_requests(standing: Standing) -> None:
    standing.front.document("/overview?beneficiary=planted")
    printed = "".join(server.output() for server in standing.behind.values())
    assert "GET " not in printed
    assert "planted" not in printed


def test_when_a_process_is_killed_its_people_go_on_with_the_other(standing: Standing) -> None:
    front = standing.front
    jar = visitor(front)
    other = next(name for name in PROCESSES if name != jar[COOKIE])
    with front.session(sent(jar)) as tab:
        tab.run(page="overview")
        standing.behind[jar[COOKIE]].process.kill()
        standing.behind[jar[COOKIE]].process.wait()
        found = front.document(cookie=sent(jar))
        assert found.status == 200
        assert cookies(found.headers["set-cookie"])[COOKIE] == other
    with front.session(sent(jar)) as again:  # as the browser does by itself
        assert cookies(again.remembered)[COOKIE] == other
        assert "delta" in kinds(again.run(page="overview"))
