"""Our own templates, filled in by hand: figures, targets, cohorts of trainees, statements, deadlines; CSV or XLSX.

Column names are the same in every language. A row whose column `esempio` is filled is the example and is skipped.
Numbers are read as people write them (see `importers.numbers`), dates as 30/06/2019 or 2019-06-30.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data_model.records import (
    AcceptedRow,
    ActivityRecord,
    DeadlineRecord,
    ParsedRow,
    ProgrammeRecord,
    Record,
    SkippedRow,
    SourceRecord,
    Sums,
)
from importers import template_figures
from importers.numbers import written_date
from importers.reading import BadValue, Context, Table, normalise, one_line, parse_rows, required
from importers.template_cells import DEADLINE_KINDS, STATUS_BASES, STATUSES, Row, Said, chosen, date_basis


@dataclass(frozen=True)
class Column:
    """One column of a template. Its explanation is in texts; `example` is what the example row holds."""

    name: str
    required: bool
    example: str
    kind: str = "text"
    """text, number, date, code"""


@dataclass(frozen=True)
class Template:
    """One template: its columns in their order, and how a row of it becomes records."""

    name: str
    columns: tuple[Column, ...]
    records: Callable[[Row, Said], tuple[Record, ...]]
    amounts: Callable[[Row], Sums] = lambda _: {}

    @property
    def required(self) -> frozenset[str]:
        """The columns that must be there, which also tell the template from other tables."""
        return frozenset(column.name for column in self.columns if column.required)

    def parse(self, table: Table, context: Context) -> Iterator[ParsedRow]:
        """One accepted row per row that is filled in; the example is skipped."""
        optional = {column.name: "" for column in self.columns}

        def row(line: int, cells: Row) -> ParsedRow:
            cells = optional | dict(cells)
            if cells["esempio"]:
                return SkippedRow(line, "example_row")
            programme = required(cells, "programma")
            if not context.wants(programme):
                return SkippedRow(line, "other_programme")
            source = _source(cells)
            place = one_line(required(cells, "posto")) if "posto" in self.required else ""
            said = Said(programme, source[0], place)
            known: tuple[Record, ...] = source[1]
            if title := one_line(cells["programma_titolo"]):
                known = (ProgrammeRecord(programme, title, "it"), *known)
            return AcceptedRow(line, (*known, *self.records(cells, said)))

        def amounts(cells: Row) -> Sums:
            return {} if cells.get("esempio") else self.amounts(optional | dict(cells))

        return parse_rows(table, row, amounts=amounts)


def _source(cells: Row) -> tuple[str, tuple[SourceRecord, ...]]:
    """The id of the row's source, and its record where the row gives its title. Raises BadValue."""
    code, title = cells["fonte_codice"], one_line(cells["fonte_titolo"])
    if not code and not title:
        raise BadValue("fonte_codice", "", "missing")
    if not title:
        return code, ()
    code = code or _code_of(title)
    return code, (SourceRecord(code, title, one_line(cells["fonte_editore"]) or None, overwrite=False),)


def _code_of(title: str) -> str:
    """A short code of a source made from its title: the same title gives the same code."""
    slug = normalise(title)
    if 0 < len(slug) <= 40:
        return slug
    return f"{slug[:40]}_{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _statement(cells: Row, said: Said) -> tuple[Record, ...]:
    position = required(cells, "ordine")
    if not re.fullmatch("[0-9]{1,6}", position):
        raise BadValue("ordine", position, "not_a_number")
    as_of = written_date(cells["data_riferimento"], "data_riferimento")
    axes = [axis for axis in re.split("[;, ]+", required(cells, "assi")) if axis]
    return (
        ActivityRecord(
            programme_code=said.programme,
            code=required(cells, "attivita_codice"),
            axis_codes=";".join(axes),
            beneficiary=one_line(required(cells, "soggetto")),
            activity=one_line(required(cells, "attivita")),
            status=chosen(cells, "stato", STATUSES),
            status_wording=one_line(required(cells, "parole_della_fonte")),
            status_basis=chosen(cells, "stato_detto_o_dedotto", STATUS_BASES),
            position=int(position),
            source_id=said.source,
            as_of=as_of,
            date_basis=date_basis(cells, dated=as_of is not None),
        ),
    )


def _deadline(cells: Row, said: Said) -> tuple[Record, ...]:
    new_deadline = written_date(required(cells, "nuovo_termine"), "nuovo_termine")
    assert new_deadline is not None
    text = cells["deciso_il"]
    month = re.fullmatch("([0-9]{2})/([0-9]{4})", text) or re.fullmatch("([0-9]{4})-([0-9]{2})", text)
    if month:
        text = "-".join(sorted(month.groups(), key=len, reverse=True))
    decided = written_date(f"{text}-01" if month else text, "deciso_il")
    return (
        DeadlineRecord(
            programme_code=said.programme,
            call_code=required(cells, "avviso_codice"),
            kind=chosen(cells, "tipo", DEADLINE_KINDS),
            decided_on=decided,
            decided_wording=None if decided is None else text if month else decided.isoformat(),
            new_deadline=new_deadline,
            act=one_line(required(cells, "atto")),
            source_id=said.source,
            note=one_line(cells["nota"]) or None,
        ),
    )


_FIRST = (
    Column("esempio", False, "ESEMPIO"),
    Column("programma", True, "2014IT05SFOP001", "code"),
    Column("programma_titolo", False, ""),
)
_LAST = (
    Column("quanto_e_certo", True, "circa", "code"),
    Column("parole_della_fonte", True, "circa 24,2 milioni di euro"),
    Column("fonte_codice", False, "", "code"),
    Column("fonte_titolo", False, "Relazione annuale di attuazione 2018"),
    Column("fonte_editore", False, "Autorità di Gestione"),
    Column("posto", True, "pagina 12, tabella 3"),
    Column("nota", False, ""),
)


def _subject(kind: str, code: str, name: str, axes: str = "") -> tuple[Column, ...]:
    """The columns that say what a number speaks of, with an example."""
    return (
        Column("oggetto_tipo", True, kind, "code"),
        Column("oggetto_codice", True, code, "code"),
        Column("oggetto_nome", False, name),
        Column("asse", False, axes, "code"),
        Column("categoria_regione", False, "", "code"),
        Column("fondo", False, "", "code"),
        Column("priorita", False, "", "code"),
    )


_DATED = (Column("data_riferimento", True, "2018-12-31", "date"), Column("data_presunta", False, ""))

TEMPLATES: tuple[Template, ...] = (
    Template(
        "template_figures",
        (
            *_FIRST,
            *_subject("avviso", "AVV4_2016", "Avviso 4/2016", "1;2"),
            Column("misura", True, "committed", "code"),
            *_DATED,
            Column("valore", True, "24200000,00", "number"),
            *_LAST,
        ),
        template_figures.figure,
        template_figures.amounts,
    ),
    Template(
        "template_targets",
        (
            *_FIRST,
            *_subject("programma", "2014IT05SFOP001", ""),
            Column("obiettivo", True, "n_plus_3_target", "code"),
            Column("entro_il", True, "2019-12-31", "date"),
            Column("valore", True, "24200000,00", "number"),
            *_LAST,
        ),
        template_figures.target,
        template_figures.amounts,
    ),
    Template(
        "template_cohorts",
        (
            *_FIRST,
            Column("corso_codice", True, "CORSO_1", "code"),
            Column("corso_nome", False, "Alta formazione per operatori sociali"),
            Column("asse", False, "4", "code"),
            Column("annualita", True, "1", "number"),
            Column("stato_persone", True, "coinvolti", "code"),
            *_DATED,
            Column("persone", True, "800", "number"),
            *_LAST,
        ),
        template_figures.cohort,
    ),
    Template(
        "template_statements",
        (
            *_FIRST,
            Column("attivita_codice", True, "A01", "code"),
            Column("assi", True, "3;4", "code"),
            Column("soggetto", True, "Regione"),
            Column("attivita", True, "Rafforzamento dei servizi sociali"),
            Column("stato", True, "in corso", "code"),
            Column("stato_detto_o_dedotto", True, "detto", "code"),
            Column("parole_della_fonte", True, "attività in corso"),
            Column("ordine", True, "1", "number"),
            *_DATED,
            Column("fonte_codice", False, "", "code"),
            Column("fonte_titolo", False, "Relazione annuale di attuazione 2018"),
            Column("fonte_editore", False, "Autorità di Gestione"),
        ),
        _statement,
    ),
    Template(
        "template_deadlines",
        (
            *_FIRST,
            Column("avviso_codice", True, "AVV4_2016", "code"),
            Column("tipo", True, "proroga", "code"),
            Column("deciso_il", False, "2019-03", "text"),
            Column("nuovo_termine", True, "2020-12-31", "date"),
            Column("atto", True, "Decreto direttoriale 44 del 15/02/2021"),
            Column("fonte_codice", False, "", "code"),
            Column("fonte_titolo", False, "Decreto direttoriale 44/2021"),
            Column("fonte_editore", False, "Autorità di Gestione"),
            Column("nota", False, ""),
        ),
        _deadline,
    ),
)
