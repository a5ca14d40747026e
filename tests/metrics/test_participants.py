from datetime import date
from typing import Any

import pandas as pd
import pytest

from metrics import participants
from metrics.participants import Participants
from metrics.progress import Scope
from tests.metrics.rows import END_2018, figure, figures, plain

END_2017, END_2019 = date(2017, 12, 31), date(2019, 12, 31)


def people(code: str, number: int, *, axis: str = "1", category: str | None = "MD", **said: Any) -> dict[str, Any]:
    """One value of an indicator, in people."""
    return counted("indicator_value", code, number, axis=axis, category=category, **said)


def target(code: str, number: int, *, axis: str = "1", category: str = "MD", **said: Any) -> dict[str, Any]:
    """One target of an indicator, in people."""
    return counted("indicator_target", code, number, axis=axis, category=category, **said)


def counted(measure: str, code: str, number: int, *, axis: str, category: str | None, **said: Any) -> dict[str, Any]:
    part = {"subject_kind": "indicator", "subject_code": code, "axis_code": axis, "category_code": category}
    return figure(measure, number * 1_000, **(part | {"breakdown_code": "9i"} | said))


# --- participants -----------------------------------------------------------------------------------------------


def test_participants_are_the_unemployed_the_inactive_and_the_employed_and_nobody_else():
    rows = figures(
        people("CO01", 10),
        people("CO01", 5, axis="2"),
        people("CO03", 3),
        people("CO05", 1),
        people("CO02", 1_000),
        people("CO06", 1_000),
        people("CR04", 1_000),
        target("CO01", 1_000),
    )
    assert participants.participants(rows, END_2018) == Participants(
        END_2018, 19, (), (("CO01", 15), ("CO03", 3), ("CO05", 1))
    )


def test_a_part_without_any_value_is_named_and_not_counted_as_zero():
    found = participants.participants(figures(people("CO01", 10), people("CO03", 3)), END_2018)
    assert found == Participants(END_2018, 13, ("CO05",), (("CO01", 10), ("CO03", 3)))


def test_a_part_of_zero_people_is_not_missing():
    found = participants.participants(figures(people("CO01", 10), people("CO03", 0), people("CO05", 0)), END_2018)
    assert (found.value, found.missing) == (10, ())


def test_without_any_part_there_are_no_participants_to_speak_of():
    found = participants.participants(figures(people("CO06", 10)), END_2018)
    assert (found.value, found.missing, found.parts) == (None, ("CO01", "CO03", "CO05"), ())


def test_only_the_values_of_the_date_itself_are_added():
    rows = figures(people("CO01", 10, as_of=END_2017), people("CO03", 3))
    assert participants.participants(rows, END_2018).value == 3


def test_over_time_there_is_one_total_per_date_up_to_the_one_asked_for():
    rows = figures(
        people("CO06", 7, as_of=date(2016, 12, 31)),
        people("CO01", 1, as_of=END_2017),
        people("CO01", 2),
        people("CO01", 3, as_of=END_2019),
    )
    found = participants.participants_over_time(rows, END_2018)
    assert [(f.as_of, f.value) for f in found] == [(END_2017, 1), (END_2018, 2)]


def test_participants_by_part_keep_what_has_no_category():
    rows = figures(
        people("CO01", 10),
        people("CO01", 5, axis="2", category=None),
        people("CO03", 3),
        people("CO06", 9),
        target("CO01", 9),
    )
    found = participants.participants_by(rows, END_2018, ["axis_code", "category_code"])
    assert sorted(plain(found, "axis_code", "category_code", "subject_code", "value"), key=str) == [
        ("1", "MD", "CO01", 10),
        ("1", "MD", "CO03", 3),
        ("2", None, "CO01", 5),
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), [1, 2, 4]),
        (Scope(axes=("1",)), [1, 2]),
        (Scope(categories=("LD",)), [2, 4]),
        (Scope(axes=("1",), categories=("LD",)), [2]),
    ],
)
def test_a_scope_keeps_the_parts_it_names(scope, expected):
    rows = figures(people("CO01", 1), people("CO01", 2, category="LD"), people("CO01", 4, axis="2", category="LD"))
    assert [n // 1_000 for n in participants.select(rows, scope)["quantity_thousandths"]] == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(END_2019, END_2018), (END_2018, END_2018), (date(2018, 6, 1), END_2017), (date(2016, 1, 1), None)],
)
def test_the_last_date_is_the_last_one_with_a_value_and_a_target_is_no_value(as_of, expected):
    rows = figures(people("CO01", 1, as_of=END_2017), people("CO01", 2), target("CO01", 9, as_of=END_2019))
    assert participants.last_date(rows, as_of) == expected


# --- indicators against targets ---------------------------------------------------------------------------------


def of(rows: pd.DataFrame, as_of: date = END_2018) -> list[tuple[Any, ...]]:
    return plain(participants.indicators(rows, as_of), "subject_code", "value", "value_as_of", "target", "rate")


def test_a_value_is_summed_over_its_parts_and_compared_with_the_sum_of_their_targets():
    rows = figures(
        people("CO01", 10), people("CO01", 20, axis="2"), target("CO01", 40), target("CO01", 80, axis="2"), people("CO03", 5)
    )
    assert of(rows) == [("CO01", 30, END_2018, 120, 0.25), ("CO03", 5, END_2018, None, None)]


def test_the_target_in_force_is_the_latest_at_or_before_the_date():
    rows = figures(
        target("CO01", 100, as_of=date(2015, 12, 31)),
        target("CO01", 50, as_of=END_2017),
        target("CO01", 1, as_of=END_2019),
        people("CO01", 25),
        people("CO01", 2, as_of=END_2019),
    )
    assert of(rows) == [("CO01", 25, END_2018, 50, 0.5)]
    assert of(rows, END_2019) == [("CO01", 2, END_2019, 1, 2.0)]


def test_there_is_a_rate_only_where_every_part_with_a_value_has_a_target():
    rows = figures(people("CO01", 10), people("CO01", 20, axis="2"), target("CO01", 40))
    assert of(rows) == [("CO01", 30, END_2018, 40, None)]


def test_a_target_of_a_part_without_a_value_leaves_the_rate_open_since_missing_is_not_zero():
    rows = figures(people("CO01", 10), target("CO01", 20), target("CO01", 20, axis="2"))
    assert of(rows) == [("CO01", 10, END_2018, 40, None)]


def test_an_indicator_that_had_a_value_before_is_there_with_its_value_missing():
    rows = figures(people("CO01", 10), people("CO05", 3, as_of=END_2017))
    (unemployed, employed) = of(rows)
    assert unemployed == ("CO01", 10, END_2018, None, None)
    assert employed == ("CO05", None, END_2018, None, None)


def test_a_target_of_zero_has_no_rate():
    assert of(figures(people("CO01", 10), target("CO01", 0))) == [("CO01", 10, END_2018, 0, None)]


def test_before_the_first_value_an_indicator_has_its_target_and_no_value():
    rows = figures(people("CO01", 10), target("CO01", 20, as_of=date(2015, 12, 31)))
    assert of(rows, END_2017) == [("CO01", None, None, 20, None)]
