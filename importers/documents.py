"""Tables that say what the others speak of: sources, slips in their wording, subjects, translations."""

from collections.abc import Iterator, Mapping

from data_model.records import (
    AcceptedRow,
    ParsedRow,
    RemarkRecord,
    SourceRecord,
    SubjectAxisRecord,
    SubjectRecord,
    TranslationRecord,
)
from data_model.vocabulary import SubjectKind
from importers.reading import Context, Table, one_line, one_of, parse_rows, required

SOURCES = frozenset(("source_id", "title", "publisher", "date", "url", "covers", "licence"))
REMARKS = frozenset(("source_id", "place", "wording", "remark", "evidence_source_id"))
SUBJECTS = frozenset(("kind", "code", "label", "axes", "parent", "evidence"))
TRANSLATIONS = frozenset(("original", "original_language", "language", "translation"))


def parse_sources(table: Table, _context: Context) -> Iterator[ParsedRow]:
    """One accepted row per document or data set."""

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        publisher, url, covers, licence = (one_line(cells[n]) or None for n in ("publisher", "url", "covers", "licence"))
        source = SourceRecord(
            required(cells, "source_id"),
            one_line(required(cells, "title")),
            publisher,
            cells["date"] or None,
            url,
            covers,
            licence,
        )
        return AcceptedRow(line, (source,))

    return parse_rows(table, row)


def parse_remarks(table: Table, _context: Context) -> Iterator[ParsedRow]:
    """One accepted row per slip in the wording of a source."""

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        remark = RemarkRecord(
            required(cells, "source_id"),
            one_line(required(cells, "wording")),
            one_line(required(cells, "remark")),
            place=one_line(cells["place"]) or None,
            evidence_source_id=cells["evidence_source_id"] or None,
        )
        return AcceptedRow(line, (remark,))

    return parse_rows(table, row)


def parse_subjects(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per subject, with the axes it belongs to and where that is read."""
    programme = context.required_programme()

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        kind, code = one_of(cells, "kind", SubjectKind), required(cells, "code")
        subject = SubjectRecord(
            programme, kind, code, one_line(required(cells, "label")), cells["parent"] or None, overwrite=True
        )
        axes = [axis.strip() for axis in cells["axes"].split(";") if axis.strip()]
        evidence = cells["evidence"] or None
        return AcceptedRow(line, (subject, *(SubjectAxisRecord(programme, kind, code, axis, evidence) for axis in axes)))

    return parse_rows(table, row)


def parse_translations(table: Table, _context: Context) -> Iterator[ParsedRow]:
    """One accepted row per text of the data and language."""

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        translation = TranslationRecord(
            one_line(required(cells, "original")),
            required(cells, "language"),
            required(cells, "original_language"),
            required(cells, "translation"),
        )
        return AcceptedRow(line, (translation,))

    return parse_rows(table, row)
