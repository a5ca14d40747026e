"""What a file says of itself in words: what was asked for, its dates, sources, sums and definitions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from data_model.vocabulary import Firmness
from exports.asked import Asked
from exports.csv_files import euros
from exports.reader import Reader
from exports.table import Column, ExportTable, Tally
from texts import Words

Line = tuple[str, str]


class Section(NamedTuple):
    """A title and the lines under it: a name and what it says."""

    title: str
    lines: list[Line]


def sections(table: ExportTable, reader: Reader, tally: Tally, sources: Sequence[str]) -> list[Section]:
    """All that is said of a table."""
    w = reader.w
    return [
        Section(w(f"export.table.{table.name}"), [*asked_for(table.asked, reader), *counted(table, reader, tally)]),
        Section(w("export.notes"), [(w("export.note_missing"), w("export.note_missing_means"))]),
        Section(w("export.columns"), [(reader.head(c), meaning(c, reader)) for c in table.columns]),
        Section(w("table.firmness"), [(w(f"firmness.{f}.label"), w(f"firmness.{f}.means")) for f in Firmness]),
        Section(w("export.sources"), [(code, _document(reader, code)) for code in sources if code]),
    ]


def asked_for(asked: Asked, reader: Reader) -> Iterator[Line]:
    """Programme, series, dates and filters in words."""
    w = reader.w
    yield w("filter.programme"), reader.programme(asked.programme)
    if asked.series is not None:
        yield w("filter.series"), w(f"series.{asked.series}.label")
    yield w("filter.as_of"), w("export.every_date") if asked.every_date else w.day(asked.as_of)
    if asked.compared_with is not None:
        yield w("filter.compared_with"), w.day(asked.compared_with)
    filters = list(asked.filters())
    for key, codes in filters:
        yield w(f"export.filter.{key}"), _codes(reader, key, codes)
    if not filters:
        yield w("export.filters"), w("export.filters_none")


def filters_in_words(asked: Asked, reader: Reader) -> str:
    """What is filtered, in a sentence's part: `Asse: 3; Categoria di regione: Regioni meno sviluppate`."""
    return "; ".join(_filter(reader, key, codes) for key, codes in asked.filters())


def filter_items(asked: Asked, reader: Reader) -> list[tuple[str, str, str]]:
    """(query key, code, words) of each code that is filtered by: the words of `filters_in_words`, one by one."""
    return [(key, code, _filter(reader, key, (code,))) for key, codes in asked.filters() for code in codes]


def _filter(reader: Reader, key: str, codes: Sequence[str]) -> str:
    return reader.w("export.filter_item", name=reader.w(f"export.filter.{key}"), codes=_codes(reader, key, codes))


def _codes(reader: Reader, key: str, codes: Sequence[str]) -> str:
    return ", ".join(reader.filtered(key, code) for code in codes)


def counted(table: ExportTable, reader: Reader, tally: Tally) -> Iterator[Line]:
    """The rows and the sum of each column of amounts, with the rows that do not give it."""
    w = reader.w
    yield w("export.rows"), w.number(tally.rows)
    for column in table.columns:
        if column.kind == "amount":
            yield w("export.sum", column=reader.head(column)), sum_in_words(w, tally, column)


def sum_in_words(w: Words, tally: Tally, column: Column) -> str:
    """A sum in full; and in how many rows the amount is not given."""
    missing = tally.missing.get(column.key, 0)
    if missing == tally.rows:
        return w.missing
    text = w.money(tally.sums[column.key])
    return w("export.sum_but", sum=text, missing=w.number(missing)) if missing else text


def sums_for_programs(table: ExportTable, tally: Tally) -> Iterator[str]:
    """`committed_eur=1234.56`, and in how many rows it is not given; for the command's report."""
    for column in table.columns:
        if column.kind == "amount":
            missing = tally.missing[column.key]
            total = euros(tally.sums[column.key]) if missing < tally.rows or not tally.rows else Firmness.NOT_GIVEN
            yield f"{column.key}={total}" + (f" not_given_rows={missing}" if missing else "")


def meaning(column: Column, reader: Reader) -> str:
    """What a column holds: the definition of its measure with its legal basis, else its description."""
    w = reader.w
    if not column.measure:
        return w(f"export.means.{column.key}") if w.has(f"export.means.{column.key}") else ""
    basis = f"measure.{column.measure}.basis"
    parts = [w(f"measure.{column.measure}.definition"), *([w(basis)] if w.has(basis) else [])]
    return " ".join(parts)


def _document(reader: Reader, code: str) -> str:
    found = reader.documents.get(code)
    if found is None:
        return ""
    said = (reader.say(found.publisher), found.title, found.url, reader.say(found.licence))
    return " · ".join(part for part in said if part)
