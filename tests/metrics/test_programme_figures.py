"""What the pages must show, from the sample through the metrics, against the figures of the brief and the oracles."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from data_model import queries
from data_model.store import Store
from data_model.vocabulary import Series
from metrics import commitment_gaps, frames, participants, progress, published
from metrics.measures import BASES
from metrics.progress import KEYS, Level, Scope
from metrics.progress import STAGES as STAGES_IN_ORDER
from tests import oracles
from tests.metrics.rows import END_2018, figures_of, plain
from tests.oracles import cents

EC = BASES[Series.EC]
JUNE_2019, JUNE_2022 = date(2019, 6, 20), date(2022, 6, 30)
KINDS = ("programme", "axis", "category")
STAGES = {"allocated": "allocated", "committed": "selected", "reported": "declared"}
PROGRAMMES = sorted({row["cci"] for row in oracles.rows(oracles.FINANCE)})


def finance(store: Store, programme: str = oracles.PON):
    return figures_of(store, programme, series="ec", kinds=KINDS, measures=EC.stages)


def statement_day(year: str) -> date:
    """The day of a year's statement in the Commission's file."""
    (stamp,) = {row["reference_date"][:10] for row in oracles.finance_rows() if row["year"] == year}
    return JUNE_2022 if stamp.startswith("2022-06") else date(int(year), 12, 31)


def percent(rate: Any) -> Decimal:
    return round(Decimal(rate) * 100, 1)


# --- the programme and its axes ---------------------------------------------------------------------------------


def test_the_programme_at_the_end_of_2018_is_that_of_the_brief_to_the_cent(sample_store: Store):
    found = progress.positions(finance(sample_store), EC, END_2018, "programme")
    allocated, selected, declared = cents("1249204169"), cents("658221493.61"), cents("89700771.97")
    assert plain(found, "allocated_cents", "committed_cents", "reported_cents", "certified_cents", "gap_cents") == [
        (allocated, selected, declared, None, selected - declared)
    ]
    assert percent(found.iloc[0]["committed_rate"]) == Decimal("52.7")  # euradia writes 52,69 %


def test_in_june_2022_axes_1_and_2_are_above_their_allocation_and_axes_6_and_7_at_zero(sample_store: Store):
    found = progress.positions(finance(sample_store), EC, JUNE_2022, "axis").set_index("axis_code")
    assert [percent(found.loc[axis, "committed_rate"]) for axis in "12"] == [Decimal("128.5"), Decimal("101.2")]
    idle = commitment_gaps.nothing_committed(found.reset_index())
    assert plain(idle, "axis_code", "allocated_cents", "committed_cents") == [
        ("6", cents("90000000"), 0),
        ("7", cents("3600000"), 0),
    ]


def test_every_fall_of_a_cumulative_value_that_the_file_holds_is_marked_and_no_other(sample_store: Store):
    for programme in PROGRAMMES:
        fallen = progress.falls(progress.trend(finance(sample_store, programme), EC, "axis"))
        found = {(r.stage, r.axis_code, r.as_of.year, r.fell_by_cents) for r in frames.rows(fallen)}
        assert found == {
            (stage, axis, int(year), before - after)
            for stage in ("committed", "reported")
            for axis, _, year, before, after in oracles.finance_falls(programme, STAGES[stage])
        }, programme


def test_the_falls_that_the_brief_names_are_marked(sample_store: Store):
    fallen = progress.falls(progress.trend(finance(sample_store), EC, "axis"))
    found = {(r.stage, r.axis_code, r.as_of.year) for r in frames.rows(fallen)}
    assert {("reported", axis, 2019) for axis in "345"} | {("reported", "3", 2020)} <= found
    assert {("committed", "3", 2020), ("committed", "4", 2020)} <= found


# --- every programme of the Commission's file -------------------------------------------------------------------


@pytest.mark.parametrize("level", ["axis", "category"])
def test_the_totals_of_every_programme_and_year_are_those_of_the_file(sample_store: Store, level: Level):
    names, keys = (level,), (f"{level}_code",)
    for programme in PROGRAMMES:
        rows = finance(sample_store, programme)
        totals = oracles.finance_totals(programme, "year", *names)
        for year in sorted({str(key[0]) for key in totals}):
            found = progress.positions(rows, EC, statement_day(year), level)
            cells = plain(found, *keys, *(f"{stage}_cents" for stage in STAGES))
            expected = {key[1:]: tuple(total[m] for m in STAGES.values()) for key, total in totals.items() if key[0] == year}
            shown = {row[: len(keys)]: row[len(keys) :] for row in cells}
            assert {key: tuple(v or 0 for v in row) for key, row in shown.items()} == expected, (programme, year)


def test_the_trend_of_every_programme_has_each_year_of_the_file(sample_store: Store):
    for programme in PROGRAMMES:
        lines = progress.trend(finance(sample_store, programme), EC, "programme")
        found = {(r.as_of.year, r.stage): r.cents for r in frames.rows(lines)}
        for (year,), total in oracles.finance_totals(programme).items():
            for stage, measure in STAGES.items():
                assert found.get((int(str(year)), stage), 0) == total[measure], (programme, year, stage)


@pytest.mark.parametrize("level", ["programme", "axis", "category", "axis_category"])
@pytest.mark.parametrize("series", [Series.EC, Series.PUBLISHED])
def test_a_trend_is_what_the_positions_of_each_day_are(sample_store: Store, series: Series, level: Level):
    """The slow way: the figures of one day alone, one day after the other, axis by axis in their order."""
    basis = BASES[series]
    rows = figures_of(sample_store, oracles.PON, series=series, kinds=KINDS, measures=basis.stages)
    for scope in (Scope(), Scope(axes=("3", "1")), Scope(categories=("LD",)), Scope(("2",), ("LD", "MD"))):
        expected = [
            (day, *(getattr(row, name) for name in KEYS[level]), stage, int(getattr(row, f"{stage}_cents")))
            for day in progress.dates(rows)
            for row in frames.rows(progress.positions(rows[rows["as_of"] == pd.Timestamp(day)], basis, day, level, scope))
            for stage in STAGES_IN_ORDER
            if pd.notna(getattr(row, f"{stage}_cents"))
        ]
        found = progress.trend(rows, basis, level, scope)
        cells = zip(*(found[name].tolist() for name in ("as_of", *KEYS[level], "stage", "cents")), strict=True)
        assert repr(list(cells)) == repr(expected), scope  # a missing code is not equal to itself


def test_participants_of_every_programme_and_year_are_the_three_indicators_of_the_file(sample_store: Store):
    for programme in PROGRAMMES:
        rows = figures_of(sample_store, programme, kinds=("indicator",))
        found = {str(f.as_of.year): f for f in participants.participants_over_time(rows, JUNE_2022)}
        expected = {
            year: parts for year, parts in oracles.participants(programme).items() if any(p is not None for p in parts)
        }
        assert set(found) == set(expected), programme
        for year, parts in expected.items():
            assert found[year].value == sum(part for part in parts if part is not None), (programme, year)
            missing = {code for code, part in zip(("CO01", "CO03", "CO05"), parts, strict=True) if part is None}
            assert set(found[year].missing) == missing, (programme, year)


# --- June 2019 --------------------------------------------------------------------------------------------------


def known(store: Store):
    return published.known_at(figures_of(store, oracles.PON, series="published"), JUNE_2019)


def test_avviso_4_2016_has_a_gap_of_22_63_million_and_6_5_percent_reported(sample_store: Store):
    with sample_store.reading() as session:
        subjects = queries.subjects(session, oracles.PON)
    gaps = published.subject_gaps(known(sample_store), subjects, ["call"]).set_index("code")
    row = gaps.loc["AVV4_2016"]
    assert (row["committed_cents"], row["reported_cents"]) == (cents("24200000"), cents("1570000"))
    assert (row["gap_cents"], percent(row["reported_rate"])) == (cents("22630000"), Decimal("6.5"))
    assert row["axis_codes"] == ("1", "2")


def test_the_gap_of_avviso_3_2016_is_unknown_because_the_values_of_its_chart_are_lost(sample_store: Store):
    with sample_store.reading() as session:
        subjects = queries.subjects(session, oracles.PON)
    row = published.subject_gaps(known(sample_store), subjects, ["call"]).set_index("code").loc["AVV3_2016"]
    assert (row["missing"], row["lost"]) == (("committed", "reported"), True)
    lost = known(sample_store).frame
    lost = lost[lost["firmness"] == "not_given"]
    assert set(lost["measure"]) == {"projects_started_series", "reported_expenditure_series"}
    assert all(note.startswith("VALORE PERDUTO") for note in lost["note"])


@pytest.mark.parametrize(
    ("code", "started", "approved", "rate"), [("AVV4_2016", 11, 28, "39.3"), ("AVV3_2016", 593, 595, "99.7")]
)
def test_projects_started_of_those_approved(sample_store: Store, code, started, approved, rate):
    found = published.share(known(sample_store), "call", code, "projects_started", "projects_approved")
    assert found is not None
    assert (found.part.value, found.whole.value) == (started * 1000, approved * 1000)
    assert found.rate is not None
    assert percent(found.rate) == Decimal(rate)


def test_the_fractions_of_the_job_centres_are_ambiguous(sample_store: Store):
    rows = known(sample_store)
    signed = published.given(rows, "agreement", "CPI", "agreements_signed")
    money = published.share(rows, "agreement", "CPI", "committed", "allocated")
    operators = published.share(rows, "agreement", "CPI", "operators_covered", "operators_target")
    assert signed is not None
    assert money is not None
    assert operators is not None
    assert (signed.value, str(signed.firmness)) == (8_000, "exact")
    assert (money.part.value, money.whole.value, str(money.firmness)) == (cents("24000000"), cents("69000000"), "ambiguous")
    assert (operators.part.value, operators.whole.value) == (225_000, 600_000)
    assert str(operators.firmness) == "ambiguous"


def test_six_cities_of_the_rsc_project_report(sample_store: Store):
    rows = known(sample_store)
    reporting = published.given(rows, "activity", "RSC_BAMBINI", "cities_reporting")
    budget = published.given(rows, "activity", "RSC_BAMBINI", "allocated")
    assert reporting is not None
    assert budget is not None
    assert (reporting.value, budget.value) == (6_000, cents("1800000"))


# --- what is compared belongs together --------------------------------------------------------------------------


def test_the_cities_that_report_are_measured_against_the_cities_of_the_same_source(sample_store: Store):
    known = published.known_at(figures_of(sample_store, oracles.PON, series="published"), JUNE_2022)
    found = published.share(known, "activity", "RSC_BAMBINI", "cities_reporting", "cities_participating")
    assert found is not None
    assert (found.part.value, found.whole.value) == (6_000, 12_000)  # the deck's own 12, not the 13 of others
    assert found.part.source_id == found.whole.source_id == "seed"


def test_published_commitments_are_measured_against_the_allocation_of_their_day(sample_store: Store):
    documents = BASES[Series.PUBLISHED]
    rows = figures_of(sample_store, oracles.PON, series="published", kinds=KINDS, measures=documents.stages)
    found = frames.first(progress.positions(rows, documents, JUNE_2022, "programme"))
    assert found["allocated_cents"] == cents("1269039551")  # the allocation of 2021 is shown
    assert percent(found["committed_rate"]) == percent(Decimal("658000000") / Decimal("1249204169"))  # of 2018
