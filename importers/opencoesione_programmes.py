"""Programmes and their axes, as the open toolkit of OpenCoesione lists them: `po_linee_azioni` and `po_riclass`.

One row per programme, axis and objective, or per programme. Only names are taken, and only where the store has none:
those of axes are cut at 60 characters. A row may name several programmes, joined by `:::`: with their axes in parallel in
the first list; in the second as a combination that is no programme of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from data_model.records import AcceptedRow, AxisRecord, Notes, ParsedRow, ProgrammeRecord, SkippedRow
from importers.columns import note_columns
from importers.mojibake import mended
from importers.reading import BadValue, Context, Rows, Table, one_line, parse_rows, required

AXES = frozenset(
    (
        "oc_codice_programma",
        "oc_descrizione_programma",
        "oc_cod_articolaz_programma",
        "oc_descr_articolaz_programma",
    )
)
AXES_WITHOUT = frozenset(("cod_locale_progetto",))
"""The column that makes it a list of projects, which has all the others too."""

AXES_OPTIONAL = ("oc_descr_ciclo",)
AXES_UNUSED = (
    "oc_cod_ciclo",
    "oc_articolazione_programma",
    "oc_subarticolazione_programma",
    "oc_cod_subarticolaz_programma",
    "oc_descr_subarticolaz_programma",
    "query",
    "note",
)
PROGRAMMES = frozenset(("oc_codice_programma", "x_programma"))
PROGRAMMES_OPTIONAL = ("x_ciclo", "x_ambito")
PROGRAMMES_UNUSED = ("x_gruppo", "x_regnaz", "tipo", "note")

SEVERAL = ":::"
UNKNOWN_AXES = frozenset(("", "0"))
LANGUAGE = "it"


class _Line(NamedTuple):
    """What one row names: programmes with their titles, and (programme, axis, name of the axis)."""

    programmes: dict[str, str]
    axes: list[tuple[str, str, str]]
    attributed: bool


def parse_axes(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row that names a programme asked for."""
    note_columns(table, context.notes, read=(*AXES, *AXES_OPTIONAL), left=AXES_UNUSED)
    names = _axis_names(_Mended(table, AXES, Notes()))

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        found = _named(cells)
        wanted = {code: title for code, title in found.programmes.items() if context.wants(code)}
        if not wanted:
            return SkippedRow(line, "other_programme")
        if not found.attributed:
            context.notes.add("axis_not_attributed", f"{table.name}:{line}")
        cycle = cells.get("oc_descr_ciclo") or None
        programmes = [
            ProgrammeRecord(code, title, LANGUAGE, cycle=cycle if len(found.programmes) == 1 else None)
            for code, title in wanted.items()
        ]
        axes = [
            AxisRecord(
                programme, axis, _joined(names[programme, axis], f"{programme} {axis}", context), LANGUAGE, overwrite=False
            )
            for programme, axis, _ in found.axes
            if programme in wanted
        ]
        return AcceptedRow(line, (*programmes, *axes))

    return parse_rows(_Mended(table, AXES, context.notes), row)


def parse_programmes(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per programme asked for; combinations of programmes are skipped, each has a row of its own."""
    note_columns(table, context.notes, read=(*PROGRAMMES, *PROGRAMMES_OPTIONAL), left=PROGRAMMES_UNUSED)

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        code = required(cells, "oc_codice_programma")
        if SEVERAL in code:
            return SkippedRow(line, "several_programmes")
        if not context.wants(code):
            return SkippedRow(line, "other_programme")
        title = one_line(required(cells, "x_programma"))
        fund, cycle = cells.get("x_ambito") or None, cells.get("x_ciclo") or None
        return AcceptedRow(line, (ProgrammeRecord(code, title, LANGUAGE, fund, cycle),))

    return parse_rows(_Mended(table, PROGRAMMES, context.notes), row)


def _named(cells: Mapping[str, str]) -> _Line:
    """What a row names. Raises BadValue where its lists do not go together.

    The axes of a row with one programme are all its own. Where several programmes have not as many axes, nothing says whose
    an axis is, so it is left out.
    """
    codes, titles = _parts(required(cells, "oc_codice_programma")), _parts(required(cells, "oc_descrizione_programma"))
    axes, names = _parts(cells["oc_cod_articolaz_programma"]), _parts(cells["oc_descr_articolaz_programma"])
    if len(titles) != len(codes) or not all(codes):
        raise BadValue("oc_descrizione_programma", cells["oc_descrizione_programma"], "unequal_lists")
    if len(names) != len(axes):
        raise BadValue("oc_descr_articolaz_programma", cells["oc_descr_articolaz_programma"], "unequal_lists")
    attributed = len(codes) in (1, len(axes))
    owners = codes * len(axes) if len(codes) == 1 else codes
    found = list(zip(owners, axes, names, strict=True)) if attributed else []
    known = [(programme, axis, name) for programme, axis, name in found if axis not in UNKNOWN_AXES]
    return _Line(dict(zip(codes, titles, strict=True)), known, attributed)


def _axis_names(table: Rows) -> dict[tuple[str, str], list[str]]:
    """The names of each axis, in the order of the file, those that differ in letter case only once."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    columns = table.names
    for _, cells in table.rows():
        if len(cells) != len(columns):
            continue
        try:
            named = _named(dict(zip(columns, cells, strict=True)))
        except BadValue:
            continue
        for programme, axis, name in named.axes:
            found.setdefault((programme, axis), {}).setdefault(name.casefold(), name)
    return {key: [name for name in names.values() if name] for key, names in found.items()}


def _joined(names: list[str], axis: str, context: Context) -> str | None:
    """All names of an axis; None where it has none."""
    if len(names) > 1:
        context.notes.add("axis_of_several_names", axis)
    return " / ".join(names) or None


def _parts(text: str) -> list[str]:
    return [one_line(part) for part in text.split(SEVERAL)]


@dataclass(frozen=True)
class _Mended:
    """A table whose cells in some columns are put right where their letters were encoded twice."""

    table: Table
    columns: Collection[str]
    notes: Notes

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def names(self) -> tuple[str, ...]:
        """The normalised names of the columns."""
        return self.table.names

    def rows(self, only: Collection[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row; a row that is not as wide as the header is left as it is."""
        readers = [self._right if name in self.columns else str.strip for name in self.names]
        for line, cells, written in self.table.picked(range(len(readers))):  # a blank may be half of a letter
            if cells is None:
                yield line, list(self.table.cells_of(written))
            else:
                yield line, [read(cell) for read, cell in zip(readers, cells, strict=True)]

    def _right(self, cell: str) -> str:
        right = SEVERAL.join(map(mended, cell.split(SEVERAL)))
        if right != cell:
            self.notes.add("letters_mended", one_line(right))
        return right.strip()
