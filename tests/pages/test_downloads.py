"""What a page shows is what its file holds, whatever is filtered."""

import csv
import io
import re
from decimal import Decimal

import pytest

from data_model.store import Store, open_store
from exports import tables
from exports.flavours import FLAVOURS
from shell.downloads import maker
from tests.pages.screen import LANGUAGES, cells, number, opened, unescaped
from texts import words

OF_PROJECTS = {"programme": ["PSCUMBRIA2021"], "series": ["oc"]}
VIEWS = [
    ("overview", "axes", ("committed_eur", "reported_eur"), {}),
    ("overview", "axes", ("committed_eur",), {"axis": ["2", "5"], "as_of": ["2018-12-31"]}),
    ("axes", "axes", ("committed_eur", "reported_eur"), {"axis": ["3"]}),
    ("axes", "axes", ("committed_eur",), {"category": ["LD"], "as_of": ["2019-12-31"]}),
    ("axes", "axes", ("reported_eur",), OF_PROJECTS),
    ("commitment_gaps", "commitment_gaps", ("gap_eur",), {"axis": ["1", "3"], "sort": ["rate"]}),
    ("commitment_gaps", "commitment_gaps", ("gap_eur", "committed_eur"), {"as_of": ["2017-12-31"]}),
    ("commitment_gaps", "commitment_gaps", ("gap_eur",), OF_PROJECTS | {"level": ["region"]}),
    ("commitment_gaps", "commitment_gaps", ("gap_eur",), OF_PROJECTS | {"level": ["call"], "axis": ["3"]}),
    ("calls", "calls", ("committed_eur", "reported_eur"), {"series": ["published"]}),
    ("calls", "calls", ("committed_eur",), {"series": ["published"], "axis": ["1"]}),
]


@pytest.fixture
def sample(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("DATABASE_URL", sample_url)
    return open_store(sample_url)


def file_rows(store: Store, name: str, query: dict[str, list[str]], language: str) -> list[dict[str, str]]:
    """The rows of the file that the button of a page gives, read as anybody would."""
    takes = tables.OFFERS[name].takes
    asked_for = {key: values for key, values in query.items() if key in (*takes, "programme", "as_of")}
    with store.reading() as session:
        asked = tables.asked_of(session, name, asked_for, language)
    content = maker(store.data_version(), name, asked, FLAVOURS["open"], packed=False)()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "name", "columns", "query"), VIEWS)
def test_each_amount_of_the_file_is_on_the_page(page, name, columns, query, language, sample):
    at = opened(page, {**query, "lang": language})
    label = words(language)("export.download.open", table=words(language)(f"export.table.{name}"))
    assert unescaped(label) in [unescaped(part.label) for part in at.expander]
    found = file_rows(sample, name, query, language)
    shown = " | ".join(cells(at))
    assert found
    for column in columns:
        amounts = [row[column] for row in found if row.get(column)]
        assert amounts
        for amount in amounts:
            assert number(str(Decimal(amount)), language) in shown


WITH_A_TABLE_OF_THE_ROWS = [view for view in VIEWS if view[3] != {"axis": ["3"]}]
"""Of one axis the page of axes shows the course over time, whose last line is the row of the file."""


@pytest.mark.parametrize(("page", "name", "columns", "query"), WITH_A_TABLE_OF_THE_ROWS)
def test_the_file_has_no_row_that_the_page_leaves_out_and_lacks_none(page, name, columns, query, sample):
    rows = file_rows(sample, name, query, "it")
    amounts = sorted(number(str(Decimal(row[columns[0]])), "it") for row in rows if row.get(columns[0]))
    tables_shown = opened(page, query).table
    assert any(amounts_of(table.value[head]) == amounts for table in tables_shown for head in table.value.columns)


def amounts_of(column):
    """The amounts of a column of a table, without the marks of how firm they are."""
    return sorted(found[0] for cell in column if (found := re.search(r"-?[0-9][0-9.]*(,[0-9]+)?", unescaped(str(cell)))))
