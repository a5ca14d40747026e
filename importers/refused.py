"""Refused rows as a file that can be mended and sent again: the table as it was written, with the reasons in front.

Cells are given back as they stood, else the mended file would say something else. The importers ignore the added columns.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from importers.reading import ROUNDED, normalise

ADDED = ("avanzamento_riga", "avanzamento_colonna", "avanzamento_valore", "avanzamento_motivo")
REASONS = "avanzamento_motivi.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Refused(Protocol):
    """One refused row, from a result or from the store."""

    @property
    def part(self) -> str | None: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> str | None: ...  # noqa: D102
    @property
    def value(self) -> str | None: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def cells(self) -> Sequence[str] | None: ...  # noqa: D102


@dataclass(frozen=True)
class Written:
    """How the file was written that the rows come from: the header of each table, delimiter, encoding."""

    headers: Mapping[str, Sequence[str]]
    delimiter: str
    encoding: str = ""

    @property
    def ending(self) -> str:
        """The ending of the file of refused rows: of one table with a header, or of several tables."""
        return "csv" if self.headers.get("") else "zip"


Say = Callable[[str], str]
"""The words of a reason."""


def to_mend(written: Written, rows: Iterable[Refused], say: Say) -> bytes:
    """The refused rows of one table as CSV; those of several tables as a zip with one file each and one of reasons.

    Rows whose cells were not kept, for they hold personal data, are only in the file of reasons.
    """
    found = list(rows)
    if written.ending == "csv":
        return _table(written, "", found, say)
    parts: dict[str, list[Refused]] = {}
    for row in found:
        if row.cells is not None:
            parts.setdefault(row.part or "", []).append(row)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, mine in sorted(parts.items()):
            header = part in written.headers
            content = _table(written, part, mine, say) if header else _bare(written.delimiter, mine)
            archive.writestr(f"{part}.{'csv' if header else 'txt'}", content)
        archive.writestr(REASONS, _reasons(found, say))
    return out.getvalue()


def _table(written: Written, part: str, rows: Iterable[Refused], say: Say) -> bytes:
    """One table with its header as written. Columns that an earlier round added are left out and added afresh."""
    header = written.headers[part]
    names = [normalise(name) for name in header]
    kept = [index for index, name in enumerate(names) if name not in (*ADDED, ROUNDED)]
    added = set(range(len(header))) - set(kept)
    rounded = written.encoding == "parquet" or ROUNDED in names
    mark = ([ROUNDED], ["1"]) if rounded else ([], [])
    lines = [[*ADDED, *mark[0], *(header[index] for index in kept)]]
    for row in rows:
        if row.cells is not None:
            cells = [cell for index, cell in enumerate(row.cells) if index not in added]
            lines.append([*_told(row, say), *mark[1], *cells])
    return _csv(lines, written.delimiter or ",")  # a workbook or parquet gives numbers with a decimal point


def _bare(delimiter: str, rows: Iterable[Refused]) -> bytes:
    """The lines of a table without header and without quoting."""
    return "".join(f"{delimiter.join(row.cells)}\r\n" for row in rows if row.cells is not None).encode()


def _reasons(rows: Iterable[Refused], say: Say) -> bytes:
    lines = [["avanzamento_tabella", *ADDED], *([row.part or "", *_told(row, say)] for row in rows)]
    return _csv(lines, ";")


def _told(row: Refused, say: Say) -> list[str]:
    """The added cells. They are for a person's eyes: none of them may be taken for a formula."""
    return [_harmless(text) for text in (str(row.line), row.column or "", row.value or "", say(row.reason))]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(lines: Iterable[Sequence[str]], delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode("utf-8-sig")
