"""nginx from deploy/nginx.conf in front of two processes of the app, and a browser's part of the talk with them."""

import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.journeys.servers import HOST, ROOT, Answer, Server, free_port, started, wait_until_healthy
from tests.nginx import nginx

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
SERVICE = ROOT / "deploy" / "avanzamento@.service"
NAME = "avanzamento.test"
"""Not localhost: Streamlit lets that in from anywhere."""
COOKIE = "avanzamento_process"
PROCESSES = ("first", "second")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configured(folder: Path, changes: dict[str, str], text: str = "") -> str:
    """deploy/nginx.conf with other names, ports and paths, changed as an operator changes them: one string for another."""
    text = text or CONFIGURATION.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"deploy/nginx.conf has no {old!r}"
        text = text.replace(old, new)
    # Where it buffers is given when nginx is built, and is not ours to write to.
    own = "".join(f"\n    {name}_temp_path {folder / name};" for name in TEMPORARY)
    return text.replace("http {", f"http {{{own}", 1)


@dataclass
class Front:
    """nginx with two processes behind it."""

    folder: Path
    port: int
    plain_port: int
    trust: ssl.SSLContext

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | Iterator[bytes] | None = None,
        /,
        name: str = NAME,
        **headers: str,
    ) -> Answer:
        """One request as a browser sends it, nothing followed or unpacked; a header that came twice has two lines."""
        connection = HTTPSConnection(HOST, self.port, timeout=30, context=self.trust)
        try:
            connection.sock = self._connected()
            own = {"Host": f"{name}:{self.port}"} | {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, path, body, own)
            answer = connection.getresponse()
            found: dict[str, str] = {}
            for key, value in answer.getheaders():
                found[key.lower()] = f"{found[key.lower()]}\n{value}" if key.lower() in found else value
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def _connected(self) -> ssl.SSLSocket:
        """By address, with the name that is asked for: no name server knows it."""
        return self.trust.wrap_socket(socket.create_connection((HOST, self.port), timeout=30), server_hostname=NAME)

    def document(self, path: str = "/overview", **headers: str) -> Answer:
        return self.ask(path, accept="text/html", **headers)

    @contextmanager
    def session(self, cookie: str = "", origin: str = "") -> Iterator["Session"]:
        """A tab: its websocket, and what it learns there."""
        headers = {"Cookie": cookie} if cookie else {}
        with connect(
            f"wss://{NAME}:{self.port}/_stcore/stream",
            ssl=self.trust,
            sock=socket.create_connection((HOST, self.port), timeout=30),
            additional_headers=headers,
            origin=Origin(origin or f"https://{NAME}:{self.port}"),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            compression=None,
            proxy=None,
        ) as connection:
            yield Session(connection)


class Session:
    """Streamlit's protocol, as far as it is needed to run a page and to ask where an upload goes."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._session = ""
        assert connection.response is not None
        self.remembered = "\n".join(connection.response.headers.get_all("Set-Cookie"))

    def run(self, query: str = "", page: str = "") -> list[ForwardMsg]:
        """Run the page; every message up to the end of the run."""
        asking = BackMsg()
        asking.rerun_script.query_string = query
        asking.rerun_script.page_name = page
        self._connection.send(asking.SerializeToString())
        found: list[ForwardMsg] = []
        while (
            not found
            or found[-1].WhichOneof("type") != "script_finished"
            or (found[-1].script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        ):
            found.append(self._next())
        return found

    def upload_address(self, file: str) -> str:
        """Where the browser would put a file."""
        asking = BackMsg()
        asking.file_urls_request.request_id = "1"
        asking.file_urls_request.file_names.append(file)
        self._connection.send(asking.SerializeToString())
        while True:
            answer = self._next()
            if answer.WhichOneof("type") == "file_urls_response":
                return str(answer.file_urls_response.file_urls[0].upload_url)

    def file_address(self, file: str) -> str:
        """Where a file is that a button makes when it is clicked."""
        asking = BackMsg()
        asking.backend_operation_request.request_id = "1"
        asking.backend_operation_request.session_id = self._session
        asking.backend_operation_request.deferred_file.file_id = file
        self._connection.send(asking.SerializeToString())
        while True:
            answer = self._next()
            if answer.WhichOneof("type") == "backend_operation_response":
                assert not answer.backend_operation_response.error_msg, answer
                return str(answer.backend_operation_response.deferred_file.url)

    def _next(self) -> ForwardMsg:
        raw = self._connection.recv(timeout=30)
        assert isinstance(raw, bytes)
        found = ForwardMsg()
        found.ParseFromString(raw)
        if found.WhichOneof("type") == "new_session":
            self._session = found.new_session.initialize.session_id
        return found


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed, and its key."""
    made, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:{HOST}", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@contextmanager
def before(ports: tuple[int, int], text: str = "") -> Iterator[Front]:
    """nginx before two ports of this machine."""
    command = nginx()
    assert command, "No nginx found: python -m tests.nginx"
    # Its workers are of another user and may not enter pytest's folder.
    with tempfile.TemporaryDirectory(prefix="avanzamento-nginx-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        signed, key = certificate(folder)
        front = Front(folder, free_port(), free_port(), ssl.create_default_context(cafile=str(signed)))
        changes = {
            "avanzamento.example.it": NAME,
            "listen 80": f"listen {HOST}:{front.plain_port}",
            "listen 443": f"listen {HOST}:{front.port}",
            "https://$host$request_uri": f"https://$host:{front.port}$request_uri",
            ":8501": f":{ports[0]}",
            ":8502": f":{ports[1]}",
            "/etc/avanzamento/tls.crt": str(signed),
            "/etc/avanzamento/tls.key": str(key),
            "/run/nginx.pid": str(folder / "nginx.pid"),
            "/var/log/nginx": str(folder),
            "/var/cache/nginx/avanzamento": str(folder / "cache"),
        }
        (folder / "nginx.conf").write_text(configured(folder, changes, text), encoding="utf-8")
        arguments = [command, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        tested = subprocess.run([*arguments, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        process = subprocess.Popen([*arguments, "-g", "daemon off;"], stdin=subprocess.DEVNULL)
        try:
            _wait(front)
            yield front
        finally:
            _end(process)


def _wait(front: Front) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            front.ask("/_stcore/no-such-address")
        except OSError:
            assert time.monotonic() < until, (front.folder / "error.log").read_text(encoding="utf-8")
            time.sleep(0.05)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def as_a_service(port: int) -> tuple[list[str], dict[str, str]]:
    """The command and the settings of deploy/avanzamento@.service, with the Python that runs the tests."""
    lines = SERVICE.read_text(encoding="utf-8").splitlines()
    given = {
        name: value for name, _, value in (line.partition("=") for line in lines) if name in ("ExecStart", "Environment")
    }
    command = given["ExecStart"].replace("%i", str(port)).split()
    return [sys.executable, *command[1:]], dict(setting.split("=", 1) for setting in given["Environment"].split())


@contextmanager
def processes(folder: Path, database_url: str, **env: str) -> Iterator[tuple[Server, Server]]:
    """Two processes of the app on one store, started side by side."""
    with ExitStack() as stack:
        found = []
        for name in PROCESSES:
            (folder / name).mkdir()
            port, printed = free_port(), folder / name / "printed.txt"
            command, own = as_a_service(port)
            own |= {"DATABASE_URL": database_url} | env
            found.append(stack.enter_context(started(command, port, printed, cwd=ROOT, **own)))
        for server in found:
            wait_until_healthy(server)
        yield found[0], found[1]
