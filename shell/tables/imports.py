"""Tables of imports: what a file was understood to be, counts, sums per measure, reasons, refused rows, the list."""

from collections.abc import Mapping, Sequence

from data_model.import_queries import ImportEntry
from importers.refused import Refused
from importers.templates import Template
from metrics.measures import BASES, MEASURES
from shell.here import Here
from shell.importing import Understood
from shell.show import Table
from shell.tables.cells import columns, euro_head, format_name, moment
from shell.templates import explained

COUNTS = ("read", "new", "changed", "unchanged", "skipped", "rejected")
_POSITIONS = ("opencoesione_projects", "puc")
"""Beginnings of the names of formats whose sums are those of project positions."""

_OF_PROJECTS = {
    column.removesuffix("_cents"): measure
    for basis in BASES.values()
    for column, measure in zip(basis.columns, basis.stages, strict=False)
    if column is not None
}
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252", "xlsx": "Excel", "parquet": "Parquet"}


def understood(h: Here, found: Understood) -> Table:
    """One row per thing that was understood of a file."""
    marks = {",": "comma", ".": "point", ";": "semicolon", "|": "bar", "\t": "tab"}

    def mark(character: str) -> str:
        return h.w(f"import_data.mark_{marks[character]}") if character in marks else h.w("import_data.mark_none")

    rows = [
        (h.w("table.format"), format_name(h, found.format)),
        (h.w("import_data.encoding"), _ENCODINGS.get(found.encoding, found.encoding) or h.w.missing),
        (h.w("import_data.delimiter"), mark(found.delimiter)),
        (h.w("import_data.decimal_mark"), mark(found.decimal_mark)),
        (h.w("table.rows_read"), h.w.count(found.rows)),
        (h.w("import_data.programmes_found"), h.w.count(len(found.programmes)) if found.rows is not None else h.w.missing),
    ]
    return Table(columns(rows, [h.w("table.what"), h.w("import_data.as_understood")]))


def counts(h: Here, numbers: Mapping[str, int]) -> Table:
    """One row per outcome of rows; `numbers` per name of COUNTS."""
    rows = [(h.w(f"import_data.rows_{name}"), h.w.count(numbers[name])) for name in COUNTS]
    return Table(columns(rows, [h.w("import_data.outcome"), h.w("import_data.rows")]), numbers=(2,))


def sums(h: Here, format: str, by_kind: Mapping[str, Mapping[str, int]]) -> Table:
    """One row per measure: in the file, skipped, refused, in the store before and after, as far as given."""
    order = list(MEASURES)
    given = {key for found in by_kind.values() for key in found}
    keys = sorted(given, key=lambda key: (order.index(key) if key in MEASURES else len(order), key))
    rows = [(measure(h, format, key), *(h.w.euros(found.get(key, 0)) for found in by_kind.values())) for key in keys]
    heads = [h.w("table.measure"), *(euro_head(h, h.w(f"import_data.sum_{kind}")) for kind in by_kind)]
    return Table(columns(rows, heads), numbers=tuple(range(2, len(heads) + 1)))


def measure(h: Here, format: str, key: str) -> str:
    """The name of a measure of a file's sums: amounts of projects have names of their own."""
    key = _OF_PROJECTS.get(key, key) if format.startswith(_POSITIONS) else key
    return h.measure(key) if key in MEASURES else key


def reasons(h: Here, found: Mapping[str, int]) -> Table:
    """One row per reason for leaving rows out."""
    rows = [(h.w(f"reason.{code}"), h.w.count(count)) for code, count in sorted(found.items(), key=lambda item: -item[1])]
    return Table(columns(rows, [h.w("table.reason"), h.w("import_data.rows")]), numbers=(2,))


def refused(h: Here, rows: Sequence[Refused]) -> Table:
    """One row per refused row: where, which value, why."""
    several = any(row.part for row in rows)
    cells = [
        (
            *([row.part or ""] if several else []),
            str(row.line),
            row.column or "–",
            row.value or "–",
            h.w(f"reason.{row.reason}"),
        )
        for row in rows
    ]
    names = (*(["import_data.part"] if several else []), "import_data.line", "table.column", "table.value", "table.reason")
    heads = [h.w(name) for name in names]
    return Table(columns(cells, heads), sentences=(len(heads),), wide_names=False, folded=False)


def imports(h: Here, entries: Sequence[ImportEntry]) -> Table:
    """One row per import: number, state, when, file, format, rows, who."""
    rows = [
        (
            str(e.id),
            h.w("import_data.state_holds") if e.undone_at_version is None else h.w("import_data.state_undone"),
            moment(h, e.imported_at),
            e.file_name,
            format_name(h, e.format),
            *(h.w.count(n) for n in (e.rows_read, e.rows_new, e.rows_changed, e.rows_rejected)),
            e.actor,
        )
        for e in entries
    ]
    names = ("number", "state", "when", "file", "format", "rows_read", "rows_new", "rows_changed", "rows_rejected", "who")
    return Table(
        columns(rows, [h.w(f"table.{name}") for name in names]), numbers=(6, 7, 8, 9), wide_names=False, folded=False
    )


def template(h: Here, chosen: Template) -> Table:
    """One row per column of a template: whether it must be filled in, what it wants, the example."""
    rows = [
        (column.name, h.w("table.yes") if column.required else h.w("table.no"), explained(column, h.w), column.example)
        for column in chosen.columns
    ]
    heads = [h.w(f"template.head_{name}") for name in ("column", "required", "meaning", "example")]
    return Table(columns(rows, heads), sentences=(3,))
