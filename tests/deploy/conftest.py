"""nginx before two small servers that tell what reached them: what nginx alone decides is seen without starting the app."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import Event, Thread

import pytest

from tests.deploy.front import PROCESSES, Front, before
from tests.journeys.servers import HOST, free_port


class Echo(ThreadingHTTPServer):
    """Answers every request with what it was."""

    daemon_threads = True

    def __init__(self, name: str, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.name = name
        self.asked: list[str] = []
        self.begun = Event()
        self._connections: list[socket] = []

    def get_request(self) -> tuple[socket, object]:
        found = super().get_request()
        self._connections.append(found[0])
        return found

    def die(self) -> None:
        """End as a process that is killed ends: with the connections that nginx keeps open to it."""
        self.shutdown()
        self.server_close()
        for connection in self._connections:
            with suppress(OSError):  # closed already
                connection.shutdown(SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body at once: two small packets would wait for each other
    server: Echo

    def _answer(self) -> None:
        self.server.asked.append(self.path)
        length = int(self.headers.get("content-length", 0))
        if length:
            self.rfile.read(1)
            self.server.begun.set()
            self.rfile.read(length - 1)
        said = {"process": self.server.name, "path": self.path, "headers": dict(self.headers.items()), "length": length}
        body = json.dumps(said | {"padding": "x" * 2000}).encode()
        packed = "gzip" in self.headers.get("accept-encoding", "") and "packed" in self.path
        self.send_response(200)
        if packed:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if "safe" in self.path:
            self.send_header("Strict-Transport-Security", "max-age=1")
            self.send_header("Content-Security-Policy", "default-src 'self'")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815  # the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def answering(name: str, port: int) -> Iterator[Echo]:
    """A server that tells what reached it, until the end of the block."""
    server = Echo(name, port)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.die()


@pytest.fixture(scope="module")
def echoes() -> Iterator[tuple[Echo, Echo]]:
    with answering(PROCESSES[0], free_port()) as first, answering(PROCESSES[1], free_port()) as second:
        yield first, second


@pytest.fixture(scope="module")
def front(echoes: tuple[Echo, Echo]) -> Iterator[Front]:
    """nginx as deploy/nginx.conf says, before two servers that tell what reached them."""
    with before((echoes[0].server_port, echoes[1].server_port)) as found:
        yield found
