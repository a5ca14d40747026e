"""Parquet files, column by column as text: what the file keeps as 32-bit floats is marked as rounded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from importers.plain_rows import picker
from importers.reading import CELL_SEPARATOR, Picked, UnreadableFile, checked_names

BATCH = 2_000
MAX_COLUMNS = 2_000


@dataclass(frozen=True)
class ParquetTable:
    """One parquet file. Line 1 is the header, as in a text table, so the first row is line 2."""

    path: Path
    name: str
    header: tuple[str, ...]
    rounded: bool
    """Whether some numbers are 32-bit floats: amounts over 16.7 million have lost their cents."""
    encoding: str = "parquet"
    delimiter: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The normalised names of the columns."""
        return checked_names(self.header)

    @classmethod
    def of(cls, path: Path) -> "ParquetTable":
        """Read the description of a parquet file. Raises UnreadableFile."""
        try:
            schema = pq.ParquetFile(path).schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile("broken_parquet") from error
        if len(schema.names) > MAX_COLUMNS:
            raise UnreadableFile("too_wide", str(len(schema.names)))
        header = tuple(schema.names)
        checked_names(header)
        return cls(path, path.name, header, any(pa.types.is_float32(t) for t in schema.types))

    def rows(self, only: Collection[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row; an empty text stands for no value. With `only`, the other columns are not read and
        their cells are empty."""
        wanted = [name for name, plain in zip(self.header, self.names, strict=True) if only is None or plain in only]
        line = 2
        try:
            for batch in pq.ParquetFile(self.path).iter_batches(BATCH, columns=wanted):
                columns = {name: _texts(batch.column(name)) for name in wanted}
                empty = [""] * batch.num_rows
                for cells in zip(*(columns.get(name, empty) for name in self.header), strict=True):
                    yield line, list(cells)
                    line += 1
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile("broken_parquet", str(line)) from error

    def picked(self, places: Sequence[int]) -> Iterator[Picked]:
        """The rows with the cells at some places."""
        pick = picker(places, len(self.header))
        for line, cells in self.rows():
            yield line, pick(cells), CELL_SEPARATOR.join(cells)

    def cells_of(self, written: str) -> tuple[str, ...]:
        """The cells of a row that is one text."""
        return tuple(written.split(CELL_SEPARATOR))


def _texts(column: Any) -> list[str]:
    """The values as text: of a float the shortest decimal that means the same float."""
    return [("" if value is None else value.strip()) for value in column.cast(pa.string()).to_pylist()]
