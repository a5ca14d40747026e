"""Courses and participants of PUC and SIGMA: counted, few persons not given, and nothing of a person anywhere."""

import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import bring_in
from data_model.records import FigureRecord, RefusedRow, SkippedRow, SubjectRecord
from data_model.roles import keyboard
from data_model.store import ROOT, Store
from importers.formats import read_file
from importers.puc.sorting import SortedLines
from importers.reading import Context, UnreadableFile
from importers.training import FEWEST, SUPPRESSED, SUPPRESSED_CELL, shown, subject_code
from tests.importers import puc_files as puc
from tests.importers.files import parsed, records
from tests.importers.puc_files import A, B
from tests.importers.test_puc import assert_nothing_lost, stored, written
from tests.store_content import content_of

DAY = Context(as_of=date(2018, 12, 31))


def fiscal(number: int) -> str:
    """A made-up fiscal code: of nobody, for no such month letter and place exist together."""
    return f"XQZWKY{number % 90:02d}T41Z{number // 90:03d}J"


def people(course: str, sexes: str, standings: str = "", start: int = 0) -> puc.Package:
    """One participant per letter of `sexes`, each with its standing (1 if there is none)."""
    return puc.together(
        *(
            puc.participant("P", course, fiscal(start + number), sex, standings[number] if standings else "1")
            for number, sex in enumerate(sexes)
        )
    )


def counts(rows: list) -> dict[tuple[str, str, str | None, int | None], tuple[int | None, str]]:
    """Thousandths and wording by (course, measure, breakdown, cohort)."""
    found = records(rows, FigureRecord)
    return {
        (f.subject_code, f.measure, f.breakdown_code, f.cohort): (f.quantity_thousandths, f.wording)
        for f in found
        if f.subject_kind == "training"
    }


# --- counted ----------------------------------------------------------------------------------------------------


def test_participants_are_counted_per_course_and_annuality_by_sex_and_by_state(tmp_path):
    package = puc.together(
        puc.project("P"),
        puc.admitted("P", "1", A, "3"),
        puc.course("P", "C1", "2"),
        people("C1", "FFFFFFMMMMM", "11111122222"),
    )
    _, rows = parsed(written(tmp_path, package), DAY)
    assert counts(rows) == {
        ("P/C1", "trainees_involved", None, 2): (11_000, "11"),
        ("P/C1", "trainees_by_sex", "F", 2): (6_000, "6"),
        ("P/C1", "trainees_by_sex", "M", 2): (5_000, "5"),
        ("P/C1", "trainees_by_state", "1", 2): (6_000, "6"),
        ("P/C1", "trainees_by_state", "2", 2): (5_000, "5"),
    }
    assert {f.axis_code for f in records(rows, FigureRecord)} == {"3"}
    assert [(s.programme_code, s.code, s.label) for s in records(rows, SubjectRecord)] == [(A, "P/C1", "Corso inventato")]


def test_a_person_counts_once_in_a_course_and_in_each_of_two_courses(tmp_path):
    package = puc.together(
        puc.project("P"), puc.course("P", "C1"), puc.course("P", "C2"),
        people("C1", "FFFFF"), people("C1", "FFFFF"), people("C2", "FFFFF"),
    )  # fmt: skip
    package["SC01"] = [row | ({"CODICE_FISCALE": row["CODICE_FISCALE"].lower()} if n == 6 else {})
                       for n, row in enumerate(package["SC01"])]  # fmt: skip
    _, rows = parsed(written(tmp_path, package), DAY)
    for course in ("C1", "C2"):
        assert len(puc.persons(people(course, "FFFFF"), "P", course)) == 5
        assert counts(rows)[f"P/{course}", "trainees_involved", None, 1] == (5_000, "5")


def test_a_cancelled_participant_does_not_count_whatever_the_order(tmp_path):
    gone = puc.participant("P", "C1", fiscal(0), FLG_CANCELLAZIONE="S")
    for number, order in enumerate(((people("C1", "FFFFFFF"), gone), (gone, people("C1", "FFFFFFF")))):
        package = puc.together(puc.project("P"), puc.course("P", "C1"), *order)
        _, rows = parsed(written(tmp_path, package, f"n{number}"), DAY)
        assert counts(rows)["P/C1", "trainees_involved", None, 1] == (6_000, str(len(puc.persons(package, "P", "C1"))))


def test_rows_of_one_person_that_differ_are_said_to_be_several(tmp_path):
    package = puc.together(
        puc.project("P"), puc.course("P", "C1"), people("C1", "F" * 12, "1" * 12), people("C1", "FFFFFF", "222222")
    )
    _, rows = parsed(written(tmp_path, package), DAY)
    assert counts(rows)["P/C1", "trainees_by_state", "MULTI", 1] == (6_000, "6")
    assert counts(rows)["P/C1", "trainees_by_state", "1", 1] == (6_000, "6")


def test_a_course_of_several_years_is_counted_as_a_whole(tmp_path):
    package = puc.together(puc.project("P"), puc.course("P", "C1", "1"), puc.course("P", "C1", "2"), people("C1", "FFFFFF"))
    _, rows = parsed(written(tmp_path, package), DAY)
    assert counts(rows)["P/C1", "trainees_involved", None, None] == (6_000, "6")


def test_a_course_without_participants_is_named_and_has_no_figure(tmp_path):
    package = puc.together(puc.project("P"), puc.course("P", "C1"))
    _, rows = parsed(written(tmp_path, package), DAY)
    assert counts(rows) == {}
    assert [s.code for s in records(rows, SubjectRecord)] == ["P/C1"]


def test_courses_alone_are_taken_with_the_programme_and_date_of_the_person(tmp_path, store):
    package = puc.together(puc.course("P", "C1"), people("C1", "FFFFFF"))
    path = written(tmp_path, package)
    with pytest.raises(UnreadableFile, match="programme_needed"):
        read_file(path, DAY)
    result = stored(store, path, Context(programmes=frozenset([A]), as_of=DAY.as_of))
    assert_nothing_lost(result, puc.lines(package))
    assert result.rows_new == 7


def test_courses_follow_what_becomes_of_their_project(tmp_path, store):
    package = puc.together(
        puc.project("P", B),
        puc.course("P", "C1"),
        people("C1", "FFFFFF"),
        puc.course("IGNOTO", "C9"),
        puc.participant("IGNOTO", "C9", fiscal(1)),
        puc.participant("P", "C7", fiscal(1)),
    )
    path = written(tmp_path, package)
    result = stored(store, path, Context(programmes=frozenset([A]), as_of=DAY.as_of), good_only=True)
    assert_nothing_lost(result, puc.lines(package))
    assert result.reasons == {"other_programme": 9, "unknown_project": 2, "unknown_course": 1}
    of_persons = [row for row in result.refused if row.part == "SC01"]
    assert [(row.line, row.column, row.value, row.cells) for row in of_persons] == [
        (8, "codice_corso", None, None),
        (7, "cod_locale_progetto", None, None),
    ]


def test_a_cancelled_course_is_skipped_with_its_participants(tmp_path):
    package = puc.together(
        puc.project("P"), puc.course("P", "C1"), puc.course("P", "C1", FLG_CANCELLAZIONE="S"), people("C1", "FFFFFF")
    )
    _, rows = parsed(written(tmp_path, package), DAY)
    assert [(r.reason, r.lines) for r in rows if isinstance(r, SkippedRow)] == [("cancelled", 8)]
    assert counts(rows) == {}


def test_long_codes_of_courses_stay_apart():
    long = subject_code(("P" * 60, "C" * 59 + "1")), subject_code(("P" * 60, "C" * 59 + "2"))
    assert len(set(long)) == 2
    assert max(map(len, long)) <= 60


# --- few persons ------------------------------------------------------------------------------------------------


def test_a_course_of_less_than_five_persons_gives_no_number_at_all(tmp_path):
    package = puc.together(puc.project("P"), puc.course("P", "C1"), people("C1", "FFFM", "1112"))
    _, rows = parsed(written(tmp_path, package), DAY)
    found = counts(rows)
    assert found == {("P/C1", "trainees_involved", None, 1): (None, SUPPRESSED)}


def test_a_small_cell_is_left_out_and_the_next_smallest_with_it(tmp_path):
    package = puc.together(puc.project("P"), puc.course("P", "C1"), people("C1", "F" * 20, "1" * 9 + "2" * 8 + "3" * 3))
    _, rows = parsed(written(tmp_path, package), DAY)
    by_state = {code: value for (_, measure, code, _), value in counts(rows).items() if measure == "trainees_by_state"}
    assert by_state == {"1": (9_000, "9"), "2": (None, SUPPRESSED_CELL), "3": (None, SUPPRESSED_CELL)}
    assert {f.firmness for f in records(rows, FigureRecord) if f.quantity_thousandths is None} == {"not_given"}


def published(cells: Mapping[str, int]) -> tuple[int | None, tuple[tuple[str, int | None], ...]]:
    """All that anybody sees of a course with this breakdown: its total and its cells."""
    total = sum(cells.values())
    return (total, tuple(sorted(shown(cells).items()))) if total >= FEWEST else (None, ())


def told(views: Iterable[Mapping[str, int]]) -> list[tuple[object, str, int]]:
    """The cells that are left out and yet have one value in every table that looks the same: (view, cell, value).

    This is what anybody can work out who subtracts whatever is shown from whatever is shown, and knows the rule.
    """
    possible: dict[object, dict[str, set[int]]] = {}
    for cells in views:
        view = published(cells)
        for code, count in view[1]:
            if count is None:
                possible.setdefault(view, {}).setdefault(code, set()).add(cells[code])
    hidden = ((view, code, values) for view, found in possible.items() for code, values in found.items())
    return [(view, code, min(values)) for view, code, values in hidden if len(values) == 1]


@pytest.mark.parametrize(("cells", "most"), [(1, 20), (2, 20), (3, 12), (4, 8), (5, 6), (6, 5)])
def test_no_small_breakdown_lets_a_cell_that_is_left_out_be_worked_out(cells, most):
    """All breakdowns up to a size, each seen among all others. A permutation of a breakdown is among them with it."""
    codes = "123456"[:cells]
    assert told(dict(zip(codes, counts, strict=True)) for counts in product(range(1, most + 1), repeat=cells)) == []


@given(st.dictionaries(st.sampled_from("123456"), st.integers(1, 60), min_size=1))
def test_no_cell_that_is_left_out_can_be_told_from_the_others_and_the_total(cells):
    """Whatever the numbers: those left out may change places among themselves, and all that is shown stays the same."""
    found = shown(cells)
    hidden = [code for code, count in found.items() if count is None]
    assert all(count is None or count == cells[code] >= FEWEST for code, count in found.items())
    assert bool(hidden) == (min(cells.values()) < FEWEST <= max(cells.values()))
    assert (found == {}) == (max(cells.values()) < FEWEST)
    for code in hidden:
        others = [other for other in hidden if cells[other] != cells[code]]
        assert others
        changed = cells | {code: cells[others[0]], others[0]: cells[code]}
        assert published(changed) == published(cells)


# --- nothing of a person anywhere -------------------------------------------------------------------------------

SURNAME, BIRTH, STREET = "Zampognaro", "29/02/1972", "via del Segreto 7"


def secret_package() -> puc.Package:
    """Good rows and every kind of bad one, with what must not come out."""
    good = people("C1", "FFFFFFMMMMM")
    bad = [
        puc.participant("P", "C1", fiscal(50), sex="Q"),
        puc.participant("P", "C1", fiscal(51), standing="molto bene"),
        puc.participant("P", "C1", fiscal(52), FLG_CANCELLAZIONE="forse"),
        puc.participant("P", fiscal(53), fiscal(53)),
        puc.participant("P", "IGNOTO", fiscal(54)),
        puc.participant("NESSUNO", "C1", fiscal(55)),
        puc.subject("P", fiscal(56), f"{SURNAME} Anna", "3"),
        puc.subject("P", fiscal(57), f"{SURNAME} Anna", ""),
        puc.subject("P", fiscal(58), f"{SURNAME} Anna", "2", FLG_CANCELLAZIONE="forse"),
        puc.subject("NESSUNO", fiscal(59), f"{SURNAME} Anna"),
        puc.place("P", "012", INDIRIZZO=STREET),
    ]
    return puc.together(puc.project("P"), puc.paid("P", "1", "1,00"), puc.course("P", "C1"), good, *bad)


def secrets_of(package: puc.Package) -> list[bytes]:
    codes = {row["CODICE_FISCALE"] for table in ("SC00", "SC01") for row in package[table]}
    return [text.encode() for text in (*sorted(codes), SURNAME, SURNAME.upper(), BIRTH, "1972-02-29", STREET)]


def assert_silent(secrets: list[bytes], *contents: bytes) -> None:
    for content in contents:
        assert [secret for secret in secrets if secret.lower() in content.lower()] == []


def test_of_the_participants_nothing_is_in_the_store_the_log_or_what_is_shown(tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    package = secret_package()
    texts = puc.files(package)
    texts["SC01.txt"] += f"P|C1|{fiscal(60)}|F|{BIRTH}|troppo|poco\r\n"
    database = tmp_path / "store.sqlite"
    store = Store(f"sqlite:///{database}")
    identity, rows = read_file(puc.folder(tmp_path / "invio", texts), DAY)
    result = bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=True)
    assert result.rows_rejected == 10
    logging.getLogger().warning("%r %r", result, identity)
    files = [path.read_bytes() for path in tmp_path.glob("store.sqlite*")]  # the write-ahead log is still there
    assert len(files) >= 2
    store.close()
    out, err = capfd.readouterr()
    assert b"trainees_by_sex" in b"".join(files)
    secrets = [*secrets_of(package), fiscal(60).encode()]
    assert_silent(secrets, *files, caplog.text.encode(), out.encode(), err.encode())


def test_of_the_participants_nothing_is_in_what_the_command_says(tmp_path):
    package = secret_package()
    path = written(tmp_path, package)
    command = [sys.executable, "-m", "importers", str(path), "--as-of", "2018-12-31", "--accept-rejected"]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}"}
    for more in ([], ["--json"]):
        done = subprocess.run([*command, *more], cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert b"puc" in done.stdout
        assert_silent(secrets_of(package), done.stdout, done.stderr)


def test_of_persons_nothing_is_on_disk_while_a_large_package_is_sorted(tmp_path, monkeypatch):
    """The runs are small, so that every entry goes to disk, and their content is looked at while they are there."""
    kept: list[bytes] = []

    class Watched(SortedLines):
        def __init__(self) -> None:
            super().__init__(run=1)

        def __exit__(self, *more: object) -> None:
            for run in self._runs:
                run.seek(0)
                kept.append(run.read().encode())
            super().__exit__(*more)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr("importers.puc.reader.SortedLines", Watched)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    package = secret_package()
    person = puc.subject("P", fiscal(70), f"{SURNAME} Beneficiaria")
    _, rows = parsed(written(tmp_path, puc.together(package, person)), DAY)
    assert any(b"FN06" in content for content in kept)
    assert list(folder.iterdir()) == []
    assert_silent(secrets_of(puc.together(package, person)), *kept)
    for row in rows:
        if isinstance(row, RefusedRow) and row.part in ("SC00", "SC01"):
            assert row.cells is None
            assert row.value is None or row.reason == "wrong_width"


def test_columns_that_changed_places_do_not_carry_a_fiscal_code_into_the_store(tmp_path, store):
    package = puc.together(*(puc.participant("P", fiscal(number), "C1") for number in range(7)))
    path = written(tmp_path, package)
    result = stored(store, path, Context(programmes=frozenset([A]), as_of=DAY.as_of), good_only=True)
    assert result.reasons == {"unknown_code": 7}
    assert_silent([fiscal(number).encode() for number in range(7)], repr(content_of(store)).encode(), repr(result).encode())


def test_a_cancelled_import_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("importers.puc.reader.SortedLines", lambda: SortedLines(run=2))
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    _, rows = read_file(written(tmp_path, secret_package()), DAY)
    next(iter(rows))
    rows.close()  # type: ignore[attr-defined]  # a generator
    assert list(folder.iterdir()) == []


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("MF"), st.sampled_from("123"), st.booleans()), max_size=40))
def test_whatever_the_rows_the_persons_are_those_that_plain_loops_count(tmp_path_factory, drawn):
    told = [
        puc.participant("P", "C1", fiscal(n), sex, standing, FLG_CANCELLAZIONE="S" if gone and n > 9 else "")
        for n, sex, standing, gone in drawn
    ]
    package = puc.together(puc.project("P"), puc.course("P", "C1"), {"SC01": []}, *told)
    _, rows = parsed(written(tmp_path_factory.mktemp("t"), package), DAY)
    expected = len(puc.persons(package, "P", "C1"))
    value = {k[1:3]: v for k, v in counts(rows).items()}.get(("trainees_involved", None))
    assert value == (
        None if expected == 0 else (None, SUPPRESSED) if expected < FEWEST else (expected * 1000, str(expected))
    )
    assert sum(row.lines for row in rows) == puc.lines(package)
    assert Counter(type(row).__name__ for row in rows)["RefusedRow"] == 0
