"""Places of projects: every row of the real file against plain loops; codes unpadded or cumulative give the same."""

from collections import Counter

import pytest

from data_model.records import PlaceRecord
from importers.reading import Context
from tests.importers import real_files
from tests.importers.files import as_csv, parsed, records, refused, write

REAL = real_files.real(real_files.PLACES)


def one_row(**changes: str) -> dict[str, str]:
    """A real row: Asciano near Siena."""
    return next(r for r in real_files.rows(real_files.PLACES) if r["DEN_COMUNE"] == "Asciano") | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)], delimiter=";")), Context())[1]


def place(tmp_path, **changes: str) -> PlaceRecord:
    found: list[PlaceRecord] = records(read_one(tmp_path, **changes), PlaceRecord)
    assert len(found) == 1
    return found[0]


def test_every_row_of_the_real_file_is_a_place_of_its_own_with_its_codes():
    _, rows = parsed(REAL, Context())
    found = records(rows, PlaceRecord)
    assert len(found) == len({p.natural_key() for p in found}) == 39_238
    for number, (row, p) in enumerate(zip(real_files.rows(real_files.PLACES), found, strict=True), 2):
        region = {"998": "99", "999": "99"}.get(row["COD_REGIONE"], f"{int(row['COD_REGIONE']):02d}")
        province, town = (f"{int(row[c]):03d}" if int(row[c]) else None for c in ("COD_PROVINCIA", "COD_COMUNE"))
        expected = (row["COD_LOCALE_PROGETTO"], row["OC_TERRITORIO_PROG"], region, province, town, f"{REAL.name}:{number}")
        assert (p.project_code, p.territory, p.region_code, p.province_code, p.town_code, p.place) == expected


def test_the_kinds_of_places_and_the_projects_with_several_are_those_that_the_file_has():
    _, rows = parsed(REAL, Context())
    found = records(rows, PlaceRecord)
    assert Counter(p.territory for p in found) == {"C": 37_506, "R": 1_265, "N": 275, "E": 127, "P": 65}
    places_per_project = Counter(p.project_code for p in found)
    expected = Counter(row["COD_LOCALE_PROGETTO"] for row in real_files.rows(real_files.PLACES))
    assert places_per_project == expected
    assert sum(count > 1 for count in places_per_project.values()) == 1_008


def test_a_place_is_told_in_words_and_with_its_address(tmp_path):
    found = place(tmp_path, INDIRIZZO_PROG="Via Roma,  1", CAP_PROG="53041")
    assert (found.name, found.address) == ("TOSCANA, SIENA, Asciano", "Via Roma, 1, 53041")
    assert (found.region_code, found.province_code, found.town_code) == ("09", "052", "002")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("9", "52", "2"), ("09", "052", "002")),
        (("009", "009052", "009052002"), ("09", "052", "002")),
        (("9.0", "52.0", "2.0"), ("09", "052", "002")),
        (("0", "0", "0"), ("00", None, None)),
        (("000", "000000", "000000000"), ("00", None, None)),
        (("18", "0", "0"), ("18", None, None)),
        (("998", "998", "201"), ("99", "998", "201")),
        (("999", "999", "999"), ("99", "999", "999")),
    ],
)
def test_codes_unpadded_or_cumulative_give_the_same(tmp_path, codes, expected):
    names = ("COD_REGIONE", "COD_PROVINCIA", "COD_COMUNE")
    found = place(tmp_path, **dict(zip(names, codes, strict=True)))
    assert (found.region_code, found.province_code, found.town_code) == expected


def test_abroad_and_the_whole_country_are_named_once(tmp_path):
    assert place(tmp_path, DEN_REGIONE="AMBITO NAZIONALE", DEN_PROVINCIA=" ", DEN_COMUNE="AMBITO NAZIONALE").name == (
        "AMBITO NAZIONALE"
    )
    nowhere = {"DEN_REGIONE": "NESSUNA LOCALIZZAZIONE", "DEN_PROVINCIA": "NESSUNA LOCALIZZAZIONE"}
    assert place(tmp_path, **nowhere, DEN_COMUNE="Nessuna Localizzazione").name == "NESSUNA LOCALIZZAZIONE"


def test_an_address_that_is_not_given_is_none(tmp_path):
    assert place(tmp_path, INDIRIZZO_PROG=" ", CAP_PROG=" ").address is None


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("COD_REGIONE", "21", "unknown_code"),
        ("COD_REGIONE", "109", "unknown_code"),
        ("COD_REGIONE", "IX", "unknown_code"),
        ("COD_COMUNE", "1e3", "unknown_code"),
        ("OC_TERRITORIO_PROG", "X", "unknown_code"),
        ("OC_TERRITORIO_PROG", " ", "missing"),
        ("COD_LOCALE_PROGETTO", " ", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    assert refused(read_one(tmp_path, **{column: value})) == [(2, column.lower(), value.strip(), reason)]


def test_who_asks_for_one_programme_is_told_that_the_file_names_none():
    identity, rows = parsed(REAL, Context(programmes=frozenset(("2014IT05SFOP001",))))
    assert len(list(rows)) == 39_238
    assert identity.notes.counts == {"no_programme_in_file": 1}
