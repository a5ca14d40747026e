"""Published figures: how firm they are, how firm their dates are, which cohort they speak of, which are not stored.

The expected firmness was decided by hand, row by row, from the rule in the reference data's README.
"""

from collections import Counter
from datetime import date

import pytest

from data_model.records import ProgrammeRecord, SkippedRow, SubjectRecord
from data_model.vocabulary import Firmness, SubjectKind
from importers.figures import firmness
from importers.reading import Context, UnreadableFile
from tests import oracles
from tests.importers.files import as_csv, figures, parsed, records, refused, write

CONTEXT = Context(programmes=frozenset((oracles.PON,)), repeated_sources=frozenset({"ec_fin", "ec_ind"}))

NOT_GIVEN = "F1214 F1215"  # the two lost charts
AMBIGUOUS = "F0008 F0009 F0010"  # 24 Meuro / 69 Meuro, and 225 of 225 / 600 operatori
ABOUT = """
    F0001 F0002 F0013 F0017 F0018 F0020 F0024 F0025 F0026 F0027 F0029 F0048 F0053 F0055 F0056 F0059 F0065 F0066 F0070
    F0074 F0075 F0076 F0077 F0078 F0079 F0081 F0082 F0083 F0084 F0107 F0108 F0109
"""
EXPECTED_FIRMNESS = {
    **dict.fromkeys(NOT_GIVEN.split(), Firmness.NOT_GIVEN),
    **dict.fromkeys(AMBIGUOUS.split(), Firmness.AMBIGUOUS),
    **dict.fromkeys(ABOUT.split(), Firmness.ABOUT),
}
"""Every other published figure is exact."""


@pytest.fixture(scope="module")
def all_rows():
    return parsed(oracles.FIGURES, CONTEXT)[1]


def by_id(all_rows):
    """The figure of each published row: the file's rows and the figures come in the same order."""
    return dict(zip((row["id"] for row in oracles.published()), figures(all_rows), strict=True))


def one_row(identifier: str, **changes: str) -> dict[str, str]:
    return next(row for row in oracles.rows(oracles.FIGURES) if row["id"] == identifier) | changes


def read_one(tmp_path, identifier: str, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(identifier, **changes)])), CONTEXT)[1]


# --- firmness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", oracles.published(), ids=lambda row: f"{row['id']} {row['precision'][:30]}")
def test_each_published_figure_is_as_firm_as_the_rule_says(row):
    expected = EXPECTED_FIRMNESS.get(row["id"], Firmness.EXACT)
    assert firmness(row["precision"], row["note"], given=row["value"] != "") is expected


def test_the_importer_stores_that_firmness(all_rows):
    assert {key: f.firmness for key, f in by_id(all_rows).items()} == {
        row["id"]: EXPECTED_FIRMNESS.get(row["id"], Firmness.EXACT) for row in oracles.published()
    }


@pytest.mark.parametrize(
    ("wording", "note", "expected"),
    [
        ("somma", "SOMMA DERIVATA delle righe per categoria di regione.", Firmness.DERIVED),
        ("24.2 M€", "", Firmness.ABOUT),
        ("1,57 M€", "", Firmness.ABOUT),
        ("EUR 1238 million", "", Firmness.ABOUT),
        ("Circa 800", "", Firmness.ABOUT),
        ("almost 490 million", "", Firmness.ABOUT),
        ("some 10 000", "", Firmness.ABOUT),
        ("at least 260 000", "", Firmness.ABOUT),
        ("quasi 15,2 miliardi", "", Firmness.ABOUT),
        ("2 milioni 960 mila", "", Firmness.ABOUT),
        ("1 miliardo e 249.204.169 euro", "", Firmness.EXACT),
        ("374.415.836,77", "Pagina non datata.", Firmness.EXACT),
        ("593/595", "", Firmness.EXACT),
        ("12 citta metropolitane", "DISCORDANZA: altre fonti dicono 13", Firmness.EXACT),
        ("circa 24 Meuro", "AMBIGUO (numeratore).", Firmness.AMBIGUOUS),
        ("13 (elenco)", "Non è AMBIGUO.", Firmness.EXACT),
        ("awesome 12", "", Firmness.EXACT),
    ],
)
def test_the_wording_and_the_start_of_the_note_decide(wording, note, expected):
    assert firmness(wording, note, given=True) is expected


@pytest.mark.parametrize(("note", "given"), [("", False), ("AMBIGUO", False), ("VALORE PERDUTO: …", True)])
def test_a_value_that_is_not_there_is_not_given_whatever_else_is_said(note, given):
    assert firmness("8", note, given=given) is Firmness.NOT_GIVEN


def test_the_two_lost_values_are_not_given_and_say_why(all_rows):
    lost = [f for f in figures(all_rows) if f.amount_cents is None and f.quantity_thousandths is None]
    assert [(f.measure, f.firmness, f.as_of) for f in lost] == [
        ("projects_started_series", Firmness.NOT_GIVEN, None),
        ("reported_expenditure_series", Firmness.NOT_GIVEN, None),
    ]
    assert all(f.note and f.note.startswith("VALORE PERDUTO") for f in lost)


# --- dates ------------------------------------------------------------------------------------------------------


def test_dates_that_no_source_states_are_assumed_and_missing_ones_undated(all_rows):
    """The deck and the press article do not date their numbers, and the notes say so."""

    def basis(row):
        if row["as_of"] == "":
            return "undated"
        return "assumed" if row["source_id"] in ("seed", "euradia") else "stated"

    assert {key: f.date_basis for key, f in by_id(all_rows).items()} == {r["id"]: basis(r) for r in oracles.published()}


def test_every_figure_keeps_the_date_of_its_row(all_rows):
    found = {key: f.as_of.isoformat() if f.as_of else "" for key, f in by_id(all_rows).items()}
    assert found == {row["id"]: row["as_of"] for row in oracles.published()}
    assert by_id(all_rows)["F0001"].as_of == date(2019, 6, 20)


# --- values and words -------------------------------------------------------------------------------------------


def test_every_figure_keeps_its_value_wording_source_and_place(all_rows):
    found = {
        key: (f.amount_cents, f.quantity_thousandths, f.wording, f.source_id, f.place) for key, f in by_id(all_rows).items()
    }
    expected = {}
    for row in oracles.published():
        euros = row["unit"] == "EUR"
        expected[row["id"]] = (
            oracles.cents(row["value"]) if euros and row["value"] else None,
            oracles.thousandths(row["value"]) if not euros and row["value"] else None,
            row["precision"],
            row["source_id"],
            row["locator"],
        )
    assert found == expected


@pytest.mark.parametrize(
    ("identifier", "kind", "code", "axis", "category", "measure"),
    [
        ("F0001", SubjectKind.CALL, "AVV4_2016", None, None, "committed"),
        ("F0002", SubjectKind.CALL, "AVV4_2016", None, None, "reported"),
        ("F0008", SubjectKind.AGREEMENT, "CPI", None, None, "committed"),
        ("F0010", SubjectKind.AGREEMENT, "CPI", None, None, "operators_covered"),
        ("F0014", SubjectKind.ACTIVITY, "RSC_BAMBINI", None, None, "cities_reporting"),
        ("F0017", SubjectKind.TRAINING, "UNIPD_CM", None, None, "trainees_involved"),
        ("F0021", SubjectKind.PROGRAMME, oracles.PON, None, None, "allocated"),
        ("F0025", SubjectKind.AXIS, "1", "1", None, "reported"),
        ("F0026", SubjectKind.AXIS, "1", "1", None, "certified"),
        ("F0033", SubjectKind.CATEGORY, "LD", None, "LD", "allocated_eu"),
        ("F0042", SubjectKind.SHARE, "MIGR_TOT", None, None, "allocated"),
        ("F0107", SubjectKind.TARGET, "IT_ALL_51PO", None, None, "n_plus_3_target"),
    ],
)
def test_a_figure_speaks_of_the_right_thing(all_rows, identifier, kind, code, axis, category, measure):
    f = by_id(all_rows)[identifier]
    assert (f.subject_kind, f.subject_code, f.axis_code, f.category_code, f.measure) == (
        kind,
        code,
        axis,
        category,
        measure,
    )


def test_only_the_800_involved_are_of_the_first_cohort(all_rows):
    assert {key: f.cohort for key, f in by_id(all_rows).items() if f.cohort} == {"F0017": 1}


@pytest.mark.parametrize(
    ("note", "cohort"),
    [("Prima annualità.", 1), ("seconda annualità", 2), ("Terza  annualità", 3), ("3 annualità", None), ("", None)],
)
def test_a_note_that_names_a_cohort_in_words_gives_its_number(tmp_path, note, cohort):
    assert [f.cohort for f in figures(read_one(tmp_path, "F0017", note=note))] == [cohort]


def test_a_share_of_money_is_not_taken_for_the_programme(all_rows):
    """POC Inclusione is another programme's money under the same heading."""
    assert by_id(all_rows)["F0085"].subject_kind is SubjectKind.SHARE
    titles = {record.title for record in records(all_rows, ProgrammeRecord)}
    assert titles == {"PON Inclusione 2014-2020"}


def test_each_subject_is_made_known_with_its_label(all_rows):
    labels = {(s.kind, s.code): s.label for s in records(all_rows, SubjectRecord)}
    assert labels["call", "AVV4_2016"] == "Avviso 4/2016 - grave emarginazione adulta e senza dimora"


# --- what is not stored -----------------------------------------------------------------------------------------


def test_the_1103_rows_that_repeat_the_commission_are_skipped_with_the_reason(all_rows):
    skipped = Counter(row.reason for row in all_rows if isinstance(row, SkippedRow))
    assert skipped == {"check_total": 1103}
    assert len(oracles.check_totals()) == 1103
    assert not {"ec_fin", "ec_ind"} & {f.source_id for f in figures(all_rows)}
    assert len(figures(all_rows)) == 112


def test_without_repeated_sources_nothing_is_skipped():
    _, rows = parsed(oracles.FIGURES, Context(programmes=frozenset((oracles.PON,))))
    assert not any(isinstance(row, SkippedRow) for row in rows)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("measure", "money", "unknown_code"),
        ("unit", "USD", "unknown_code"),
        ("scope_type", "planet", "unknown_code"),
        ("value", "24,2", "not_a_number"),
        ("value", "0.001", "too_many_decimals"),
        ("as_of", "20/06/2019", "not_a_date"),
        ("locator", "", "missing"),
        ("precision", "", "missing"),
        ("source_id", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    assert refused(read_one(tmp_path, "F0001", **{column: value})) == [(2, column, value, reason)]


def test_a_file_of_which_nobody_says_the_programme_is_refused():
    with pytest.raises(UnreadableFile) as refused_file:
        parsed(oracles.FIGURES, Context())
    assert refused_file.value.reason == "programme_needed"
