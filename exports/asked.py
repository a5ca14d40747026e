"""What is asked for, in the codes of the address: the same for a page and for the command."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from data_model.vocabulary import Series

Sort = Literal["amount", "rate"]
Query = Mapping[str, Sequence[str]]


class Misused(Exception):
    """What is asked for cannot be meant: the key of a sentence in texts under `export`, and its values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class NothingSuch(Misused):
    """What is asked for is not in the store."""


@dataclass(frozen=True)
class Asked:
    """The part of the data that is asked for. Empty filters mean all; `every_date` takes each date instead of the latest at
    `as_of`."""

    programme: str
    as_of: date
    series: Series | None = None
    compared_with: date | None = None
    axes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    project: str | None = None
    level: str = "axis"
    sort: Sort = "amount"
    language: str = "it"
    every_date: bool = False

    def filters(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(query key, codes) of each filter that is set, besides programme, series and dates."""
        for key, name in FILTERS.items():
            value = getattr(self, name)
            codes = value if isinstance(value, tuple) else (value,) if value is not None else ()
            if codes:
                yield key, codes

    def as_query(self) -> dict[str, list[str]]:
        """All that chooses data, as the address has it."""
        one = {"programme": self.programme, "series": self.series, "as_of": self.as_of, "compared_with": self.compared_with}
        chosen = {key: [str(value)] for key, value in one.items() if value}
        return chosen | {key: list(codes) for key, codes in self.filters()}


FILTERS = {
    "axis": "axes",
    "category": "categories",
    "region": "regions",
    "call": "calls",
    "beneficiary": "beneficiaries",
    "project": "project",
}
"""The field of each filter, by its query key."""

QUERY = ("programme", "series", "as_of", "compared_with", *FILTERS, "level", "sort", "lang")
"""The query keys that choose data."""

ALWAYS = ("programme", "as_of", "lang")
"""Query keys that every table takes, whether or not they change it: the same command line serves all tables."""

ONE_VALUE = (*(key for key in QUERY if key not in FILTERS), "project")

assert {*FILTERS.values()} <= {f.name for f in fields(Asked)}


def as_pairs(filters: Sequence[str]) -> dict[str, list[str]]:
    """`axis=3` … as values by key. Raises Misused."""
    found: dict[str, list[str]] = {}
    for text in filters:
        key, equals, value = text.partition("=")
        if not equals or not key or not value:
            raise Misused("export.filter_form", text=text)
        found.setdefault(key, []).append(value)
    return found


def check_keys(query: Query, table: str, takes: Sequence[str]) -> None:
    """Each key is known, the table takes it, and it has one value where there can be only one. Raises Misused."""
    for key, values in query.items():
        if key not in QUERY:
            raise Misused("export.unknown_key", name=key, known=", ".join(QUERY))
        if key not in (*ALWAYS, *takes):
            raise Misused("export.not_for_table", name=key, table=table, known=", ".join((*ALWAYS, *takes)))
        if key in ONE_VALUE and len(values) > 1:
            raise Misused("export.one_value", name=key)


def day(query: Query, key: str) -> date | None:
    """The day under a key, if there is one. Raises Misused."""
    values = query.get(key, ())
    if not values:
        return None
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", values[0]):
            return date.fromisoformat(values[0])
    except ValueError:
        pass
    raise Misused("export.not_a_day", name=key, value=values[0])
