"""What a file is called: `avanzamento_2014IT05SFOP001_impegni-rendicontazione_2018-12-31.csv`."""

import re

from data_model.vocabulary import Series
from exports.asked import Asked
from texts import words

LONGEST_FILTER = 40
DATASET = "dataset"


def file_name(table: str, asked: Asked, extension: str, mark: str = "") -> str:
    """Programme, table, series unless it is the Commission's, filters, date. Only letters, digits and dashes."""
    w = words(asked.language)
    codes = [code for _, several in asked.filters() for code in several]
    parts = [
        w("export.stem.app"),
        asked.programme if table != "rejected_rows" else "",
        w(f"export.stem.{table}"),
        str(asked.series) if asked.series not in (None, Series.EC) else "",
        f"{w('export.stem.filter')}-{safe('-'.join(codes))[:LONGEST_FILTER]}" if codes else "",
        f"{asked.compared_with}-{asked.as_of}" if asked.compared_with else str(asked.as_of),
        w(f"export.stem.{mark}") if mark else "",
    ]
    return "_".join(safe(part) for part in parts if part) + f".{extension}"


def safe(text: str) -> str:
    """A text as a part of a file name on every system."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "-"
