"""What comes in and what does not, request by request; files by whose they are; uploads by how they begin."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from data_model.roles import Role
from shell.access import Access, Grant, Mode
from shell.asgi import SecurityHeaders
from shell.guard import Guard, lets_in
from shell.media import COOKIE, MOST, OwnMedia
from shell.uploads import CheckedUploads, acceptable

LOCAL = Access(Mode.LOCAL, {})
PUBLIC = Access(Mode.PUBLIC, {}, hosts=frozenset({"example.org"}))
SECRET = "s" * 40
PROXY = Access(Mode.PROXY, {"ada": Grant(Role.READER)}, secret=SECRET)
BARE_PROXY = Access(Mode.PROXY, {"ada": Grant(Role.READER)})
HERE = {"host": "127.0.0.1:8501"}


def scope(
    headers: dict[str, str] | list[tuple[str, str]],
    *,
    kind: str = "http",
    method: str = "GET",
    path: str = "/",
    client: str | None = "127.0.0.1",
    server: tuple[str, int | None] | None = ("127.0.0.1", 8501),
    scheme: str = "http",
) -> Scope:
    pairs = headers.items() if isinstance(headers, dict) else headers
    return {
        "type": kind,
        "method": method,
        "path": path,
        "scheme": scheme,
        "query_string": b"",
        "client": (client, 5) if client else None,
        "server": server,
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }


both = pytest.mark.parametrize("kind", ["http", "websocket"])
FORWARDING = [
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-User",
    "Forwarded",
    "X-Real-IP",
    "Via",
]


@both
@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "localhost", "[::1]:8501"])
def test_local_lets_its_own_machine_in(kind: str, host: str) -> None:
    assert lets_in(LOCAL, scope({"host": host}, kind=kind))


@both
@pytest.mark.parametrize("client", ["10.0.0.5", "::ffff:10.0.0.5", None, "testclient"])
def test_local_lets_no_other_machine_in(kind: str, client: str | None) -> None:
    assert not lets_in(LOCAL, scope(HERE, kind=kind, client=client))


@both
@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "", "127.0.0.1@evil.example", "[", "0.0.0.0"],
)
def test_local_lets_no_foreign_name_in(kind: str, host: str) -> None:
    assert not lets_in(LOCAL, scope({"host": host}, kind=kind))
    assert not lets_in(LOCAL, scope({}, kind=kind))
    assert not lets_in(LOCAL, scope([("host", "localhost"), ("host", host)], kind=kind))


@both
@pytest.mark.parametrize("name", FORWARDING)
def test_local_lets_nothing_in_that_was_forwarded(kind: str, name: str) -> None:
    assert not lets_in(LOCAL, scope({**HERE, name: "127.0.0.1"}, kind=kind))


@both
@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact", "/base/_stcore/metrics"])
@pytest.mark.parametrize("mode", [LOCAL, PUBLIC, PROXY])
def test_metrics_and_the_agents_door_are_closed_everywhere(kind: str, path: str, mode: Access) -> None:
    headers = {"host": "example.org" if mode is PUBLIC else "localhost", "x-avanzamento-secret": SECRET}
    assert not lets_in(mode, scope(headers, kind=kind, path=path))


@both
def test_where_hosts_are_named_no_other_host_is_served(kind: str) -> None:
    assert lets_in(PUBLIC, scope({"host": "example.org"}, kind=kind, client="10.0.0.5"))
    assert not lets_in(PUBLIC, scope({"host": "evil.example"}, kind=kind, client="10.0.0.5"))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_public_takes_nothing(method: str) -> None:
    assert not lets_in(PUBLIC, scope({"host": "example.org"}, method=method, path="/_stcore/upload_file/a/b"))


@both
def test_a_proxy_is_known_by_its_secret(kind: str) -> None:
    given = {"host": "x", "x-remote-user": "ada"}
    assert lets_in(PROXY, scope({**given, "x-avanzamento-secret": SECRET}, kind=kind, client="10.0.0.5"))
    assert not lets_in(PROXY, scope(given, kind=kind))
    assert not lets_in(PROXY, scope({**given, "x-avanzamento-secret": SECRET[:-1]}, kind=kind))
    twice = [("x-avanzamento-secret", SECRET), ("x-avanzamento-secret", "x"), ("host", "x")]
    assert not lets_in(PROXY, scope(twice, kind=kind))


@both
def test_a_proxy_names_one_person_only(kind: str) -> None:
    two = [("host", "x"), ("x-avanzamento-secret", SECRET), ("x-remote-user", "ada"), ("X-Remote-User", "eva")]
    assert not lets_in(PROXY, scope(two, kind=kind))


@both
def test_without_a_secret_a_proxy_comes_from_this_machine(kind: str) -> None:
    assert lets_in(BARE_PROXY, scope({"host": "x"}, kind=kind, client="203.0.113.9"))
    assert lets_in(BARE_PROXY, scope({"host": "x"}, kind=kind, server=("/run/app.sock", None)))
    assert not lets_in(BARE_PROXY, scope({"host": "x"}, kind=kind, server=("10.0.0.1", 8501)))


# --- the middleware ---------------------------------------------------------------------------------------------


async def _answer(app: Any, given: Scope, *body: bytes) -> list[Message]:
    sent: list[Message] = []
    parts = [
        {"type": "http.request", "body": part, "more_body": number < len(body)} for number, part in enumerate(body, start=1)
    ]
    waiting = iter(parts or [{"type": "websocket.connect"}])

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(given, receive, send)
    return sent


def answer(app: Any, given: Scope, *body: bytes) -> list[Message]:
    """What an app sends for a request whose body comes in parts, or for a websocket."""
    # in a thread of its own: where a browser of another test is open, this one has a running loop already
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _answer(app, given, *body)).result()


class Inside:
    """An app that keeps what it is given and answers with what it is told."""

    def __init__(self, *messages: Message) -> None:
        self.body = b""
        self.asked = 0
        self._messages = messages

    async def __call__(self, given: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        while given["type"] == "http" and given["method"] == "PUT":
            message = await receive()
            self.body += message["body"]
            if not message["more_body"]:
                break
        for message in self._messages:
            await send({**message, "headers": list(message.get("headers", []))})


OK = ({"type": "http.response.start", "status": 200, "headers": []}, {"type": "http.response.body", "body": b"x"})
PAGE = ({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}, OK[1])


def test_a_refused_websocket_is_closed_before_it_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AVANZAMENTO_MODE", raising=False)
    inside = Inside()
    assert answer(Guard(inside), scope(HERE, kind="websocket", client="10.0.0.5")) == [
        {"type": "websocket.close", "code": 1008}
    ]
    assert inside.asked == 0


FILE = "0123456789abcdef" * 2
TOLD = {"type": "websocket.send", "bytes": b"\x0a\x2a/media/" + FILE.encode() + b".csv2\x08rest"}


def visit(media: OwnMedia) -> str:
    """The cookie that a new visitor is given."""
    (start, _) = answer(media, scope({"host": "x"}, path="/overview"), b"")
    cookie = dict(start["headers"])[b"set-cookie"].decode()
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    return str(cookie.split(";")[0])


def status(media: OwnMedia, path: str, cookie: str = "") -> int:
    return int(answer(media, scope({"host": "x", "cookie": cookie}, path=path), b"")[0]["status"])


def test_a_file_is_given_to_the_visitor_it_was_made_for_and_to_nobody_else() -> None:
    media = OwnMedia(inside := Inside(*PAGE))
    mine, other = visit(media), visit(media)
    assert mine != other
    inside._messages = (TOLD,)
    answer(media, scope({"host": "x", "cookie": mine}, kind="websocket"))
    inside._messages = OK
    assert status(media, f"/media/{FILE}.csv", mine) == 200
    for path in (f"/media/{FILE}.csv", f"/media/{FILE}", f"/base/media/{FILE}.csv"):
        for cookie in ("", other, f"{COOKIE}=x", f"{COOKIE}={'A' * 43}"):
            assert status(media, path, cookie) == 403
    assert status(media, f"/media/{FILE[::-1]}.csv", mine) == 403
    assert status(media, "/media/", mine) == 403
    assert status(media, "/static/media/font.woff2") == 200


def test_a_visitor_with_a_cookie_keeps_it_and_only_documents_give_one() -> None:
    media = OwnMedia(inside := Inside(*PAGE))
    mine = visit(media)
    (start, _) = answer(media, scope({"host": "x", "cookie": mine}, path="/axes"), b"")
    assert b"set-cookie" not in dict(start["headers"])
    inside._messages = OK
    (start, _) = answer(media, scope({"host": "x"}, path="/healthz"), b"")
    assert b"set-cookie" not in dict(start["headers"])


def test_over_tls_the_cookie_is_one_that_no_neighbour_can_set() -> None:
    (start, _) = answer(OwnMedia(Inside(*PAGE)), scope({"host": "x"}, path="/", scheme="https"), b"")
    cookie = dict(start["headers"])[b"set-cookie"].decode()
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")


def test_what_is_remembered_has_an_end() -> None:
    media = OwnMedia(Inside())
    for number in range(MOST + 10):
        media._remember("v", f"{number:032x}")
    assert len(media._told) == MOST


# --- uploads ----------------------------------------------------------------------------------------------------

UPLOAD = "/_stcore/upload_file/session/file"


def form(name: str, content: bytes) -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    return head.encode() + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_what_was_read_to_look_is_handed_on_whole(size: int) -> None:
    whole = form("dati.csv", b"a;b\n1;2\n" * 500)
    inside = Inside(*OK)
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    sent = answer(CheckedUploads(inside), scope(HERE, method="PUT", path=UPLOAD), *parts)
    assert (sent[0]["status"], inside.body) == (200, whole)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("programma.exe", b"MZ\x90\x00"),
        ("programma.csv", b"MZ\x90\x00\x03"),
        ("programma.csv", b"\x7fELF\x02\x01\x01"),
        ("immagine.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("documento.csv", b"%PDF-1.7\n"),
        ("pagina.csv", b"\n <!doctype html><script>"),
        ("disegno.txt", b"<svg onload=alert(1)>"),
        ("guida.sh", b"a;b\n1;2\n"),
        ("senza", b"a;b\n1;2\n"),
        ("pagina.html", b"a;b\n1;2\n"),
        ("dati.csv.exe", b"a;b\n1;2\n"),
    ],
)
def test_what_cannot_be_a_table_is_not_kept(name: str, content: bytes) -> None:
    inside = Inside(*OK)
    sent = answer(CheckedUploads(inside), scope(HERE, method="PUT", path=UPLOAD), form(name, content))
    assert (sent[0]["status"], inside.asked) == (415, 0)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("dati.csv", b"a;b\n"),
        ("DATI.CSV", "\ufeffcodice;è\n".encode()),
        ("dati.txt", b"\xff\xfea\0;\0"),
        ("dati.xlsx", b"PK\x03\x04"),
        ("dati.zip", b"PK\x03\x04"),
        ("dati.parquet", b"PAR1\x15\x04"),
        ("vecchio.xls", b"\xd0\xcf\x11\xe0\xa1"),
        ("con spazi, e è.tsv", b"a\tb\n"),
    ],
)
def test_tables_are(name: str, head: bytes) -> None:
    assert acceptable(name, head)


def test_an_upload_without_a_name_is_not_kept() -> None:
    sent = answer(CheckedUploads(Inside(*OK)), scope(HERE, method="PUT", path=UPLOAD), b"no form at all")
    assert sent[0]["status"] == 415


# --- headers ----------------------------------------------------------------------------------------------------

WITH_COOKIES = (
    {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"set-cookie", b"a=1; Path=/; HttpOnly"), (b"set-cookie", b"b=2; Secure; Path=/")],
    },
    OK[1],
)


def headers_over(scheme: str) -> list[tuple[bytes, bytes]]:
    (start, _) = answer(SecurityHeaders(Inside(*WITH_COOKIES)), scope(HERE, scheme=scheme), b"")
    return list(start["headers"])


def test_over_tls_the_browser_is_kept_to_tls_with_every_cookie() -> None:
    found = headers_over("https")
    assert dict(found)[b"strict-transport-security"] == b"max-age=31536000"
    assert [value for name, value in found if name == b"set-cookie"] == [
        b"a=1; Path=/; HttpOnly; Secure", b"b=2; Secure; Path=/"
    ]  # fmt: skip


def test_without_tls_it_is_not() -> None:
    found = headers_over("http")
    assert b"strict-transport-security" not in dict(found)
    assert (b"set-cookie", b"a=1; Path=/; HttpOnly") in found
