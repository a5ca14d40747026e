"""Middleware: the scripts and fonts of the app, packed once and kept. Every first visit asks for more than a hundred, and
packing them anew took the process that answers clicks a third of a second each time."""

import gzip
from collections import OrderedDict

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILES = "/static/"
"""Streamlit's own, alike for everybody; what a person makes is under /media."""

MOST = 32 << 20
"""Bytes that are kept; the oldest fall away."""

_SMALLEST = 1024
_PASSES = ("range", "if-range", "if-none-match", "if-modified-since")
"""Who asks so is not answered with the whole file."""

_Answer = tuple[Message, bytes]


class PackedFiles:
    """Answers for a file of the app from memory, to browsers that unpack gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[str, _Answer] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look once at each request."""
        if not _asks_for_a_file(scope):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        answer = self._kept.get(path)
        if answer is None:
            answer = await self._fetched(scope, receive)
            if _alike_for_everybody(answer):
                self._keep(path, answer)
        start, body = answer
        await send({**start, "headers": list(start["headers"])})  # those outside add their own to the list
        await send({"type": "http.response.body", "body": body})

    async def _fetched(self, scope: Scope, receive: Receive) -> _Answer:
        start: Message = {}
        parts: list[bytes] = []

        async def listening(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain, "extensions": {}}, receive, listening)
        return _packed(start, b"".join(parts))

    def _keep(self, path: str, answer: _Answer) -> None:
        if path in self._kept:  # two asked for it at once
            return
        self._kept[path] = answer
        self._bytes += len(answer[1])
        while self._bytes > MOST:
            self._bytes -= len(self._kept.popitem(last=False)[1][1])


def _asks_for_a_file(scope: Scope) -> bool:
    if (
        scope["type"] != "http"
        or scope["method"] != "GET"
        or not scope["path"].startswith(FILES)
        or scope.get("query_string")
    ):
        return False
    headers = Headers(raw=scope["headers"])
    return "gzip" in headers.get("accept-encoding", "") and not any(name in headers for name in _PASSES)


def _alike_for_everybody(answer: _Answer) -> bool:
    """Whether it is a file: a document comes with a cookie of its own."""
    headers = Headers(raw=answer[0]["headers"])
    html = headers.get("content-type", "").startswith("text/html")
    return answer[0]["status"] == 200 and not html and "set-cookie" not in headers


def _packed(start: Message, body: bytes) -> _Answer:
    """The answer with its content packed, where that makes it smaller."""
    headers = MutableHeaders(raw=start["headers"])
    small = gzip.compress(body, mtime=0) if start["status"] == 200 and len(body) >= _SMALLEST else body
    if len(small) < 0.95 * len(body):
        headers["content-encoding"] = "gzip"
        headers.add_vary_header("Accept-Encoding")
        del headers["etag"]  # that of the unpacked file
        body = small
    headers["content-length"] = str(len(body))
    return start, body
