"""The app in a process of its own, as somebody who runs it would start it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 120
OF_THE_APP = (
    "DATABASE_URL",
    "DATABASE_READ_URL",
    "AVANZAMENTO_MODE",
    "AVANZAMENTO_SAMPLE",
    "AVANZAMENTO_ONE_CORE",
    "HOST",
    "PORT",
)


@dataclass
class Answer:
    """What a server answered to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass
class Server:
    """A running app: its process, where it listens, and the file that holds what it printed."""

    process: subprocess.Popen[bytes]
    port: int
    printed: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """GET without following anything, without a proxy and without decompression."""
        connection = HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            found: HTTPResponse = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def document(self, path: str, **headers: str) -> Answer:
        """GET as a browser asks for a page."""
        return self.get(path, accept="text/html,application/xhtml+xml", **headers)

    def output(self) -> str:
        """Everything printed so far."""
        return self.printed.read_text(encoding="utf-8", errors="replace")


def uvicorn(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "app:app", "--host", HOST, "--port", str(port)]


def streamlit(port: int) -> list[str]:
    script = str(ROOT / "app.py")
    return [sys.executable, "-m", "streamlit", "run", script, "--server.address", HOST, "--server.port", str(port)]


def make_run(port: int) -> list[str]:
    """What `make run` executes once its environment is there, with the environment that runs the tests."""
    recipe = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--always-make", "run", f"HOST={HOST}", f"PORT={port}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    line = recipe.strip().splitlines()[-1]
    return ["sh", "-c", line.replace(".venv/bin/python", sys.executable)]


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


def environment(**changes: str) -> dict[str, str]:
    """The environment of a server: that of the tests without the settings of the app, which are given by name."""
    return {name: value for name, value in os.environ.items() if name not in OF_THE_APP} | changes


@contextmanager
def started(command: Sequence[str], port: int, printed: Path, *, cwd: Path = ROOT, **env: str) -> Iterator[Server]:
    """A process that may or may not become a healthy server; it is ended at the end of the block."""
    with printed.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield Server(process, port, printed)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running(
    folder: Path, database_url: str, *, command: Sequence[str] = (), port: int = 0, cwd: Path = ROOT, **env: str
) -> Iterator[Server]:
    """A server that answers."""
    port = port or free_port()
    with started(
        command or uvicorn(port), port, folder / "printed.txt", cwd=cwd, DATABASE_URL=database_url, **env
    ) as server:
        wait_until_healthy(server)
        yield server


def wait_until_healthy(server: Server, path: str = "/healthz") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise AssertionError(f"The server ended with {server.process.returncode}:\n{server.output()}")
        try:
            if server.get(path).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"The server did not answer within {PATIENCE} seconds:\n{server.output()}")
