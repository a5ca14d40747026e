"""What the header of a table has and has not: told in the notes, so that nobody wonders where a column went."""

from collections.abc import Collection, Mapping

from data_model.records import Notes
from importers.reading import Table

OURS = "avanzamento_"
"""How the columns begin that the app adds to refused rows, to be mended and sent again."""


def note_columns(
    table: Table, notes: Notes, *, read: Collection[str], left: Collection[str], synonyms: Mapping[str, str] | None = None
) -> None:
    """Note the columns that a format does not know, and those it would have read and the table has not.

    `read` are the columns that a format uses, by their own names; `left` those it knows and has no use for.
    """
    renamed = synonyms or {}
    found = set()
    for written, name in zip(table.header, table.names, strict=True):
        own = renamed.get(name, name)
        found.add(own)
        if name and own not in read and own not in left and not name.startswith(OURS):
            notes.add("unknown_columns", " ".join(written.split()))
    for name in sorted(set(read) - found):
        notes.add("missing_columns", name)
