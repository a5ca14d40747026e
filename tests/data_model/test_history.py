"""What a figure was first given as, and what holds now."""

from dataclasses import replace
from datetime import date

import pytest

from data_model import history, queries
from data_model.correcting import Correction, correct_figure
from data_model.importing import store_rows
from data_model.roles import keyboard
from data_model.undoing import take_back
from data_model.vocabulary import Firmness
from tests.data_model.rows import FILE, PROGRAMME, figure, known_source


@pytest.fixture
def one(store):
    with store.writing() as session:
        store_rows(
            session, actor=keyboard("a"), file=FILE, rows=[known_source(1), figure(2, 2_420_000), figure(3, 7, axis="2")]
        )
    return store


def first_numbers(store):
    with store.reading() as session:
        held = {row.id: row.amount_cents for row in queries.figures(session, PROGRAMME.code).itertuples()}
        return [(held[c.figure_id], c.first_cents) for c in history.corrected(session, PROGRAMME.code)]


def correct(store, seen, value):
    with store.reading() as session:
        number = next(r.id for r in queries.figures(session, PROGRAMME.code).itertuples() if r.amount_cents == seen)
    said = Correction(int(str(number)), seen, value, Firmness.EXACT, str(value), "src", "p. 7", "letto male")
    return correct_figure(store, actor=keyboard("b"), correction=said, notes=lambda _: {"it": "era", "en": "was"}).import_id


def test_a_figure_that_nobody_corrected_is_not_named(one):
    assert first_numbers(one) == []


def test_a_correction_is_named_with_the_first_value_and_no_more_after_it_is_taken_back(one):
    number = correct(one, 2_420_000, 2_500_000)
    assert first_numbers(one) == [(2_500_000, 2_420_000)]
    take_back(one, actor=keyboard("c"), import_id=number)
    assert first_numbers(one) == []


def test_of_several_corrections_the_first_value_counts(one):
    correct(one, 2_420_000, 2_500_000)
    correct(one, 2_500_000, 9)
    assert first_numbers(one) == [(9, 2_420_000)]


def test_a_correction_back_to_the_first_value_is_none(one):
    correct(one, 2_420_000, 2_500_000)
    correct(one, 2_500_000, 2_420_000)
    assert first_numbers(one) == []


def test_an_import_that_was_taken_back_said_nothing_first(one):
    with one.writing() as session:
        again = replace(FILE, name="again.csv", sha256="2" * 64)
        store_rows(session, actor=keyboard("a"), file=again, rows=[known_source(1), figure(2, 2_500_000)])
    assert first_numbers(one) == [(2_500_000, 2_420_000)]
    take_back(one, actor=keyboard("c"), import_id=1)
    assert first_numbers(one) == []


def test_a_value_that_came_where_none_was_given_is_no_correction(store):
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(1), figure(2, None)])
    with store.writing() as session:
        again = replace(FILE, name="again.csv", sha256="2" * 64)
        store_rows(session, actor=keyboard("a"), file=again, rows=[known_source(1), figure(2, 5)])
    assert first_numbers(store) == []
    with store.reading() as session:
        assert history.project_changes(session, "P", "oc", {"committed": "committed_cents"}, date.min, date.max) == []
