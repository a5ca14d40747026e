"""What a file is called: `avanzamento_2014IT05SFOP001_impegni-rendicontazione_2018-12-31.csv`."""

import re
import unicodedata

from data_model.vocabulary import Series
from exports.asked import Asked
from texts import words

LONGEST_FILTER = 40
LONGEST_TITLE = 60
DATASET = "dataset"


def file_name(table: str, asked: Asked, extension: str, mark: str = "") -> str:
    """Programme, table, series unless it is the Commission's, filters, date. Only letters, digits and dashes."""
    w = words(asked.language)
    return _joined(asked, w(f"export.stem.{table}"), extension, mark, everywhere=table == "rejected_rows")


def picture_name(title: str, asked: Asked, extension: str) -> str:
    """The name of a chart's file: what its title says in place of the name of a table, broken between words."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    said = safe(letters)
    short = said if len(said) <= LONGEST_TITLE else said[: LONGEST_TITLE + 1].rpartition("-")[0] or said[:LONGEST_TITLE]
    return _joined(asked, f"{words(asked.language)('export.stem.chart')}-{short}", extension)


def _joined(asked: Asked, stem: str, extension: str, mark: str = "", *, everywhere: bool = False) -> str:
    """The parts in their order; `everywhere` for what is of no programme."""
    w = words(asked.language)
    codes = [code for _, several in asked.filters() for code in several]
    parts = [
        w("export.stem.app"),
        "" if everywhere else asked.programme,
        stem,
        str(asked.series) if asked.series not in (None, Series.EC) else "",
        f"{w('export.stem.filter')}-{safe('-'.join(codes))[:LONGEST_FILTER]}" if codes else "",
        f"{asked.compared_with}-{asked.as_of}" if asked.compared_with else str(asked.as_of),
        w(f"export.stem.{mark}") if mark else "",
    ]
    return "_".join(safe(part) for part in parts if part) + f".{extension}"


def safe(text: str) -> str:
    """A text as a part of a file name on every system."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "-"
