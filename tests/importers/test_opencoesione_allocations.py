"""Allocations by programme and date: the three real files against plain loops, and what their traps would do."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from data_model.records import ProgrammeRecord, SkippedRow
from data_model.vocabulary import Firmness
from importers.reading import Context, UnreadableFile
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, figures, parsed, records, refused, write

AREAS = {"Regioni meno sviluppate": "LD", "Regioni in transizione": "TR", "Regioni più sviluppate": "MD", "Italia": None}
TOTAL, EU = "DOTAZIONE TOTALE PROGRAMMA", "DOTAZIONE UE PROGRAMMA"
MEASURES_2007 = {
    TOTAL: "oc_allocated",
    EU: "oc_allocated_eu",
    "DOTAZIONE TOTALE PROGRAMMA POST PAC": "oc_allocated_after_pac",
    "SPESA CERTIFICATA TOTALE": "oc_certified",
    "TARGET UE": "certified_target_eu",
    "TARGET NAZIONALE": "certified_target_national",
    "RISULTATO": "certified_result",
}
WRITTEN, RIGHT = "2014IT05M90P001", "2014IT05M9OP001"


def expected_2014() -> dict[tuple, int]:
    """{(programme, fund, category, date, measure): cents} by plain loops: blank cells filled from the row above."""
    found: dict[tuple, int] = {}
    programme = fund = area = ""
    for row in real_files.rows(real_files.ALLOCATIONS):
        code = row["OC_CODICE_PROGRAMMA"].removeprefix("CCI ").strip().replace(WRITTEN, RIGHT)
        if code != programme:
            programme, fund, area = code, "", ""
        fund, area = row["FONDO"].strip() or fund, row["OC_AREA_OBIETTIVO_UE"].strip() or area
        for column, text in row.items():
            kind, _, day = column.rpartition(" ")
            if kind in (TOTAL, EU) and text.strip():
                key = (programme, fund, AREAS[area], date.fromisoformat(day), MEASURES_2007[kind])
                assert key not in found
                found[key] = oracles.cents(text.replace(",", ""))
    return found


def test_every_amount_of_the_real_file_is_there_once_with_programme_fund_category_and_date():
    _, rows = parsed(real_files.real(real_files.ALLOCATIONS), Context())
    found = {(f.programme_code, f.fund_code, f.category_code, f.as_of, f.measure): f.amount_cents for f in figures(rows)}
    assert found == expected_2014()
    assert len(figures(rows)) == len(found) > 600
    for measure in ("oc_allocated", "oc_allocated_eu"):
        total = sum(cents or 0 for key, cents in found.items() if key[-1] == measure)
        assert sum(row.sums[measure] for row in rows) == total


def test_pon_inclusione_has_its_three_categories_and_together_the_commissions_allocation_of_that_day():
    _, rows = parsed(real_files.real(real_files.ALLOCATIONS), Context(programmes=frozenset((oracles.PON,))))
    on = {
        f.category_code: f.amount_cents for f in figures(rows) if (str(f.as_of), f.measure) == ("2015-12-31", "oc_allocated")
    }
    assert on == {"LD": 830_866_667_00, "TR": 71_400_000_00, "MD": 336_600_000_00}
    assert {f.fund_code for f in figures(rows)} == {"FSE"}
    assert sum(cents or 0 for cents in on.values()) == oracles.finance_totals()["2015",]["allocated"]
    assert sum(isinstance(row, SkippedRow) for row in rows) == 79


def test_the_misspelt_code_is_corrected_kept_in_the_place_and_told():
    identity, rows = parsed(real_files.real(real_files.ALLOCATIONS), Context())
    codes = {r.code for r in records(rows, ProgrammeRecord)}
    assert RIGHT in codes
    assert WRITTEN not in codes
    assert identity.notes.counts == {"programme_code_mended": 4}
    mine = [f for f in figures(rows) if f.programme_code == RIGHT]
    assert all(f.place.endswith(f" · {WRITTEN}") for f in mine)
    assert {(f.fund_code, f.category_code) for f in mine} == {("FSE", "LD"), ("FSE", "TR"), ("FSE", "MD"), ("IOG", None)}


@pytest.mark.parametrize("code", ["2014IT05SFOP001", "PSCLAZIO2021", "2014IT90P001", "2007IT051PO001", "2014IT05M90P01"])
def test_no_other_code_is_corrected(tmp_path, code):
    rows = [one_row(OC_CODICE_PROGRAMMA=code)]
    _, (row,) = parsed(write(tmp_path / "f.csv", as_csv(rows)), Context())
    assert {f.programme_code for f in figures([row])} == {code}


def one_row(**changes: str) -> dict[str, str]:
    return real_files.rows(real_files.ALLOCATIONS)[-1] | changes


def read(tmp_path, *rows: dict[str, str]):
    return parsed(write(tmp_path / "f.csv", as_csv(rows)), Context())[1]


def test_a_blank_fund_is_that_of_the_row_above_only_within_a_programme(tmp_path):
    first, second = one_row(FONDO="FSE"), one_row(FONDO="", OC_AREA_OBIETTIVO_UE="Regioni in transizione")
    assert {f.fund_code for f in figures(read(tmp_path, first, second))} == {"FSE"}
    other = second | {"OC_CODICE_PROGRAMMA": "CCI 2014IT05SFOP001"}
    assert refused(read(tmp_path, first, other)) == [(3, "fondo", "", "missing")]


def test_a_blank_fund_below_a_row_that_could_not_be_read_is_not_guessed(tmp_path):
    rows = as_csv([one_row(FONDO="FSE"), one_row(FONDO="FESR"), one_row(FONDO="", OC_AREA_OBIETTIVO_UE="Italia")])
    lines = rows.splitlines()
    lines[2] += ",one cell too many"
    found = parsed(write(tmp_path / "f.csv", "\r\n".join(lines)), Context())[1]
    assert [(line, reason) for line, _, _, reason in refused(found)] == [(3, "wrong_width"), (4, "missing")]


@pytest.mark.parametrize(
    ("text", "cents"),
    [("830,866,667", 83_086_666_700), ("1000000", 100_000_000), ("1,234.56", 123_456), ("0", 0), ("999", 99_900)],
)
def test_thousands_may_be_set_off_by_commas(tmp_path, text, cents):
    rows = read(tmp_path, one_row(**{f"{TOTAL} 20160930": text}))
    on = [f for f in figures(rows) if (f.measure, f.as_of) == ("oc_allocated", date(2016, 9, 30))]
    assert [(f.amount_cents, f.wording) for f in on] == [(cents, text)]


@pytest.mark.parametrize("text", ["830.866.667", "83,08", "1,2345", "n.d.", "12,34,567", "1.234,56"])
def test_an_amount_that_may_mean_two_things_is_refused(tmp_path, text):
    rows = read(tmp_path, one_row(**{f"{TOTAL} 20160930": text}))
    assert refused(rows) == [(2, "dotazione_totale_programma_20160930", text, "not_a_number")]


def test_an_empty_cell_is_a_date_on_which_the_source_says_nothing(tmp_path):
    empty = {name: "" for name in one_row() if name.startswith("DOTAZIONE")}
    (row,) = read(tmp_path, one_row(**empty))
    assert isinstance(row, SkippedRow)
    assert row.reason == "no_value"


def test_an_unknown_area_is_refused_and_a_file_without_any_dated_column_too(tmp_path):
    assert refused(read(tmp_path, one_row(OC_AREA_OBIETTIVO_UE="Altrove")))[0][1:] == (
        "oc_area_obiettivo_ue",
        "Altrove",
        "unknown_code",
    )
    bare = {name: value for name, value in one_row().items() if not name.startswith("DOTAZIONE")}
    with pytest.raises(UnreadableFile, match="no_dated_columns"):
        read(tmp_path, bare)


# --- 2007-2013 --------------------------------------------------------------------------------------------------


def expected_2007(name: str) -> dict[tuple, tuple[int, bool]]:
    """{(programme, fund, area, date, measure): (value, whether decimals were lost)}, Excel's 15 digits rounded."""
    found = {}
    for row in real_files.sheet(name):
        if row["DPS_CODICE_PROGRAMMA"] is None:
            continue
        for column, cell in row.items():
            match = re.fullmatch(r"(.+) (\d{8})", column)
            if match and cell is not None:
                places = 3 if match[1].startswith(("TARGET", "RISULTATO")) else 2
                exact = Decimal(f"{cell:.15g}").scaleb(places)
                whole = exact.quantize(Decimal(1), ROUND_HALF_UP)
                parts = (row["DPS_CODICE_PROGRAMMA"], row["QSN_FONDO_COMUNITARIO"], row["QSN_AREA_OBIETTIVO_UE"])
                key = (*parts, date.fromisoformat(match[2]), MEASURES_2007[match[1]])
                found[key] = (int(whole), whole != exact)
    return found


@pytest.mark.parametrize("name", [real_files.CERTIFIED, real_files.TARGETS])
def test_every_number_of_a_workbook_is_there_once_and_those_that_were_rounded_say_so(name):
    identity, rows = parsed(real_files.real(name), Context())
    found = {
        (f.programme_code, f.fund_code, f.breakdown_code, f.as_of, f.measure): (
            f.amount_cents if f.unit == "EUR" else f.quantity_thousandths,
            f.firmness is Firmness.DERIVED,
        )
        for f in figures(rows)
    }
    expected = expected_2007(name)
    assert found == expected
    assert len(found) == len(figures(rows)) > 1_000
    assert identity.notes.counts["rounded_decimals"] == sum(lost for _, lost in expected.values())


def test_the_row_of_totals_is_left_out_with_its_sums():
    """On two dates it is not the sum of the programmes: the source's own slip, one more reason not to take it."""
    totals = real_files.sheet(real_files.CERTIFIED)[-1]
    _, rows = parsed(real_files.real(real_files.CERTIFIED), Context())
    (total,) = [row for row in rows if isinstance(row, SkippedRow)]
    assert (total.reason, totals["DPS_DESCRIZIONE_PROGRAMMA"]) == ("total_row", "TOTALE")
    certified = [Decimal(f"{v:.15g}") for c, v in totals.items() if c.startswith("SPESA CERTIFICATA") and v is not None]
    assert total.sums["oc_certified"] == sum(int((v * 100).quantize(Decimal(1), ROUND_HALF_UP)) for v in certified)
