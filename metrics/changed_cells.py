"""Two tables of texts compared cell by cell: what a reader would see move. Rows are found by their name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Changed:
    """One cell that is not the same; empty where it is not there."""

    row: str
    column: str
    before: str
    after: str


def changed_cells(before: Columns, after: Columns) -> list[Changed]:
    """The cells that differ, in the order of the later table; then those that are there no more."""
    old, new = dict(_cells(before)), dict(_cells(after))
    return [
        Changed(row, column, old.get((number, row, column), ""), new.get((number, row, column), ""))
        for number, row, column in dict.fromkeys((*new, *old))
        if old.get((number, row, column)) != new.get((number, row, column))
    ]


def _cells(columns: Columns) -> Iterator[tuple[tuple[int, str, str], str]]:
    """(which of the rows of this name, row, column) and text of each cell besides the names."""
    names: Sequence[str] = next(iter(columns.values()), ())
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        for column in list(columns)[1:]:
            yield (seen[name], name, column), columns[column][place]
