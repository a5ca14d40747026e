"""PA00: the names of the calls, by their code and by the local code that SIGMA gives its projects."""

from collections.abc import Iterator

from data_model.records import RefusedRow, SkippedRow
from importers.puc import values
from importers.puc.late import Late
from importers.puc.lines import checked_row, refused
from importers.puc.tables import PucTable
from importers.reading import BadValue, one_line


class Calls:
    """The calls of a package. There are hundreds, so they stay in memory."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._alias: dict[str, str] = {}
        self._lines: dict[str, list[int]] = {}

    def load(self, table: PucTable, late: Late) -> Iterator[RefusedRow | SkippedRow]:
        """Read PA00; the rows that cannot be taken, and those that are cancelled."""
        found: dict[str, list[tuple[int, str, str, bool]]] = {}
        for number, cells in table.rows():
            try:
                row = checked_row(table, cells)
                code, local = values.text(row, "cod_proc_att", 60), values.optional(row, "cod_proc_att_locale", 60)
                name = one_line(row["descr_procedura_att"])
                found.setdefault(code, []).append((number, name, local, values.cancels(row)))
            except BadValue as bad:
                yield refused(table, number, cells, bad)
        for code, rows in found.items():
            if any(cancelled for *_, cancelled in rows):
                yield SkippedRow(rows[0][0], "cancelled", lines=len(rows))
            elif len({row[1:] for row in rows}) > 1:
                for number, *_ in rows:
                    late.add("PA00", number, "repeated_key")
            else:
                self._take(code, rows[0])
                for number, *_ in rows[1:]:
                    late.add("PA00", number, "repeated_key")

    def _take(self, code: str, row: tuple[int, str, str, bool]) -> None:
        number, name, local, _ = row
        self._lines[code] = [number]
        if name:
            self._names[code] = name
        if local:
            self._alias.setdefault(local, code)

    def name(self, code: str | None) -> str | None:
        """The name of a call."""
        return None if code is None else self._names.get(code) or self._names.get(self._alias.get(code, ""))

    def lines(self, code: str | None) -> int:
        """The lines of PA00 that a project brings with it: those of its call, the first time it is asked for."""
        if code is None:
            return 0
        known = code if code in self._lines else self._alias.get(code, "")
        return len(self._lines.pop(known, []))

    def unused(self) -> Iterator[SkippedRow]:
        """The calls that no project of the package names."""
        for numbers in self._lines.values():
            yield SkippedRow(numbers[0], "call_without_project", lines=len(numbers))
