"""Courses of the monitoring files on the training page: shown with their counts, few persons not, and never n.d. as well."""

import json
from datetime import date
from pathlib import Path

import pytest

from data_model.importing import bring_in
from data_model.roles import keyboard
from data_model.store import Store
from exports.__main__ import main
from exports.tables import OFFERS
from importers.formats import read_file
from importers.reading import Context
from tests.importers import puc_files as puc
from tests.importers.test_puc import DAY, written
from tests.importers.test_training import people
from tests.pages.screen import LANGUAGES, opened, text_of
from texts import words


def brought_in(store: Store, file: Path, context: Context = DAY) -> None:
    identity, rows = read_file(file, context)
    bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=False)


@pytest.fixture
def with_courses(tmp_path, app_on):
    package = puc.together(
        puc.project("P"),
        puc.paid("P", "1", "1,00"),
        puc.admitted("P", "2,00"),
        puc.course("P", "C1", "2", "Corso con molti"),
        puc.course("P", "C2", "1", "Corso con pochi"),
        puc.course("P", "C3", "1", "Corso senza nessuno"),
        people("C1", "F" * 17 + "M" * 13, "1" * 19 + "2" * 11),
        people("C2", "FFM"),
    )
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = Store(url)
    brought_in(store, written(tmp_path, package))
    store.close()
    app_on(url)


@pytest.fixture
def a_year_later(with_courses, tmp_path):
    """Of the course with many nobody is in state 2 any more."""
    package = puc.together(
        puc.project("P"),
        puc.paid("P", "1", "1,00"),
        puc.admitted("P", "2,00"),
        puc.course("P", "C1", "2", "Corso con molti"),
        people("C1", "F" * 17 + "M" * 13, "1" * 30),
    )
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    brought_in(store, written(tmp_path, package, "dopo"), Context(as_of=date(2019, 12, 31)))
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_courses_are_shown_with_the_persons_that_may_be_shown(with_courses, language):
    at = opened("training", {"lang": language, "programme": puc.A, "as_of": "2018-12-31"})
    w = words(language)
    assert not at.exception
    said = text_of(at)
    assert f"Corso con molti | P/C1 | {w('training.cohort', number=2)} | 30 | 17 | 13 | 19 | 11 |" in said
    assert f"Corso con pochi | P/C2 | {w('training.cohort', number=1)} | {' | '.join([w('training.hidden')] * 4)} |" in said
    assert w("empty.training_later", day=w.day(DAY.as_of)) not in said
    assert f"Corso con pochi: {w.missing}" not in said
    assert f"Corso senza nessuno: {w.missing}" in said


@pytest.mark.parametrize(("day", "states"), [("2018-12-31", ["11", "19"]), ("2019-12-31", ["30"])])
def test_a_cell_that_a_later_file_has_no_more_is_not_carried_on_beside_the_new_ones(a_year_later, tmp_path, day, states):
    at = opened("training", {"programme": puc.A, "as_of": day})
    table = next(each.value for each in at.table if any("Corso con molti" in name for name in each.value.index))
    cells = [str(cell) for cell in table.loc["Corso con molti"]]
    assert sorted(cells[5:-1]) == states
    file = tmp_path / "training.json"
    assert main(["training", "--programme", puc.A, "--as-of", day, "--flavour", "json", "-o", str(file)]) == 0
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert sorted(str(row["value"]) for row in rows if row["measure"] == "trainees_by_state") == states


def test_no_table_to_take_away_has_another_number_of_persons_than_those_of_single_courses(with_courses, tmp_path):
    """A sum over courses, less the courses that are shown, would give back the one that is not."""
    found = set()
    for name in OFFERS:
        file = tmp_path / f"{name}.json"
        if main([name, "--programme", puc.A, "--flavour", "json", "-o", str(file)]) != 0:
            continue
        for row in json.loads(file.read_text(encoding="utf-8")):
            if str(row.get("measure", "")).startswith("trainees"):
                found |= {(row["measure"], value) for key, value in row.items() if key in ("value", "quantity")}
    assert found == {
        ("trainees_involved", 30),
        ("trainees_by_sex", 17),
        ("trainees_by_sex", 13),
        ("trainees_by_state", 19),
        ("trainees_by_state", 11),
        ("trainees_involved", None),
    }
