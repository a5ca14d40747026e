"""Tables of the start page: the programmes with their last data, the last imports."""

from collections import defaultdict
from collections.abc import Sequence

from data_model.import_queries import ImportEntry
from data_model.news import Received
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, format_name, moment


def programmes(h: Here, codes: Sequence[str], received: Sequence[Received]) -> Table:
    """One row per programme: name, code, last reference date, when the last data came in and in which import, sources."""
    rows = []
    of_programme: defaultdict[str, list[Received]] = defaultdict(list)
    for entry in received:
        of_programme[entry.programme].append(entry)
    for code in codes:
        own = of_programme[code]
        last = max(own, key=lambda entry: entry.import_id, default=None)
        rows.append(
            (
                h.programme_name(code),
                code,
                h.day(max((entry.last_as_of for entry in own if entry.last_as_of), default=None)),
                moment(h, last.imported_at) if last else h.w.missing,
                str(last.import_id) if last else h.w.missing,
                h.w.joined(sorted({entry.source_id for entry in own})),
            )
        )
    names = ("programme", "code", "last_date", "received", "import", "sources")
    return Table(columns(rows, [h.w(f"start.head_{name}") for name in names]))


def new(h: Here, entries: Sequence[ImportEntry]) -> Table:
    """One row per import, the newest first: file, format, when, rows new, changed and refused, whether it was taken back."""
    rows = [
        (
            entry.file_name,
            format_name(h, entry.format),
            moment(h, entry.imported_at),
            *(h.w.count(n) for n in (entry.rows_new, entry.rows_changed, entry.rows_rejected)),
            h.w("import_data.state_holds" if entry.undone_at_version is None else "import_data.state_undone"),
        )
        for entry in entries
    ]
    names = ("file", "format", "when", "rows_new", "rows_changed", "rows_rejected", "state")
    return Table(columns(rows, [h.w(f"table.{name}") for name in names]), numbers=(4, 5, 6))
