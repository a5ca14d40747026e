"""Sources, slips in their wording, subjects and translations."""

import pytest

from data_model.records import RemarkRecord, SourceRecord, SubjectAxisRecord, SubjectRecord, TranslationRecord
from importers.reading import Context
from tests import oracles
from tests.importers.files import as_csv, parsed, records, refused, write

CONTEXT = Context(programmes=frozenset((oracles.PON,)))


def test_every_source_keeps_what_its_row_says_and_an_address_that_is_not_there_is_missing():
    found = records(parsed(oracles.SOURCES, CONTEXT)[1], SourceRecord)
    expected = [
        tuple(r[name] or None for name in ("source_id", "title", "publisher", "date", "url", "covers", "licence"))
        for r in oracles.rows(oracles.SOURCES)
    ]
    assert [(s.id, s.title, s.publisher, s.date_wording, s.url, s.covers, s.licence) for s in found] == expected
    assert len(found) == 54


def test_the_decks_wrong_act_is_kept_as_written_beside_its_correction():
    found = records(parsed(oracles.REMARKS, CONTEXT)[1], RemarkRecord)
    assert [(r.source_id, r.wording) for r in found] == [
        (r["source_id"], r["wording"]) for r in oracles.rows(oracles.REMARKS)
    ]
    slip = next(r for r in found if r.wording == "D. lgs. 26/2019")
    assert "legge 28 marzo 2019, n. 26" in slip.remark
    assert slip.place is None


def test_every_subject_keeps_its_label_its_parent_and_its_axes():
    _, rows = parsed(oracles.SUBJECTS, CONTEXT)
    expected_axes = []
    for row in oracles.rows(oracles.SUBJECTS):
        for axis in row["axes"].split(";") if row["axes"] else []:
            expected_axes.append((row["kind"], row["code"], axis, row["evidence"]))
    assert [(a.kind, a.code, a.axis_code, a.evidence) for a in records(rows, SubjectAxisRecord)] == expected_axes
    assert [(s.kind, s.code, s.label, s.parent_code) for s in records(rows, SubjectRecord)] == [
        (r["kind"], r["code"], r["label"], r["parent"] or None) for r in oracles.rows(oracles.SUBJECTS)
    ]


def test_a_call_may_belong_to_two_axes():
    found = records(parsed(oracles.SUBJECTS, CONTEXT)[1], SubjectAxisRecord)
    assert [a.axis_code for a in found if a.code == "AVV4_2016"] == ["1", "2"]


def test_every_subject_that_has_figures_is_in_the_file_of_subjects():
    kinds = {
        "notice": "call", "convention": "agreement", "activity": "activity", "training": "training", "target": "target",
    }  # fmt: skip
    needed = {(kinds[r["scope_type"]], r["scope_code"]) for r in oracles.published() if r["scope_type"] in kinds}
    assert needed <= {(r["kind"], r["code"]) for r in oracles.rows(oracles.SUBJECTS)}


def test_every_parent_is_a_subject_of_the_same_kind():
    known = {(r["kind"], r["code"]) for r in oracles.rows(oracles.SUBJECTS)}
    assert {(r["kind"], r["parent"]) for r in oracles.rows(oracles.SUBJECTS) if r["parent"]} <= known


def test_every_translation_is_read_with_its_languages():
    found = records(parsed(oracles.TRANSLATIONS, CONTEXT)[1], TranslationRecord)
    assert [(t.language, t.original_language, t.translation) for t in found] == [
        (r["language"], r["original_language"], r["translation"]) for r in oracles.rows(oracles.TRANSLATIONS)
    ]
    assert len({(t.original, t.language) for t in found}) == len(found)


@pytest.mark.parametrize(
    ("path", "column", "reason"),
    [
        (oracles.SOURCES, "title", "missing"),
        (oracles.SOURCES, "source_id", "missing"),
        (oracles.REMARKS, "remark", "missing"),
        (oracles.SUBJECTS, "label", "missing"),
        (oracles.SUBJECTS, "kind", "missing"),
        (oracles.TRANSLATIONS, "translation", "missing"),
    ],
)
def test_a_row_without_its_main_words_is_refused(tmp_path, path, column, reason):
    row = oracles.rows(path)[0] | {column: ""}
    assert refused(parsed(write(tmp_path / "f.csv", as_csv([row])), CONTEXT)[1]) == [(2, column, "", reason)]


def test_a_subject_of_an_unknown_kind_is_refused(tmp_path):
    row = oracles.rows(oracles.SUBJECTS)[0] | {"kind": "planet"}
    assert refused(parsed(write(tmp_path / "f.csv", as_csv([row])), CONTEXT)[1]) == [(2, "kind", "planet", "unknown_code")]
