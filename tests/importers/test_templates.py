"""Our templates: what is downloaded, filled in and sent gives back what was written, to the cent."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from data_model.importing import store_rows
from data_model.records import (
    ActivityRecord,
    DeadlineRecord,
    FigureRecord,
    ProgrammeRecord,
    SkippedRow,
    SourceRecord,
    SubjectAxisRecord,
    SubjectRecord,
)
from data_model.roles import keyboard
from data_model.vocabulary import (
    ActivityStatus,
    DateBasis,
    DeadlineKind,
    Firmness,
    StatusBasis,
    SubjectKind,
    Unit,
)
from importers.formats import read_file
from importers.numbers import written_date, written_number
from importers.reading import BadValue, Context
from importers.template_cells import MEASURES as FILLED_IN
from importers.template_cells import TARGETS
from importers.templates import TEMPLATES
from metrics.measures import MEASURES
from shell.templates import csv_bytes, xlsx_bytes
from tests.importers.files import parsed, records, refused
from texts import words

BY_NAME = {template.name: template for template in TEMPLATES}
FORMS = ("csv", "xlsx")

COMMON = {
    "programma": "P1",
    "programma_titolo": "Un programma",
    "fonte_titolo": "Relazione 2018",
    "fonte_editore": "AdG",
    "quanto_e_certo": "esatto",
    "parole_della_fonte": "come scritto",
    "posto": "pagina 3",
}
FIGURE = COMMON | {
    "oggetto_tipo": "avviso",
    "oggetto_codice": "AVV1",
    "oggetto_nome": "Avviso 1/2018",
    "asse": "1;2",
    "misura": "committed",
    "data_riferimento": date(2018, 12, 31),
    "valore": Decimal("1234.56"),
}
TARGET = COMMON | {
    "oggetto_tipo": "indicatore",
    "oggetto_codice": "CO01",
    "asse": "1",
    "categoria_regione": "LD",
    "obiettivo": "indicator_target",
    "entro_il": date(2018, 12, 31),
    "valore": Decimal("450"),
}
COHORT = COMMON | {
    "corso_codice": "C1",
    "corso_nome": "Un corso",
    "asse": "4",
    "annualita": Decimal(2),
    "stato_persone": "coinvolti",
    "data_riferimento": date(2019, 6, 20),
    "persone": Decimal(801),
}
STATEMENT = {
    "programma": "P1",
    "programma_titolo": "Un programma",
    "attivita_codice": "A01",
    "assi": "3;4",
    "soggetto": "Regione",
    "attivita": "Rafforzamento",
    "stato": "in corso",
    "stato_detto_o_dedotto": "dedotto",
    "parole_della_fonte": "si sta facendo",
    "ordine": Decimal(1),
    "data_riferimento": date(2019, 6, 20),
    "data_presunta": "sì",
    "fonte_titolo": "Relazione 2018",
}
DEADLINE = {
    "programma": "P1",
    "programma_titolo": "Un programma",
    "avviso_codice": "AVV1",
    "tipo": "proroga",
    "deciso_il": "2019-03",
    "nuovo_termine": date(2020, 12, 31),
    "atto": "DD 44/2019",
    "fonte_titolo": "Relazione 2018",
}
FILLED = {
    "template_figures": FIGURE,
    "template_targets": TARGET,
    "template_cohorts": COHORT,
    "template_statements": STATEMENT,
    "template_deadlines": DEADLINE,
}


def as_an_italian_writes(value):
    """A value as it is typed into a CSV: 1.234,56 and 31/12/2018."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, Decimal):
        text = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
        return text.translate(str.maketrans(",.", ".,"))
    return value


def filled_csv(template, *rows):
    """The downloaded CSV with rows added below the example."""
    text = csv_bytes(template).decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text), delimiter=";"))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([as_an_italian_writes(row.get(name, "")) for name in header] for row in rows)
    return (text + out.getvalue()).encode("utf-8-sig")


def filled_xlsx(template, *rows):
    """The downloaded workbook with rows added below the example, typed as Excel types them."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(template, words("it"))))
    sheet = book["Tabella"]
    header = [cell.value for cell in sheet[1]]
    for line, row in enumerate(rows, 3):
        for number, name in enumerate(header, 1):
            value = row.get(name)
            sheet.cell(line, number).value = float(value) if isinstance(value, Decimal) else value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(tmp_path, name, form, *rows):
    template = BY_NAME[name]
    path = tmp_path / f"mine.{form}"
    path.write_bytes((filled_csv if form == "csv" else filled_xlsx)(template, *rows))
    return path


def read(tmp_path, name, form, *rows, context=None):
    identity, found = parsed(filled(tmp_path, name, form, *rows), context or Context())
    assert identity.format == name
    return found


in_both_forms = pytest.mark.parametrize("form", FORMS)


@pytest.mark.parametrize("name", BY_NAME)
@in_both_forms
def test_a_template_as_it_is_downloaded_changes_nothing(name, form, store, tmp_path):
    path = filled(tmp_path, name, form)
    identity, rows = read_file(path, Context())
    with store.writing() as session:
        result = store_rows(session, actor=keyboard("test"), file=identity, rows=rows)
    assert (result.import_id, result.rows_read, result.reasons) == (None, 1, {"example_row": 1})
    assert store.data_version() == 0


@pytest.mark.parametrize("name", BY_NAME)
@in_both_forms
def test_a_template_that_is_filled_in_is_stored_and_known_the_second_time(name, form, store, tmp_path):
    path = filled(tmp_path, name, form, FILLED[name])
    for expected in ((1, 0), (0, 1)):
        identity, rows = read_file(path, Context())
        with store.writing() as session:
            result = store_rows(session, actor=keyboard("test"), file=identity, rows=rows)
        assert (result.rows_new, result.rows_unchanged, result.rows_rejected) == (*expected, 0)


@in_both_forms
def test_a_figure_comes_back_as_it_was_written(form, tmp_path):
    found = read(tmp_path, "template_figures", form, FIGURE)
    assert records(found, FigureRecord) == [
        FigureRecord(
            programme_code="P1",
            series="published",
            subject_kind=SubjectKind.CALL,
            subject_code="AVV1",
            measure="committed",
            unit=Unit.EUR,
            amount_cents=123_456,
            quantity_thousandths=None,
            firmness=Firmness.EXACT,
            wording="come scritto",
            source_id="relazione_2018",
            place="pagina 3",
            as_of=date(2018, 12, 31),
            date_basis=DateBasis.STATED,
        )
    ]
    assert records(found, SourceRecord) == [SourceRecord("relazione_2018", "Relazione 2018", "AdG", overwrite=False)]
    assert records(found, SubjectRecord) == [SubjectRecord("P1", "call", "AVV1", "Avviso 1/2018")]
    assert [r.axis_code for r in records(found, SubjectAxisRecord)] == ["1", "2"]
    assert records(found, ProgrammeRecord) == [ProgrammeRecord("P1", "Un programma", "it")]


@in_both_forms
def test_a_target_a_cohort_a_statement_and_a_deadline_come_back_as_they_were_written(form, tmp_path):
    (target,) = records(read(tmp_path, "template_targets", form, TARGET), FigureRecord)
    assert (target.measure, target.subject_code, target.axis_code, target.category_code) == (
        "indicator_target",
        "CO01",
        "1",
        "LD",
    )
    assert (target.as_of, target.quantity_thousandths, target.unit) == (date(2018, 12, 31), 450_000, Unit.COUNT)
    (cohort,) = records(read(tmp_path, "template_cohorts", form, COHORT), FigureRecord)
    assert (cohort.measure, cohort.cohort, cohort.quantity_thousandths, cohort.subject_kind) == (
        "trainees_involved",
        2,
        801_000,
        "training",
    )
    (statement,) = records(read(tmp_path, "template_statements", form, STATEMENT), ActivityRecord)
    assert (statement.status, statement.status_basis, statement.date_basis, statement.axis_codes, statement.position) == (
        ActivityStatus.IN_PROGRESS,
        StatusBasis.INFERRED,
        DateBasis.ASSUMED,
        "3;4",
        1,
    )
    (deadline,) = records(read(tmp_path, "template_deadlines", form, DEADLINE), DeadlineRecord)
    assert (deadline.kind, deadline.decided_on, deadline.decided_wording, deadline.new_deadline) == (
        DeadlineKind.EXTENSION,
        date(2019, 3, 1),
        "2019-03",
        date(2020, 12, 31),
    )


def test_n_plus_3_and_the_performance_framework_are_targets_in_euro_with_the_day_they_are_due(tmp_path):
    rows = [
        TARGET
        | {
            "oggetto_tipo": "programma",
            "oggetto_codice": "P1",
            "asse": "",
            "categoria_regione": "",
            "valore": Decimal("13300000.05"),
        }
        | {"obiettivo": measure, "entro_il": day}
        for measure, day in (("n_plus_3_target", date(2019, 12, 31)), ("performance_target", date(2018, 12, 31)))
    ]
    found = records(read(tmp_path, "template_targets", "csv", *rows), FigureRecord)
    assert [(f.measure, f.as_of, f.amount_cents) for f in found] == [
        ("n_plus_3_target", date(2019, 12, 31), 1_330_000_005),
        ("performance_target", date(2018, 12, 31), 1_330_000_005),
    ]


@pytest.mark.parametrize("value", [Decimal(cents) / 100 for cents in (0, 1, 99, 101, 12_345_678_901, 99_999_999_999_999)])
@in_both_forms
def test_every_cent_comes_back(value, form, tmp_path):
    found = records(read(tmp_path, "template_figures", form, FIGURE | {"valore": value}), FigureRecord)
    assert [figure.amount_cents for figure in found] == [int(value * 100)]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"valore": "1.234"}, "valore", "ambiguous_number"),
        ({"valore": "12,345"}, "valore", "ambiguous_number"),
        ({"valore": "0,125"}, "valore", "too_many_decimals"),
        ({"valore": "molto"}, "valore", "not_a_number"),
        ({"valore": ""}, "quanto_e_certo", "firmness_without_value"),
        ({"quanto_e_certo": "non dato"}, "quanto_e_certo", "firmness_without_value"),
        ({"quanto_e_certo": "boh"}, "quanto_e_certo", "unknown_code"),
        ({"misura": "gap_reported"}, "misura", "unknown_measure"),
        ({"oggetto_tipo": "cosa"}, "oggetto_tipo", "unknown_code"),
        ({"categoria_regione": "XX"}, "categoria_regione", "unknown_code"),
        ({"data_riferimento": "31/02/2018"}, "data_riferimento", "not_a_date"),
        ({"data_riferimento": "2018"}, "data_riferimento", "not_a_date"),
        ({"data_presunta": "forse"}, "data_presunta", "unknown_code"),
        ({"posto": ""}, "posto", "missing"),
        ({"fonte_titolo": ""}, "fonte_codice", "missing"),
        ({"programma": ""}, "programma", "missing"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_column(changes, column, reason, tmp_path):
    found = read(tmp_path, "template_figures", "csv", FIGURE | changes, FIGURE)
    ((line, where, _, why),) = refused(found)
    assert (line, where, why) == (3, column, reason)
    assert len(records(found, FigureRecord)) == 1
    assert all(words(language).has(f"reason.{why}") for language in ("it", "en"))


def test_half_a_person_is_refused(tmp_path):
    assert [r[3] for r in refused(read(tmp_path, "template_cohorts", "csv", COHORT | {"persone": "800,5"}))] == ["not_whole"]


def test_a_value_that_no_source_gives_is_missing_and_not_zero(tmp_path):
    rows = [FIGURE | {"valore": "", "quanto_e_certo": "non dato"}, FIGURE | {"valore": Decimal(0), "misura": "reported"}]
    found = records(read(tmp_path, "template_figures", "csv", *rows), FigureRecord)
    assert [(f.amount_cents, f.firmness) for f in found] == [(None, "not_given"), (0, "exact")]


def test_rows_of_programmes_that_were_not_asked_for_are_skipped_with_their_sums(tmp_path):
    other = FIGURE | {"programma": "P2"}
    found = read(tmp_path, "template_figures", "csv", FIGURE, other, context=Context(programmes=frozenset(("P1",))))
    assert [(r.reason, r.sums) for r in found if isinstance(r, SkippedRow)] == [
        ("example_row", {}),
        ("other_programme", {"committed": 123_456}),
    ]


def test_a_long_title_gives_a_code_of_its_own(tmp_path):
    titles = ["Relazione annuale di attuazione del programma " + str(year) for year in (2018, 2019)]
    found = read(tmp_path, "template_figures", "csv", *(FIGURE | {"fonte_titolo": title} for title in titles))
    codes = [r.id for r in records(found, SourceRecord)]
    assert len(set(codes)) == 2
    assert all(len(code) <= 60 for code in codes)


def test_the_measures_that_may_be_filled_in_are_declared_with_the_same_unit_and_not_computed():
    for key, unit in (FILLED_IN | TARGETS).items():
        assert MEASURES[key].unit == unit
        assert MEASURES[key].numerator is None


@pytest.mark.parametrize("template", TEMPLATES, ids=BY_NAME)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_column_is_explained_and_no_cell_of_the_workbook_is_a_formula(template, language):
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(template, words(language))))
    readme, table, codes = book.worksheets
    assert [cell.value for cell in table[1]] == [column.name for column in template.columns]
    assert [row[0].value for row in readme.iter_rows(min_row=2, max_row=1 + len(template.columns))] == [
        column.name for column in template.columns
    ]
    assert all(row[2].value for row in readme.iter_rows(min_row=2, max_row=1 + len(template.columns)))
    assert codes.max_row > 2
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert table.cell(2, 1).value == "ESEMPIO"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1 234,56", 123_456),
        ("1234,5", 123_450),
        ("1234.50", 123_450),
        ("1.234.567", 123_456_700),
        ("-0,01", -1),
        ("0", 0),
        ("1234,560", 123_456),
    ],
)
def test_numbers_are_read_as_people_write_them(text, cents):
    assert written_number(text, 2) == cents


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.34.5", "1.2345,6", "1,2,3", ".5", "5.", "1e3", "٣", "12 34", "--1"])
def test_numbers_that_may_mean_two_things_or_nothing_are_refused(text):
    with pytest.raises(BadValue):
        written_number(text, 2)


@pytest.mark.parametrize(
    ("text", "day"), [("31/12/2018", date(2018, 12, 31)), ("1/2/2018", date(2018, 2, 1)), ("2018-12-31", date(2018, 12, 31))]
)
def test_dates_are_read_as_people_write_them(text, day):
    assert written_date(text) == day
