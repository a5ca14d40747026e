"""Places of projects, as OpenCoesione lists them (`localizzazioni`): one row per project and place.

There is no share per place: an amount of a project is never multiplied by its places, nor split among them. Codes come
unpadded (`9`, `52`, `2`) or cumulative (`009`, `009052`, `009052002`); both give `09`, `052`, `002`.
"""

import re
from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, ParsedRow, PlaceRecord
from data_model.vocabulary import ABROAD, NATIONAL, REGIONS
from importers.columns import note_columns
from importers.data_sets import PLACES, own_source
from importers.reading import BadValue, Context, Table, one_line, parse_rows, required

REQUIRED = frozenset(
    (
        "cod_locale_progetto",
        "cod_regione",
        "den_regione",
        "cod_provincia",
        "den_provincia",
        "cod_comune",
        "den_comune",
        "oc_territorio_prog",
    )
)
SYNONYMS = {"dps_territorio_prog": "oc_territorio_prog", "dps_flag_cap_prog": "oc_flag_cap_prog"}
OPTIONAL = ("indirizzo_prog", "cap_prog")
UNUSED = ("cod_sll", "den_sll", "oc_cod_sll", "oc_denominazione_sll", "oc_flag_cap_prog")
TERRITORIES = frozenset("CPRNE")
"""Town, province, region, the whole country, abroad."""

_ABROAD = {"998", "999"}
_ALL_OF_THEM = "000"


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row of the file. It names no programmes: none can be left out."""
    source, known = own_source(context, PLACES)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED, synonyms=SYNONYMS)
    if context.programmes:
        context.notes.add("no_programme_in_file")

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        territory = required(cells, "oc_territorio_prog")
        if territory not in TERRITORIES:
            raise BadValue("oc_territorio_prog", territory, "unknown_code")
        names = [one_line(cells[column]) for column in ("den_regione", "den_provincia", "den_comune")]
        record = PlaceRecord(
            project_code=required(cells, "cod_locale_progetto"),
            territory=territory,
            region_code=region(cells),
            province_code=_part(cells, "cod_provincia"),
            town_code=_part(cells, "cod_comune"),
            name=", ".join(_once(names)),
            address=", ".join(_once([one_line(cells.get(column, "")) for column in OPTIONAL])) or None,
            source_id=source,
            place=f"{table.name}:{line}",
        )
        return AcceptedRow(line, (*known, record))

    return parse_rows(table, row, SYNONYMS)


def region(cells: Mapping[str, str]) -> str:
    """Two digits of ISTAT; 00 for the whole country, 99 for abroad. Raises BadValue."""
    code = _digits(cells, "cod_regione")
    if code in _ABROAD:
        return ABROAD
    short = code[-2:]
    if code[0] != "0" or short not in (*REGIONS, NATIONAL):
        raise BadValue("cod_regione", cells["cod_regione"], "unknown_code")
    return short


def _part(cells: Mapping[str, str], column: str) -> str | None:
    """Three digits; None where the place is all of the larger one."""
    code = _digits(cells, column)
    return None if code == _ALL_OF_THEM else code


def _digits(cells: Mapping[str, str], column: str) -> str:
    """The last three digits of a code, whether it is unpadded or cumulative; an empty one is 000. Raises BadValue."""
    text = cells[column].removesuffix(".0")  # copies that took codes for numbers
    if not re.fullmatch(r"[0-9]{0,9}", text):
        raise BadValue(column, cells[column], "unknown_code")
    return text.zfill(3)[-3:]


def _once(parts: list[str]) -> list[str]:
    """The parts that say something, each once: a country abroad is its own region and province."""
    found: dict[str, str] = {}
    for part in parts:
        if part:
            found.setdefault(part.casefold(), part)
    return list(found.values())
