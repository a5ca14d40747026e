"""Two dates: what differs and what it is made of, against slow plain loops; everything reconciles to the cent."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model import history
from data_model.store import Store
from data_model.vocabulary import UNKNOWN_CODE, Series
from metrics import comparison, participants, progress
from metrics import project_totals as totals
from metrics.comparison import Split
from metrics.measures import BASES
from metrics.progress import STAGES
from metrics.published import Known
from tests.conftest import ENGINES, examples
from tests.data_model.project_rows import PROGRAMME, bring, positions
from tests.metrics.rows import figure, figures, known, on_call, plain, published, statement

EC, DOCUMENTS, OC = BASES[Series.EC], BASES[Series.PUBLISHED], BASES[Series.OC]
END_2017, END_2018 = date(2017, 12, 31), date(2018, 12, 31)
ENDS = ("before_cents", "corrected_cents", "reprogrammed_cents", "new_cents", "cents", "difference_cents")
CENTS = st.none() | st.integers(-(10**6), 10**12)
EXAMPLES = count()


def first_said(**changed: Any) -> Any:
    return history.Corrected(**{"first_cents": None, "first_thousandths": None} | changed)


def compared(rows: list[dict[str, Any]], corrected: list[Any], level: Any = "axis", basis: Any = EC) -> Any:
    frame = figures(*rows)
    said = comparison.as_first_said(frame, corrected)
    first, held = (progress.positions(f, basis, END_2017, level) for f in (said, frame))
    keys = list(progress.KEYS[level])
    return comparison.amounts(first, held, progress.positions(frame, basis, END_2018, level), keys)


# --- amounts ----------------------------------------------------------------------------------------------------

TWO_YEARS = [*statement("1", "MD", 1_000, 300, 100, END_2017), *statement("1", "MD", 1_200, 700, 250, END_2018)]


def test_a_difference_is_new_data_and_that_of_the_allocation_is_reprogramming():
    assert plain(compared(TWO_YEARS, []), "stage", *ENDS) == [
        ("allocated", 1_000, 0, 200, 0, 1_200, 200),
        ("committed", 300, 0, 0, 400, 700, 400),
        ("reported", 100, 0, 0, 150, 250, 150),
        ("gap", 200, 0, 0, 250, 450, 250),
    ]


def test_what_was_first_said_of_the_earlier_date_is_compared_with_and_its_correction_is_a_part_of_its_own():
    found = compared(TWO_YEARS, [first_said(figure_id=2, first_cents=280)])
    assert plain(found, "stage", *ENDS)[1:] == [
        ("committed", 280, 20, 0, 400, 700, 420),
        ("reported", 100, 0, 0, 150, 250, 150),
        ("gap", 180, 20, 0, 250, 450, 270),
    ]


def test_a_correction_of_the_later_date_is_no_correction_of_old_data():
    found = compared(TWO_YEARS, [first_said(figure_id=5, first_cents=1)])
    assert plain(found, "stage", *ENDS)[1] == ("committed", 300, 0, 0, 400, 700, 400)


def test_what_one_date_does_not_give_makes_no_difference_and_is_not_zero():
    rows = [*statement("1", "MD", 1_000, 300, 100, END_2017), figure("selected", 5, axis_code="2", category_code="LD")]
    found = plain(compared(rows, []), "axis_code", "stage", *ENDS)
    assert ("1", "committed", 300, None, None, None, None, None) not in found
    assert ("1", "committed", 300, 0, None, None, None, None) in found
    assert ("2", "committed", None, None, None, None, 5, None) in found


def test_a_published_figure_that_no_later_document_repeats_has_no_new_data():
    rows = [published("committed", 700, as_of=END_2017)]
    assert plain(compared(rows, [], basis=DOCUMENTS), "stage", *ENDS) == [("committed", 700, 0, 0, 0, 700, 0)]


PART = st.tuples(st.sampled_from(["1", "2", "10"]), st.sampled_from(["LD", "TR", "MD"]))
YEAR = st.dictionaries(PART, st.tuples(CENTS, CENTS, CENTS), max_size=5)


@given(YEAR, YEAR, st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10**12)), max_size=6, unique_by=lambda p: p[0]))
@pytest.mark.parametrize("level", ["programme", "axis", "axis_category"])
def test_the_parts_add_up_to_the_difference_and_both_ends_are_sums_of_the_rows(level, before, now, firsts):
    rows: list[dict[str, Any]] = []
    for year, day in ((before, END_2017), (now, END_2018)):
        for (axis, category), values in year.items():
            rows += statement(axis, category, values[0], values[1], values[2], day)
    given_first = {number: cents for number, cents in firsts if number <= len(rows)}
    found = compared(rows, [first_said(figure_id=n, first_cents=c) for n, c in given_first.items()], level)
    for row in found.to_dict("records"):
        parts = [row[part] for part in comparison.PARTS]
        if row["difference_cents"] is not None and row["difference_cents"] == row["difference_cents"]:
            said, held, last = _slowly(rows, given_first, row, level)
            if held is not None and last is not None and row["stage"] != "gap":
                assert (row["before_cents"], row["cents"]) == (held if said is None else said, last)
                assert row["corrected_cents"] == row["before_cents"] * -1 + held
            assert row["before_cents"] + sum(parts) == row["cents"]
            assert sum(parts) == row["difference_cents"]


def _slowly(rows: list[dict[str, Any]], firsts: dict[int, int], row: dict[str, Any], level: str) -> tuple[Any, Any, Any]:
    """(first said, held, now) of one row, by going through all figures."""
    measure = dict(zip(STAGES, EC.stages, strict=True)).get(row["stage"])
    sums: list[Any] = []
    for day, first in ((END_2017, True), (END_2017, False), (END_2018, False)):
        total: Any = None
        for number, one in enumerate(rows, 1):
            inside = all(one[key] == row[key] for key in progress.KEYS[level])  # type: ignore[index]  # a Level
            if one["measure"] != measure or one["as_of"] != day or not inside:
                continue
            value = firsts.get(number, one["amount_cents"]) if first else one["amount_cents"]
            total = "missing" if value is None or total == "missing" else (total or 0) + value
        sums.append(None if total == "missing" else total)
    return sums[0], sums[1], sums[2]


# --- rates ------------------------------------------------------------------------------------------------------


def test_a_rate_moves_by_its_whole_and_by_its_part():
    change = comparison.rate_change((300, 1_000), (700, 1_200))
    assert change == comparison.RateChange(
        Fraction(300, 1_000), Fraction(700, 1_200), Fraction(400, 1_200), Fraction(300, 1_200) - Fraction(300, 1_000)
    )
    assert change is not None
    assert change.in_hundredths() == (3_000, 3_333, -500, 5_833, 2_833)


def test_a_reprogramming_alone_moves_a_rate_by_its_whole_only():
    change = comparison.rate_change((300, 1_000), (300, 2_000))
    assert change is not None
    assert (change.by_part, change.by_whole) == (Fraction(0), Fraction(-15, 100))


@pytest.mark.parametrize("numbers", [((None, 1), (1, 1)), ((1, 0), (1, 1)), ((1, 1), (1, None)), ((1, 1), (1, 0))])
def test_a_rate_that_is_not_known_at_both_dates_has_no_change(numbers):
    assert comparison.rate_change(*numbers) is None


@given(st.lists(st.integers(-(10**13), 10**13), min_size=4, max_size=4))
def test_the_two_parts_of_a_rate_are_its_difference_exactly_and_as_shown(four):
    change = comparison.rate_change((four[0], four[1]), (four[2], four[3]))
    if four[1] == 0 or four[3] == 0:
        assert change is None
        return
    assert change is not None
    assert change.by_part + change.by_whole == Fraction(four[2], four[3]) - Fraction(four[0], four[1])
    before, part, whole, now, difference = change.in_hundredths()
    assert (before + part + whole, before + difference) == (now, now)


def test_rates_are_compared_where_both_dates_have_them():
    frame = figures(*TWO_YEARS, *statement("2", "LD", 10, 5, 1, END_2018))
    held, now = (progress.positions(frame, EC, day, "axis") for day in (END_2017, END_2018))
    found = comparison.rates(held, now, ["axis_code"])
    assert plain(found, "axis_code", "part", "before_part_cents", "before_whole_cents", "part_cents", "whole_cents") == [
        ("1", "committed", 300, 1_000, 700, 1_200),
        ("1", "reported", 100, 300, 250, 700),
    ]


# --- projects ---------------------------------------------------------------------------------------------------


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


def changes_of(store: Store, programme: str, before: date, now: date, *, by_axis: bool = True) -> list[Any]:
    with store.reading() as session:
        return history.project_changes(
            session, programme, str(OC.system), totals.columns_of(OC), before, now, by_axis=by_axis
        )


def latest(rows: list[dict[str, Any]], day: date) -> dict[str, dict[str, Any]]:
    """The latest row of each project that is not later than a day."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: r["as_of"]):
        if row["as_of"] <= day:
            found[row["project_code"]] = row
    return found


DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))


@examples(12, soak=160)
@given(positions(), st.tuples(DAYS, DAYS).map(sorted))
def test_projects_that_came_went_and_changed_add_up_to_the_difference(common, rows, days):
    own = f"CMP{next(EXAMPLES)}"
    rows = [
        {**row, "programme_code": own}
        for row in rows
        if row.get("programme_code", PROGRAMME) == PROGRAMME and row.get("system", "oc") == "oc"
    ]
    bring(common, rows)
    then, now = (latest(rows, day) for day in days)
    by_axis, whole = (changes_of(common, own, *days, by_axis=axes) for axes in (True, False))
    found = comparison.of_projects(by_axis, whole)
    for row in found.to_dict("records"):
        column = totals.columns_of(OC)[row["stage"]]
        axis = row["axis_code"]
        every = not isinstance(axis, str)
        sides = [
            {c: r.get(column) for c, r in side.items() if every or (r.get("axis_code") or UNKNOWN_CODE) == axis}
            for side in (then, now)
        ]
        sums = [sum(v for v in side.values() if v is not None) for side in sides]
        known_at = [any(v is not None for v in side.values()) for side in sides]
        if not all(known_at):
            assert not isinstance(row["difference_cents"], int)
            continue
        assert (row["before_cents"], row["cents"]) == tuple(sums)
        first, last = sides
        assert row["entered_cents"] == sum(v or 0 for c, v in last.items() if c not in first)
        assert row["left_cents"] == -sum(v or 0 for c, v in first.items() if c not in last)
        assert sum(row[part] for part in comparison.PROJECT_PARTS) == row["difference_cents"] == sums[1] - sums[0]
    counts = comparison.project_counts(whole)
    assert (counts["entered"], counts["left"]) == (len(set(now) - set(then)), len(set(then) - set(now)))


def test_a_project_that_moved_to_another_axis_left_the_one_and_came_into_the_other_but_not_into_the_whole(common):
    own = f"CMP{next(EXAMPLES)}"
    moved = {"project_code": "M", "programme_code": own, "committed_cents": 7}
    bring(common, [{**moved, "axis_code": "1", "as_of": END_2017}, {**moved, "axis_code": "2", "as_of": END_2018}])
    found = comparison.of_projects(
        changes_of(common, own, END_2017, END_2018), changes_of(common, own, END_2017, END_2018, by_axis=False)
    )
    assert plain(found[found["axis_code"].isna()], "stage", "entered_cents", "left_cents", "difference_cents") == [
        ("committed", 0, 0, 0)
    ]
    only = comparison.project_counts(changes_of(common, own, END_2017, END_2018), ["2"])
    assert only == {"entered": 1, "left": 0, "stayed": 0}


def test_a_row_of_the_earlier_date_that_was_put_right_later_is_a_correction(common):
    own = f"CMP{next(EXAMPLES)}"
    row = {"project_code": "K", "programme_code": own, "axis_code": "1", "committed_cents": 10, "as_of": END_2017}
    bring(common, [row])
    bring(common, [{**row, "committed_cents": 12}, {**row, "committed_cents": 20, "as_of": END_2018}])
    (found,) = changes_of(common, own, END_2017, END_2018, by_axis=False)
    frame = comparison.of_projects([found], [found])
    columns = ("before_cents", "corrected_cents", "changed_cents", "cents", "difference_cents")
    assert plain(frame[frame["axis_code"].isna()], *columns) == [(10, 2, 8, 20, 10)]


# --- single numbers ---------------------------------------------------------------------------------------------


def test_a_published_number_at_two_dates_says_where_each_stands():
    one, other = on_call("committed", 100, as_of=END_2017, source_id="a"), on_call("committed", 170, source_id="b")
    held, now = known(one), known(one, other)
    (found,) = comparison.numbers(Known(comparison.as_first_said(held.frame, [first_said(figure_id=1, first_cents=90)])),
                                  held, now, [("call", "AVV")], ["committed", "reported"])  # fmt: skip
    assert (found.split.before, found.split.corrected, found.split.later, found.split.difference) == (90, 10, 70, 80)
    assert (found.then and found.then.source_id, found.last and found.last.source_id) == ("a", "b")


def test_a_number_that_only_one_date_has_makes_no_difference():
    (found,) = comparison.numbers(known(), known(), known(on_call("committed", 1)), [("call", "AVV")], ["committed"])
    assert found.split == Split(None, None, 1)
    assert found.split.difference is None


def test_participants_as_a_whole_are_compared_only_where_both_dates_have_the_same_indicators():
    said = {"subject_kind": "indicator", "axis_code": "1"}
    rows = [figure("indicator_value", v, **said | {"subject_code": c, "as_of": d}) for c, v, d in (
        ("CO01", 5_000, END_2017), ("CO01", 8_000, END_2018), ("CO03", 2_000, END_2018))]  # fmt: skip
    then, now = (participants.participants(figures(*rows), day) for day in (END_2017, END_2018))
    assert dict(comparison.people(then, then, now)) == {"CO01": Split(5, 5, 8), "CO03": Split(None, None, 2)}
    assert dict(comparison.people(now, now, now))[None].difference == 0
