"""The forms that a table can leave in, one line each."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from exports.asked import Asked
from exports.csv_files import write_excel, write_open
from exports.json_files import write_json
from exports.names import file_name
from exports.reader import Reader
from exports.table import ExportTable, Tally
from exports.workbooks import write_xlsx

Write = Callable[[ExportTable, Reader, BinaryIO], Tally]
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of what a zip holds: the same data make the same bytes."""


@dataclass(frozen=True)
class Flavour:
    """One form. `mark` tells its file from that of another flavour with the same extension."""

    name: str
    extension: str
    mime: str
    write: Write
    mark: str = ""

    def file_name(self, table: str, asked: Asked) -> str:
        """What the file is called."""
        return file_name(table, asked, self.extension, self.mark)


_FLAVOURS = (
    Flavour("excel", "csv", "text/csv", write_excel),
    Flavour("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    Flavour("open", "csv", "text/csv", write_open, "open_data"),
    Flavour("json", "json", "application/json", write_json),
)
FLAVOURS = {flavour.name: flavour for flavour in _FLAVOURS}


def write_zipped(flavour: Flavour, table: ExportTable, reader: Reader, stream: BinaryIO) -> Tally:
    """The table in a zip, for tables that would be too large to send as they are."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zip_entry(flavour.file_name(table.name, table.asked))
        with archive.open(entry, "w", force_zip64=True) as member:
            return flavour.write(table, reader, member)  # type: ignore[arg-type]  # zipfile's own stream is a binary one


def zip_entry(name: str) -> zipfile.ZipInfo:
    """A compressed entry of a zip, without the time it was made."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
