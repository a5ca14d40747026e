"""Project positions for tests: given as dictionaries with only what a test speaks of, brought in as a file would be."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from data_model.importing import store_rows
from data_model.records import AcceptedRow, FileIdentity, PositionRecord, ProgrammeRecord, Record, SourceRecord
from data_model.roles import Actor, keyboard
from data_model.store import Store

FILE = FileIdentity("projects.csv", "1" * 64, "opencoesione")
PROGRAMME = "PRJ"
ADA = keyboard("Ada")
MEASURES = ("granted", "admitted", "committed", "paid", "reported", "certified")
Row = Mapping[str, Any]


def record(**given: Any) -> PositionRecord:
    """One position with harmless values where none are given."""
    ordinary: dict[str, Any] = {
        "system": "oc",
        "project_code": "A",
        "as_of": date(2024, 8, 31),
        "date_basis": "stated",
        "programme_code": PROGRAMME,
        "title": "A project",
        "source_id": "oc",
        "place_in_source": "projects.csv, line 2",
    }
    return PositionRecord(**(ordinary | given))


def accepted(line: int, position: PositionRecord) -> AcceptedRow:
    """One row with its position and the sums that it gives."""
    amounts = {name: getattr(position, f"{name}_cents") for name in MEASURES}
    return AcceptedRow(line, (position,), {name: cents for name, cents in amounts.items() if cents is not None})


def bring(store: Store, rows: Iterable[Row], *extra: Record, actor: Actor = ADA) -> int | None:
    """Bring positions in as one file; the number of the import."""
    programmes = {row.get("programme_code", PROGRAMME) for row in rows} | {PROGRAMME}
    known: list[Record] = [ProgrammeRecord(code, f"Programme {code}", "it") for code in sorted(programmes)]
    first = AcceptedRow(1, (*extra, SourceRecord("oc", "Projects", publisher="OpenCoesione"), *known))
    positions = [accepted(line, record(**row)) for line, row in enumerate(rows, start=2)]
    with store.writing() as session:
        return store_rows(session, actor=actor, file=FILE, rows=[first, *positions]).import_id


# --- generated --------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))
CENTS = st.none() | st.sampled_from([0, 1, 7, 100, -50]) | st.integers(-(10**4), 10**13)
_MAYBE = {
    "axis_code": ["1", "05", "SAFE"],
    "call_code": ["PRATT1", "PRATT2"],
    "beneficiary_code": ["B1", "B2", "~ROSSI"],
    "region_code": ["13", "03", "00", "99", "MULTI"],
}


def positions(programmes: tuple[str, ...] = (PROGRAMME, "OTHER")) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Positions of a few projects at a few dates; each project and date once."""
    row = st.fixed_dictionaries(
        {
            "project_code": st.sampled_from("ABCDEFGH"),
            "as_of": st.sampled_from([date(2022, 6, 30), date(2023, 12, 31), date(2024, 8, 31)]),
            "system": st.sampled_from(["oc", "oc", "oc", "puc"]),
            "programme_code": st.sampled_from([PROGRAMME, *programmes]),
            "committed_cents": CENTS,
            "paid_cents": CENTS,
            "reported_cents": CENTS,
            "committed_on": st.none() | DAYS,
            "started_on": st.none() | DAYS,
            "rounded": st.booleans(),
            **{name: st.none() | st.sampled_from(codes) for name, codes in _MAYBE.items()},
        }
    )
    return st.lists(row, max_size=25, unique_by=lambda r: (r["project_code"], r["as_of"], r["system"])).map(_named)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Calls and beneficiaries have names; the order of the codes is not that of the names."""
    names = {"PRATT1": "Zebra", "PRATT2": "Apple", "B1": "Zoe", "B2": "Anna", "~ROSSI": "Rossi"}
    return [
        row | {"call_name": names.get(row["call_code"]), "beneficiary_name": names.get(row["beneficiary_code"])}
        for row in rows
    ]
