"""OpenCoesione's projects: the two real files against slow loops, every dialect, the rules of the record, bad rows."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from data_model.importing import store_rows
from data_model.records import (
    AcceptedRow,
    AxisRecord,
    FileIdentity,
    ImportResult,
    ParsedRow,
    PositionRecord,
    ProgrammeRecord,
    RefusedRow,
    SkippedRow,
    SourceRecord,
)
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import undo_import
from importers.formats import read_file
from importers.opencoesione_columns import MEASURES
from importers.reading import Context, UnreadableFile
from tests.importers import opencoesione as oc
from tests.importers.files import parsed, records, refused, write
from tests.store_content import content_of
from texts import words

POSITION = METADATA.tables["project_position"]
OCTOBER = date(2018, 10, 31)


def read(path: Path, **context: Any) -> tuple[FileIdentity, list[ParsedRow]]:
    return parsed(path, Context(**context))


def bring(store: Store, path: Path, **context: Any) -> ImportResult:
    identity, rows = read_file(path, Context(**context))
    with store.writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)


def held(store: Store) -> list[dict[str, Any]]:
    """One dict per position that holds now, by project."""
    query = sa.select(POSITION).where(POSITION.c.valid_to.is_(None)).order_by(POSITION.c.project_code, POSITION.c.as_of)
    with store.reading() as session:
        return [dict(row) for row in session.execute(query).mappings()]


def what_holds(store: Store) -> list[tuple[Any, ...]]:
    """What the positions say, without what differs from import to import."""
    differs = ("id", "import_id", "valid_from", "valid_to", "place_in_source")
    return [tuple(value for name, value in row.items() if name not in differs) for row in held(store)]


def positions(rows: list[ParsedRow]) -> dict[str, PositionRecord]:
    return {record.project_code: record for record in records(rows, PositionRecord)}


def content(**changes: oc.Value) -> oc.Content:
    """A real project with nothing unusual, with some columns changed."""
    plain = next(row for row in oc.real_rows() if row["cod_locale_progetto"] == "1CL228785")
    assert set(changes) <= set(plain)
    return plain | changes


def one(tmp_path: Path, **changes: oc.Value) -> PositionRecord:
    """The position of one changed project, by the native CSV."""
    _, rows = read(oc.write_native(tmp_path / "f.csv", [content(**changes)]))
    (position,) = positions(rows).values()
    return position


# --- the real parquet -------------------------------------------------------------------------------------------


def raw_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(oc.PARQUET).to_pylist()
    return rows


def expected_sums(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Cents per measure: each value the shortest decimal of its float, rounded to the cent, added one by one."""
    sums: dict[str, int] = {}
    for row in rows:
        for measure, column in oc.AMOUNTS.items():
            if row[column] is not None:
                cents = int(oc.shortest(row[column]).quantize(Decimal("0.01")) * 100)
                sums[measure] = sums.get(measure, 0) + cents
    return sums


def test_the_real_parquet_goes_in_whole_to_the_cent_of_its_shortest_decimals(store):
    result = bring(store, oc.PARQUET)
    hidden = [row for row in raw_rows() if row["OC_FLAG_VISUALIZZAZIONE"] != 0]
    shown = [row for row in raw_rows() if row["OC_FLAG_VISUALIZZAZIONE"] == 0]
    assert (result.rows_read, result.rows_new, result.rows_skipped, result.rows_rejected) == (1983, 1975, 8, 0)
    assert result.reasons == {"not_published": len(hidden)} == {"not_published": 8}
    assert result.sums_in_cents == expected_sums(raw_rows())
    assert result.sums_stored_cents == expected_sums(shown)
    assert result.sums_skipped_cents == expected_sums(hidden)
    for measure in MEASURES:
        values = [row[f"{measure}_cents"] for row in held(store) if row[f"{measure}_cents"] is not None]
        assert sum(values) == expected_sums(shown).get(measure, 0)
        assert len(values) == sum(row[oc.AMOUNTS[measure]] is not None for row in shown)


def test_every_value_of_the_real_parquet_is_where_it_belongs():
    found = positions(read(oc.PARQUET)[1])
    rows = {str(row["cod_locale_progetto"]): row for row in oc.real_rows() if row["OC_FLAG_VISUALIZZAZIONE"] == 0}
    assert set(found) == set(rows)
    for code, row in rows.items():
        position = found[code]
        assert position.title == row["oc_titolo_progetto"]
        assert position.as_of == row["DATA_AGGIORNAMENTO"]
        assert position.status == row["OC_STATO_PROGETTO"]
        assert position.theme == row["OC_TEMA_SINTETICO"]
        assert position.cup == row["cup"]
        assert (position.started_on, position.planned_end_on, position.ended_on) == (
            row["OC_DATA_INIZIO_PROGETTO"], row["OC_DATA_FINE_PROGETTO_PREVISTA"], row["OC_DATA_FINE_PROGETTO_EFFETTIVA"],
        )  # fmt: skip
        codes = str(row["OC_CODICE_PROGRAMMA"]).split(":::")
        assert (position.programme_code, position.shared_with) == (codes[0], ";".join(codes[1:]) or None)
        assert position.axis_code == str(row["OC_COD_ARTICOLAZ_PROGRAMMA"]).split(":::")[0]
        assert position.call_code == (row["COD_PROCED_ATTIVAZIONE"] and str(row["COD_PROCED_ATTIVAZIONE"]).split(":::")[0])
        regions = {part[-2:] for part in str(row["COD_REGIONE"]).split(":::")}
        assert position.region_code == (regions.pop() if len(regions) == 1 else "MULTI")
        assert position.rounded
        assert position.place_in_source.startswith(f"{oc.PARQUET.name}:")


def test_the_unusual_rows_of_the_real_parquet_are_as_many_as_counted_by_hand():
    identity, rows = read(oc.PARQUET)
    found = positions(rows)
    assert sum(p.shared_with is not None for p in found.values()) == 3
    assert sum(p.region_code == "MULTI" for p in found.values()) == 2
    named = [p for p in found.values() if (p.beneficiary_code or "").startswith("~")]
    masked = [row for row in raw_rows() if "*" in row["OC_CODFISC_BENEFICIARIO"]]
    shown = [row for row in masked if row["OC_FLAG_VISUALIZZAZIONE"] == 0]
    assert (len(masked), len(shown), len(named)) == (7, 6, 6)
    assert {p.beneficiary_code for p in named} == {"~" + " ".join(row["OC_DENOM_BENEFICIARIO"].split()) for row in shown}
    assert not any("*" in (p.beneficiary_code or "") for p in found.values())
    assert found["9CA20046PP000000002"].axis_code == "05"
    assert found["1SI32917"].shared_with == "PSCSICILIA2021"
    days = [row[name] for row in raw_rows() if row["OC_FLAG_VISUALIZZAZIONE"] == 0
            for name in ("DATA_AGGIORNAMENTO", "OC_DATA_INIZIO_PROGETTO", "OC_DATA_FINE_PROGETTO_PREVISTA",
                         "OC_DATA_FINE_PROGETTO_EFFETTIVA") if row[name] is not None]  # fmt: skip
    impossible = sum(int(day) % 100 in (0, 32) for day in days)
    assert impossible > 1405
    assert identity.notes.counts == {
        "rounded_amounts": 1, "first_programme": 3, "first_beneficiary": 3, "impossible_day": impossible,
    }  # fmt: skip


def test_programmes_and_axes_of_the_real_parquet_are_told_once_each_and_so_is_its_source():
    _, rows = read(oc.PARQUET)
    programmes, axes = records(rows, ProgrammeRecord), records(rows, AxisRecord)
    shown = [row for row in raw_rows() if row["OC_FLAG_VISUALIZZAZIONE"] == 0]
    keys = {(row["OC_CODICE_PROGRAMMA"].split(":::")[0], row["OC_COD_ARTICOLAZ_PROGRAMMA"].split(":::")[0]) for row in shown}
    assert sorted((axis.programme_code, axis.code) for axis in axes) == sorted(keys)
    assert sorted(p.code for p in programmes) == sorted({programme for programme, _ in keys})
    assert [source.id for source in records(rows, SourceRecord)] == ["opencoesione_progetti"]
    assert {(p.title_language, p.fund, p.cycle) for p in programmes if p.code == "PSCLAZIO2021"} == {
        ("it", "FSC2127", "Ciclo di programmazione 2021-2027")
    }


def test_a_filter_takes_the_rows_of_its_programmes_also_where_they_are_named_second(store):
    asked = {"PSCSICILIA2021", "PSCLAZIO2021"}
    result = bring(store, oc.PARQUET, programmes=frozenset(asked))
    wanted = [row for row in raw_rows() if asked & set(row["OC_CODICE_PROGRAMMA"].split(":::"))]
    published = [row for row in wanted if row["OC_FLAG_VISUALIZZAZIONE"] == 0]
    assert result.rows_new == len(published) == len(held(store)) > 0
    assert result.sums_stored_cents == expected_sums(published)
    assert result.reasons["other_programme"] == 1983 - len(wanted)
    assert result.sums_in_cents == expected_sums(raw_rows())
    shared = next(row for row in held(store) if row["project_code"] == "1SI32917")
    assert (shared["programme_code"], shared["shared_with"]) == ("2017POCSICILIA1", "PSCSICILIA2021")


def test_the_same_file_twice_changes_nothing_and_an_undo_gives_back_what_was_before(store):
    first = bring(store, oc.PARQUET)
    before, holding = content_of(store), what_holds(store)
    again = bring(store, oc.PARQUET)
    assert content_of(store) == before
    assert (again.import_id, again.rows_unchanged, again.rows_skipped) == (None, 1975, 8)
    assert again.sums_before_cents == again.sums_stored_cents == first.sums_stored_cents
    later = bring(store, oc.PARQUET, source="opencoesione_progetti", programmes=frozenset(["PSCLAZIO2021"]))
    assert later.import_id is None
    with store.writing() as session:
        undo_import(session, actor=keyboard("Ada"), import_id=int(first.import_id or 0))
    assert held(store) == []
    bring(store, oc.PARQUET)
    assert what_holds(store) == holding


# --- the real file of 2018 --------------------------------------------------------------------------------------


def confiscated() -> list[dict[str, str]]:
    with oc.CONFISCATED.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_the_file_of_2018_goes_in_to_the_cent_with_the_date_that_is_said(store):
    result = bring(store, oc.CONFISCATED, as_of=OCTOBER)
    sums = {
        measure: sum(int(Decimal(row[column].replace(",", ".")) * 100) for row in confiscated() if row[column])
        for measure, column in (("granted", "OC_FINANZ_TOT_PUB_NETTO"), ("paid", "TOT_PAGAMENTI"))
    }
    assert (result.rows_read, result.rows_new, result.rows_rejected) == (290, 290, 0)
    assert result.sums_in_cents == result.sums_stored_cents == sums
    rows = held(store)
    assert {(row["as_of"], row["date_basis"], row["rounded"]) for row in rows} == {(OCTOBER, "stated", False)}
    assert sum(row["paid_cents"] is None for row in rows) == 59
    assert sum(row["shared_with"] is not None for row in rows) == 93
    assert {row["committed_cents"] for row in rows} == {None}
    assert {row["axis_code"] for row in rows} == {None}


def test_what_the_file_of_2018_does_not_say_is_said_in_warnings():
    identity, rows = read(oc.CONFISCATED, as_of=OCTOBER)
    assert (identity.encoding, identity.delimiter, identity.decimal_mark) == ("utf-8-sig", ";", ",")
    details = identity.notes.details
    assert details["unknown_columns"] == ["OC_FLAG_TIPO_RICERCA", "OC_MACRO_CATEGORIA"]
    assert {"oc_codice_programma", "oc_cod_articolaz_programma", "impegni", "data_aggiornamento"} <= set(
        details["missing_columns"]
    )
    programmes = records(rows, ProgrammeRecord)
    names = {row["OC_DESCRIZIONE_PROGRAMMA"].split(":::")[0] for row in confiscated()}
    assert {p.title for p in programmes} == names
    assert len({p.code for p in programmes}) == len(names) == identity.notes.counts["programme_by_name"]
    assert all(p.code.startswith("~") and len(p.code) <= 50 for p in programmes)
    assert "~PON-FESR-FSE-LEGALITA" in {p.code for p in programmes}
    assert "~PON-FESR-FSE-LEGALITA: PON FESR FSE LEGALITA'" in details["programme_by_name"]


def test_regions_of_the_file_of_2018_are_known_by_their_names():
    found = positions(read(oc.CONFISCATED, as_of=OCTOBER)[1])
    codes = {"SICILIA": "19", "CAMPANIA": "15", "CALABRIA": "18", "PUGLIA": "16", "AMBITO NAZIONALE": "00",
             "LOMBARDIA": "03", "BASILICATA": "17"}  # fmt: skip
    for row in confiscated():
        assert found[row["COD_LOCALE_PROGETTO"]].region_code == codes[row["DEN_REGIONE"]]
    assert found["1AGCOE659"].place == "CAMPANIA · NAPOLI · GIUGLIANO IN CAMPANIA"


def test_a_programme_asked_for_by_the_code_made_of_its_name_is_found():
    asked = frozenset(["~PON-FESR-FSE-LEGALITA"])
    _, rows = read(oc.CONFISCATED, as_of=OCTOBER, programmes=asked)
    kinds = Counter(type(row) for row in rows)
    assert kinds == {AcceptedRow: 19, SkippedRow: 271}


def test_a_file_without_a_date_is_refused_as_long_as_nobody_says_it():
    with pytest.raises(UnreadableFile) as refused_file:
        read(oc.CONFISCATED)
    assert refused_file.value.reason == "date_needed"


# --- dialects ---------------------------------------------------------------------------------------------------

WRITERS: dict[str, Callable[[Path, list[oc.Content]], Path]] = {
    "native.csv": oc.write_native,
    "download.zip": oc.write_zip,
    "reexport.csv": oc.write_reexport,
}


def said(path: Path) -> list[tuple[Any, ...]]:
    """All records that a file gives and what becomes of each row, without the name of the file."""
    found = []
    for row in read(path)[1]:
        kept = [
            record._replace(place_in_source="") if isinstance(record, PositionRecord) else record
            for record in (row.records if isinstance(row, AcceptedRow) else ())
        ]
        found.append((row.line, type(row).__name__, getattr(row, "reason", None), kept, dict(row.sums)))
    return found


def test_the_same_content_gives_the_same_records_in_every_dialect(tmp_path):
    rows = list(oc.real_rows())
    native, *others = [said(write_as(tmp_path / name, rows)) for name, write_as in WRITERS.items()]
    assert all(other == native for other in others)
    assert len(native) == 1983


def test_the_same_content_as_parquet_says_the_same_where_32_bits_hold_it_and_says_that_it_is_rounded(tmp_path):
    rows = [
        {name: _fits_32_bits(value) for name, value in row.items()} for row in oc.real_rows()[:300]
    ]  # fmt: skip
    native = said(oc.write_native(tmp_path / "n.csv", rows))
    rounded = said(oc.write_parquet(tmp_path / "p.parquet", rows))
    for _, _, _, kept, _ in native:
        kept[:] = [r._replace(rounded=True) if isinstance(r, PositionRecord) else r for r in kept]
    assert rounded == native


def _fits_32_bits(value: oc.Value) -> oc.Value:
    if isinstance(value, date):
        return value.replace(day=value.day // 2 * 2 or 2)
    return value % 100_000 // Decimal("0.25") * Decimal("0.25") if isinstance(value, Decimal) else value


def test_how_a_file_is_written_is_told_for_the_person_to_confirm(tmp_path):
    rows = list(oc.real_rows()[:40])
    found = {name: read(write_as(tmp_path / name, rows))[0] for name, write_as in WRITERS.items()}
    marks = {name: (i.format, i.delimiter, i.decimal_mark) for name, i in found.items()}
    assert marks == {
        "native.csv": ("opencoesione_projects", ";", ","),
        "download.zip": ("opencoesione_projects", ";", ","),
        "reexport.csv": ("opencoesione_projects", ",", "."),
    }
    assert read(oc.PARQUET)[0].decimal_mark == "."
    assert found["native.csv"].notes.counts.keys() & {"unknown_columns", "missing_columns"} == set()


def test_names_of_columns_are_known_before_2014_in_any_case_and_after_the_change_of_2026(tmp_path):
    text = oc.native([content()]).replace('"OC_', '"DPS_').replace("DPS_MACROAREA", "OC_MACROAREA_PROGETTO")
    old = write(tmp_path / "old.csv", text.split("\r\n", 1)[0].title() + "\r\n" + text.split("\r\n", 1)[1], "utf-8-sig")
    new = oc.write_native(tmp_path / "new.csv", [content()])
    assert [entry[3:] for entry in said(old)] == [entry[3:] for entry in said(new)]
    assert read(old)[0].notes.counts == {}


def test_an_unknown_column_is_listed_and_a_missing_one_too_and_the_rest_is_read(tmp_path):
    kept = [name for name, _ in oc.columns() if name not in ("IMPEGNI", "OC_FLAG_VISUALIZZAZIONE")]
    path = oc.write_native(tmp_path / "f.csv", [content()], kept)
    path.write_text(path.read_text(encoding="utf-8-sig").replace('"OC_LINK"', '"New Column"'), encoding="utf-8", newline="")
    identity, rows = read(path)
    assert identity.notes.details["unknown_columns"] == ["New Column"]
    assert identity.notes.details["missing_columns"] == ["impegni", "oc_flag_visualizzazione"]
    (position,) = records(rows, PositionRecord)
    assert position.committed_cents is None
    assert position.paid_cents == oc.cents(content())["paid"]


def test_a_file_that_names_no_programme_is_of_the_one_that_is_said(tmp_path):
    kept = [name for name, _ in oc.columns() if not name.startswith(("OC_CODICE_PROG", "OC_DESCRIZIONE_PROG"))]
    path = oc.write_native(tmp_path / "f.csv", [content()], kept)
    assert [p.programme_code for p in positions(read(path, programmes=frozenset(["P1"]))[1]).values()] == ["P1"]
    with pytest.raises(UnreadableFile) as refused_file:
        read(path)
    assert refused_file.value.reason == "programme_needed"


# --- the rules of the record ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programmes", "axes", "expected"),
    [
        ("A:::B", "9:::3", ("A", "9", "B")),
        (":::B", "9:::3", ("B", "3", None)),
        ("A:::B:::A:::C", "05", ("A", "05", "B;C")),
        ("A:::A", "1:::2", ("A", "1", None)),
        ("A", "0", ("A", None, None)),
        ("A", "(assente)", ("A", None, None)),
        ("A", "SAFE", ("A", "SAFE", None)),
        ("A", "007", ("A", "007", None)),
        ("A", "NA", ("A", "NA", None)),
        ("A", "5.0", ("A", "5", None)),
        ("A", None, ("A", None, None)),
    ],
)
def test_the_first_programme_keeps_the_money_with_its_axis_and_names_the_others(tmp_path, programmes, axes, expected):
    found = one(tmp_path, OC_CODICE_PROGRAMMA=programmes, OC_DESCRIZIONE_PROGRAMMA=None, OC_COD_ARTICOLAZ_PROGRAMMA=axes)
    assert (found.programme_code, found.axis_code, found.shared_with) == expected


@pytest.mark.parametrize(
    ("codes", "regions", "expected"),
    [
        ("009", "TOSCANA", "09"),
        ("9", "TOSCANA", "09"),
        ("9.0", "TOSCANA", "09"),
        ("000", "AMBITO NAZIONALE", "00"),
        ("998", "PAESI EUROPEI", "99"),
        ("999", "NESSUNA LOCALIZZAZIONE", "99"),
        ("000:::011", "AMBITO NAZIONALE:::MARCHE", "MULTI"),
        ("012:::012", "LAZIO:::LAZIO", "12"),
        (":::012", ":::LAZIO", "12"),
        (None, None, None),
        ("021", "?", None),
        ("XX", "?", None),
    ],
)
def test_the_code_of_the_region_has_two_digits_or_says_that_there_are_several(tmp_path, codes, regions, expected):
    path = oc.write_native(tmp_path / "f.csv", [content(COD_REGIONE=codes, DEN_REGIONE=regions)])
    identity, rows = read(path)
    (position,) = records(rows, PositionRecord)
    assert position.region_code == expected
    assert ("unknown_region" in identity.notes.counts) == (codes in ("021", "XX"))


@pytest.mark.parametrize(
    ("codes", "names", "expected"),
    [
        ("80003170661", "REGIONE  ABRUZZO", ("80003170661", "REGIONE  ABRUZZO")),
        ("1:::2", "UNO:::DUE", ("1", "UNO")),
        (":::2", ":::DUE", ("2", "DUE")),
        ("*CODICE FISCALE*", "Nanni  Emanuele", ("~NANNI EMANUELE", "Nanni  Emanuele")),
        ("****************", "ROSSI", ("~ROSSI", "ROSSI")),
        ("RSSMRA80A01H501U", "Rossi\tMario", ("~ROSSI MARIO", "Rossi\tMario")),
        ("RSSMRA80A01H501U:::2", "ROSSI:::DUE", ("~ROSSI", "ROSSI")),
        ("rssmra80a01h501u", None, (None, None)),
        (None, "SOLO NOME", ("~SOLO NOME", "SOLO NOME")),
        ("80003170661.0", "REGIONE", ("80003170661", "REGIONE")),
        ("1:::12345678901", "UNO:::DUE", ("1", "UNO")),
        ("12345678901", "UNO:::DUE", ("12345678901", "UNO")),
        (None, None, (None, None)),
    ],
)
def test_the_first_beneficiary_is_kept_and_a_person_goes_by_the_name(tmp_path, codes, names, expected):
    found = one(tmp_path, OC_CODFISC_BENEFICIARIO=codes, OC_DENOM_BENEFICIARIO=names)
    assert (found.beneficiary_code, found.beneficiary_name) == expected


def test_two_long_names_that_begin_alike_stay_two_beneficiaries(tmp_path):
    named = [one(tmp_path, OC_CODFISC_BENEFICIARIO="*", OC_DENOM_BENEFICIARIO="A" * 150 + end) for end in "XY"]
    codes = {position.beneficiary_code for position in named}
    assert len(codes) == 2
    assert all(code is not None and len(code) <= 120 for code in codes)


@pytest.mark.parametrize("role", ["ATTUATORE", "PROGRAMMATORE"])
def test_without_columns_of_the_beneficiary_another_subject_stands_for_it_and_that_is_said(tmp_path, role):
    gone = {"ATTUATORE": ("BENEFICIARIO",), "PROGRAMMATORE": ("BENEFICIARIO", "ATTUATORE")}[role]
    kept = [name for name, _ in oc.columns() if not name.endswith(gone)]
    row = content(**{f"OC_CODFISC_{role}": "77", f"OC_DENOM_{role}": "CHI"})
    identity, rows = read(oc.write_native(tmp_path / "f.csv", [row], kept))
    (position,) = records(rows, PositionRecord)
    assert (position.beneficiary_code, position.beneficiary_name) == ("77", "CHI")
    assert identity.notes.details["beneficiary_from"] == [f"OC_DENOM_{role}"]


def test_an_empty_beneficiary_is_not_filled_from_another_subject(tmp_path):
    changes = dict.fromkeys(("OC_CODFISC_BENEFICIARIO", "OC_DENOM_BENEFICIARIO"))
    assert one(tmp_path, **changes).beneficiary_code is None


def test_a_payment_that_is_not_given_is_not_zero_and_a_zero_is(tmp_path):
    assert one(tmp_path, TOT_PAGAMENTI=None).paid_cents is None
    assert one(tmp_path, TOT_PAGAMENTI=Decimal(0)).paid_cents == 0
    assert one(tmp_path, TOT_PAGAMENTI=Decimal("-12.30")).paid_cents == -1230


def test_one_public_investment_code_may_stand_in_many_projects(tmp_path):
    rows = [content(cod_locale_progetto=code, cup="D44E20003290009") for code in ("A", "B")]
    assert len(positions(read(oc.write_native(tmp_path / "f.csv", rows))[1])) == 2


@pytest.mark.parametrize("flag", [1, 2, 3])
def test_what_is_not_published_is_skipped_with_its_sums(tmp_path, flag):
    (row,) = read(oc.write_native(tmp_path / "f.csv", [content(OC_FLAG_VISUALIZZAZIONE=flag)]))[1]
    assert isinstance(row, SkippedRow)
    assert row.reason == "not_published"
    assert row.sums == oc.cents(content())


def test_names_with_broken_letters_are_kept_as_they_are(tmp_path):
    assert one(tmp_path, oc_titolo_progetto="LEGALITÃ Â¿").title == "LEGALITÃ Â¿"


def test_a_source_that_is_said_stands_in_the_place_of_the_formats_own(tmp_path):
    path = oc.write_native(tmp_path / "f.csv", [content()])
    _, rows = read(path, source="mine")
    assert records(rows, SourceRecord) == []
    assert {p.source_id for p in positions(rows).values()} == {"mine"}


def test_a_name_told_by_a_row_that_is_refused_by_the_store_is_there_for_the_rows_after_it(store, tmp_path):
    rows = [
        content(cod_locale_progetto="A"),
        content(cod_locale_progetto="A", OC_CODICE_PROGRAMMA="OTHER"),
        content(cod_locale_progetto="B", OC_CODICE_PROGRAMMA="OTHER"),
        content(cod_locale_progetto="C" * 101, OC_CODICE_PROGRAMMA="THIRD"),
        content(cod_locale_progetto="D", OC_CODICE_PROGRAMMA="THIRD"),
    ]
    result = bring(store, oc.write_native(tmp_path / "f.csv", rows))
    assert result.reasons == {"repeated_key": 1, "too_long": 1}
    assert [(row["project_code"], row["programme_code"]) for row in held(store)] == [
        ("A", "PSCCALABRIA2021"), ("B", "OTHER"), ("D", "THIRD"),
    ]  # fmt: skip


# --- bad rows ---------------------------------------------------------------------------------------------------


def with_cell(tmp_path: Path, column: str, text: str, more: int = 20) -> Path:
    """A native file whose first row has this text in this column, with good rows after it."""
    rows = [content(cod_locale_progetto=str(number)) for number in range(more + 1)]
    lines = oc.native(rows).split("\r\n")
    cells = next(csv.reader([lines[1]], delimiter=";"))
    cells[[name for name, _ in oc.columns()].index(column)] = text
    lines[1] = ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return write(tmp_path / "f.csv", "\r\n".join(lines), "utf-8-sig")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("IMPEGNI", "1.5", "other_decimal_mark"),
        ("IMPEGNI", "1.234,56", "other_decimal_mark"),
        ("IMPEGNI", "1,234.56", "other_decimal_mark"),
        ("IMPEGNI", "1,005", "too_many_decimals"),
        ("IMPEGNI", "abc", "not_a_number"),
        ("IMPEGNI", "1e5", "not_a_number"),
        ("IMPEGNI", "inf", "not_a_number"),
        ("IMPEGNI", "NaN", "not_a_number"),
        ("IMPEGNI", "NA", "not_a_number"),
        ("IMPEGNI", "١٢,٣٤", "not_a_number"),
        ("IMPEGNI", "1_0,00", "not_a_number"),
        ("IMPEGNI", "\u22125,00", "not_a_number"),
        ("IMPEGNI", "1" * 14 + ",00", "too_large"),
        ("TOT_PAGAMENTI", "1.5", "other_decimal_mark"),
        ("DATA_AGGIORNAMENTO", "20240832", "not_a_date"),
        ("DATA_AGGIORNAMENTO", "20240800", "not_a_date"),
        ("DATA_AGGIORNAMENTO", "31/08/2024", "not_a_date"),
        ("OC_DATA_INIZIO_PROGETTO", "20230230", "not_a_date"),
        ("OC_DATA_FINE_PROGETTO_PREVISTA", "0", "not_a_date"),
        ("OC_DATA_FINE_PROGETTO_EFFETTIVA", "٢٠٢٤٠١٠١", "not_a_date"),
        ("OC_FLAG_VISUALIZZAZIONE", "X", "unknown_code"),
        ("cod_locale_progetto", " ", "missing"),
        ("DATA_AGGIORNAMENTO", "", "missing"),
        ("OC_CODICE_PROGRAMMA", "P" * 51, "too_long"),
        ("OC_COD_ARTICOLAZ_PROGRAMMA", "A" * 21, "too_long"),
    ],
)
def test_a_bad_value_refuses_its_row_with_line_column_value_and_reason_in_words(tmp_path, column, value, reason):
    _, rows = read(with_cell(tmp_path, column, value))
    assert refused(rows) == [(2, column.upper(), value.strip(), reason)]
    assert words("it")(f"reason.{reason}")
    (row,) = [row for row in rows if isinstance(row, RefusedRow)]
    assert row.cells is not None
    assert len(row.cells) == 199
    assert sum(isinstance(row, AcceptedRow) for row in rows) == 20
    assert row.sums == oc.cents(content(**({column: None} if column in oc.AMOUNTS.values() else {})))


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1,5", 150), ("1", 100), ("1,", None), ("-0,01", -1), ("+2,50", 250), ("1016124,00", 101612400), ("0,100000", 10),
     ("999999999999,99", 99999999999999), (" 7,00 ", 700)],
)  # fmt: skip
def test_an_amount_is_read_as_what_it_is(tmp_path, text, cents):
    _, rows = read(with_cell(tmp_path, "IMPEGNI", text))
    if cents is None:
        assert refused(rows) == [(2, "IMPEGNI", text, "not_a_number")]
    else:
        assert positions(rows)["0"].committed_cents == cents


@pytest.mark.parametrize(("text", "found"), [("20240831", date(2024, 8, 31)), ("20240831.0", date(2024, 8, 31)),
                                             ("2024-08-31", date(2024, 8, 31)), ("", None)])  # fmt: skip
def test_a_day_is_read_in_the_ways_that_it_is_written(tmp_path, text, found):
    _, rows = read(with_cell(tmp_path, "OC_DATA_INIZIO_PROGETTO", text))
    assert positions(rows)["0"].started_on == found


def test_a_file_of_points_refuses_a_comma(tmp_path):
    path = oc.write_reexport(tmp_path / "f.csv", [content(cod_locale_progetto=str(n)) for n in range(5)])
    lines = path.read_text(encoding="utf-8").split("\n")
    names, cells = lines[0].split(","), next(csv.reader([lines[1]]))
    cells[names.index("IMPEGNI")] = "342347,85"
    lines[1] = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    _, rows = read(write(path, "\n".join(lines)))
    assert refused(rows) == [(2, "IMPEGNI", "342347,85", "other_decimal_mark")]


@pytest.mark.parametrize("column", ["oc_titolo_progetto", "oc_link"])
def test_a_nul_in_any_cell_refuses_the_row(tmp_path, column):
    path = with_cell(tmp_path, column, "a\0b", more=40)  # beyond the beginning, where it would mean that this is no text
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([lines[0], *lines[2:42], lines[1], b""]))
    _, rows = read(path)
    assert [(row.line, row.reason) for row in rows if isinstance(row, RefusedRow)] == [(42, "nul_character")]
    assert not any("\0" in cell for row in rows if isinstance(row, RefusedRow) for cell in row.cells or ())


@pytest.mark.parametrize("change", [lambda line: line + ";1", lambda line: line.rsplit(";", 1)[0]])
def test_a_row_of_another_width_is_refused(tmp_path, change):
    lines = oc.native([content(), content(cod_locale_progetto="B")]).split("\r\n")
    lines[1] = change(lines[1])
    _, rows = read(write(tmp_path / "f.csv", "\r\n".join(lines)))
    ((line, _, value, reason),) = refused(rows)
    assert (line, reason) == (2, "wrong_width")
    assert value in ("198", "200")
    assert list(positions(rows)) == ["B"]


def test_no_fiscal_code_of_a_person_is_kept_with_a_refused_row(store, tmp_path):
    person = "RSSMRA80A01H501U"
    bad = content(**{f"OC_CODFISC_{role}": person for role in ("BENEFICIARIO", "ATTUATORE", "REALIZZATORE")})
    bad |= {"OC_CODFISC_PROGRAMMATORE": f"80003170661:::{person}", "cod_locale_progetto": "A"}
    text = oc.native([bad, bad, bad, bad | {"cod_locale_progetto": "B"}]).split("\r\n")
    text[3] += ";too wide"
    text[4] = text[4].replace(";20240831;", ";20240899;")
    path = write(tmp_path / "f.csv", "\r\n".join(text))
    result = bring(store, path)
    assert result.reasons == {"repeated_key": 1, "wrong_width": 1, "not_a_date": 1}
    assert person not in repr(content_of(store))
    assert "80003170661:::****************" in repr(content_of(store)["rejected_row"])
