from datetime import date

import pytest

from data_model.vocabulary import Firmness, Series
from metrics import frames, progress
from metrics.calculations import calculations, of_projects, rates_of
from metrics.measures import BASES, MEASURES
from tests.metrics.rows import figures, statement

EC, OC = BASES[Series.EC], BASES[Series.OC]


def position(*rows):
    return frames.first(progress.positions(figures(*rows), EC, date(2019, 12, 31), "axis"))


def test_each_calculation_stands_with_the_figures_it_is_made_of():
    found = {c.measure: c for c in calculations(position(*statement("1", "MD", 1_000, 800, 200)), EC)}
    gap, selected, declared = found["gap_declared"], found["selected_rate"], found["declared_rate"]
    assert (gap.left, gap.right, gap.result, gap.is_gap) == (800, 200, 600, True)
    assert (selected.left, selected.right, selected.result, selected.is_gap) == (800, 1_000, 0.8, False)
    assert (declared.left, declared.right, declared.result) == (200, 800, 0.25)


def test_what_is_missing_stays_missing_in_the_calculation():
    certified = calculations(position(*statement("1", "MD", 1_000, 800, 200)), EC)[-1]
    assert (certified.left, certified.right, certified.result) == (None, 1_000, None)
    assert certified.left_firmness is Firmness.NOT_GIVEN


@pytest.mark.parametrize("basis", BASES.values(), ids=str)
def test_every_basis_has_a_declared_share_for_each_stage(basis):
    found = rates_of(basis)
    assert (found["committed"], found["reported"]) == basis.rates
    assert "certified" not in found or MEASURES[found["certified"]].numerator == basis.certified


def test_projects_are_compared_where_they_give_both_amounts():
    total = {"both_committed_cents": 1_000, "both_reported_cents": 250, "gap_cents": 750, "reported_rate": 0.25}
    gap, share = of_projects(total, OC)
    assert (gap.measure, gap.left, gap.right, gap.result) == ("gap_paid", 1_000, 250, 750)
    assert (share.measure, share.left, share.right, share.result) == ("paid_rate", 250, 1_000, 0.25)
