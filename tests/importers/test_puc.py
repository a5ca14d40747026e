"""Tables of PUC 2014-2020 and SIGMA: recognised by name and shape, added up per project, nothing lost. Expected values come
from `puc_files`, by plain loops over the same made-up rows."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import NotTaken, bring_in, store_rows
from data_model.records import FigureRecord, ImportResult, PositionRecord, RefusedRow, SkippedRow
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import undo_import
from data_model.vocabulary import DateBasis
from importers.formats import read_file, recognised
from importers.puc.sorting import SortedLines
from importers.reading import Context, UnreadableFile
from tests.conftest import examples
from tests.importers import puc_files as puc
from tests.importers.files import parsed, records, refused
from tests.importers.puc_files import A, B
from tests.store_content import content_of, undone
from texts import LANGUAGES, words

DAY = Context(as_of=date(2018, 12, 31))
STAGES = ("admitted", "committed", "paid", "reported", "certified")

SMALL = puc.together(
    puc.project("PR-1", A, B, CUP="B11X17000000001", DATA_INIZIO="01/03/2017", DATA_FINE_PREVISTA="28/02/2019"),
    puc.project("PR-2", DATA_FINE_EFFETTIVA="29/02/2016"),
    puc.project("PR-3"),
    puc.admitted("PR-1", "1000,00", A, "1"),
    puc.admitted("PR-1", "250,5", B, "2"),
    puc.admitted("PR-2", "70", A, "2"),
    puc.committed("PR-1", "IMP1", "900,00", "I", "15/03/2017"),
    puc.committed("PR-1", "IMP2", "50,00", "I-TR", "15/04/2018"),
    puc.committed("PR-1", "IMP1", "100,00", "D", "15/05/2018"),
    puc.committed("PR-1", "IMP2", "-10,00", "D-TR", "15/06/2018"),
    puc.committed("PR-2", "IMP9", "60,00"),
    puc.committed_admitted("PR-2", "IMP9", "55,55"),
    puc.paid("PR-1", "PAG1", "800,00"),
    puc.paid("PR-1", "PAG2", "30,00", "R"),
    puc.paid("PR-1", "PAG3", "-20,00", "R-TR"),
    puc.reported("PR-1", "PAG1", "700,00"),
    puc.reported("PR-1", "PAG1", "33,33", B),
    puc.certified("PR-1", "DP1", "600,00"),
    puc.certified("PR-1", "DP2", "0,01", "D"),
    puc.subject("PR-1", "00000000001", "Regione Inventata", "1"),
    puc.subject("PR-1", "01234567890", "Ente Inventato"),
    puc.subject("PR-2", "PRVPRV70A01H501X", "Prova  Persona"),
    puc.subject("PR-3", "***", "Mascherata Persona"),
    puc.state("PR-1", "1", "30/06/2018"),
    puc.state("PR-1", "2", "31/10/2018"),
    puc.place("PR-1", "012"),
    puc.place("PR-1", "15"),
    puc.place("PR-2", "9"),
    puc.place("PR-3", "000"),
    {"AP01": [{"COD_LOCALE_PROGETTO": "PR-1", "COD_PROC_ATT": "PRATT1"}]},
    {"PA00": [{"COD_PROC_ATT": "PRATT1", "DESCR_PROCEDURA_ATT": "Avviso inventato"},
              {"COD_PROC_ATT": "PRATT2", "DESCR_PROCEDURA_ATT": "Avviso che nessuno nomina"}]},
)  # fmt: skip


def written(tmp_path: Path, package: puc.Package, where: str = "invio", **how: object) -> Path:
    return puc.folder(tmp_path / where, puc.files(package, **how))  # type: ignore[arg-type]  # passed through


def taken(path: Path, context: Context = DAY) -> dict[tuple[str, str], PositionRecord]:
    _, rows = parsed(path, context)
    found = records(rows, PositionRecord)
    keyed = {(r.project_code, r.programme_code): r for r in found}
    assert len(keyed) == len(found) == len({r.natural_key() for r in found})
    return keyed


def sums(record: PositionRecord) -> dict[str, int]:
    found = {stage: getattr(record, f"{stage}_cents") for stage in STAGES}
    return {stage: cents for stage, cents in found.items() if cents is not None}


def stored(store: Store, path: Path, context: Context = DAY, *, good_only: bool = False) -> ImportResult:
    identity, rows = read_file(path, context)
    return bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=good_only)


def assert_nothing_lost(result: ImportResult, lines: int) -> None:
    outcomes = ("new", "changed", "unchanged", "skipped", "rejected")
    assert result.rows_read == lines == sum(getattr(result, f"rows_{name}") for name in outcomes)
    for stage in STAGES:
        parts = (result.sums_stored_cents, result.sums_skipped_cents, result.sums_rejected_cents)
        assert result.sums_in_cents.get(stage, 0) == sum(part.get(stage, 0) for part in parts)


# --- recognised -------------------------------------------------------------------------------------------------


def test_a_folder_and_a_zip_of_tables_are_recognised(tmp_path):
    texts = puc.files(SMALL, name="PON_{code}")
    for path in (puc.folder(tmp_path / "f", texts), puc.zipped(tmp_path / "z.zip", texts)):
        fmt = recognised(path)
        assert fmt is not None
        assert fmt.name == "puc"


def test_a_table_is_told_by_its_shape_too_not_by_its_name_only(tmp_path):
    path = puc.folder(
        tmp_path / "f", {"AP00.txt": "Caro collega,\r\nle tavole arrivano domani.\r\n", "AP04.txt": "come sopra"}
    )
    with pytest.raises(UnreadableFile, match="unknown_format"):
        read_file(path, DAY)


def test_one_table_by_itself_says_what_is_missing(tmp_path):
    (path := tmp_path / "FN04.txt").write_text(puc.files(SMALL)["FN04.txt"])
    with pytest.raises(UnreadableFile) as refusal:
        read_file(path, DAY)
    assert (refusal.value.reason, refusal.value.detail) == ("missing_tables", "AP00, AP04")


def test_without_ap04_the_programme_is_asked_for_and_then_holds_for_all_projects(tmp_path):
    package = {code: rows for code, rows in SMALL.items() if code != "AP04"}
    path = written(tmp_path, package)
    with pytest.raises(UnreadableFile) as refusal:
        read_file(path, DAY)
    assert (refusal.value.reason, refusal.value.detail) == ("programme_needed", "AP04")
    found = taken(path, Context(programmes=frozenset([A]), as_of=DAY.as_of))
    assert set(found) == {("PR-1", A), ("PR-2", A), ("PR-3", A)}
    assert sums(found["PR-1", A])["admitted"] == 100_000  # the line of FN01 under another programme is not this one's
    identity, rows = parsed(path, Context(programmes=frozenset([A]), as_of=DAY.as_of))
    assert [(r.reason, r.sums, r.lines) for r in rows if isinstance(r, SkippedRow) and r.reason == "other_programme"] == [
        ("other_programme", {"admitted": 25_050, "reported": 3_333}, 2)
    ]
    assert identity.notes.details["programme_from_person"] == [A]


def test_tables_that_are_not_known_or_not_read_are_listed(tmp_path):
    texts = puc.files(SMALL) | {"LEGGIMI.pdf": "x", "ZZ99.txt": "a|b", "FN08.txt": "P|1|P|01/01/2018|X|S|1|1,00|"}
    identity, _ = parsed(puc.folder(tmp_path / "f", texts), DAY)
    assert identity.notes.details["tables_unknown"] == ["LEGGIMI.pdf", "ZZ99.txt"]
    assert identity.notes.details["tables_not_read"] == ["FN08.txt"]


def test_of_a_table_that_is_there_as_txt_and_as_csv_the_txt_is_read_and_this_is_said(tmp_path):
    path = puc.folder(tmp_path / "f", puc.files(SMALL) | {"PAG_FN06.csv": puc.as_csv(SMALL["FN06"] * 2, puc.SIGMA["FN06"])})
    identity, rows = parsed(path, DAY)
    assert identity.notes.details["twin_not_read"] == ["PAG_FN06.csv"]
    assert refused(rows) == []


def test_two_deliveries_of_one_table_are_refused(tmp_path):
    texts = puc.files(SMALL)
    path = puc.folder(tmp_path / "f", texts | {"secondo_FN06.txt": texts["FN06.txt"]})
    with pytest.raises(UnreadableFile, match="same_table_twice"):
        read_file(path, DAY)


def test_a_header_that_lacks_a_column_that_is_needed_is_refused_with_its_name(tmp_path):
    texts = puc.files(SMALL) | {
        "FN06.txt": "COD_LOCALE_PROGETTO|COD_PAGAMENTO|TIPOLOGIA_PAG|DATA_PAGAMENTO|IMPORTO\r\nP|1|P||1"
    }
    with pytest.raises(UnreadableFile, match="importo_pag"):
        read_file(puc.folder(tmp_path / "f", texts), DAY)


# --- projects ---------------------------------------------------------------------------------------------------


def test_a_project_is_put_together_from_its_tables(tmp_path):
    found = taken(written(tmp_path, SMALL))
    one = found["PR-1", A]
    assert (one.title, one.cup, one.system) == ("Progetto inventato PR-1", "B11X17000000001", "puc")
    assert (one.started_on, one.planned_end_on, one.ended_on) == (date(2017, 3, 1), date(2019, 2, 28), None)
    assert (one.status, one.call_code, one.call_name) == ("2", "PRATT1", "Avviso inventato")
    assert (one.beneficiary_code, one.beneficiary_name) == ("01234567890", "Ente Inventato")
    assert (one.region_code, one.axis_code, one.committed_on) == ("MULTI", "1", date(2017, 3, 15))
    assert (found["PR-2", A].region_code, found["PR-3", A].region_code) == ("09", "00")
    assert (found["PR-2", A].ended_on, found["PR-2", A].axis_code) == (date(2016, 2, 29), "2")


def test_the_fiscal_code_of_a_natural_person_is_never_kept(tmp_path):
    found = taken(written(tmp_path, SMALL))
    assert (found["PR-2", A].beneficiary_code, found["PR-2", A].beneficiary_name) == ("~PROVA PERSONA", "PROVA PERSONA")
    assert found["PR-3", A].beneficiary_code == "~MASCHERATA PERSONA"


def test_decommitments_and_recoveries_subtract_once_whatever_their_sign(tmp_path):
    one = taken(written(tmp_path, SMALL))["PR-1", A]
    assert one.committed_cents == 90_000 + 5_000 - 10_000 - 1_000
    assert one.paid_cents == 80_000 - 3_000 - 2_000
    assert one.certified_cents == 60_000 - 1


def test_commitments_are_those_admitted_to_the_programme_where_there_are_any(tmp_path):
    assert taken(written(tmp_path, SMALL))["PR-2", A].committed_cents == 5_555


def test_what_no_table_gives_is_missing_and_not_zero(tmp_path):
    assert sums(taken(written(tmp_path, SMALL))["PR-3", A]) == {}


def test_a_project_in_two_programmes_has_its_own_amounts_in_each_and_the_undivided_ones_once(tmp_path):
    found = taken(written(tmp_path, SMALL))
    assert {key: sums(record) for key, record in found.items()} == puc.positions(SMALL)
    assert sums(found["PR-1", B]) == {"admitted": 25_050, "reported": 3_333}
    assert (found["PR-1", A].shared_with, found["PR-1", B].shared_with) == (B, A)
    assert found["PR-1", B].axis_code == "2"


def test_only_the_programmes_asked_for_are_taken_and_the_others_are_counted(tmp_path, store):
    result = stored(store, written(tmp_path, SMALL), Context(programmes=frozenset([B]), as_of=DAY.as_of))
    assert_nothing_lost(result, puc.lines(SMALL))
    assert result.sums_stored_cents == {"admitted": 25_050, "reported": 3_333}
    assert result.reasons["other_programme"] > 10


def test_a_link_that_is_not_active_takes_no_money(tmp_path):
    package = puc.together(puc.project("P", A, B), puc.admitted("P", "10,00", A), puc.admitted("P", "20,00", B))
    package["AP04"][1]["STATO"] = "2"
    path = written(tmp_path, package)
    assert {key: sums(record) for key, record in taken(path).items()} == {("P", A): {"admitted": 1_000}}
    _, rows = parsed(path, DAY)
    assert [(r.reason, r.sums) for r in rows if isinstance(r, SkippedRow)] == [("inactive", {"admitted": 2_000})]


def test_codes_of_levels_are_traced_to_axes_by_the_context_table(tmp_path):
    package = puc.together(puc.project("P"), puc.admitted("P", "10,00", A, "LIV-77"))
    table = "COD_LIV_GERARCHICO;VALORE_DATI_RILEVATI\r\nLIV-77;2014IT05SFOP001#PON#LD#3#OT9#9i#9.1\r\n"
    path = puc.folder(tmp_path / "f", puc.files(package) | {"TC36.csv": table})
    assert taken(path)["P", A].axis_code == "3"


def test_a_level_that_is_no_code_of_an_axis_leaves_the_axis_open_and_is_said(tmp_path):
    package = puc.together(puc.project("P"), puc.admitted("P", "10,00", A, "2014IT05SFOP001-LD-1-OT9-9i"))
    identity, rows = parsed(written(tmp_path, package), DAY)
    assert [r.axis_code for r in records(rows, PositionRecord)] == [None]
    assert identity.notes.details["axis_not_understood"] == ["2014IT05SFOP001-LD-1-OT9-9i"]


# --- cancelled --------------------------------------------------------------------------------------------------


def test_a_cancelled_line_takes_away_the_record_with_its_key_wherever_it_stands(tmp_path):
    gone = puc.paid("P", "1", "70,00", FLG_CANCELLAZIONE="S")
    for number, parts in enumerate([(puc.paid("P", "1", "70,00"), gone), (gone, puc.paid("P", "1", "70,00"))]):
        path = written(tmp_path, puc.together(puc.project("P"), *parts, puc.paid("P", "2", "5,00")), f"n{number}")
        assert taken(path)["P", A].paid_cents == 500
        _, rows = parsed(path, DAY)
        skipped = [(r.reason, r.sums, r.lines) for r in rows if isinstance(r, SkippedRow)]
        assert skipped == [("cancelled", {"paid": 14_000}, 2)]


def test_a_cancelled_project_is_skipped_with_all_its_lines_and_sums(tmp_path, store):
    package = puc.together(
        puc.project("P"), puc.project("P", FLG_CANCELLAZIONE="S"), puc.paid("P", "1", "70,00"), puc.project("Q")
    )
    package["AP04"].pop(1)
    result = stored(store, written(tmp_path, package))
    assert_nothing_lost(result, puc.lines(package))
    assert result.sums_skipped_cents == {"paid": 7_000}
    assert result.reasons == {"cancelled": 4}


# --- refused ----------------------------------------------------------------------------------------------------


def test_lines_of_an_unknown_project_are_refused_with_table_line_and_cells(tmp_path):
    path = written(tmp_path, puc.together(SMALL, puc.paid("IGNOTO", "1", "9,99")))
    _, rows = parsed(path, DAY)
    (row,) = [r for r in rows if isinstance(r, RefusedRow)]
    assert (row.part, row.line, row.column, row.value) == ("FN06", 4, "cod_locale_progetto", "IGNOTO")
    assert row.cells == ("IGNOTO", "1", "P", "06/07/2018", "9,99", "", "", "")
    assert row.sums == {"paid": 999}


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (puc.paid("PR-3", "1", "9,99", "X"), "tipologia_pag", "X", "unknown_code"),
        (puc.paid("PR-3", "1", "1.000,00"), "importo_pag", "1.000,00", "other_decimal_mark"),
        (puc.paid("PR-3", "1", "10.50"), "importo_pag", "10.50", "other_decimal_mark"),
        (puc.paid("PR-3", "1", "1,000"), "importo_pag", "1,000", "too_many_decimals"),
        (puc.paid("PR-3", "1", "tanto"), "importo_pag", "tanto", "not_a_number"),
        (puc.committed("PR-3", "1", "1", "I", "31/02/2018"), "data_impegno", "31/02/2018", "not_a_date"),
        (puc.committed("PR-3", "1", "1", "I", "2018-02-01"), "data_impegno", "2018-02-01", "not_a_date"),
        (puc.paid("PR-3", "1", "1", FLG_CANCELLAZIONE="X"), "flg_cancellazione", "X", "unknown_code"),
        (puc.place("PR-3", "21"), "cod_regione", "21", "unknown_code"),
        (puc.project("PR-9", TITOLO_PROGETTO=""), "titolo_progetto", "", "missing"),
        (puc.reported("PR-3", "1", "1", "2014IT99"), "cod_programma", "2014IT99", "not_in_ap04"),
        (puc.project("P" * 61), "cod_locale_progetto", "P" * 61, "too_long"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_itself(tmp_path, row, column, value, reason):
    _, rows = parsed(written(tmp_path, puc.together(SMALL, row)), DAY)
    assert (column, value, reason) in {found[1:] for found in refused(rows)}
    assert len(records(rows, PositionRecord)) == 4


def test_a_line_of_the_wrong_width_is_refused_and_quotes_mean_nothing(tmp_path):
    texts = puc.files(SMALL)
    texts["FN06.txt"] += 'PR-3|"PAG|9|P|01/01/2018|1,00|||\r\nPR-3|"PAG"|P|01/01/2018|1,00|||\r\n'
    path = puc.folder(tmp_path / "f", texts)
    _, rows = parsed(path, DAY)
    assert refused(rows) == [(4, None, "9", "wrong_width")]
    assert taken(path)["PR-3", A].paid_cents == 100


def test_a_control_character_is_a_blank_in_prose_and_refused_in_a_code(tmp_path):
    package = puc.together(
        puc.project("P", TITOLO_PROGETTO="Titolo\tcon\x1ftabulazione"),
        puc.paid("P", "1\x1f2", "1,00"),
        puc.paid("P", "3", "2,00"),
    )
    path = written(tmp_path, package)
    _, rows = parsed(path, DAY)
    assert [(r.title, r.paid_cents) for r in records(rows, PositionRecord)] == [("Titolo con tabulazione", 200)]
    assert refused(rows) == [(1, "cod_pagamento", "1␀2", "control_character")]


def test_a_table_whose_texts_are_quoted_where_they_need_it_is_read_too(tmp_path):
    """So a refused line comes back, mended: see importers.refused."""
    header = ["COD_LOCALE_PROGETTO", "TITOLO_PROGETTO", "CUP", "DATA_INIZIO", "DATA_FINE_PREVISTA", "DATA_FINE_EFFETTIVA"]
    quoted = '"' + '";"'.join(header) + '"\r\n"P";"Uno; due\r\ne ""tre""";"";"";"";""\r\n'
    plain = ";".join(["avanzamento_riga", *header]) + '\r\n7;P;"Uno; due e ""tre""";;;;\r\n'
    for number, text in enumerate((quoted, plain)):
        texts = puc.files(puc.project("P")) | {"AP00.csv": text}
        del texts["AP00.txt"]
        assert taken(puc.folder(tmp_path / f"n{number}", texts))["P", A].title == 'Uno; due e "tre"'


def test_the_same_record_twice_counts_once_and_two_that_differ_count_for_nothing(tmp_path):
    same = puc.together(puc.project("P"), puc.paid("P", "1", "70,00"), puc.paid("P", "1", "70,00"))
    other = puc.together(puc.project("P"), puc.paid("P", "1", "70,00"), puc.paid("P", "1", "71,00"))
    for number, (package, cents, lines) in enumerate([(same, 7_000, [2]), (other, None, [1, 2])]):
        _, rows = parsed(written(tmp_path, package, f"n{number}"), DAY)
        assert [r.paid_cents for r in records(rows, PositionRecord)] == [cents]
        assert [(line, reason) for line, _, _, reason in refused(rows)] == [(line, "repeated_key") for line in lines]


def test_a_refused_subject_keeps_neither_cells_nor_value(tmp_path):
    row = puc.subject("PR-3", "SEGRETO00A00A000A", "Segreta", FLG_CANCELLAZIONE="Z")
    _, rows = parsed(written(tmp_path, puc.together(SMALL, row)), DAY)
    (found,) = [r for r in rows if isinstance(r, RefusedRow)]
    assert (found.part, found.column, found.value, found.cells) == ("SC00", "flg_cancellazione", None, None)


def test_with_refused_lines_nothing_is_written_unless_the_good_ones_are_wanted(tmp_path, store):
    path = written(tmp_path, puc.together(SMALL, puc.paid("IGNOTO", "1", "9,99")))
    with pytest.raises(NotTaken):
        stored(store, path)
    assert content_of(store)["project_position"] == []
    result = stored(store, path, good_only=True)
    assert_nothing_lost(result, puc.lines(SMALL) + 1)
    assert result.sums_rejected_cents == {"paid": 999}


# --- the reference date -----------------------------------------------------------------------------------------


def test_the_date_is_the_one_given_else_the_one_in_sigmas_names_else_the_latest_state(tmp_path):
    sigma = written(tmp_path, SMALL, "sigma", name="12_MAN7_30112018_{code}", layout=puc.SIGMA)
    plain = written(tmp_path, SMALL, "puc")
    for path, context, day, basis, notice in (
        (sigma, DAY, date(2018, 12, 31), DateBasis.STATED, None),
        (sigma, Context(), date(2018, 11, 30), DateBasis.ASSUMED, "date_from_file_name"),
        (plain, Context(), date(2018, 10, 31), DateBasis.ASSUMED, "date_from_states"),
    ):
        identity, rows = parsed(path, context)
        assert {(r.as_of, r.date_basis) for r in records(rows, PositionRecord)} == {(day, basis)}
        assert {code for code in identity.notes.counts if code.startswith("date_from")} == ({notice} if notice else set())


@pytest.mark.parametrize("days", [[], ["31/12/2999"]])
def test_without_a_date_that_can_be_it_the_package_is_refused(tmp_path, days):
    package = puc.together(puc.project("P"), *(puc.state("P", "1", day) for day in days))
    _, rows = read_file(written(tmp_path, package), Context())
    with pytest.raises(UnreadableFile, match="date_needed"):
        list(rows)


def test_two_days_in_the_names_of_the_files_are_no_date(tmp_path):
    texts = puc.files(puc.project("P"))
    path = puc.folder(tmp_path / "f", {f"1_M_0{n}012018_{name}": text for n, (name, text) in enumerate(texts.items(), 1)})
    _, rows = read_file(path, Context())
    with pytest.raises(UnreadableFile, match="2018-01-01, 2018-01-02"):
        list(rows)


# --- indicators -------------------------------------------------------------------------------------------------


def test_indicators_are_added_up_per_programme_and_axis(tmp_path):
    def line(code: str, target: str, value: str) -> puc.Row:
        return {"COD_LOCALE_PROGETTO": code, "TIPO": "COM", "COD_INDICATORE": "101", "VAL_PROGRAMMATO": target,
                "VALORE_REALIZZATO": value}  # fmt: skip

    package = puc.together(SMALL, {"IN01": [line("PR-1", "10,5", "3"), line("PR-2", "7", "")]})
    package = puc.together(package, puc.project("PR-4"), puc.admitted("PR-4", "1"), {"IN01": [line("PR-4", "1", "1,125")]})
    _, rows = parsed(written(tmp_path, package), DAY)
    found = {(r.axis_code, r.measure): (r.quantity_thousandths, r.wording, r.firmness) for r in records(rows, FigureRecord)}
    assert found == {
        ("1", "indicator_target"): (11_500, "11,5", "derived"),
        ("1", "indicator_value"): (4_125, "4,125", "derived"),
        ("2", "indicator_target"): (7_000, "7", "derived"),
        ("2", "indicator_value"): (None, "", "not_given"),
    }
    assert {r.series for r in records(rows, FigureRecord)} == {"puc"}


# --- the store --------------------------------------------------------------------------------------------------


def test_a_package_is_stored_with_every_line_and_cent_accounted_for(tmp_path, store):
    result = stored(store, written(tmp_path, SMALL))
    assert_nothing_lost(result, puc.lines(SMALL))
    assert result.rows_skipped == 1  # the call that no project names
    table = METADATA.tables["project_position"]
    with store.reading() as session:
        kept = {(r.project_code, r.programme_code): r for r in session.execute(sa.select(table))}
    assert {key: {s: c for s in STAGES if (c := getattr(r, f"{s}_cents")) is not None} for key, r in kept.items()} == (
        puc.positions(SMALL)
    )


def test_the_same_package_twice_changes_nothing_whatever_its_order_and_wrapping(tmp_path, store):
    stored(store, written(tmp_path, SMALL))
    before = content_of(store)
    for number, path in enumerate((
        written(tmp_path, SMALL, "again"),
        written(tmp_path, puc.shuffled(SMALL, 5), "shuffled"),
        puc.zipped(tmp_path / "z.zip", puc.files(SMALL)),
    )):  # fmt: skip
        again = stored(store, path)
        assert (again.import_id, again.rows_new, again.rows_changed) == (None, 0, 0), number
        assert again.rows_unchanged == puc.lines(SMALL) - 1
    assert content_of(store) == before


def test_undo_gives_back_what_was_before(tmp_path, store):
    stored(store, written(tmp_path, SMALL))
    before = _held(store)
    changed = puc.together(SMALL, puc.paid("PR-3", "77", "1,00"), puc.project("PR-7"))
    result = stored(store, written(tmp_path, changed, "second"))
    # the lines of PR-3 (AP00, AP04, SC00, AP06) with the new payment; those of PR-7
    assert (result.rows_changed, result.rows_new) == (5, 2)
    with store.writing() as session:
        undo_import(session, actor=keyboard("prova"), import_id=result.import_id or 0)
    assert _held(store) == before


def test_a_source_that_the_store_does_not_know_refuses_the_projects_and_loses_nothing(tmp_path, store):
    context = Context(as_of=DAY.as_of, source="non_c_e")
    identity, rows = read_file(written(tmp_path, SMALL), context)
    with pytest.raises(NotTaken) as refusal:
        bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=False)
    assert_nothing_lost(refusal.value.result, puc.lines(SMALL))


def _held(store: Store) -> list[tuple[object, ...]]:
    rows = [row for row in content_of(store)["project_position"] if dict(row)["valid_to"] is None]
    return sorted((tuple(value for name, value in row if name not in ("valid_from", "import_id")) for row in rows), key=repr)


def test_every_reason_and_warning_has_its_words_in_both_languages():
    reasons = """control_character missing_tables missing_columns same_table_twice unknown_project no_programme not_in_ap04
                 unknown_course cancelled inactive call_without_project other_programme repeated_key wrong_width missing
                 other_decimal_mark programme_needed date_needed unknown_code not_a_date not_a_number too_many_decimals"""
    warnings = """tables_unknown tables_not_read twin_not_read shared_projects several_calls several_beneficiaries
                  several_axes axis_not_understood programme_from_person date_from_file_name date_from_states"""
    for language in LANGUAGES:
        w = words(language)
        assert [code for code in reasons.split() if not w.has(f"reason.{code}")] == []
        assert [code for code in warnings.split() if not w.has(f"warning.{code}")] == []


# --- dialects and orders, generated -----------------------------------------------------------------------------

amounts = st.decimals(min_value=-99_999, max_value=99_999, places=2).map(lambda d: str(d).replace(".", ","))
kinds = {"FN04": ("I", "I-TR", "D", "D-TR"), "FN05": ("I", "I-TR", "D", "D-TR"), "FN06": ("P", "P-TR", "R", "R-TR"),
         "FN07": ("P", "P-TR", "R", "R-TR"), "FN09": ("C", "D")}  # fmt: skip
makers = {
    "FN04": puc.committed,
    "FN05": puc.committed_admitted,
    "FN06": puc.paid,
    "FN07": puc.reported,
    "FN09": puc.certified,
}


@st.composite
def packages(draw: st.DrawFn) -> puc.Package:
    """Up to four projects in one or two programmes, with amounts of all kinds, some of them cancelled."""
    codes = draw(st.lists(st.sampled_from(["P-1", "P 2", "P/3", "P.4"]), min_size=1, max_size=4, unique=True))
    parts: list[puc.Package] = []
    programmes = {code: draw(st.sampled_from([(A,), (B,), (A, B)])) for code in codes}
    for code in codes:
        parts.append(puc.project(code, *programmes[code]))
    if draw(st.booleans()):
        parts.append({"AP00": [{"COD_LOCALE_PROGETTO": codes[0], "TITOLO_PROGETTO": "x", "FLG_CANCELLAZIONE": "S"}]})
    for number in range(draw(st.integers(0, 30))):
        code = draw(st.sampled_from(codes))
        table = draw(st.sampled_from(["FN01", *makers]))
        programme = draw(st.sampled_from(programmes[code]))
        if table == "FN01":
            row = puc.admitted(code, draw(amounts), programme, str(number))
        else:
            more = {"COD_PROGRAMMA": programme} if table in ("FN05", "FN07") else {}
            make: Any = makers[table]
            row = make(code, str(number), draw(amounts), kind=draw(st.sampled_from(kinds[table])), **more)
        parts.append(row)
        if draw(st.integers(0, 5)) == 0:
            parts.append({table: [row[table][0] | {"FLG_CANCELLAZIONE": "S"}]})
    return puc.together(*parts)


@examples(100, soak=1_600)
@given(packages(), st.integers(0, 1_000_000))
def test_whatever_the_order_dialect_and_wrapping_a_package_gives_the_same_positions(tmp_path_factory, package, seed):
    expected = puc.positions(package)
    mixed, where = puc.shuffled(package, seed), tmp_path_factory.mktemp("p")
    paths = [
        written(where, mixed, "txt"),
        written(where, mixed, "csv", dialect="csv"),
        written(where, mixed, "sigma", layout=puc.SIGMA),
        puc.zipped(where / "z.zip", puc.files(mixed, "csv", puc.SIGMA)),
    ]
    for path in paths:
        _, rows = parsed(path, DAY)
        assert {(r.project_code, r.programme_code): sums(r) for r in records(rows, PositionRecord)} == expected
        assert refused(rows) == []
        total: dict[str, int] = {}
        for row in rows:
            for stage, cents in row.sums.items():
                total[stage] = total.get(stage, 0) + cents
        kept = [sum(p.get(stage, 0) for p in expected.values()) for stage in STAGES]
        skipped = [sum(r.sums.get(s, 0) for r in rows if isinstance(r, SkippedRow)) for s in STAGES]
        assert [total.get(stage, 0) for stage in STAGES] == [a + b for a, b in zip(kept, skipped, strict=True)]
        assert sum(row.lines for row in rows) == puc.lines(package)


@examples(8, soak=100)
@given(packages(), st.integers(0, 1_000_000))
def test_generated_packages_are_stored_to_the_cent_and_twice_changes_nothing(store, tmp_path_factory, package, seed):
    where = tmp_path_factory.mktemp("p")
    with undone(store) as session:
        for number, order in enumerate((package, puc.shuffled(package, seed))):
            identity, rows = read_file(written(where, order, f"n{number}"), DAY)
            result = store_rows(session, actor=keyboard("prova"), file=identity, rows=rows)
            assert_nothing_lost(result, puc.lines(package))
            assert number == 0 or (result.import_id, result.rows_new, result.rows_changed) == (None, 0, 0)


@examples(20, soak=200)
@given(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=5), max_size=60))
def test_lines_are_sorted_also_where_they_do_not_fit_in_memory(texts):
    with SortedLines(run=7) as lines:
        for text in texts:
            lines.add(text + "\n")
        assert list(lines) == sorted(text + "\n" for text in texts)


def test_a_number_with_a_comma_is_read_to_the_cent(tmp_path):
    seeds = random.Random(3)
    written_as = [f"{seeds.randrange(10**11)},{seeds.randrange(100):02d}" for _ in range(2_000)]
    package = puc.together(puc.project("P"), *(puc.paid("P", str(n), text) for n, text in enumerate(written_as)))
    expected = sum(int(Decimal(text.replace(",", ".")) * 100) for text in written_as)
    assert taken(written(tmp_path, package))["P", A].paid_cents == expected
