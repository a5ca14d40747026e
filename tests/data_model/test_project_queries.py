"""The sums over projects, against slow plain loops over the rows that were brought in; on both engines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import count, product
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model import project_queries as queries
from data_model.selection import LEVELS, Selection
from data_model.store import Store
from data_model.tables import BeneficiaryTotal
from data_model.vocabulary import UNKNOWN_CODE
from metrics import project_gaps
from tests.conftest import ENGINES, examples
from tests.data_model.project_rows import PROGRAMME, Row, bring, positions

D = date(2024, 8, 31)
ALL = Selection(PROGRAMME, "oc", D, "committed_cents", "paid_cents")


# --- the slow way -----------------------------------------------------------------------------------------------


def newest(rows: Sequence[Row], chosen: Selection) -> Sequence[Row]:
    """The latest row of each project, then the filters."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: r["as_of"]):
        if (row["programme_code"], row["system"]) == (chosen.programme, chosen.system) and row["as_of"] <= chosen.as_of:
            found[row["project_code"]] = row
    return [
        row
        for row in found.values()
        if all((row[LEVELS[level]] or UNKNOWN_CODE) in codes for level, codes in chosen.filters)
    ]


def total(values: list[Any]) -> int | None:
    return sum(values) if values else None


def summed(rows: Sequence[Row], chosen: Selection) -> dict[str, int | None]:
    """What groups are counted as, by plain loops."""
    amounts = [(row[chosen.committed], row[chosen.reported]) for row in rows]
    both = [(c, r) for c, r in amounts if c is not None and r is not None]
    return {
        "projects": len(rows),
        "committed_cents": total([c for c, _ in amounts if c is not None]),
        "committed_count": sum(c is not None for c, _ in amounts),
        "reported_cents": total([r for _, r in amounts if r is not None]),
        "reported_count": sum(r is not None for _, r in amounts),
        "gap_cents": total([c - r for c, r in both]),
        "both_count": len(both),
        "both_committed_cents": total([c for c, _ in both]),
        "both_reported_cents": total([r for _, r in both]),
        "without_cents": total([c for c, r in amounts if c is not None and r is None]),
        "without_count": sum(c is not None and r is None for c, r in amounts),
        "alone_cents": total([r for c, r in amounts if c is None and r is not None]),
    }


def ranked(rows: Sequence[Row], chosen: Selection, level: str, by: str) -> list[tuple[str | None, dict[str, int | None]]]:
    """The groups, sorted as they are shown."""
    members: dict[str | None, list[Row]] = {}
    for row in newest(rows, chosen):
        members.setdefault(row[LEVELS[level]], []).append(row)
    groups = [(code, summed(those, chosen)) for code, those in members.items()]

    def key(group: tuple[str | None, dict[str, int | None]]) -> tuple[Any, ...]:
        code, found = group
        gap, whole = found["gap_cents"], found["both_committed_cents"]
        value: Any = gap
        if by == "rate":
            value = None if gap is None or whole is None or whole <= 0 else Fraction(gap, whole)
        unknown = -(found["committed_cents"] or 0) if value is None else 0
        return (value is None, -(value or 0), unknown, code is None, code or "")

    return sorted(groups, key=key)


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame with missing values as None and days as dates."""

    def cell(value: Any) -> Any:
        if pd.isna(value):
            return None
        return value.date() if isinstance(value, pd.Timestamp) else value

    return [{str(k): cell(v) for k, v in row.items()} for row in frame.to_dict("records")]


# --- on generated rows ------------------------------------------------------------------------------------------

ANY_FILTER = {
    "axes": st.lists(st.sampled_from(["1", "05", UNKNOWN_CODE]), unique=True, max_size=2).map(tuple),
    "calls": st.lists(st.sampled_from(["PRATT1", UNKNOWN_CODE]), unique=True, max_size=2).map(tuple),
    "beneficiaries": st.sampled_from([(), (), ("B1",), ("~ROSSI", "B2")]),
    "regions": st.sampled_from([(), (), ("13", "MULTI"), (UNKNOWN_CODE,)]),
}
SELECTIONS = st.builds(
    replace,
    st.just(ALL),
    as_of=st.sampled_from([date(2022, 6, 29), date(2022, 6, 30), date(2024, 1, 1), D]),
    reported=st.sampled_from(["paid_cents", "reported_cents"]),
    system=st.sampled_from(["oc", "oc", "puc"]),
    **ANY_FILTER,
)


@pytest.fixture(scope="module", params=ENGINES)
def common(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each has programmes of its own."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database("template_empty")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    store = Store(url)
    yield store
    store.close()


EXAMPLES = count()
Example = tuple[Sequence[Row], list[Selection]]


def example(store: Store, rows: Sequence[Row], chosen: list[Selection]) -> Example:
    """The rows and selections under a programme code that no other example has; the rows are brought in. The whole programme
    at the latest date is always among them: its beneficiaries are read in the order in which they are kept."""
    own = {PROGRAMME: f"PRJ{next(EXAMPLES)}"}
    renamed = [{**row, "programme_code": own.get(row["programme_code"], row["programme_code"])} for row in rows]
    bring(store, renamed)
    whole = [ALL, replace(ALL, reported="reported_cents")]
    return renamed, [replace(selection, programme=own[PROGRAMME]) for selection in (*chosen, *whole)]


@examples(8, soak=80)
@given(rows=positions(), chosen=st.lists(SELECTIONS, min_size=3, max_size=3))
def test_groups_are_those_of_a_slow_loop(common, rows, chosen):
    rows, chosen = example(common, rows, chosen)
    with common.reading() as session:
        for selection in chosen:
            assert queries.totals(session, selection) == summed(newest(rows, selection), selection)
            for level in LEVELS:
                for by in ("amount", "rate"):
                    expected = ranked(rows, selection, level, by)
                    found = queries.groups(session, selection, level, by=by)
                    assert [row["code"] for row in found] == [code for code, _ in expected]
                    for row, (_, sums) in zip(found, expected, strict=True):
                        assert {name: row[name] for name in sums} == sums
                assert queries.group_count(session, selection, level) == len(ranked(rows, selection, level, "amount"))


@examples(8, soak=80)
@given(rows=positions(), chosen=SELECTIONS, asked=st.sampled_from(["", "1", "b", "PRATT", "%", "_", "'"]))
def test_what_may_be_chosen_is_counted_as_a_slow_loop_does(common, rows, chosen, asked):
    rows, selections = example(common, rows, [chosen])
    with common.reading() as session:
        for selection, level in product(selections, LEVELS):
            text = "" if level in ("call", "beneficiary") else asked  # the names of those are searched too
            expected: dict[str | None, int] = {}
            for row in newest(rows, selection):
                code = row[LEVELS[level]]
                if not text or (code is not None and text.lower() in code.lower()):
                    expected[code] = expected.get(code, 0) + 1
            found = queries.matches(session, selection, level, text=text, limit=1_000)
            assert {one.code: one.projects for one in found} == expected
            assert [one.projects for one in found] == sorted(expected.values(), reverse=True)


def test_names_are_searched_whatever_the_size_of_their_letters(store):
    bring(store, [{"project_code": n, "beneficiary_code": n, "beneficiary_name": n} for n in ("COMUNE DI TODI", "Asl 1_a")])
    with store.reading() as session:
        for text, expected in (("di todi", ["COMUNE DI TODI"]), ("ASL", ["Asl 1_a"]), ("1%a", []), ("1_A", ["Asl 1_a"])):
            assert [one.code for one in queries.matches(session, ALL, "beneficiary", text=text, limit=5)] == expected
        assert len(queries.matches(session, ALL, "beneficiary", text="", limit=1)) == 1


@examples(8, soak=80)
@given(rows=positions(), chosen=st.lists(SELECTIONS, min_size=3, max_size=3))
def test_commitments_are_those_with_and_those_without_a_payment_to_the_cent(common, rows, chosen):
    rows, chosen = example(common, rows, chosen)
    with common.reading() as session:
        for selection in chosen:
            row = queries.totals(session, selection)
            given_amounts = {name: value or 0 for name, value in row.items()}
            assert given_amounts["committed_cents"] == given_amounts["both_committed_cents"] + given_amounts["without_cents"]
            assert given_amounts["reported_cents"] == given_amounts["both_reported_cents"] + given_amounts["alone_cents"]
            assert given_amounts["gap_cents"] == (
                given_amounts["both_committed_cents"] - given_amounts["both_reported_cents"]
            )
            bands = queries.ages(session, selection, project_gaps.cutoffs(selection.as_of))
            assert sum(bands["gap_cents"]) == given_amounts["gap_cents"]


@examples(8, soak=80)
@given(rows=positions(), chosen=st.lists(SELECTIONS, min_size=3, max_size=3))
def test_ages_are_completed_years_since_the_commitment_or_else_the_start(common, rows, chosen):
    rows, chosen = example(common, rows, chosen)
    with common.reading() as session:
        for selection in chosen:
            expected: dict[tuple[Any, Any], list[int]] = {}
            for row in newest(rows, selection):
                c, r = row[selection.committed], row[selection.reported]
                if c is None or r is None:
                    continue
                name = next((n for n in ("committed_on", "started_on") if row[n]), None)
                band = None if name is None else min(max(years(row[name], selection.as_of), 0), 3)
                expected.setdefault((band, name), []).append(c - r)
            found = plain(queries.ages(session, selection, project_gaps.cutoffs(selection.as_of)))
            assert {(row["band"], row["counted_from"]): (row["projects"], row["gap_cents"]) for row in found} == {
                key: (len(gaps), sum(gaps)) for key, gaps in expected.items()
            }


def years(start: date, end: date) -> int:
    """Completed years, as birthdays are counted."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@examples(8, soak=80)
@given(rows=positions(), chosen=st.lists(SELECTIONS, min_size=3, max_size=3))
def test_the_silent_have_commitments_and_nothing_or_zero_reported(common, rows, chosen):
    rows, chosen = example(common, rows, chosen)
    with common.reading() as session:
        for selection in chosen:
            members: dict[str, list[Row]] = {}
            for row in newest(rows, selection):
                if row["beneficiary_code"] is not None:
                    members.setdefault(row["beneficiary_code"], []).append(row)
            sums = {code: summed(those, selection) for code, those in members.items()}
            expected = {
                code: found
                for code, found in sums.items()
                if (found["committed_cents"] or 0) > 0 and (found["reported_cents"] or 0) == 0
            }
            order = sorted(expected, key=lambda code: (-(expected[code]["committed_cents"] or 0), code))
            found = plain(queries.silent(session, selection, limit=99))
            assert [row["code"] for row in found] == order
            for row in found:
                names = ("projects", "committed_cents", "reported_count", "reported_cents")
                assert {name: row[name] for name in names} == {name: expected[row["code"]][name] for name in names}
            states = {row["state"]: row for row in plain(queries.silent_totals(session, selection))}
            kinds = [project_gaps.silence(row["projects"], row["reported_count"]) for row in found]
            assert {state: row["beneficiaries"] for state, row in states.items()} == {
                kind: kinds.count(kind) for kind in set(kinds)
            }
            assert sum(row["committed_cents"] for row in states.values()) == sum(row["committed_cents"] for row in found)


# --- page by page -----------------------------------------------------------------------------------------------


def test_pages_put_together_are_the_whole_ranking_with_equal_gaps_in_the_order_of_their_codes(store):
    codes = ["b", "B", "a", "Z", "é", "~x", "10", "9", "a b/c.d"]
    bring(store, [{"project_code": c, "committed_cents": 500, "paid_cents": 100} for c in codes])
    with store.reading() as session:
        for by in ("amount", "rate"):
            pages = [queries.groups(session, ALL, "project", by=by, limit=4, offset=o) for o in (0, 4, 8)]
            assert [len(page) for page in pages] == [4, 4, 1]
            assert [group["code"] for page in pages for group in page] == sorted(codes)


def test_what_is_cut_is_the_beginning_of_the_whole_with_its_names(store):
    amounts = (("A", 1, 300), ("B", 3, 200), ("C", 2, 900))  # beneficiary, projects, cents committed to each
    rows = [
        {"project_code": f"{who}-{n}", "committed_cents": cents, "paid_cents": 100, "beneficiary_code": who}
        for who, projects, cents in amounts
        for n in range(projects)
    ]
    bring(store, [row | {"beneficiary_name": f"Comune {row['beneficiary_code']}"} for row in rows])
    with store.reading() as session:
        cut = queries.groups(session, ALL, "beneficiary", by="amount", limit=2)
        assert [(group["code"], group["name"], group["gap_cents"]) for group in cut] == [
            ("C", "Comune C", 1600),
            ("B", "Comune B", 300),
        ]
        rest = queries.groups(session, ALL, "beneficiary", by="amount", limit=2, offset=2)
        assert [(group["code"], group["name"]) for group in rest] == [("A", "Comune A")]
        offered = queries.matches(session, ALL, "beneficiary", text="", limit=2)
        assert offered == [("B", "Comune B", 3), ("C", "Comune C", 2)]


def test_the_first_beneficiaries_are_read_in_their_order_at_the_latest_date_and_summed_up_at_others(store):
    """What is kept is made wrong here, to see where it is read."""
    days = (D - timedelta(60), D)
    bring(store, [{"project_code": w, "beneficiary_code": w, "committed_cents": 5, "paid_cents": 1, "as_of": day}
                  for w in ("A", "B") for day in days])  # fmt: skip
    with store.writing() as session:
        session.execute(sa.update(BeneficiaryTotal).values(committed_cents=77, projects=88))
    with store.reading() as session:

        def read(selection: Selection) -> tuple[set[int], set[int]]:
            groups = queries.groups(session, selection, "beneficiary", by="amount", limit=9)
            offered = queries.matches(session, selection, "beneficiary", text="", limit=9)
            return {group["committed_cents"] for group in groups}, {one.projects for one in offered}

        assert read(ALL) == read(replace(ALL, as_of=D + timedelta(9))) == ({77}, {88})
        assert read(replace(ALL, as_of=days[0])) == read(replace(ALL, beneficiaries=("A", "B"))) == ({5}, {1})


def test_the_statement_of_a_shape_is_written_once(store):
    bring(store, [{"project_code": "P", "committed_cents": 500, "paid_cents": 100}])
    with store.reading() as session:
        queries.totals(session, replace(ALL, axes=("1",)))
        written = queries._totals_statement.cache_info().misses
        for other in (replace(ALL, axes=("05", "1")), replace(ALL, axes=("9",), as_of=date(2022, 6, 30), programme="X")):
            queries.totals(session, other)
        assert queries._totals_statement.cache_info().misses == written


# --- single cases -----------------------------------------------------------------------------------------------


def one(store: Store, selection: Selection = ALL) -> Mapping[str, int | None]:
    with store.reading() as session:
        return queries.totals(session, selection)


def test_a_payment_that_is_not_given_is_not_zero(store):
    bring(
        store, [{"project_code": "A", "committed_cents": 900}, {"project_code": "B", "committed_cents": 70, "paid_cents": 0}]
    )
    row = one(store)
    assert (row["gap_cents"], row["without_cents"], row["reported_cents"], row["reported_count"]) == (70, 900, 0, 1)


def test_where_no_project_gives_both_amounts_there_is_no_gap(store):
    bring(store, [{"project_code": "A", "committed_cents": 900}, {"project_code": "B", "paid_cents": 5}])
    row = one(store)
    assert (row["gap_cents"], row["both_count"], row["without_cents"], row["alone_cents"]) == (None, 0, 900, 5)


def test_a_project_paid_more_than_committed_has_a_negative_gap(store):
    bring(store, [{"committed_cents": 100, "paid_cents": 130}])
    assert one(store)["gap_cents"] == -30


def test_what_an_import_changed_counts_once_and_what_another_undid_not_at_all(store):
    bring(store, [{"committed_cents": 100, "paid_cents": 10}])
    bring(store, [{"committed_cents": 100, "paid_cents": 60}])
    row = one(store)
    assert (row["projects"], row["gap_cents"]) == (1, 40)


def test_a_date_before_the_first_position_has_no_projects(store):
    bring(store, [{"committed_cents": 100}])
    row = one(store, replace(ALL, as_of=D - timedelta(1)))
    assert (row["projects"], row["committed_cents"]) == (0, None)


def test_sums_of_millions_of_euro_keep_their_cents(store):
    cents = 9_007_199_254_740_993  # the first integer that a floating point number cannot hold
    bring(
        store,
        [{"project_code": "A", "committed_cents": cents, "paid_cents": 0}, {"project_code": "B", "committed_cents": 1}],
    )
    row = one(store)
    assert (row["committed_cents"], row["gap_cents"], row["without_cents"]) == (cents + 1, cents, 1)


def test_groups_have_the_name_of_the_store_and_projects_their_title(store):
    bring(
        store,
        [
            {
                "call_code": "P1",
                "call_name": "Avviso 1",
                "beneficiary_code": "B",
                "beneficiary_name": "Comune",
                "title": "Road",
            },
        ],
    )
    with store.reading() as session:
        names = {level: queries.groups(session, ALL, level, by="amount")[0]["name"] for level in LEVELS}
        assert queries.names(session, "call", ("P1", "P9")) == {"P1": "Avviso 1"}
    assert {level: name for level, name in names.items() if isinstance(name, str)} == {
        "call": "Avviso 1",
        "beneficiary": "Comune",
        "project": "Road",
    }


def test_origins_say_which_import_the_positions_come_from_and_how_many_are_rounded(store):
    first = bring(store, [{"project_code": "A", "rounded": True}, {"project_code": "B", "as_of": date(2023, 1, 1)}])
    second = bring(store, [{"project_code": "B", "as_of": date(2024, 1, 1)}])
    with store.reading() as session:
        found = plain(queries.origins(session, ALL))
    kept = [(r["import_id"], r["projects"], r["rounded_count"], r["first_as_of"], r["last_as_of"]) for r in found]
    assert kept == [(first, 1, 1, D, D), (second, 1, 0, date(2024, 1, 1), date(2024, 1, 1))]


@pytest.mark.parametrize("code", ["\x00", "\ud800", "x" * 5000, "'; DROP TABLE project_position; --", "Z"])
def test_a_code_that_no_project_has_is_not_known_however_it_looks(store, code):
    bring(store, [{"project_code": "10PUITALME19//ALBANIAN DEVELOPMENT FUND"}])
    with store.reading() as session:
        known = queries.known_codes(session, PROGRAMME, "oc", "project", (code, "10PUITALME19//ALBANIAN DEVELOPMENT FUND"))
        assert known == {"10PUITALME19//ALBANIAN DEVELOPMENT FUND"}
        assert queries.known_codes(session, "OTHER", "oc", "project", tuple(known)) == frozenset()


def test_the_history_of_a_project_has_a_row_per_reference_date_with_its_file(store):
    bring(
        store,
        [{"as_of": date(2023, 1, 1), "paid_cents": 1}, {"as_of": D, "paid_cents": 2, "call_code": "P", "call_name": "N"}],
    )
    bring(store, [{"as_of": D, "paid_cents": 3, "call_code": "P", "call_name": "N"}])
    with store.reading() as session:
        rows = plain(queries.history(session, PROGRAMME, "oc", "A"))
    found = [(row["as_of"], row["paid_cents"], row["call_name"], row["file_name"], row["import_id"]) for row in rows]
    assert found == [(date(2023, 1, 1), 1, None, "projects.csv", 1), (D, 3, "N", "projects.csv", 2)]
