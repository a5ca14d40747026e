"""Many rows: the import keeps up with a bare loop in little memory, and what holds for a few rows holds for any."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import store_rows
from data_model.records import AcceptedRow, RefusedRow
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from importers.formats import read_file
from importers.opencoesione_values import cents_reader, programme_of_name
from importers.reading import BadValue, Context
from tests import bench_import
from tests.conftest import examples
from tests.importers import opencoesione as oc
from tests.store_content import content, undone

POSITION = METADATA.tables["project_position"].c

# --- speed and memory -------------------------------------------------------------------------------------------


def test_the_import_keeps_up_with_a_bare_loop_in_little_memory(tmp_path):
    """A small run with wide bounds, for a busy machine; `python -m tests.bench_import` has the bounds that are promised."""
    file = oc.write_large(tmp_path / "f.csv", 30_000)
    found = bench_import.compared(file, tmp_path)
    assert found["processor_ratio"] > 0.15
    assert found["peak"] < bench_import.MOST_MEMORY


def test_memory_does_not_grow_with_the_file(tmp_path):
    few, many = (oc.write_large(tmp_path / f"{count}.csv", count) for count in (10_000, 50_000))
    peaks = [bench_import.measured("imported", file, tmp_path)["peak"] for file in (few, many)]
    assert peaks[1] - peaks[0] < 25 << 20, "the cache of the database fills, no more"


def test_the_rows_of_a_large_file_are_all_there_to_the_cent(store, tmp_path):
    file = oc.write_large(tmp_path / "f.csv", 5_000, seed=7)
    lines = [line.rstrip("\r\n") for line in oc.large_lines(5_000, seed=7)][1:]
    identity, rows = read_file(file, Context())
    with store.writing() as session:
        result = store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)
    assert (result.rows_read, result.rows_rejected) == (len(lines), 0) == (5_000, 0)
    assert result.rows_new == sum(line.split(";")[-4] == "0" for line in lines)
    with store.reading() as session:
        sums = session.execute(sa.select(sa.func.sum(POSITION.committed_cents), sa.func.sum(POSITION.paid_cents))).one()
    assert tuple(map(int, sums)) == (result.sums_stored_cents["committed"], result.sums_stored_cents["paid"])


# --- amounts ----------------------------------------------------------------------------------------------------

CENTS = st.integers(-(10**14) + 1, 10**14 - 1)
COMMA, POINT = cents_reader(",", rounded=False), cents_reader(".", rounded=False)


def written(cents: int, mark: str, places: int) -> str:
    """An amount as a file writes it: with at least so many decimals, fewer only where they are zeros."""
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, f"{abs(cents) % 100:02d}"
    decimals = rest.rstrip("0") if places < 2 else rest + "0" * (places - 2)
    return f"{sign}{whole}{mark}{decimals}" if decimals else f"{sign}{whole}"


@examples(1_000, soak=16_000)
@given(CENTS, st.sampled_from([0, 2, 3, 6]))
def test_every_amount_is_the_same_cents_with_comma_and_with_point(cents, places):
    assert COMMA(written(cents, ",", places)) == POINT(written(cents, ".", places)) == cents
    assert COMMA(written(cents, ",", places)) == int(Decimal(written(cents, ".", places)) * 100)


@examples(1_000, soak=16_000)
@given(
    st.one_of(st.text(alphabet="0123456789.,+- eE_\u0663\u2212", min_size=1, max_size=18), st.text(min_size=1, max_size=8))
)
def test_a_text_is_an_amount_only_if_it_is_written_as_one(text):
    for mark, read in ((",", COMMA), (".", POINT)):
        try:
            found = read(text)
        except BadValue:
            continue
        assert set(text) <= set("0123456789+-" + mark)
        assert Decimal(text.replace(",", ".")) * 100 == found


@examples(200, soak=2_000)
@given(st.text(min_size=1))
def test_the_code_of_a_programme_known_by_name_is_short_plain_and_always_the_same(name):
    found = programme_of_name(name)
    assert found == programme_of_name(name)
    assert len(found) <= 50
    assert all(letter in "~-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" for letter in found)


# --- files ------------------------------------------------------------------------------------------------------

AMOUNT = st.one_of(st.none(), st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents).scaleb(-2)))
DAY = st.dates(date(2000, 1, 1), date(2030, 12, 31))
TEXT = st.one_of(st.none(), st.sampled_from(["A", "NA", "007", 'a"b', "a;b,c", "LEGALITÃ", "x\ny", "P:::Q", "1.5", "1,5"]))
REAL = oc.real_rows()


def projects(codes: st.SearchStrategy[str]) -> st.SearchStrategy[oc.Content]:
    """Real projects with drawn codes, amounts, days and texts."""
    changes = st.fixed_dictionaries(
        {
            "cod_locale_progetto": codes,
            "oc_titolo_progetto": TEXT,
            "OC_DENOM_BENEFICIARIO": TEXT,
            "OC_COD_ARTICOLAZ_PROGRAMMA": TEXT,
            "OC_FLAG_VISUALIZZAZIONE": st.sampled_from([0, 0, 0, 1]),
            "OC_DATA_INIZIO_PROGETTO": st.one_of(st.none(), DAY),
            **dict.fromkeys(oc.AMOUNTS.values(), AMOUNT),
        }
    )
    return st.builds(lambda row, change: row | change, st.sampled_from(REAL), changes)


def files(most: int) -> st.SearchStrategy[list[oc.Content]]:
    """Files of projects, each with a code of its own."""
    codes = st.text("abc/. 01", min_size=1, max_size=6).filter(lambda code: code.strip() == code)
    return st.lists(projects(codes), min_size=1, max_size=most, unique_by=lambda row: row["cod_locale_progetto"])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def said(path: Path) -> list[tuple[Any, ...]]:
    """What a file says, row by row, without its name."""
    _, rows = read_file(path, Context())
    found = []
    for row in rows:
        records = [r._replace(place_in_source="") if hasattr(r, "_replace") else r for r in getattr(row, "records", ())]
        found.append((type(row).__name__, getattr(row, "reason", None), records, dict(row.sums)))
    return found


@examples(80, soak=1_000)
@given(files(8))
def test_what_is_written_in_any_dialect_is_read_as_the_same(folder, rows):
    native = said(oc.write_native(folder / "n.csv", rows))
    assert said(oc.write_reexport(folder / "r.csv", rows)) == native
    assert said(oc.write_zip(folder / "z.zip", rows)) == native
    for row, (kind, _, records, sums) in zip(rows, native, strict=True):
        assert sums == oc.cents(row)
        if kind == "AcceptedRow":
            assert records[-1].started_on == row["OC_DATA_INIZIO_PROGETTO"]
            assert records[-1].title == (row["oc_titolo_progetto"] or row["cod_locale_progetto"])


def brought(session: Any, path: Path) -> Any:
    identity, rows = read_file(path, Context())
    return store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)


@examples(20, soak=240)
@given(files(25))
def test_any_file_twice_is_once(sqlite, folder, rows):
    path = oc.write_native(folder / "n.csv", rows)
    with undone(sqlite) as session:
        first = brought(session, path)
        before = content(session)
        again = brought(session, path)
        assert content(session) == before
        assert (again.rows_new, again.rows_changed) == (0, 0)
        assert again.sums_before_cents == again.sums_stored_cents == first.sums_stored_cents


@examples(20, soak=240)
@given(files(25), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_and_of_two_dates_does_not_matter(sqlite, folder, rows, random: Random):
    later = [row | {"DATA_AGGIORNAMENTO": date(2025, 2, 28), "TOT_PAGAMENTI": Decimal(n)} for n, row in enumerate(rows)]
    shuffled = random.sample(rows, len(rows))
    early = oc.write_native(folder / "a.csv", [row | {"DATA_AGGIORNAMENTO": date(2024, 12, 31)} for row in rows])
    mixed = oc.write_native(folder / "b.csv", [row | {"DATA_AGGIORNAMENTO": date(2024, 12, 31)} for row in shuffled])
    late = oc.write_native(folder / "c.csv", later)
    found = []
    for paths in ((early, late), (late, mixed)):
        with undone(sqlite) as session:
            for path in paths:
                brought(session, path)
            found.append(_holding(session))
    assert found[0] == found[1]


def _holding(session: Any) -> list[tuple[Any, ...]]:
    """What holds now, and the names, without what differs from import to import."""
    differs = {"id", "import_id", "valid_from", "valid_to", "place_in_source"}
    query = sa.select(*(c for c in POSITION if c.name not in differs)).where(POSITION.valid_to.is_(None))
    names = [sa.select(METADATA.tables[name]) for name in ("beneficiary", "call")]
    return [sorted(map(tuple, session.execute(q)), key=repr) for q in (query, *names)]  # type: ignore[misc]


@pytest.fixture(scope="module")
def sqlite(folder: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{(folder / 's.sqlite').as_posix()}")
    yield opened
    opened.close()


@examples(25, soak=320)
@given(files(12), st.data())
def test_a_bad_cell_refuses_its_row_and_no_other_and_no_cent_is_lost(sqlite, folder, rows, data):
    path = oc.write_native(folder / "n.csv", rows)
    lines = path.read_bytes().decode("utf-8-sig").split("\r\n")
    spoiled = data.draw(st.sets(st.integers(1, len(rows))))
    for number in spoiled:
        lines[number] = lines[number].replace(f";{rows[number - 1]['DATA_AGGIORNAMENTO']:%Y%m%d};", ";20240231;")
    path.write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")
    _, parsed = read_file(path, Context())
    kinds = [type(row) for row in parsed]
    shown = [row["OC_FLAG_VISUALIZZAZIONE"] == 0 for row in rows]
    assert [kind is RefusedRow for kind in kinds] == [n in spoiled and shown[n - 1] for n in range(1, len(rows) + 1)]
    assert sum(kind is AcceptedRow for kind in kinds) == sum(s and n not in spoiled for n, s in enumerate(shown, 1))
    with undone(sqlite) as session:
        result = brought(session, path)
        totals: Counter[str] = Counter()
        for row in rows:
            totals.update(oc.cents(row))
        assert result.sums_in_cents == dict(totals)
