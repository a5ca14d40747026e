"""Slow, obvious answers from the sample's files: the csv module, Decimal and plain loops, nothing of the app.

Money is in integer cents, counts and percentages in integer thousandths. `PON` is PON Inclusione. Codes are the files'
own, except categories of region (`LD`, `TR`, `MD`, `REACT`) and years, which are text ("2018").

| function                          | gives |
|---|---|
| `rows(path)`                      | one dict per row of a file, as the file writes it |
| `finance_totals(programme, *by)`  | {key: {measure: cents}}, key a tuple of `year`, `axis`, `category` in that order |
| `indicator_sums(programme, *by)`  | {key: thousandths}, key a tuple of `year`, `indicator`, `axis`, `category` |
| `indicator_targets(programme)`    | {(year, indicator, axis, priority, category): thousandths} |
| `participants(programme)`         | {year: (CO01, CO03, CO05)}, None where the file has no row |
| `finance_falls(programme, column)`| [(axis, year before, year, cents before, cents)] where a cumulative value falls |
| `published()`                     | the rows of figures.csv that are stored: all but the check totals |
| `check_totals()`                  | the rows of figures.csv that repeat the Commission's files |
"""

import csv
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data"
FINANCE = SAMPLE / "commission" / "finance_implementation_details_IT_ESF_subset.csv"
INDICATORS = SAMPLE / "commission" / "achievement_details_IT_ESF_subset.csv"
FIGURES = SAMPLE / "pon_inclusione" / "figures.csv"
STATEMENTS = SAMPLE / "pon_inclusione" / "statements.csv"
DEADLINES = SAMPLE / "pon_inclusione" / "deadlines.csv"
DATA_SETS = SAMPLE / "commission" / "data_sets.csv"
DATA_SETS_TRANSLATED = SAMPLE / "commission" / "data_sets_translated.csv"
PROJECTS = SAMPLE / "opencoesione" / "progetti_esteso_2021-2027_20240831.parquet"
SOURCES = SAMPLE / "pon_inclusione" / "sources.csv"
REMARKS = SAMPLE / "pon_inclusione" / "remarks.csv"
SUBJECTS = SAMPLE / "pon_inclusione" / "subjects.csv"
TRANSLATIONS = SAMPLE / "pon_inclusione" / "translations.csv"

PON = "2014IT05SFOP001"
FINANCE_COLUMNS = {
    "allocated": "total_amount",
    "allocated_eu": "eu_amount",
    "allocated_national": "national_amount",
    "selected": "total_eligible_cost",
    "declared": "total_eligible_expenditure",
}
CATEGORY_CODES = {"Less developed": "LD", "Transition": "TR", "More developed": "MD", "REACT-EU": "REACT", "": None}

Key = tuple[str | None, ...]


@cache
def rows(path: Path) -> tuple[dict[str, str], ...]:
    """One dict per row of a sample file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))


def scaled(text: str, places: int) -> int:
    """A decimal number as an integer of 10**-places, exactly."""
    number = Decimal(text) * 10**places
    assert number == int(number), text
    return int(number)


def cents(text: str) -> int:
    """Euros as cents."""
    return scaled(text, 2)


def thousandths(text: str) -> int:
    """A count or a percentage as thousandths."""
    return scaled(text, 3)


def finance_rows(programme: str = PON) -> list[dict[str, str]]:
    """The rows of a programme in the finance file."""
    return [row for row in rows(FINANCE) if row["cci"] == programme]


def _finance_key(row: dict[str, str], by: Iterable[str]) -> Key:
    parts = {"year": row["year"], "axis": row["priority"], "category": CATEGORY_CODES[row["category_of_region"]]}
    return tuple(parts[name] for name in by)


def finance_totals(programme: str = PON, *by: str) -> dict[Key, dict[str, int]]:
    """One entry per key; without `by` that key is (year,). Amounts are cumulative: never add years."""
    totals: dict[Key, dict[str, int]] = {}
    for row in finance_rows(programme):
        total = totals.setdefault(_finance_key(row, by or ("year",)), dict.fromkeys(FINANCE_COLUMNS, 0))
        for measure, column in FINANCE_COLUMNS.items():
            if row[column] != "":
                total[measure] += cents(row[column])
    return totals


def finance_falls(programme: str = PON, measure: str = "declared") -> list[tuple[str, str, str, int, int]]:
    """One (axis, year before, year, cents before, cents) per fall of an axis's cumulative value, by axis and year."""
    totals = finance_totals(programme, "axis", "year")
    keys = sorted((str(axis), str(year)) for axis, year in totals)
    falls = []
    for (axis, year), (next_axis, next_year) in pairwise(keys):
        before, after = totals[axis, year][measure], totals[next_axis, next_year][measure]
        if axis == next_axis and after < before:
            falls.append((axis, year, next_year, before, after))
    return falls


def indicator_rows(programme: str = PON) -> list[dict[str, str]]:
    """The rows of a programme in the indicators file."""
    return [row for row in rows(INDICATORS) if row["cci"] == programme]


def _indicator_key(row: dict[str, str], by: Iterable[str]) -> Key:
    parts = {
        "year": row["year"],
        "indicator": row["ind_code"],
        "axis": row["priority_code"],
        "priority": row["investment_priority"],
        "category": CATEGORY_CODES[row["category_of_region"]],
    }
    return tuple(parts[name] for name in by)


def indicator_sums(programme: str = PON, *by: str) -> dict[Key, int]:
    """One entry per key that has a value at all; without `by` that key is (year, indicator)."""
    sums: dict[Key, int] = {}
    for row in indicator_rows(programme):
        if row["implemented_value"] != "":
            key = _indicator_key(row, by or ("year", "indicator"))
            sums[key] = sums.get(key, 0) + thousandths(row["implemented_value"])
    return sums


def indicator_targets(programme: str = PON) -> dict[Key, int]:
    """One entry per row with a target: (year, indicator, axis, priority, category)."""
    by = ("year", "indicator", "axis", "priority", "category")
    return {
        _indicator_key(row, by): thousandths(row["target_value"])
        for row in indicator_rows(programme)
        if row["target_value"] != ""
    }


def participants(programme: str = PON) -> dict[str, tuple[int | None, int | None, int | None]]:
    """CO01, CO03 and CO05 per year in whole people; None where the file has no value."""
    sums = indicator_sums(programme)
    years = sorted({str(year) for year, _ in sums})

    def people(year: str, indicator: str) -> int | None:
        return sums[year, indicator] // 1000 if (year, indicator) in sums else None

    return {year: (people(year, "CO01"), people(year, "CO03"), people(year, "CO05")) for year in years}


def is_check_total(row: dict[str, str]) -> bool:
    """Whether a row of figures.csv repeats the Commission's files."""
    return row["source_id"] in ("ec_fin", "ec_ind")


def published() -> list[dict[str, str]]:
    """The rows of figures.csv that are stored."""
    return [row for row in rows(FIGURES) if not is_check_total(row)]


def check_totals() -> list[dict[str, str]]:
    """The rows of figures.csv that repeat the Commission's files."""
    return [row for row in rows(FIGURES) if is_check_total(row)]
