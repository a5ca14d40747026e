"""The table of formats: how each is recognised by its content, and who reads it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_model.records import FileIdentity, ParsedRow
from importers import (
    deadlines,
    documents,
    esif_finance,
    esif_indicators,
    esif_payments,
    esif_planned,
    figures,
    opencoesione,
    opencoesione_allocations,
    opencoesione_certified,
    opencoesione_columns,
    opencoesione_places,
    opencoesione_programmes,
    opencoesione_values,
    statements,
    templates,
)
from importers.opening import Package, open_package
from importers.puc import reader as puc
from importers.reading import Context, Table, UnreadableFile


@dataclass(frozen=True)
class Format:
    """A format that is one table with a header: the columns that tell it from the others, and its reader.

    `needs_date`: whether the person must say the reference date; `needs_programme`: whether the programme.
    `without`: columns of another format that has all of these too.
    """

    name: str
    required: frozenset[str]
    parse: Callable[[Table, Context], Iterator[ParsedRow]]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    needs_date: bool = False
    needs_programme: bool = False
    without: frozenset[str] = frozenset()
    decimal_mark: Callable[[Table], str] = lambda _: ""
    """What finds out the decimal mark, in a format that knows several."""

    def missing(self, table: Table) -> frozenset[str]:
        """The columns that the format needs and the table has under none of their names."""
        return self.required - {self.synonyms.get(name, name) for name in table.names}

    def fits(self, table: Table) -> bool:
        """Whether a table is of this format, by its columns."""
        return not self.missing(table) and not self.without & {self.synonyms.get(name, name) for name in table.names}

    def read(self, package: Package, context: Context) -> tuple[FileIdentity, Iterator[ParsedRow]] | None:
        """The package as this format, or None where it is another one. Raises UnreadableFile."""
        if package.kind == "folder":
            return None
        fitting = [table for table in package.tables if self.fits(table)]
        if not fitting:
            return None
        if len(fitting) > 1:
            raise UnreadableFile("several_tables", ", ".join(table.name for table in fitting))
        table = fitting[0]
        for other in package.tables:
            if other is not table:
                context.notes.add("table_ignored", other.name)
        headers = {"": table.header}
        identity = FileIdentity(
            package.path.name,
            package.sha256,
            self.name,
            table.encoding,
            table.delimiter,
            headers,
            context.notes,
            self.decimal_mark(table),
        )
        return identity, self.parse(table, context)


@dataclass(frozen=True)
class PackageFormat:
    """A format that is several tables in a folder or a zip, told by their names and shapes. `required` has their codes."""

    name: str
    required: frozenset[str]
    read: Callable[[Package, Context], tuple[FileIdentity, Iterator[ParsedRow]] | None]
    has: Callable[[Package], bool]
    needs_date: bool = False
    needs_programme: bool = False


FORMATS: tuple[Format | PackageFormat, ...] = (
    PackageFormat(puc.NAME, puc.REQUIRED, puc.read, puc.has_tables),
    Format("esif_finance", esif_finance.REQUIRED, esif_finance.parse, esif_finance.SYNONYMS),
    Format("esif_indicators", esif_indicators.REQUIRED, esif_indicators.parse, esif_indicators.SYNONYMS),
    Format("esif_planned", esif_planned.REQUIRED, esif_planned.parse, esif_planned.SYNONYMS, without=esif_planned.WITHOUT),
    Format("esif_payments", esif_payments.REQUIRED, esif_payments.parse, esif_payments.SYNONYMS),
    Format(
        "opencoesione_projects",
        opencoesione_columns.REQUIRED,
        opencoesione.parse,
        opencoesione_columns.SYNONYMS,
        decimal_mark=opencoesione_values.decimal_mark,
    ),
    Format("opencoesione_places", opencoesione_places.REQUIRED, opencoesione_places.parse, opencoesione_places.SYNONYMS),
    Format(
        "opencoesione_axes",
        opencoesione_programmes.AXES,
        opencoesione_programmes.parse_axes,
        without=opencoesione_programmes.AXES_WITHOUT,
    ),
    Format("opencoesione_programmes", opencoesione_programmes.PROGRAMMES, opencoesione_programmes.parse_programmes),
    Format("opencoesione_allocations", opencoesione_allocations.REQUIRED, opencoesione_allocations.parse),
    Format("opencoesione_certified_2007", opencoesione_allocations.REQUIRED_2007, opencoesione_allocations.parse_2007),
    Format("opencoesione_certified_national", opencoesione_certified.REQUIRED, opencoesione_certified.parse),
    Format("figures", figures.REQUIRED, figures.parse, needs_programme=True),
    Format("statements", statements.REQUIRED, statements.parse, needs_programme=True),
    Format("deadlines", deadlines.REQUIRED, deadlines.parse, needs_programme=True),
    Format("sources", documents.SOURCES, documents.parse_sources),
    Format("remarks", documents.REMARKS, documents.parse_remarks),
    Format("subjects", documents.SUBJECTS, documents.parse_subjects, needs_programme=True),
    Format("translations", documents.TRANSLATIONS, documents.parse_translations),
    *(Format(template.name, template.required, template.parse) for template in templates.TEMPLATES),
)


def read_file(path: Path, context: Context, name: str | None = None) -> tuple[FileIdentity, Iterator[ParsedRow]]:
    """Recognise a file by its content, or take the format of a name if it fits, and read it. Raises UnreadableFile.

    What is noticed on the way is in the notes of the identity, complete once the rows have been read.
    """
    package = open_package(path)
    own = replace(context, notes=type(context.notes)())
    for fmt in FORMATS:
        if name in (None, fmt.name) and (found := fmt.read(package, own)) is not None:
            return found
    raise UnreadableFile("unknown_format", _nearest(package, name))


def recognised(path: Path) -> Format | PackageFormat | None:
    """The format of a file, or None if it is none of them. Raises UnreadableFile."""
    package = open_package(path)
    return next((fmt for fmt in FORMATS if _is(fmt, package)), None)


def _is(fmt: Format | PackageFormat, package: Package) -> bool:
    if isinstance(fmt, PackageFormat):
        return fmt.has(package)
    return package.kind != "folder" and any(fmt.fits(table) for table in package.tables)


def _nearest(package: Package, name: str | None) -> str:
    """The columns that the nearest format would need besides, if more than half of its columns are there."""
    candidates = [
        (fmt, missing)
        for fmt in FORMATS
        if name in (None, fmt.name) and isinstance(fmt, Format)
        for table in (() if package.kind == "folder" else package.tables)
        if len(missing := fmt.missing(table)) < len(fmt.required) / 2 or name
    ]
    if not candidates:
        return ""
    fmt, missing = min(candidates, key=lambda found: len(found[1]))
    return f"{fmt.name}: {', '.join(sorted(missing))}"
