"""The templates whose rows are one number each: figures, targets, cohorts of trainees."""

import re
from collections.abc import Mapping
from datetime import date

from data_model.records import AxisRecord, FigureRecord, Record, SubjectAxisRecord, SubjectRecord, Sums
from data_model.vocabulary import CATEGORIES, DateBasis, Firmness, Series, SubjectKind, Unit
from importers.numbers import written_date, written_number
from importers.reading import BadValue, one_line, required
from importers.template_cells import (
    FIRMNESSES,
    KINDS,
    MEASURES,
    PERSONS,
    TARGETS,
    Row,
    Said,
    chosen,
    date_basis,
)

_OF_AXES = (SubjectKind.PROGRAMME, SubjectKind.AXIS, SubjectKind.CATEGORY, SubjectKind.INDICATOR)
"""What has at most one axis, which is part of the figure; calls and the like may belong to several."""


def figure(cells: Row, said: Said) -> tuple[Record, ...]:
    """One published figure, and what its row makes known."""
    as_of = written_date(cells["data_riferimento"], "data_riferimento")
    measure = _measure(cells, "misura", MEASURES | TARGETS)
    return _said_of_subject(cells, said, measure, as_of, date_basis(cells, dated=as_of is not None))


def target(cells: Row, said: Said) -> tuple[Record, ...]:
    """One target: its reference date is the day by which it is to be reached; without one it is always shown."""
    due = written_date(cells["entro_il"], "entro_il")
    measure = _measure(cells, "obiettivo", TARGETS)
    return _said_of_subject(cells, said, measure, due, DateBasis.UNDATED if due is None else DateBasis.STATED)


def cohort(cells: Row, said: Said) -> tuple[Record, ...]:
    """One number of persons of a course, of one cohort or of all."""
    counted = required(cells, "stato_persone").lower()
    if counted not in PERSONS:
        raise BadValue("stato_persone", cells["stato_persone"], "unknown_code")
    number = cells["annualita"]
    if number and not re.fullmatch("[1-9][0-9]?", number):
        raise BadValue("annualita", number, "not_a_number")
    as_of = written_date(cells["data_riferimento"], "data_riferimento")
    code = required(cells, "corso_codice")
    value = _value(cells, "persone", Unit.COUNT)
    if value is not None and value % 1000:
        raise BadValue("persone", cells["persone"], "not_whole")
    made = FigureRecord(
        programme_code=said.programme,
        series=Series.PUBLISHED,
        subject_kind=SubjectKind.TRAINING,
        subject_code=code,
        cohort=int(number) if number else None,
        measure=PERSONS[counted],
        as_of=as_of,
        date_basis=date_basis(cells, dated=as_of is not None),
        unit=Unit.COUNT,
        amount_cents=None,
        quantity_thousandths=value,
        firmness=_firmness(cells, value),
        wording=one_line(required(cells, "parole_della_fonte")),
        source_id=said.source,
        place=said.place,
        note=one_line(cells["nota"]) or None,
    )
    return (*_subject(said, SubjectKind.TRAINING, code, cells["corso_nome"], cells["asse"]), made)


def amounts(cells: Row) -> Sums:
    """The cents of a row of figures or targets, as far as they can be read."""
    measure = cells.get("misura") or cells.get("obiettivo") or ""
    if (MEASURES | TARGETS).get(measure) is not Unit.EUR:
        return {}
    try:
        value = written_number(cells.get("valore", ""), 2)
    except BadValue:
        return {}
    return {} if value is None else {measure: value}


def _said_of_subject(cells: Row, said: Said, measure: str, as_of: date | None, basis: DateBasis) -> tuple[Record, ...]:
    kind = chosen(cells, "oggetto_tipo", KINDS)
    code = required(cells, "oggetto_codice")
    category = _category(cells, kind, code)
    unit = (MEASURES | TARGETS)[measure]
    value = _value(cells, "valore", unit)
    made = FigureRecord(
        programme_code=said.programme,
        series=Series.PUBLISHED,
        subject_kind=kind,
        subject_code=code,
        axis_code=code if kind is SubjectKind.AXIS else (cells["asse"] or None) if kind in _OF_AXES else None,
        category_code=category,
        fund_code=cells["fondo"] or None,
        breakdown_code=cells["priorita"] or None,
        measure=measure,
        as_of=as_of,
        date_basis=basis,
        unit=unit,
        amount_cents=value if unit is Unit.EUR else None,
        quantity_thousandths=value if unit is not Unit.EUR else None,
        firmness=_firmness(cells, value),
        wording=one_line(required(cells, "parole_della_fonte")),
        source_id=said.source,
        place=said.place,
        note=one_line(cells["nota"]) or None,
    )
    return (*_subject(said, kind, code, cells["oggetto_nome"], cells["asse"]), made)


def _measure(cells: Row, column: str, known: Mapping[str, Unit]) -> str:
    text = required(cells, column)
    if text not in known:
        raise BadValue(column, text, "unknown_measure")
    return text


def _category(cells: Row, kind: SubjectKind, code: str) -> str | None:
    """The category of region. Raises BadValue."""
    column = "oggetto_codice" if kind is SubjectKind.CATEGORY else "categoria_regione"
    text = code if kind is SubjectKind.CATEGORY else cells["categoria_regione"]
    if text and text not in CATEGORIES:
        raise BadValue(column, text, "unknown_code")
    return text or None


def _value(cells: Row, column: str, unit: Unit) -> int | None:
    return written_number(cells[column], 2 if unit is Unit.EUR else 3, column)


def _firmness(cells: Row, value: int | None) -> Firmness:
    """How firm the number is; `non dato` if and only if there is none. Raises BadValue."""
    firmness = chosen(cells, "quanto_e_certo", FIRMNESSES)
    if (value is None) != (firmness is Firmness.NOT_GIVEN):
        raise BadValue("quanto_e_certo", cells["quanto_e_certo"], "firmness_without_value")
    return firmness


def _subject(said: Said, kind: SubjectKind, code: str, name: str, axes: str) -> tuple[Record, ...]:
    """What the row makes known of its subject: its name, its axes."""
    label = one_line(name)
    if kind is SubjectKind.AXIS:
        return (AxisRecord(said.programme, code, label or None, "it" if label else None),)
    if kind in _OF_AXES or not label:
        return ()
    codes = [axis for axis in re.split("[;, ]+", axes) if axis]
    return (
        SubjectRecord(said.programme, kind, code, label),
        *(SubjectAxisRecord(said.programme, kind, code, axis) for axis in codes),
    )
