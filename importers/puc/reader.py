"""Reads a package of PUC or SIGMA tables: projects, indicators, training.

Which line is a row. All lines of all tables that are read count. A project is told by many: its position is the row of its
line in AP00, which stands for all the lines that made it (`lines`), so that they are new, changed or unchanged together;
the position in a further programme is the row of its line in AP04. The sums of such a row are those of its lines of amounts.
A line that cannot be read is refused by itself, with its amount. Lines that are cancelled, and those that cancel them, are
one skipped row per project; a project whose AP00 is cancelled is skipped with all its lines. Indicators are one row per
programme, axis and indicator, courses one per course. A refused line of FN04 counts as a commitment also where the
commitments of its project are those of FN05.

A package is what its sender knew on its day: a cancellation takes away the record with its key wherever it stands in the
package, not what earlier imports brought on other dates. Of tables under NOT_READ nothing is taken.

The lines are sorted by project on disk where they do not fit in memory: see `sorting`. Only calls, indicators, courses, and
the names of beneficiaries who are natural persons stay in memory.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from data_model.records import AcceptedRow, FileIdentity, Notes, ParsedRow, ProgrammeRecord, SourceRecord
from data_model.vocabulary import DateBasis
from importers.opening import Package
from importers.puc import levels
from importers.puc.calls import Calls
from importers.puc.entries import entry
from importers.puc.indicators import Indicators
from importers.puc.late import Late
from importers.puc.lines import PARSERS, Loaded, load
from importers.puc.projects import Setting, project_rows
from importers.puc.sorting import SortedLines
from importers.puc.tables import PucTable, date_of, tables_of
from importers.reading import Context, UnreadableFile
from importers.training import About, Training

NAME = "puc"
REQUIRED = frozenset(("AP00", "AP04"))
"""Tables without which projects cannot be read. SIGMA has no AP04: then the person says the programme."""

SOURCE = SourceRecord(
    "puc",
    "Tavole di monitoraggio dei progetti (protocollo unico di colloquio 2014-2020, SIGMA): AP, FN, FO, IN, PA, PR, SC",
    "Autorità di gestione del programma, dal sistema che alimenta il monitoraggio nazionale (MEF-RGS-IGRUE)",
    None,
    None,
    "Progetti, costo ammesso, impegni, pagamenti, spesa certificata, indicatori e partecipanti, per progetto o corso",
    None,
    overwrite=False,
)


def has_tables(package: Package) -> bool:
    """Whether a package has tables of PUC or SIGMA. Raises UnreadableFile."""
    return tables_of(package, Notes()) is not None


def read(package: Package, context: Context) -> tuple[FileIdentity, Iterator[ParsedRow]] | None:
    """The package as tables of PUC or SIGMA, or None where it has none. Raises UnreadableFile."""
    tables = tables_of(package, context.notes)
    if tables is None:
        return None
    programme = _programme(tables, context)
    first = tables.get("AP00") or next(iter(tables.values()))
    headers = {code: table.header for code, table in tables.items() if table.header}
    identity = FileIdentity(
        package.path.name,
        package.sha256,
        NAME,
        first.member.encoding,
        first.delimiter,
        headers,
        context.notes,
        decimal_mark=",",
    )
    return identity, _rows(tables, context, programme, package.path.name)


def _programme(tables: Mapping[str, PucTable], context: Context) -> str | None:
    """The programme of all projects, where no table says it. Raises UnreadableFile where something is missing."""
    if set(tables) <= {"FO00", "SC01"}:
        return context.required_programme()
    missing = sorted(REQUIRED - set(tables))
    if missing == ["AP04"]:
        if len(context.programmes) != 1:
            raise UnreadableFile("programme_needed", "AP04")
        context.notes.add("programme_from_person", next(iter(context.programmes)))
        return next(iter(context.programmes))
    if missing:
        raise UnreadableFile("missing_tables", ", ".join(missing))
    return None


def _rows(tables: Mapping[str, PucTable], context: Context, programme: str | None, file: str) -> Iterator[ParsedRow]:
    loaded, late, calls, training = Loaded(), Late(), Calls(), Training()
    with SortedLines() as lines:
        if "PA00" in tables:
            yield from calls.load(tables["PA00"], late)
        yield from training.load(tables)
        for code in PARSERS:
            if code in tables:
                yield from load(tables[code], lines, loaded)
        as_of, basis = _date(tables, context, loaded.latest_state)
        setting = Setting(
            context=context,
            source=context.source or SOURCE.id,
            own_source=None if context.source else SOURCE,
            as_of=as_of,
            basis=basis,
            file=file,
            calls=calls,
            levels=levels.axes(tables.get("TC36")),
            persons=loaded.names,
            indicators=Indicators(),
            late=late,
            programme=programme if "AP00" in tables else None,
            taught=training.projects,
        )
        yield from project_rows(map(entry, lines), setting)
    yield from setting.indicators.rows(setting.source, as_of, basis, f"{file}/IN01")
    yield from calls.unused()
    yield from _training(training, setting, programme, file)
    yield from late.rows(tables)


def _training(training: Training, setting: Setting, programme: str | None, file: str) -> Iterator[ParsedRow]:
    """The courses. In a package without projects the first of them makes the programme and the source known."""
    alone = programme if setting.programme is None else None
    about = About(setting.source, setting.as_of, setting.basis, f"{file}/SC01", alone)
    for row in training.rows(setting.homes, about, setting.late):
        if isinstance(row, AcceptedRow) and alone is not None:
            sources = () if setting.own_source is None else (setting.own_source,)
            row.records = (ProgrammeRecord(alone, alone, "it"), *sources, *row.records)
        yield row


def _date(tables: Mapping[str, PucTable], context: Context, latest: date | None) -> tuple[date, DateBasis]:
    """The reference date: that of the person; else the day in SIGMA's file names; else the latest in PR01. The last two are
    assumed, and this is said. Raises UnreadableFile where there is none, or several, or one still to come."""
    if context.as_of is not None:
        return context.as_of, context.date_basis
    named = {day for table in tables.values() if (day := date_of(table.member.name)) is not None}
    if len(named) == 1:
        context.notes.add("date_from_file_name", next(iter(named)).isoformat())
        return next(iter(named)), DateBasis.ASSUMED
    if named or latest is None or latest > datetime.now(UTC).date():
        raise UnreadableFile("date_needed", ", ".join(day.isoformat() for day in sorted(named)))
    context.notes.add("date_from_states", latest.isoformat())
    return latest, DateBasis.ASSUMED
