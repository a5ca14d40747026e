"""Rows that turn out to be wrong only when the whole package is known: their tables are read once more for their cells."""

from array import array
from collections.abc import Iterator, Mapping

from data_model.records import RefusedRow
from importers.puc import lines
from importers.puc.tables import PucTable
from importers.reading import BadValue

_COLUMNS = {
    "unknown_project": "cod_locale_progetto",
    "no_programme": "cod_locale_progetto",
    "not_in_ap04": "cod_programma",
}
"""The column whose value is wrong, where there is one."""


class Late:
    """The numbers of the lines to refuse, by table and reason. Eight bytes each: half an AP00 makes orphans of millions."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], array[int]] = {}

    def add(self, code: str, line: int, reason: str) -> None:
        """Refuse a line of a table."""
        self._lines.setdefault((code, reason), array("q")).append(line)

    def rows(self, tables: Mapping[str, PucTable]) -> Iterator[RefusedRow]:
        """The refused rows, table by table."""
        for (code, reason), numbers in sorted(self._lines.items()):
            wanted = iter(sorted(numbers))
            line = next(wanted)
            for number, cells in tables[code].rows():
                if number != line:
                    continue
                yield _refused(tables[code], number, cells, reason)
                if (line := next(wanted, 0)) == 0:
                    break


def _refused(table: PucTable, number: int, cells: list[str], reason: str) -> RefusedRow:
    row, column = lines.as_row(table, cells) or {}, _COLUMNS.get(reason, "")
    return lines.refused(table, number, cells, BadValue(column, row.get(column, ""), reason))
