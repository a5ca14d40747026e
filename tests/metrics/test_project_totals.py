"""Sums over project positions at each reference date, against slow plain loops over the rows that were brought in."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model import project_totals, queries
from data_model.queries import FIGURE_COLUMNS
from data_model.store import Store
from data_model.vocabulary import UNKNOWN_CODE, Series
from metrics import progress
from metrics import project_totals as totals
from metrics.measures import BASES, Basis
from metrics.progress import STAGES, Scope
from tests import oracles
from tests.conftest import ENGINES, examples
from tests.data_model.project_rows import CENTS, PROGRAMME, Row, bring, positions
from tests.metrics.rows import plain

OC, OC_EU, PUC = (BASES[series] for series in (Series.OC, Series.OC_EU, Series.PUC))
JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)
AMOUNTS = ("allocated_cents", "committed_cents", "reported_cents", "certified_cents", "gap_cents")
RATES = ("committed_rate", "reported_rate", "certified_rate")
EXAMPLES = count()


@pytest.fixture(scope="module", params=ENGINES)
def common(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each has a programme of its own."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database("template_empty")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    store = Store(url)
    yield store
    store.close()


def brought(store: Store, rows: Sequence[Row]) -> str:
    """Bring the rows in under a programme that no other example has; its code."""
    own = f"TOT{next(EXAMPLES)}"
    bring(store, [{**row, "programme_code": own} for row in rows if row.get("programme_code", PROGRAMME) == PROGRAMME])
    return own


def read(store: Store, programme: str, basis: Basis) -> pd.DataFrame:
    """The statements of a programme in a series of projects."""
    with store.reading() as session:
        steps = project_totals.steps(session, programme, str(basis.system), totals.columns_of(basis), totals.pairs_of(basis))
    return totals.statements(steps, basis)


def test_steps_come_in_the_order_of_their_dates_and_axes_on_both_engines(common):
    """One on axis 1 that a later row ends and one on axis 2 that none does: the database has the open one first."""
    row = {"system": "oc", "programme_code": PROGRAMME, "committed_cents": 1}
    axes = (("A", JUNE, "2"), ("B", JUNE, "1"), ("B", AUGUST, "1"))
    programme = brought(common, [{**row, "project_code": code, "as_of": day, "axis_code": axis} for code, day, axis in axes])
    with common.reading() as session:
        steps = project_totals.steps(session, programme, "oc", totals.columns_of(OC), totals.pairs_of(OC))
    expected = [(JUNE, AUGUST, "1"), (JUNE, None, "2"), (AUGUST, None, "1")]
    assert [(step.since, step.until, step.axis_code) for step in steps] == expected


def at(
    store: Store, programme: str, basis: Basis, day: date, level: Any = "axis", axes: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The positions of a programme as the pages read them."""
    figures = totals.as_figures(read(store, programme, basis), basis, FIGURE_COLUMNS)
    return progress.positions(figures, basis, day, level, Scope(axes))


# --- the slow way -----------------------------------------------------------------------------------------------


def newest(rows: list[Row], basis: Basis, day: date) -> list[Row]:
    """The latest row of each project that is not later than a day."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: r["as_of"]):
        if (row["programme_code"], row["system"]) == (PROGRAMME, basis.system) and row["as_of"] <= day:
            found[row["project_code"]] = row
    return list(found.values())


def summed(rows: list[Row], basis: Basis) -> tuple[Any, ...]:
    """Amounts, gap and rates of a group, a number at a time."""

    def given(stage: str) -> list[int]:
        column = basis.columns[STAGES.index(stage)]
        return [row[column] for row in rows if column and row[column] is not None]

    def both(part: str, whole: str) -> list[tuple[int, int]]:
        one, other = (basis.columns[STAGES.index(stage)] for stage in (part, whole))
        found = [(row[one], row[other]) for row in rows if one and other]
        return [(a, b) for a, b in found if a is not None and b is not None]

    def share(pairs: list[tuple[int, int]]) -> float | None:
        whole = sum(b for _, b in pairs)
        return sum(a for a, _ in pairs) / whole if whole else None

    amounts = [sum(given(stage)) if given(stage) else None for stage in STAGES]
    paid = both("reported", "committed")
    gap = sum(b - a for a, b in paid) if paid else None
    rates = [share(pairs) for pairs in (both("committed", "allocated"), paid, both("certified", "allocated"))]
    return (*amounts, gap, *rates)


FULL_ROWS = positions().flatmap(
    lambda rows: st.tuples(*(st.tuples(CENTS, CENTS, CENTS) for _ in rows)).map(
        lambda more: [
            {**row, "granted_cents": granted, "admitted_cents": admitted, "certified_cents": certified}
            for row, (granted, admitted, certified) in zip(rows, more, strict=True)
        ]
    )
)


@examples(12, soak=160)
@given(rows=FULL_ROWS)
def test_every_sum_gap_and_rate_is_that_of_a_slow_loop_at_every_date(common, rows):
    programme = brought(common, rows)
    for basis in (OC, OC_EU, PUC):
        figures = totals.as_figures(read(common, programme, basis), basis, FIGURE_COLUMNS)
        days = {r["as_of"] for r in rows if (r["programme_code"], r["system"]) == (PROGRAMME, basis.system)}
        for day in [*days, date(2025, 1, 1)]:
            latest = newest(rows, basis, day)
            groups: dict[str, list[Row]] = {}
            for row in latest:
                groups.setdefault(row["axis_code"] or UNKNOWN_CODE, []).append(row)
            expected = {axis: summed(those, basis) for axis, those in groups.items()}
            said = {axis: found for axis, found in expected.items() if any(amount is not None for amount in found[:4])}
            said = said or expected  # where no project gives any amount, every group is there and says so
            found = plain(progress.positions(figures, basis, day, "axis"), "axis_code", *AMOUNTS, *RATES)
            assert {axis: tuple(numbers) for axis, *numbers in found} == said
            whole = plain(progress.positions(figures, basis, day, "programme"), *AMOUNTS, *RATES)
            assert whole == ([summed(latest, basis)] if said else [])


@examples(6, soak=60)
@given(rows=FULL_ROWS)
def test_the_projects_behind_a_sum_are_counted_and_commitments_without_payment_complete_those_with_one(common, rows):
    frame = read(common, brought(common, rows), OC)
    for day in progress.dates(frame):
        for axes in ((), ("1",), ("05", UNKNOWN_CODE)):
            latest = [r for r in newest(rows, OC, day) if not axes or (r["axis_code"] or UNKNOWN_CODE) in axes]
            known = totals.coverage(frame, day, Scope(axes))
            committed = [r for r in latest if r["committed_cents"] is not None]
            unpaid = [r["committed_cents"] for r in committed if r["paid_cents"] is None]
            assert known.projects == len(latest)
            assert known.rounded == sum(r["rounded"] for r in latest)
            assert known.given.get("committed", 0) == len(committed)
            assert (known.unpaid_cents, known.unpaid_projects) == (sum(unpaid), len(unpaid))


# --- on rows that say one thing ---------------------------------------------------------------------------------


def project(code: str, committed: int | None, paid: int | None, day: date = AUGUST, **more: Any) -> dict[str, Any]:
    said = {"granted_cents": 1_000, "axis_code": "1", "system": "oc", "programme_code": PROGRAMME}
    return said | {"project_code": code, "as_of": day, "committed_cents": committed, "paid_cents": paid} | more


def test_a_payment_that_is_not_given_is_not_zero(store):
    programme = brought(store, [project("A", 800, 200), project("B", 5_000, None)])
    (found,) = plain(at(store, programme, OC, AUGUST, "programme"), *AMOUNTS, "reported_rate")
    assert found == (2_000, 5_800, 200, None, 600, 0.25)
    known = totals.coverage(read(store, programme, OC), AUGUST, Scope())
    assert (known.given["reported"], known.projects, known.unpaid_cents, known.unpaid_projects) == (1, 2, 5_000, 1)


def test_an_amount_that_no_project_gives_is_missing_and_one_of_zero_is_zero(store):
    programme = brought(store, [project("A", None, 0), project("B", None, 0)])
    (found,) = plain(at(store, programme, OC, AUGUST), *AMOUNTS)
    assert found == (2_000, None, 0, None, None)


def test_a_project_without_news_keeps_its_last_row_and_one_with_news_gives_way(store):
    rows = [project("A", 100, 10, JUNE), project("B", 100, 20, JUNE), project("B", 150, 50, axis_code="2")]
    programme = brought(store, rows)
    lines = progress.trend(totals.as_figures(read(store, programme, OC), OC, FIGURE_COLUMNS), OC, "axis")
    reported = lines[lines["stage"] == "reported"]
    assert plain(reported, "as_of", "axis_code", "cents") == [(JUNE, "1", 30), (AUGUST, "1", 10), (AUGUST, "2", 50)]


def test_a_date_at_which_nothing_is_given_any_more_does_not_show_the_amounts_of_the_date_before(store):
    programme = brought(store, [project("A", 100, 10, JUNE), project("A", None, None, granted_cents=None)])
    (found,) = plain(at(store, programme, OC, AUGUST), *AMOUNTS)
    assert found == (None, None, None, None, None)
    (before,) = plain(at(store, programme, OC, JUNE), *AMOUNTS)
    assert before == (1_000, 100, 10, None, 90)


def test_projects_without_an_axis_are_a_group_of_their_own(store):
    programme = brought(store, [project("A", 100, 10), project("B", 100, 20, axis_code=None)])
    found = at(store, programme, OC, AUGUST)
    assert plain(found, "axis_code", "reported_cents") == [("1", 10), (UNKNOWN_CODE, 20)]


def test_no_more_than_the_latest_dates_are_shown_and_the_oldest_of_them_is_complete(store):
    days = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(totals.DATES + 3)]
    programme = brought(store, [project(f"P{n}", 100, 10, day) for n, day in enumerate(days)])
    frame = read(store, programme, OC)
    assert progress.dates(frame) == days[3:]
    assert totals.projects_per_date(frame, AUGUST, Scope()) == {day: n for n, day in enumerate(days, 1) if n > 3}


def test_sums_are_derived_and_have_numbers_that_no_figure_has(store):
    frame = totals.as_figures(read(store, brought(store, [project("A", 100, 10)]), OC), OC, FIGURE_COLUMNS)
    assert set(FIGURE_COLUMNS) <= set(frame.columns)
    assert set(frame["firmness"]) == {"derived"}
    assert all(number < 0 for number in frame["id"])
    assert frame["id"].is_unique


def test_a_programme_without_projects_has_no_statement(store):
    frame = read(store, "NONE", OC)
    assert frame.empty
    assert at(store, "NONE", OC, AUGUST, "programme").empty
    assert totals.coverage(frame, AUGUST, Scope()) == ({}, {}, 0, 0, 0, 0)


# --- what is there ----------------------------------------------------------------------------------------------


def test_payments_admitted_to_the_programme_are_offered_only_where_a_project_gives_them(store):
    without = brought(store, [project("A", 100, 10)])
    given_by_one = brought(store, [project("B", 100, 10, reported_cents=5), project("C", 100, 10)])
    with store.reading() as session:
        assert project_totals.systems(session, without) == {("oc", False)}
        assert project_totals.systems(session, given_by_one) == {("oc", True)}


def test_each_import_says_how_many_rows_it_brought_and_how_many_the_source_rounds(store):
    rows = [project("A", 100, 10, JUNE), project("A", 100, 20), project("B", 100, 20, rounded=True, date_basis="assumed")]
    programme = brought(store, rows)
    with store.reading() as session:
        (lot,) = project_totals.lots(session, programme, "oc")
        assert project_totals.project_count(session, programme, "oc") == 2
    assert (lot.rows, lot.rounded, lot.assumed) == (3, 1, 1)
    assert (lot.first, lot.last, lot.source_id, lot.file_name) == (JUNE, AUGUST, "oc", "projects.csv")


# --- the sample -------------------------------------------------------------------------------------------------

PARQUET = oracles.SAMPLE / "opencoesione" / "progetti_esteso_2021-2027_20240831.parquet"
COLUMNS = {"granted": "OC_FINANZ_TOT_PUB_NETTO", "committed": "IMPEGNI", "paid": "TOT_PAGAMENTI"}


def of_file() -> dict[str, list[dict[str, int | None]]]:
    """Amounts in cents per programme, read row by row: the first of several programmes, published rows only."""
    import pyarrow.parquet  # noqa: PLC0415  # only where there is a parquet to read

    found: dict[str, list[dict[str, int | None]]] = {}
    for row in pyarrow.parquet.read_table(PARQUET).to_pylist():
        if row["OC_FLAG_VISUALIZZAZIONE"] == 0:
            programme = row["OC_CODICE_PROGRAMMA"].split(":::")[0]
            amounts = {name: in_cents(row[column]) for name, column in COLUMNS.items()}
            found.setdefault(programme, []).append(amounts)
    return found


def in_cents(value: float | None) -> int | None:
    """The shortest decimal that is the same 32-bit float, in cents."""
    if value is None or math.isnan(value):
        return None
    return int(Decimal(np.format_float_positional(np.float32(value), unique=True, trim="0")) * 100)


def test_the_sums_of_the_sample_are_those_of_its_file(sample_store):
    with sample_store.reading() as session:
        programmes = queries.programmes(session)
    by_project = set(programmes[programmes["kind"] == "oc"]["code"])
    assert by_project
    expected = of_file()
    assert set(expected) == by_project
    for programme, rows in expected.items():
        sums = {name: [value for row in rows if (value := row[name]) is not None] for name in COLUMNS}
        pairs = [(row["committed"], row["paid"]) for row in rows]
        both = [committed - paid for committed, paid in pairs if committed is not None and paid is not None]
        gap = sum(both) if both else None
        stages = tuple(sum(sums[name]) if sums[name] else None for name in COLUMNS)
        (found,) = plain(at(sample_store, programme, OC, date(2030, 1, 1), "programme"), *AMOUNTS)
        assert found == (*stages, None, gap), programme
        known = totals.coverage(read(sample_store, programme, OC), date(2030, 1, 1), Scope())
        assert (known.projects, known.rounded) == (len(rows), len(rows))
