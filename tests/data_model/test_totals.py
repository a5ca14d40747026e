"""The kept totals: what the positions make, after whatever was brought in, changed and taken back; and the command."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from data_model import totals
from data_model.store import Store
from data_model.tables import BeneficiaryTotal, ProjectPosition, ProjectTotal
from data_model.undoing import take_back
from tests.data_model.project_rows import ADA, PROGRAMME, bring
from tests.data_model.test_project_queries import ALL, ranked

JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)
CODES = ("axis", "region", "call", "beneficiary")
TOLD_APART = {"beneficiary": CODES, "call": CODES[:3], "region": CODES[:2], "axis": CODES[:1]}
AMOUNTS = ("granted", "admitted", "committed", "paid", "reported", "certified")


def made_slowly(store: Store, grain: str) -> dict[tuple, list[int]]:
    """Counts and sums per group and span of time, by a plain loop over the positions that hold."""
    told_apart = TOLD_APART[grain]
    with store.reading() as session:
        rows = [row[0] for row in session.execute(sa.select(ProjectPosition).where(col(ProjectPosition.valid_to).is_(None)))]
    found: dict[tuple, list[int]] = {}
    for row in rows:
        later = [r.as_of for r in rows if r.project_code == row.project_code and r.system == row.system
                 and r.programme_code == row.programme_code and r.as_of > row.as_of]  # fmt: skip
        given = [getattr(row, f"{name}_cents") for name in AMOUNTS]
        key = (
            row.programme_code, row.system, row.as_of, min(later, default=None),
            *(getattr(row, f"{name}_code") if name in told_apart else None for name in CODES), row.source_id, row.import_id,
            "".join("-" if cents is None else "x" for cents in given),
        )  # fmt: skip
        numbers = [1, int(row.rounded), int(row.date_basis == "assumed"), *(cents or 0 for cents in given)]
        found[key] = [a + b for a, b in zip(found.get(key, [0] * 9), numbers, strict=True)]
    return found


def kept(store: Store, grain: str) -> dict[tuple, list[int]]:
    with store.reading() as session:
        query = sa.select(ProjectTotal).where(col(ProjectTotal.grain) == grain)
        rows = [row[0] for row in session.execute(query)]
    found = {}
    for row in rows:
        given = "".join("x" if row.given & 1 << number else "-" for number in range(6))
        key = (
            row.programme_code, row.system, row.since, row.until, *(getattr(row, f"{name}_code") for name in CODES),
            row.source_id, row.import_id, given,
        )  # fmt: skip
        assert key not in found
        found[key] = [row.projects, row.rounded, row.assumed, *(getattr(row, f"{name}_cents") for name in AMOUNTS)]
    return found


def ranked_slowly(store: Store) -> dict[tuple, list[tuple]]:
    """The beneficiaries in their order by programme, system and amount compared: code, place by projects, counts."""
    with store.reading() as session:
        held = [row[0] for row in session.execute(sa.select(ProjectPosition).where(col(ProjectPosition.valid_to).is_(None)))]
    rows = [row.model_dump() for row in held]
    found = {}
    for programme, system in {(row["programme_code"], row["system"]) for row in rows}:
        for compared in ("paid_cents", "reported_cents"):
            chosen = replace(ALL, programme=programme, system=system, as_of=date(2999, 1, 1), reported=compared)
            groups = ranked(rows, chosen, "beneficiary", "amount")
            by_projects = sorted(groups, key=lambda group: (-(group[1]["projects"] or 0), group[0] is None, group[0] or ""))
            places = {code: place for place, (code, _) in enumerate(by_projects, 1)}
            found[programme, system, compared] = [(code, places[code], sums) for code, sums in groups]
    return found


def kept_ranking(store: Store) -> dict[tuple, list[tuple]]:
    with store.reading() as session:
        rows = [row[0] for row in session.execute(sa.select(BeneficiaryTotal).order_by(col(BeneficiaryTotal.gap_place)))]
    found: dict[tuple, list[tuple]] = {}
    for row in rows:
        ranking = found.setdefault((row.programme_code, row.system, row.compared), [])
        keys = {"programme_code", "system", "compared", "gap_place", "projects_place", "beneficiary_code"}
        ranking.append((row.beneficiary_code, row.projects_place, row.model_dump(exclude=keys)))
        assert row.gap_place == len(ranking)
    return found


def in_order(store: Store) -> bool:
    """Whether what is kept is what a slow loop makes."""
    told_apart = all(kept(store, each) == made_slowly(store, each) != {} for each in TOLD_APART)
    return told_apart and kept_ranking(store) == ranked_slowly(store) != {}


def some(*codes: str, as_of: date = AUGUST, **more: object) -> list[dict[str, object]]:
    """A position per code, no two alike in what they give."""
    return [
        {"project_code": code, "as_of": as_of, "axis_code": str(n % 2), "beneficiary_code": (None, "B1", "B2")[n % 3],
         "region_code": "13",
         "committed_cents": 100 + n, "paid_cents": n if n % 2 else None, "rounded": n % 3 == 0} | more
        for n, code in enumerate(codes)
    ]  # fmt: skip


def test_totals_follow_what_is_brought_in_changed_moved_and_taken_back(store):
    bring(store, [*some("A", "B", "C", "D", "E", as_of=JUNE), *some("A", "B", "C", date_basis="assumed")])
    assert in_order(store)
    bring(store, [*some("B", "F", committed_cents=7), *some("A", "G", system="puc", reported_cents=3)])
    assert in_order(store)
    moved = bring(store, some("A", programme_code="OTHER", axis_code="9"))
    assert {key[0] for key in kept(store, "axis")} == {PROGRAMME, "OTHER"}
    assert in_order(store)
    assert moved is not None
    take_back(store, actor=ADA, import_id=moved)
    assert {key[0] for key in kept(store, "axis")} == {PROGRAMME}
    assert in_order(store)


def test_totals_of_other_programmes_are_left_alone(store):
    bring(store, some("A", "B"))
    with store.writing() as session:
        session.execute(sa.update(ProjectTotal).values(projects=99))
    bring(store, some("X", "Y", programme_code="OTHER"))
    assert {row[0] for key, row in kept(store, "axis").items() if key[0] == PROGRAMME} == {99}
    assert {row[0] for key, row in kept(store, "axis").items() if key[0] == "OTHER"} == {1}


def test_a_wrong_ranking_is_told_too(store):
    bring(store, some("A", "B"))
    with store.writing() as session:
        assert totals.differing(session) == set()
        session.execute(sa.update(BeneficiaryTotal).values(gap_cents=1))
        assert totals.differing(session) == {PROGRAMME}


def test_totals_that_are_wrong_are_told_and_made_anew_by_the_command(store, monkeypatch, capsys):
    bring(store, some("A", "B"))
    with store.writing() as session:
        session.execute(sa.update(ProjectTotal).values(committed_cents=1))
    monkeypatch.setattr("sys.argv", ["totals", "--check"])
    monkeypatch.setenv("DATABASE_URL", store.url)
    assert totals.main() == 1
    assert PROGRAMME in capsys.readouterr().out
    assert not in_order(store)
    monkeypatch.setattr("sys.argv", ["totals"])
    assert totals.main() == 0
    assert in_order(store)
    monkeypatch.setattr("sys.argv", ["totals", "--check"])
    assert totals.main() == 0
