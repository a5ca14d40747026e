"""deploy/nginx.conf in the real nginx: names, headers, limits, which process gets what. Behind it two servers tell."""

import gzip
import http.client
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.deploy.conftest import Echo, answering
from tests.deploy.front import COOKIE, NAME, PROCESSES, Front, before
from tests.journeys.servers import HOST, ROOT, Answer, free_port

OWN_HEADERS = ("strict-transport-security", "content-security-policy", "x-content-type-options", "referrer-policy")
UPLOAD = "/_stcore/upload_file/session/file"
MIB = 2**20


def process(answer: Answer) -> object:
    return answer.json["process"]


# Names and TLS


def test_plain_http_is_sent_to_https(front: Front) -> None:
    connection = http.client.HTTPConnection(HOST, front.plain_port, timeout=10)
    connection.request("GET", "/overview?lang=en", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("location")) == (308, f"https://{NAME}:{front.port}/overview?lang=en")
    connection.close()


def test_another_name_gets_no_answer(front: Front) -> None:
    with pytest.raises(ConnectionError):
        front.ask("/overview", name="elsewhere.example.org")
    connection = http.client.HTTPConnection(HOST, front.plain_port, timeout=10)
    connection.request("GET", "/overview", headers={"Host": "elsewhere.example.org"})
    with pytest.raises(ConnectionError):
        connection.getresponse()
    connection.close()


# Headers


def test_answers_of_nginx_itself_carry_the_security_headers(front: Front) -> None:
    found = front.ask("/_stcore/metrics")
    assert found.status == 404
    assert [name for name in OWN_HEADERS if "\n" in found.headers.get(name, "\n")] == []
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["server"] == "nginx"  # no version


def test_what_the_app_sets_is_left_as_it_is(front: Front) -> None:
    found = front.ask("/safe").headers
    assert [found[name] for name in OWN_HEADERS] == ["max-age=1", "default-src 'self'", "nosniff", "no-referrer"]


def test_hsts_is_added_where_the_app_sets_none(front: Front) -> None:
    assert front.ask("/overview").headers["strict-transport-security"] == "max-age=31536000"


def test_the_app_learns_the_address_the_name_and_the_scheme_from_nginx_alone(front: Front) -> None:
    claimed = {
        "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example.org", "X-Forwarded-Proto": "gopher",
        "X-Forwarded-User": "admin", "X-Forwarded-Email": "admin@example.org", "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Port": "1", "Forwarded": "for=203.0.113.9", "X-Real-Ip": "203.0.113.9", "Via": "1.1 evil",
        "Remote-User": "admin", "X-Remote-User": "admin", "X-Avanzamento-Secret": "guessed", "X-Anything-Else": "evil",
        "X-Original-Url": "/evil", "X-Rewrite-Url": "/evil", "X-Http-Method-Override": "DELETE",
        "Authorization": "Basic YTpi",
    }  # fmt: skip
    found = front.ask("/overview", **claimed).json["headers"]
    assert isinstance(found, dict)
    reached = {name.lower(): value for name, value in found.items()}
    expected = {"x-forwarded-for": HOST, "x-forwarded-host": f"{NAME}:{front.port}", "x-forwarded-proto": "https"}
    assert {name: reached[name] for name in expected} == expected
    assert reached["host"] == f"{NAME}:{front.port}"
    assert reached.keys() & {name.lower() for name in claimed} == expected.keys()


def test_what_the_app_needs_of_a_request_reaches_it(front: Front) -> None:
    sent = {
        "Accept": "text/html", "Accept-Language": "it", "Cookie": "a=1; b=2", "If-None-Match": '"x"',
        "Origin": "https://localhost", "Referer": "https://localhost/x", "User-Agent": "a browser",
        "X-Xsrftoken": "token", "Content-Type": "text/plain", "Range": "bytes=0-1", "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    found = front.ask(UPLOAD, "PUT", b"12345", **sent).json
    assert isinstance(found["headers"], dict)
    reached = {name.lower(): value for name, value in found["headers"].items()}
    assert {name: reached.get(name.lower()) for name in sent} == sent
    assert found["length"] == 5


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/metrics/", "//_stcore/metrics", "/_stcore//metrics", "/%5fstcore/metrics",
        "/_stcore/%6detrics", "/static/..%2f_stcore/metrics", "/x/../_stcore/metrics", "/_stcore/./metrics",
        "/_stcore/metrics?x",
        "/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/script-health-check",
    ],
)  # fmt: skip
def test_addresses_that_no_browser_needs_are_closed(front: Front, echoes: tuple[Echo, Echo], path: str) -> None:
    before_it = [len(echo.asked) for echo in echoes]
    assert front.ask(path).status in (400, 404)
    assert [len(echo.asked) for echo in echoes] == before_it


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/a/b.js"])
def test_addresses_that_a_browser_needs_are_open(front: Front, path: str) -> None:
    assert front.ask(path).json["path"] == path


def test_what_comes_compressed_passes_as_it_is_and_nothing_else_is_compressed(front: Front) -> None:
    packed = front.ask("/packed", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body).startswith(b'{"process"')
    assert "content-encoding" not in front.ask("/plain", accept_encoding="gzip").headers


# Which process


def test_a_person_stays_on_the_process_that_served_the_first_page(front: Front) -> None:
    for _ in range(2):
        first = front.ask("/overview")
        cookie = first.headers["set-cookie"]
        assert cookie == f"{COOKIE}={process(first)}; Path=/; Secure; HttpOnly; SameSite=Lax"
        for path in ["/overview", "/media/x", UPLOAD, "/_stcore/health", "/component/x"] * 10:
            again = front.ask(path, cookie=cookie.split(";")[0])
            assert process(again) == process(first)
            assert "set-cookie" not in again.headers  # it is known


def test_people_behind_one_address_are_on_both_processes(front: Front) -> None:
    with ThreadPoolExecutor(8) as pool:
        counted = Counter(process(answer) for answer in pool.map(front.ask, ["/overview"] * 50))
    assert set(counted) == set(PROCESSES)
    assert min(counted.values()) >= 10


def test_a_cookie_that_names_no_process_is_one_that_names_nobody(front: Front) -> None:
    for name in ("third", "127.0.0.1:22", "first;x", "../first", "first%0d"):
        found = front.ask("/overview", cookie=f"{COOKIE}={name}")
        assert process(found) in PROCESSES


def test_files_that_are_alike_for_everybody_come_from_the_cache_and_name_no_process(
    front: Front, echoes: tuple[Echo, Echo]
) -> None:
    path = f"/static/js/{time.monotonic_ns()}.js"
    found = [front.ask(path, cookie=f"{COOKIE}={name}") for name in ("first", "second", "first")]
    assert {answer.status for answer in found} == {200}
    assert sum(echo.asked.count(path) for echo in echoes) == 1
    assert [answer for answer in found if "set-cookie" in answer.headers] == []


@pytest.mark.parametrize("path", ["/overview", "/media/x", "/_stcore/health"])
def test_what_may_be_a_persons_own_is_never_kept(front: Front, echoes: tuple[Echo, Echo], path: str) -> None:
    mine = f"{path}?{time.monotonic_ns()}"
    for _ in range(3):
        front.ask(mine)
    assert sum(echo.asked.count(mine) for echo in echoes) == 3


def test_where_a_process_is_gone_the_other_takes_over_and_keeps_whom_it_took() -> None:
    ports = free_port(), free_port()
    with answering("second", ports[1]), before(ports) as front:
        with answering("first", ports[0]):
            assert process(front.ask("/overview", cookie=f"{COOKIE}=first")) == "first"
        for path in ("/overview", "/_stcore/health", "/overview"):
            taken = front.ask(path, cookie=f"{COOKIE}=first")
            assert (taken.status, process(taken)) == (200, "second")
        assert taken.headers["set-cookie"].startswith(f"{COOKIE}=second;")
        assert [process(front.ask("/overview")) for _ in range(6)] == ["second"] * 6
        with answering("first", ports[0]):
            assert process(front.ask("/overview", cookie=f"{COOKIE}=second")) == "second"


def test_where_both_are_gone_a_plain_page_says_so() -> None:
    with before((free_port(), free_port())) as front:
        found = front.ask("/overview")
    assert found.status == 503
    assert found.headers["retry-after"] == "10"
    assert "Servizio non disponibile" in found.text


# Limits


def test_an_upload_goes_straight_to_the_app_and_never_to_a_file(front: Front, echoes: tuple[Echo, Echo]) -> None:
    for echo in echoes:
        echo.begun.clear()
    total, seen = 4 * MIB, []

    def slowly():
        yield b"x" * (total // 2)
        seen.append(any(echo.begun.wait(5) for echo in echoes[:1]) or echoes[1].begun.is_set())
        yield b"x" * (total - total // 2)

    found = front.ask(UPLOAD, "PUT", slowly(), cookie=f"{COOKIE}=first", content_length=str(total))
    assert (found.json["length"], seen) == (total, [True])


def test_an_upload_over_the_limit_is_refused_with_a_plain_page(front: Front, echoes: tuple[Echo, Echo]) -> None:
    allowed = int(re.findall(r"maxUploadSize = (\d+)", (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[0])
    assert front.ask(UPLOAD, "PUT", b"x" * (allowed * MIB + 2000)).json["length"] == allowed * MIB + 2000
    before_it = [len(echo.asked) for echo in echoes]
    found = front.ask(UPLOAD, "PUT", b"", content_length=str((allowed + 1) * MIB + 1))
    assert found.status == 413
    assert found.headers["content-type"].startswith("text/html")
    assert f"{allowed} MB" in found.text
    assert [len(echo.asked) for echo in echoes] == before_it
    assert [name for name in OWN_HEADERS if name not in found.headers] == []


def test_elsewhere_a_body_is_small(front: Front) -> None:
    assert front.ask("/overview", "POST", b"x" * 1000).status == 200
    assert front.ask("/overview", "POST", b"", content_length=str(MIB)).status == 413


def test_a_room_behind_one_address_gets_in_and_a_flood_does_not() -> None:
    """A hundred people open a page at once, each with what a page asks for; then one sends uploads without end."""
    ports = free_port(), free_port()
    page = ["/overview", "/_stcore/health", "/_stcore/host-config", "/media/x"]
    with answering("first", ports[0]), answering("second", ports[1]), before(ports) as front, ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(front.ask, page * 100)} == {200}
        flood = (answer for _ in range(40) for answer in pool.map(front.ask, [UPLOAD] * 40, ["PUT"] * 40, [b"x"] * 40))
        refused = next((answer for answer in flood if answer.status != 200), None)
        assert front.ask("/overview").status == 200  # what is refused is the flood alone
    assert refused is not None
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert "Troppe richieste" in refused.text


def test_the_log_holds_no_filters_and_no_whole_address(front: Front) -> None:
    front.ask(
        "/overview?beneficiary=planted&q=planted", referer="https://localhost/?beneficiary=planted", cookie="a=planted"
    )
    time.sleep(0.2)
    logged = (front.folder / "access.log").read_text(encoding="utf-8")
    assert "/overview" in logged
    assert "planted" not in logged
    assert {line.split()[0] for line in logged.splitlines()} == {"127.0.0.0"}


def test_a_header_that_never_ends_is_dropped(front: Front) -> None:
    assert front.ask("/overview", cookie="a=" + "x" * 12_000).status == 200  # a login's cookies are long
    assert front.ask("/overview", cookie="a=" + "x" * 70_000).status == 400
