import pandas as pd

from metrics import choosing
from tests.metrics.rows import figure, figures, on_call, statement


def said(*axes: str) -> pd.DataFrame:
    return pd.DataFrame({"axis_codes": list(axes)})


ROWS = figures(
    *statement("1", "MD", 1, 1, 1), *statement("2", "LD", 1, 1, 1), on_call("committed", 5), figure("allocated", 1)
)


def test_a_figure_counts_on_its_axis_and_one_of_a_call_on_each_axis_of_the_call():
    of_subject = {("call", "AVV"): ("1", "2")}
    assert choosing.axes(ROWS, said("1;4", ""), of_subject, ()) == {"1": 3 + 1 + 1, "2": 3 + 1, "4": 1}


def test_under_a_category_only_what_is_of_it_counts():
    assert choosing.axes(ROWS, said("1"), {("call", "AVV"): ("1",)}, ("LD",)) == {"2": 3}


def test_categories_are_counted_under_the_chosen_axes():
    assert choosing.categories(ROWS, ()) == {"MD": 3, "LD": 3}
    assert choosing.categories(ROWS, ("2",)) == {"LD": 3}
    assert choosing.categories(ROWS, ("9",)) == {}
