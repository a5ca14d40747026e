"""Every real file goes in whole, twice changes nothing, and can be taken back; what it brings leaves other figures alone."""

import shutil
from collections import Counter
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from data_model import queries
from data_model.importing import store_rows
from data_model.records import ImportResult
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import undo_import
from data_model.vocabulary import Series
from importers.formats import FORMATS, Format, read_file
from importers.reading import Context, UnreadableFile
from metrics import progress, published
from metrics.disagreements import disagreements
from metrics.measures import BASES, MEASURES
from tests import oracles
from tests.importers import real_files
from tests.importers.files import open_table
from texts import LANGUAGES, words

ROWS = {
    real_files.PLANNED_NATIVE: (7_524, 0),
    real_files.PLANNED_2022: (235, 0),
    real_files.PAYMENTS: (7, 0),
    real_files.PLACES: (39_238, 0),
    real_files.AXES: (4_406, 0),
    real_files.PROGRAMMES: (889, 94),
    real_files.ALLOCATIONS: (82, 0),
    real_files.CERTIFIED: (53, 1),
    real_files.TARGETS: (53, 1),
    real_files.NATIONAL: (99, 2),
}
"""Rows of each file, and how many of them its format leaves out."""

each_real_file = pytest.mark.parametrize("name", ROWS)
FIGURE, PLACE = METADATA.tables["figure"], METADATA.tables["project_place"]


def bring(store: Store, name: str, context: Context | None = None) -> ImportResult:
    identity, rows = read_file(real_files.real(name), context or Context())
    with store.writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)


def held(store: Store) -> Counter[tuple]:
    """What holds now of figures and places, without the numbers of rows, imports and versions."""
    found: Counter[tuple] = Counter()
    with store.reading() as session:
        for table in (FIGURE, PLACE):
            said = [c for c in table.c if c.name not in ("id", "import_id", "valid_from", "valid_to")]
            found.update(tuple(row) for row in session.execute(sa.select(*said).where(table.c.valid_to.is_(None))))
    return found


@pytest.mark.parametrize("name", real_files.FORMATS)
def test_a_real_file_is_recognised_by_its_content_and_by_one_format_only(tmp_path, name):
    renamed = tmp_path / "scaricato (1)"
    shutil.copy(real_files.real(name), renamed)
    identity, _ = read_file(renamed, Context())
    assert identity.format == real_files.FORMATS[name]
    tables = [open_table(real_files.real(name))] if not name.endswith("xlsx") else []
    for table in tables:
        assert [fmt.name for fmt in FORMATS if isinstance(fmt, Format) and fmt.fits(table)] == [identity.format]


@pytest.mark.parametrize("name", real_files.REFUSED)
def test_dictionaries_and_boundaries_are_refused_in_words(name):
    with pytest.raises(UnreadableFile) as refused:
        read_file(real_files.real(name), Context())
    assert refused.value.reason == real_files.REFUSED[name]
    assert all(words(language).has(f"reason.{refused.value.reason}") for language in LANGUAGES)


@pytest.mark.soak("postgresql")  # there the sample and the made-up rows are brought in with the suite
@each_real_file
def test_a_real_file_is_stored_whole_twice_changes_nothing_and_can_be_taken_back(store, name):
    rows, skipped = ROWS[name]
    before = held(store)
    first = bring(store, name)
    assert (first.rows_read, first.rows_skipped, first.rows_rejected) == (rows, skipped, 0)
    assert rows == first.rows_new + first.rows_changed + first.rows_unchanged + skipped
    after = held(store)
    again = bring(store, name)
    assert (again.import_id, again.rows_unchanged, again.rows_skipped) == (None, rows - skipped, skipped)
    assert held(store) == after
    assert first.import_id is not None
    with store.writing() as session:
        undo_import(session, actor=keyboard("Ada"), import_id=first.import_id)
    assert held(store) == before


def test_a_newer_plan_takes_the_place_of_the_older_one_and_undoing_it_gives_the_older_one_back(store):
    only_pon = Context(programmes=frozenset((oracles.PON,)))
    bring(store, real_files.PLANNED_NATIVE, only_pon)
    before = held(store)
    newer = bring(store, real_files.PLANNED_2022, only_pon)
    assert (newer.rows_changed, newer.rows_new) == (12, 2)
    assert held(store) != before
    assert newer.import_id is not None
    with store.writing() as session:
        undo_import(session, actor=keyboard("Ada"), import_id=newer.import_id)
    assert held(store) == before


def test_whatever_the_real_files_bring_is_declared_with_its_unit_and_has_its_words(tmp_path):
    store = Store(f"sqlite:///{(tmp_path / 's.sqlite').as_posix()}")
    with store.writing() as session:
        for name in sorted(set(ROWS) - {real_files.PLACES}):
            identity, rows = read_file(real_files.real(name), Context())
            store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)
            codes = [f"warning.{code}" for code in identity.notes.counts]
            assert [code for code in codes for language in LANGUAGES if not words(language).has(code)] == []
    with store.reading() as session:
        used = {tuple(row) for row in session.execute(sa.select(FIGURE.c.measure, FIGURE.c.unit).distinct())}
        categories = {c for (c,) in session.execute(sa.select(FIGURE.c.category_code).distinct()) if c}
    store.close()
    assert len(used) > 15
    assert used <= {(key, str(measure.unit)) for key, measure in MEASURES.items()}
    stages = {measure for basis in BASES.values() for measure in basis.stages}
    assert not stages & {measure for measure, _ in used}  # so that they enter no sum of a series
    assert [c for c in sorted(categories) for language in LANGUAGES if not words(language).has(f"category.{c}")] == []


AS_OF = date(2022, 6, 30)


def shown(store: Store) -> dict[str, Any]:
    """What the pages compute of PON Inclusione: amounts at every level and over time, documents, differences."""
    found: dict[str, Any] = {}
    kinds = ("programme", "axis", "category")
    with store.reading() as session:
        for series in (Series.EC, Series.PUBLISHED):
            basis = BASES[series]
            figures = queries.figures(session, oracles.PON, series=series, kinds=kinds, measures=basis.stages)
            for level in ("programme", "axis", "category", "axis_category"):
                found[f"{series} {level}"] = progress.positions(figures, basis, AS_OF, level).to_dict("records")
                found[f"{series} {level} trend"] = progress.trend(figures, basis, level).to_dict("records")
        everything, subjects = queries.figures(session, oracles.PON), queries.subjects(session, oracles.PON)
        documents = queries.figures(session, oracles.PON, series="published")
        gaps = published.subject_gaps(published.known_at(documents, AS_OF), subjects, ("call", "agreement", "activity"))
        found["gaps"] = gaps.to_dict("records")
        found["disagreements"] = disagreements(everything, subjects)
        axes = queries.axes(session, oracles.PON).to_dict("records")
        found["axes"] = [row for row in axes if row["code"] != "SAFE"]
        found["first programme"] = queries.programmes(session)["code"].iloc[0]
        found["indicators"] = queries.figures(session, oracles.PON, series="ec", kinds=("indicator",)).to_dict("records")
    return found


def test_nothing_that_the_pages_showed_changes_when_all_real_files_are_brought_in_beside_the_sample(sample_url, tmp_path):
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "s.sqlite")
    store = Store(f"sqlite:///{(tmp_path / 's.sqlite').as_posix()}")
    before = shown(store)
    for name in ROWS:
        if name != real_files.PLACES:
            bring(store, name)
    after = shown(store)
    store.close()
    assert len(before["ec axis"]) == 7
    assert {key for key in before if repr(before[key]) != repr(after[key])} == set()
