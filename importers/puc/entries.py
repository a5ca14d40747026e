"""Lines of the tables about projects on their way through the sorting: each one text, its parts between separators that no
cell may hold, so that the order of the texts is that of project, table, key, values."""

from typing import NamedTuple

BETWEEN, WITHIN = "\x1f", "\x1e"


class Entry(NamedTuple):
    """One line of a table about a project, as it comes out of the sorting. `values` depend on the table."""

    project: str
    code: str
    key: str
    values: tuple[str, ...]
    cancels: bool
    line: int


def as_line(project: str, code: str, key: tuple[str, ...], values: tuple[str, ...], flag: str, line: int) -> str:
    """An entry as one line of text."""
    return BETWEEN.join((project, code, WITHIN.join(key), WITHIN.join(values), flag, str(line))) + "\n"


def entry(line: str) -> Entry:
    """An entry as it was put in."""
    project, code, key, found, flag, number = line[:-1].split(BETWEEN)
    return Entry(project, code, key, tuple(found.split(WITHIN)), flag == "S", int(number))
