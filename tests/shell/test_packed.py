"""Files of the app come packed from memory; what is anybody's own never does."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from shell import packed
from shell.packed import PackedFiles

SCRIPT = b"export default 'Avanzamento';\n" * 200


@dataclass
class Behind:
    """What stands behind the middleware, and what it was asked for."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await self._answer(Request(scope).url.path.rsplit("/", 1)[-1])(scope, receive, send)

    def _answer(self, name: str) -> Response:
        if name == "gone.js":
            return Response("no such file", status_code=404)
        if name == "page.html":
            return Response("<html>" + "x" * 2000, media_type="text/html")
        content = SCRIPT[:10] if name == "small.js" else SCRIPT
        answer = Response(content, media_type="text/javascript", headers={"etag": '"1"'})
        if name == "own.js":
            answer.set_cookie("visitor", "one")
        return answer


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def app(behind: Behind) -> PackedFiles:
    return PackedFiles(behind)


def ask(app, path: str, query: bytes = b"", /, **headers: str) -> tuple[Headers, bytes]:
    """One request of a browser; what came back, not unpacked."""
    given = {"accept-encoding": "gzip, br", "host": "localhost"} | {n.replace("_", "-"): v for n, v in headers.items()}
    headers_of = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "scheme": "http", "headers": headers_of}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"].append((b"x-added", b"1"))  # as those outside do
        sent.append(message)

    async def run() -> None:
        await app(scope, receive, send)

    with ThreadPoolExecutor(1) as own:  # where a browser of another test holds this thread's loop
        own.submit(asyncio.run, run()).result()
    return Headers(raw=sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


def test_a_file_is_asked_for_once_and_says_the_same_each_time(app, behind):
    for _ in range(3):
        headers, body = ask(app, "/static/js/a.js")
        assert gzip.decompress(body) == SCRIPT
        assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
        assert int(headers["content-length"]) == len(body) < len(SCRIPT) / 10
        assert "etag" not in headers
        assert headers.getlist("x-added") == ["1"]
    assert behind.asked == ["/static/js/a.js"]


def test_who_cannot_unpack_gets_it_as_it_is(app):
    ask(app, "/static/js/a.js")
    headers, body = ask(app, "/static/js/a.js", accept_encoding="identity")
    assert body == SCRIPT
    assert "content-encoding" not in headers


def test_a_small_file_is_kept_as_it_is(app, behind):
    for _ in range(2):
        headers, body = ask(app, "/static/js/small.js")
        assert (body, headers["etag"]) == (SCRIPT[:10], '"1"')
    assert len(behind.asked) == 1


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/static/gone.js", b""), ("/static/page.html", b""), ("/static/own.js", b""), ("/overview", b""),
        ("/media/a.js", b""), ("/static/js/a.js", b"x=1"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_the_app_or_is_somebodys_own_is_asked_for_each_time(app, behind, path, query):
    first, second = ask(app, path, query), ask(app, path, query)
    assert len(behind.asked) == 2
    assert first == second


@pytest.mark.parametrize("header", ["range", "if-none-match", "if-modified-since"])
def test_who_asks_for_a_part_or_for_what_is_new_is_answered_by_the_app(app, behind, header):
    for _ in range(2):
        _, body = ask(app, "/static/js/a.js", b"", **{header: "x"})
        assert body == SCRIPT
    assert len(behind.asked) == 2


def test_what_is_kept_has_an_end(app, behind, monkeypatch):
    monkeypatch.setattr(packed, "MOST", 300)
    for number in range(20):
        ask(app, f"/static/js/{number}.js")
    assert app._bytes <= 300
    ask(app, "/static/js/0.js")
    assert behind.asked.count("/static/js/0.js") == 2
