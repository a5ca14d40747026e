"""Sorts more lines than fit in memory: runs of them on disk, without a name there, merged while they are read."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from types import TracebackType
from typing import IO

_RUN = 150_000
"""Lines kept in memory: some 40 MB of them."""

_CHARACTERS = 24_000_000


class SortedLines:
    """Lines that end in a newline, given in any order and read in that of their characters. A context manager: at its end
    nothing is left, not even of a process that was killed."""

    def __init__(self, run: int = _RUN) -> None:
        self._limit = run
        self._lines: list[str] = []
        self._size = 0
        self._runs: list[IO[str]] = []
        self._open = ExitStack()

    def __enter__(self) -> "SortedLines":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lines.clear()
        self._open.close()

    def add(self, line: str) -> None:
        """Take one line."""
        self._lines.append(line)
        self._size += len(line)
        if len(self._lines) >= self._limit or self._size >= _CHARACTERS:
            self._spill()

    def __iter__(self) -> Iterator[str]:
        """All lines, sorted."""
        self._lines.sort()
        for run in self._runs:
            run.seek(0)
        return merge(*self._runs, self._lines)

    def _spill(self) -> None:
        self._lines.sort()
        run = self._open.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))  # noqa: SIM115  # closed at the end
        run.writelines(self._lines)
        self._runs.append(run)
        self._lines.clear()
        self._size = 0
