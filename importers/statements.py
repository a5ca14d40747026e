"""Statements about activities and their stage: one row per statement, in the order of its source."""

from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, ActivityRecord, ParsedRow
from data_model.vocabulary import ActivityStatus, StatusBasis
from importers.reading import BadValue, Context, Table, one_line, one_of, parse_rows, required

REQUIRED = frozenset(("id", "axis", "beneficiary", "activity", "status", "status_phrase", "order_in_deck", "status_basis"))


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per statement; programme, source and date come from the context."""
    programme, source = context.required_programme(), context.required_source()
    basis = context.date_basis

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        position = required(cells, "order_in_deck")
        if not (position.isascii() and position.isdigit()):
            raise BadValue("order_in_deck", position, "not_a_number")
        return AcceptedRow(
            line,
            (
                ActivityRecord(
                    programme_code=programme,
                    code=required(cells, "id"),
                    axis_codes=required(cells, "axis").replace("-", ";"),
                    beneficiary=one_line(required(cells, "beneficiary")),
                    activity=one_line(required(cells, "activity")),
                    status=one_of(cells, "status", ActivityStatus),
                    status_wording=one_line(required(cells, "status_phrase")),
                    status_basis=one_of(cells, "status_basis", StatusBasis),
                    position=int(position),
                    source_id=source,
                    as_of=context.as_of,
                    date_basis=basis,
                ),
            ),
        )

    return parse_rows(table, row)
