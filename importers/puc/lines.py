"""Reads the lines of the tables about projects into entries to be sorted. What cannot be read is refused on the spot.

Of persons an entry has nothing: no name, no fiscal code, no address, not even on disk while a large package is sorted.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from data_model.records import RefusedRow, Sums
from data_model.vocabulary import ABROAD, NATIONAL, REGIONS
from importers.puc import values
from importers.puc.entries import as_line
from importers.puc.sorting import SortedLines
from importers.puc.tables import PucTable
from importers.reading import BadValue, one_line

Row = Mapping[str, str]

_CONTROL = re.compile(r"[\x00-\x1f]")
_PROSE = ("titolo", "sintesi", "descr", "denom", "indirizzo", "note")
"""How the names of columns begin whose texts people write."""

LONGEST_PROJECT = 60
"""Characters of COD_LOCALE_PROGETTO in the protocol."""

BENEFICIARY = "2"
"""COD_RUOLO_SOG of the beneficiary; 1 is the programmatore. So in the context table TC24 of the protocol, as the system of
Emilia-Romagna that writes these files has it (rer.sfinge2020, TC24RuoloSoggetto)."""


@dataclass(frozen=True)
class Money:
    """One table of amounts: the stage it gives and where its parts are. `kinds` are the columns with I, D, P, R, C."""

    stage: str
    amount: str
    kinds: tuple[str, ...]
    key: tuple[str, ...]
    day: str | None = None
    programme: str | None = None
    level: str | None = None


_COMMITMENT = ("cod_impegno", "tipologia_impegno", "data_impegno")
_PAYMENT = ("cod_pagamento", "tipologia_pag", "data_pagamento")
_SHARE = ("cod_programma", "cod_liv_gerarchico")

MONEY: Mapping[str, Money] = {
    "FN01": Money("admitted", "importo_ammesso", (), _SHARE, None, *_SHARE),
    "FN04": Money("committed", "importo_impegno", ("tipologia_impegno",), _COMMITMENT, "data_impegno"),
    "FN05": Money(
        "committed",
        "importo_imp_amm",
        ("tipologia_imp_amm", "tipologia_impegno"),
        (*_COMMITMENT, *_SHARE, "data_imp_amm", "tipologia_imp_amm"),
        "data_impegno",
        *_SHARE,
    ),
    "FN06": Money("paid", "importo_pag", ("tipologia_pag",), (*_PAYMENT, "cod_locale_ddr"), "data_pagamento"),
    "FN07": Money(
        "reported",
        "importo_pag_amm",
        ("tipologia_pag_amm", "tipologia_pag"),
        (*_PAYMENT, *_SHARE, "data_pag_amm", "tipologia_pag_amm"),
        "data_pagamento",
        *_SHARE,
    ),
    "FN09": Money(
        "certified",
        "importo_spesa_tot",
        ("tipologia_importo",),
        ("data_domanda", "id_domanda_pagamento", "tipologia_importo", "cod_liv_gerarchico"),
        "data_domanda",
        None,
        "cod_liv_gerarchico",
    ),
}


@dataclass
class Loaded:
    """What is found while the tables are read: the latest day of PR01, and of SC00 the names of natural persons, by number,
    which stay in memory."""

    latest_state: date | None = None
    persons: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def person(self, name: str) -> str:
        """What stands for a natural person in an entry."""
        if name not in self.persons:
            self.persons[name] = len(self.names)
            self.names.append(name)
        return f"~{self.persons[name]}"


def load(table: PucTable, lines: SortedLines, loaded: Loaded) -> Iterator[RefusedRow]:
    """Put the entries of a table among the lines to be sorted; the rows that cannot be read."""
    parse = PARSERS[table.code]
    for number, cells in table.rows():
        try:
            row = checked_row(table, cells)
            key, found = parse(row, loaded)
            project = values.text(row, "cod_locale_progetto", LONGEST_PROJECT)
            flag = "S" if values.cancels(row) else ""
        except BadValue as bad:
            yield refused(table, number, cells, bad)
            continue
        lines.add(as_line(project, table.code, key, found, flag, number))


def checked_row(table: PucTable, cells: list[str]) -> Row:
    """The cells by name of their column, as they can be kept: in prose a control character is a blank. Raises BadValue."""
    row = as_row(table, cells)
    if row is None:
        raise BadValue("", str(len(cells)), "wrong_width")
    if not _CONTROL.search("".join(cells)):
        return row
    for column, cell in row.items():
        if _CONTROL.search(cell) and not column.startswith(_PROSE):
            raise BadValue(column, _CONTROL.sub("␀", cell), "control_character")
    return {column: _CONTROL.sub(" ", cell) for column, cell in row.items()}


def as_row(table: PucTable, cells: list[str]) -> Row | None:
    """The cells by name of their column; None where there are too few or too many."""
    return dict(zip(table.names, cells, strict=True)) if len(cells) == len(table.names) else None


def refused(table: PucTable, line: int, cells: list[str], bad: BadValue) -> RefusedRow:
    """A row that is refused, with its amount; of tables of persons neither cells nor value."""
    kept = None if table.personal else tuple(cell.replace("\0", "␀") for cell in cells)
    value = None if table.personal and bad.reason != "wrong_width" else bad.value
    return RefusedRow(line, bad.column or None, value, bad.reason, amounts(table, cells), table.code, kept)


def amounts(table: PucTable, cells: list[str]) -> Sums:
    """The amount of a row by stage, as far as it can be read."""
    money, row = MONEY.get(table.code), as_row(table, cells)
    if money is None or row is None:
        return {}
    try:
        cents = values.signed_cents(row, money.amount, money.kinds)
    except BadValue:
        return {}
    return {} if cents is None else {money.stage: cents}


# --- what each table gives: (key within the project, values) ----------------------------------------------------

Parsed = tuple[tuple[str, ...], tuple[str, ...]]


def _day(row: Row, column: str) -> str:
    found = values.day(row, column)
    return "" if found is None else found.isoformat()


def _project(row: Row, _: Loaded) -> Parsed:
    """AP00: title, CUP, start, planned end, end, call (where SIGMA gives it here)."""
    title = one_line(row["titolo_progetto"])
    if not title:
        raise BadValue("titolo_progetto", "", "missing")
    days = (_day(row, f"data_{name}") for name in ("inizio", "fine_prevista", "fine_effettiva"))
    return (), (title, values.optional(row, "cup", 200), *days, values.optional(row, "cod_proc_att_locale", 60))


def _call(row: Row, _: Loaded) -> Parsed:
    return (values.text(row, "cod_proc_att", 60),), ()


def _programme(row: Row, _: Loaded) -> Parsed:
    """AP04: the state, 1 active and 2 not. Nothing where it is empty: then the project is in the programme."""
    state = row["stato"].lstrip("0")
    if state not in ("", "1", "2"):
        raise BadValue("stato", row["stato"], "unknown_code")
    return (values.text(row, "cod_programma", 50),), (state,)


def _place(row: Row, _: Loaded) -> Parsed:
    """AP06: the code of the region, ISTAT or one of those that are on no map."""
    code = values.optional(row, "cod_regione")
    region = _REGIONS.get(code.lstrip("0") or "0") if code.isdecimal() else None
    if region is None:
        raise BadValue("cod_regione", code, "unknown_code")
    street = hash((row.get("indirizzo"), row.get("cod_cap")))
    return (code, values.optional(row, "cod_provincia"), values.optional(row, "cod_comune"), f"{street:x}"), (region,)


_REGIONS = {**{region.lstrip("0"): region for region in REGIONS}, "0": NATIONAL, "998": ABROAD, "999": ABROAD}


def _subject(row: Row, loaded: Loaded) -> Parsed:
    """SC00: of a beneficiary the code (a number for a natural person) and the name; of others nothing."""
    role, fiscal = values.text(row, "cod_ruolo_sog", 10).lstrip("0"), row["codice_fiscale"].upper()
    name = one_line(row["denominazione_sog"])
    key = (role, f"{hash((fiscal, name if not fiscal else '')):x}")
    if role != BENEFICIARY:
        return key, ()
    if values.is_person(fiscal) or not fiscal:
        return key, (loaded.person(name.upper()), "") if name else ()
    return key, (values.optional(row, "codice_fiscale", 120).upper(), name)


def _state(row: Row, loaded: Loaded) -> Parsed:
    found, state = values.day(row, "data_riferimento"), values.text(row, "stato_progetto", 60)
    if found is None:
        raise BadValue("data_riferimento", "", "missing")
    if not values.cancels(row):
        loaded.latest_state = max(loaded.latest_state or found, found)
    return (found.isoformat(),), (state,)


def _indicator(row: Row, _: Loaded) -> Parsed:
    """IN01: target and value, in thousandths."""
    key = (values.optional(row, "tipo", 20), values.text(row, "cod_indicatore", 60))
    found = (values.number(row, column, 3) for column in ("val_programmato", "valore_realizzato"))
    return key, tuple("" if number is None else str(number) for number in found)


def _money(code: str) -> Callable[[Row, Loaded], Parsed]:
    money = MONEY[code]

    def parse(row: Row, _: Loaded) -> Parsed:
        """Cents with their sign, day and kind, programme, level; empty where the table does not give it."""
        cents = values.signed_cents(row, money.amount, money.kinds)
        found = _day(row, money.day) if money.day else ""
        kind = row.get(money.kinds[0], "").upper() if money.kinds else ""
        programme = row[money.programme] if money.programme else ""
        level = row[money.level] if money.level else ""
        key = tuple([row.get(column, "") for column in money.key])
        return key, ("" if cents is None else str(cents), found, kind, programme, level)

    return parse


PARSERS: Mapping[str, Callable[[Row, Loaded], Parsed]] = {
    "AP00": _project,
    "AP01": _call,
    "AP04": _programme,
    "AP06": _place,
    "SC00": _subject,
    "PR01": _state,
    "IN01": _indicator,
    **{code: _money(code) for code in MONEY},
}
"""The tables that are read project by project."""
