"""What the Commission's files have in common: categories of region, versions, and the cut at 1,000 rows."""

from collections.abc import Iterator, Mapping

from data_model.records import Notes, ParsedRow
from importers.reading import BadValue

CATEGORIES = {
    "Less developed": "LD",
    "Transition": "TR",
    "More developed": "MD",
    "REACT-EU": "REACT",
    "VOID": None,
    "": None,
}
DEFAULT_LIMIT = 1_000
"""Rows that the Commission's interface gives at most to who asks without a limit."""


def category(cells: Mapping[str, str], also: Mapping[str, str] | None = None) -> str | None:
    """Code of the category of region; None where the source has none. Raises BadValue."""
    name = cells["category_of_region"]
    if also and name in also:
        return also[name]
    if name not in CATEGORIES:
        raise BadValue("category_of_region", name, "unknown_code")
    return CATEGORIES[name]


def versioned_place(table: str, line: int, cells: Mapping[str, str]) -> str:
    """File and line, with the version of the programme where the row gives it."""
    version = cells.get("ver")
    return f"{table}:{line}" + (f" · v{version}" if version else "")


def watched(rows: Iterator[ParsedRow], notes: Notes) -> Iterator[ParsedRow]:
    """The rows; a note where there are exactly as many as the interface gives without being asked for more."""
    count = 0
    for row in rows:
        count += 1
        yield row
    if count == DEFAULT_LIMIT:
        notes.add("exactly_1000_rows")
