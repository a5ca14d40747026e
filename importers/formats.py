"""The table of formats: how each is recognised by its content, and who reads it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data_model.records import FileIdentity, ParsedRow
from importers import deadlines, documents, esif_finance, esif_indicators, figures, statements
from importers.reading import Context, TextTable, UnreadableFile, open_table


@dataclass(frozen=True)
class Format:
    """One format: the columns that tell it from the others, and its reader."""

    name: str
    required: frozenset[str]
    parse: Callable[[TextTable, Context], Iterator[ParsedRow]]
    synonyms: tuple[tuple[str, str], ...] = ()

    def fits(self, table: TextTable) -> bool:
        """Whether the table has all columns the format needs, under any of their names."""
        renamed = dict(self.synonyms)
        return self.required <= {renamed.get(name, name) for name in table.names}


FORMATS = (
    Format("esif_finance", esif_finance.REQUIRED, esif_finance.parse, tuple(esif_finance.SYNONYMS.items())),
    Format("esif_indicators", esif_indicators.REQUIRED, esif_indicators.parse, tuple(esif_indicators.SYNONYMS.items())),
    Format("figures", figures.REQUIRED, figures.parse),
    Format("statements", statements.REQUIRED, statements.parse),
    Format("deadlines", deadlines.REQUIRED, deadlines.parse),
    Format("sources", documents.SOURCES, documents.parse_sources),
    Format("remarks", documents.REMARKS, documents.parse_remarks),
    Format("subjects", documents.SUBJECTS, documents.parse_subjects),
    Format("translations", documents.TRANSLATIONS, documents.parse_translations),
)


def read_file(path: Path, context: Context, name: str | None = None) -> tuple[FileIdentity, Iterator[ParsedRow]]:
    """Recognise a file by its content, or take the format of a name if it fits, and read it. Raises UnreadableFile."""
    table = open_table(path)
    found = next((fmt for fmt in FORMATS if fmt.fits(table) and name in (None, fmt.name)), None)
    if found is None:
        raise UnreadableFile("unknown_format")
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileIdentity(path.name, sha256, found.name, table.encoding, table.delimiter), found.parse(table, context)
