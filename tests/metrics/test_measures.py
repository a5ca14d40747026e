import pytest
import sqlalchemy as sa

from data_model.store import Store
from data_model.tables import METADATA
from data_model.vocabulary import Series, Unit
from metrics.disagreements import FAMILIES
from metrics.measures import BASES, MEASURES, PARTICIPANT_INDICATORS
from metrics.progress import STAGES

FIGURE = METADATA.tables["figure"]
POSITION = METADATA.tables["project_position"]


def test_every_measure_of_the_sample_is_declared_with_the_unit_it_has_there(sample_store: Store):
    with sample_store.reading() as session:
        used = session.execute(sa.select(FIGURE.c.measure, FIGURE.c.unit).distinct()).all()
    assert {(key, unit) for key, unit in used} <= {(key, str(measure.unit)) for key, measure in MEASURES.items()}
    assert len(used) > 20


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_what_a_measure_divides_or_subtracts_is_declared(measure):
    computed = {measure.numerator, measure.denominator} - {None}
    assert computed <= set(MEASURES)
    assert len(computed) in (0, 2)
    assert (measure.kind == "gap") <= bool(computed)
    assert measure.key not in computed


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_has_the_unit_of_its_kind(measure):
    assert measure.unit is {"amount": Unit.EUR, "gap": Unit.EUR, "rate": Unit.PERCENT, "count": Unit.COUNT}[measure.kind]


@pytest.mark.parametrize("measure", [m for m in MEASURES.values() if m.numerator], ids=lambda m: m.key)
def test_only_like_is_divided_by_or_subtracted_from_like(measure):
    assert MEASURES[measure.numerator].unit is MEASURES[measure.denominator].unit


def test_each_series_has_a_measure_for_every_stage_and_a_gap_and_two_rates():
    assert set(BASES) == set(Series)
    for basis in BASES.values():
        assert len(basis.stages) == len(STAGES)
        assert {*basis.stages, basis.gap, *basis.rates} <= set(MEASURES)
        gap = MEASURES[basis.gap]
        assert (gap.numerator, gap.denominator) == (basis.committed, basis.reported)
        of_whole, of_commitments = (MEASURES[key] for key in basis.rates)
        assert (of_whole.numerator, of_whole.denominator) == (basis.committed, basis.allocated)
        assert (of_commitments.numerator, of_commitments.denominator) == (basis.reported, basis.committed)
        assert all(MEASURES[stage].cumulative for stage in basis.stages if stage != basis.allocated)


def test_a_series_of_project_positions_names_an_amount_of_a_position_per_stage():
    for basis in BASES.values():
        assert (basis.system is None) == (basis.columns == ())
        if basis.system is not None:
            assert len(basis.columns) == len(STAGES)
            assert {name for name in basis.columns if name} <= set(POSITION.columns.keys())
            assert basis.statement


def test_what_projects_are_funded_with_is_not_the_allocation():
    assert all(BASES[series].allocated != "allocated" for series in (Series.OC, Series.OC_EU, Series.PUC))


def test_two_series_never_share_the_name_of_commitments_or_of_expenditure():
    commission, documents = BASES[Series.EC], BASES[Series.PUBLISHED]
    assert {commission.committed, commission.reported}.isdisjoint({documents.committed, documents.reported})


def test_families_put_declared_measures_side_by_side():
    assert set(FAMILIES) <= set(MEASURES)


def test_participants_are_counted_by_employment_status():
    assert PARTICIPANT_INDICATORS == ("CO01", "CO03", "CO05")
