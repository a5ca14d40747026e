"""Decisions that set or move a date of a call: extensions of activities and windows for applications."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from data_model.records import AcceptedRow, DeadlineRecord, ParsedRow
from data_model.vocabulary import DeadlineKind
from importers.reading import BadValue, Context, Table, iso_date, one_line, parse_rows, required

REQUIRED = frozenset(("scope_code", "decided_on", "new_deadline", "act", "source_id", "note"))


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per decision; a date without its day counts from the first of the month and keeps its wording."""
    programme = context.required_programme()

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        new_deadline = iso_date(cells, "new_deadline")
        if new_deadline is None:
            raise BadValue("new_deadline", "", "missing")
        act, note = one_line(required(cells, "act")), one_line(cells["note"])
        window = "presentazione" in f"{act} {note}".lower()
        return AcceptedRow(
            line,
            (
                DeadlineRecord(
                    programme_code=programme,
                    call_code=required(cells, "scope_code"),
                    kind=DeadlineKind.APPLICATION_WINDOW if window else DeadlineKind.EXTENSION,
                    decided_on=_decided_on(cells),
                    decided_wording=cells["decided_on"] or None,
                    new_deadline=new_deadline,
                    act=act,
                    source_id=required(cells, "source_id"),
                    note=note or None,
                ),
            ),
        )

    return parse_rows(table, row)


def _decided_on(cells: Mapping[str, str]) -> date | None:
    text = cells["decided_on"]
    return iso_date({"decided_on": f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text}, "decided_on")
