"""Refused rows are given back as they stood, with the reasons in front; mended and sent again they say what they said."""

import csv
import io
import zipfile
from dataclasses import replace

import pytest

from data_model.records import AcceptedRow, FigureRecord, PlaceRecord, PositionRecord, RefusedRow
from importers.formats import read_file
from importers.reading import Context
from importers.refused import ADDED, Written, to_mend
from tests import oracles
from tests.importers import real_files
from tests.importers.files import parsed, refused, write

SOURCE_FILES = {
    "finance": oracles.FINANCE,
    "indicators": oracles.INDICATORS,
    "figures": oracles.FIGURES,
    "statements": oracles.STATEMENTS,
    "deadlines": oracles.DEADLINES,
    "sources": oracles.SOURCES,
    "remarks": oracles.REMARKS,
    "subjects": oracles.SUBJECTS,
    "translations": oracles.TRANSLATIONS,
    "parquet of projects": oracles.SAMPLE / "opencoesione" / "progetti_esteso_2021-2027_20240831.parquet",
    **{name: real_files.real(name) for name in real_files.FORMATS},
}
MANY = 400


def in_words(code):
    return f"perché {code}"


def cells_of(content, delimiter):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def without_place(record):
    """What a record says, whatever line it was read from."""
    if isinstance(record, PositionRecord):
        return record._replace(place_in_source="")
    return replace(record, place="") if isinstance(record, FigureRecord | PlaceRecord) else record


def said(rows):
    return [
        {without_place(record) for record in row.records if type(record).__name__ != "SourceRecord"}
        for row in rows
        if isinstance(row, AcceptedRow)
    ]


def as_refused(rows):
    """The first accepted rows, as if each had been refused."""
    taken = [row for row in rows if isinstance(row, AcceptedRow)][:MANY]
    kept = [row.cells() if callable(row.cells) else row.cells for row in taken]
    pairs = zip(taken, kept, strict=True)
    return taken, [RefusedRow(row.line, "x", "=1", "not_a_number", row.sums, row.part, cells) for row, cells in pairs]


def sent_again(tmp_path, identity, found):
    written = Written(identity.headers, identity.delimiter, identity.encoding)
    name = f"again.{written.ending}"
    (tmp_path / name).write_bytes(to_mend(written, found, in_words))
    return tmp_path / name


@pytest.mark.parametrize("what", SOURCE_FILES)
def test_refused_rows_of_every_format_sent_again_say_what_they_said(what, tmp_path):
    context = Context(programmes=frozenset((oracles.PON,)) if what in NEEDS_PROGRAMME else frozenset(), source="seed")
    taken, found = as_refused(read_file(SOURCE_FILES[what], context)[1])
    identity = read_file(SOURCE_FILES[what], context)[0]
    again = sent_again(tmp_path, identity, found)
    back, rows = parsed(again, context)
    assert back.format == identity.format
    assert refused(rows) == []
    assert len(taken) == len(said(rows)) > 1
    assert said(rows) == said(taken)


NEEDS_PROGRAMME = ("figures", "statements", "deadlines", "subjects")


def test_the_table_has_the_reasons_in_front_and_the_rest_as_it_was_written(tmp_path):
    file = write(tmp_path / "bad.csv", "Source_ID;Title;publisher;date;url;covers;licence\r\n;Un titolo; x ;;;=1+1;\r\n")
    identity, rows = parsed(file, Context())
    content = to_mend(Written(identity.headers, ";"), [r for r in rows if isinstance(r, RefusedRow)], in_words)
    assert cells_of(content, ";") == [
        [*ADDED, "Source_ID", "Title", "publisher", "date", "url", "covers", "licence"],
        ["2", "source_id", "", "perché missing", "", "Un titolo", "x", "", "", "=1+1", ""],
    ]


def test_rows_refused_a_second_time_have_the_reasons_once(tmp_path):
    file = write(tmp_path / "bad.csv", "source_id,title,publisher,date,url,covers,licence\r\n,Un titolo,,,,,\r\n")
    for _ in range(3):
        identity, rows = parsed(file, Context())
        assert [reason for *_, reason in refused(rows)] == ["missing"]
        file = sent_again(tmp_path, identity, [r for r in rows if isinstance(r, RefusedRow)])
    assert cells_of(file.read_bytes(), ",")[0][:5] == [*ADDED, "source_id"]


def test_a_wrong_value_is_shown_so_that_no_spreadsheet_computes_it():
    row = RefusedRow(2, "a", "=HYPERLINK(1)", "not_a_number", cells=("=HYPERLINK(1)",))
    (_, line) = cells_of(to_mend(Written({"": ("a",)}, ";"), [row], in_words), ";")
    assert line == ["2", "a", "'=HYPERLINK(1)", "perché not_a_number", "=HYPERLINK(1)"]


def test_tables_without_header_come_back_bare_in_a_zip_with_their_reasons_apart():
    rows = [
        RefusedRow(3, "IMPORTO", "x", "not_a_number", part="FN04", cells=("P1", '"a"', "x")),
        RefusedRow(9, None, None, "missing", part="SC01", cells=None),
        RefusedRow(4, "cup", "y", "missing", part="AP00", cells=("P1", "y")),
    ]
    content = to_mend(Written({"AP00": ("cod", "cup")}, "|"), rows, in_words)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert set(found) == {"AP00.csv", "FN04.txt", "avanzamento_motivi.csv"}
    assert found["FN04.txt"] == b'P1|"a"|x\r\n'
    assert cells_of(found["AP00.csv"], "|")[1] == ["4", "cup", "y", "perché missing", "P1", "y"]
    assert [line[:2] for line in cells_of(found["avanzamento_motivi.csv"], ";")[1:]] == [
        ["FN04", "3"],
        ["SC01", "9"],
        ["AP00", "4"],
    ]
