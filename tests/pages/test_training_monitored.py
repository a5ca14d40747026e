"""Courses of the monitoring files on the training page: shown with their counts, few persons not, and never n.d. as well."""

import pytest

from data_model.importing import bring_in
from data_model.roles import keyboard
from data_model.store import Store
from importers.formats import read_file
from tests.importers import puc_files as puc
from tests.importers.test_puc import DAY, written
from tests.importers.test_training import people
from tests.pages.screen import LANGUAGES, opened, text_of
from texts import words


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
    identity, rows = read_file(written(tmp_path, package), DAY)
    bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=False)
    store.close()
    app_on(url)


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
