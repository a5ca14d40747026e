"""The whole data set of a programme: its tables as open data in a zip, with descriptions that machines read.

`datapackage.json` is a Frictionless Data Package, `csv-metadata.json` describes the same tables for CSV on the Web, and
`dcat-ap_it.jsonld` is the record for an Italian catalogue of open data. Nothing is said that the store does not
know: a licence is named where a source states it; who publishes the file is left for the publisher to fill in.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from data_model.position_rows import Reading
from data_model.vocabulary import Firmness
from exports.asked import Asked
from exports.csv_files import write_open
from exports.flavours import zip_entry
from exports.names import DATASET, file_name
from exports.reader import Document, Reader, reader_of
from exports.readme import meaning
from exports.table import BETWEEN_CODES, Chunk, Column, ExportTable, Tally
from exports.tables import OFFERS, table
from metrics.measures import BASES
from texts import LANGUAGES, words

_TYPES = {"text": "string", "code": "string", "amount": "number", "count": "number", "rate": "number", "date": "date"}
_CSVW = {"string": "string", "number": "decimal", "date": "date"}
_LICENCES = (
    (r"\bCC0\b", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    (r"\bCC[ -]BY[ -]4\.0\b", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (r"\bCC[ -]BY[ -]SA[ -]4\.0\b", "CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    (r"\bIODL 2\.0\b", "IODL-2.0", "https://www.dati.gov.it/iodl/2.0/"),
)
"""Licences that a source's own words name."""


class _Counting:
    """A binary stream that counts and hashes what goes by."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return int(self._stream.write(data))


@dataclass
class _Resource:
    """One table as it stands in the zip."""

    table: ExportTable
    tally: Tally
    size: int
    sha256: str
    sources: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"{self.table.name}.csv"


def write_dataset(session: Reading, asked: Asked, stream: BinaryIO) -> dict[str, Tally]:
    """The zip of a programme; what was counted per table. Tables of figures and projects have every date."""
    whole = Asked(asked.programme, asked.as_of, asked.series, language=asked.language)
    reader = reader_of(session, asked.language)
    resources = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for made in _tables(session, whole):
            resources.append(_add(archive, made, reader))
        described = _descriptions(whole, reader, resources)
        for name, content in described.items():
            archive.writestr(zip_entry(name), json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return {resource.table.name: resource.tally for resource in resources}


def _tables(session: Reading, asked: Asked) -> Iterable[ExportTable]:
    """The tables of the programme; that of projects only where the series has any. Refused rows are of no programme."""
    for name, offer in OFFERS.items():
        series = asked.series
        if name == "rejected_rows":
            continue
        if offer.series == "projects" and (series is None or BASES[series].system is None):
            continue
        own = series if offer.series else None
        yield table(session, name, replace(asked, series=own, every_date=name in ("figures", "projects")))


def _add(archive: zipfile.ZipFile, made: ExportTable, reader: Reader) -> _Resource:
    sources: set[str] = set()
    with archive.open(zip_entry(f"{made.name}.csv"), "w", force_zip64=True) as member:
        counting = _Counting(member)
        tally = write_open(_noting(made, sources), reader, counting)  # type: ignore[arg-type]  # it only writes
    return _Resource(made, tally, counting.size, counting.digest.hexdigest(), sources)


def _noting(made: ExportTable, sources: set[str]) -> ExportTable:
    """The table, noting the sources that its rows name as they go by."""
    places = [place for place, column in enumerate(made.columns) if column.names_source]

    def chunks() -> Iterator[Chunk]:
        for chunk in made.chunks():
            for cell in {cell for place in places for cell in chunk[place]}:
                sources.update(code for code in str(cell or "").split(BETWEEN_CODES) if code)
            yield chunk

    return replace(made, chunks=chunks)


# --- descriptions -----------------------------------------------------------------------------------------------


def _descriptions(asked: Asked, reader: Reader, resources: Sequence[_Resource]) -> dict[str, Any]:
    used = sorted({code for resource in resources for code in resource.sources})
    documents = [reader.documents[code] for code in used if code in reader.documents]
    title = reader.programmes.get(asked.programme, asked.programme)
    return {
        "datapackage.json": datapackage(asked, reader, title, documents, resources),
        "csv-metadata.json": csvw(asked, reader, resources),
        "dcat-ap_it.jsonld": dcat(asked, title, documents),
    }


def datapackage(
    asked: Asked, reader: Reader, title: str, documents: Sequence[Document], resources: Sequence[_Resource]
) -> dict[str, Any]:
    """The Frictionless Data Package."""
    w = reader.w
    return {
        "profile": "tabular-data-package",
        "name": _slug(file_name(DATASET, asked, "")),
        "title": w("export.dataset_title", programme=title),
        "description": w("export.dataset_description", day=asked.as_of.isoformat()),
        "keywords": [asked.programme, "FSE", "ESIF", "open data"],
        "licenses": _licences(documents) or [{"name": "other", "title": w("export.licence_of_sources")}],
        "sources": [_source(document) for document in documents],
        "resources": [_resource(resource, reader) for resource in resources],
    }


def _resource(resource: _Resource, reader: Reader) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": resource.table.name.replace("_", "-"),
        "path": resource.path,
        "title": reader.w(f"export.table.{resource.table.name}"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": resource.size,
        "hash": f"sha256:{resource.sha256}",
        "rows": resource.tally.rows,
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column, reader) for column in resource.table.columns], "missingValues": [""]},
    }


def _field(column: Column, reader: Reader) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.key, "type": _TYPES[column.kind], "title": reader.head(column)}
    if said := meaning(column, reader):
        found["description"] = said
    if column.kind == "date":
        found["format"] = "default"
    if column.key.endswith("firmness"):
        found["constraints"] = {"enum": [str(firmness) for firmness in Firmness]}
    return found


def _source(document: Document) -> dict[str, str]:
    found = {"title": " · ".join(part for part in (document.publisher, document.title) if part)}
    if re.match("https?://", document.url):
        found["path"] = document.url
    if document.licence:
        found["licence_as_stated"] = document.licence
    return found


def _licences(documents: Sequence[Document]) -> list[dict[str, str]]:
    """The licences that sources name, each once."""
    return [
        {"name": name, "path": path}
        for pattern, name, path in _LICENCES
        if any(re.search(pattern, document.licence) for document in documents)
    ]


def csvw(asked: Asked, reader: Reader, resources: Sequence[_Resource]) -> dict[str, Any]:
    """The metadata for CSV on the Web."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": asked.language}],
        "dc:title": reader.w("export.dataset_title", programme=asked.programme),
        "tables": [
            {
                "url": resource.path,
                "dc:title": reader.w(f"export.table.{resource.table.name}"),
                "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
                "tableSchema": {"columns": [_csvw_column(column, reader) for column in resource.table.columns]},
            }
            for resource in resources
        ],
    }


def _csvw_column(column: Column, reader: Reader) -> dict[str, Any]:
    found = {
        "name": column.key,
        "titles": {"und": [column.key], reader.w.language: [reader.head(column)]},
        "datatype": _CSVW[_TYPES[column.kind]],
    }
    if said := meaning(column, reader):
        found["dc:description"] = said
    return found


def dcat(asked: Asked, title: str, documents: Sequence[Document]) -> dict[str, Any]:
    """The record for a catalogue: DCAT-AP_IT in JSON-LD, in both languages."""
    vocabulary = "http://publications.europa.eu/resource/authority"
    licence = next(iter(_licences(documents)), None)
    distribution: dict[str, Any] = {
        "@id": f"urn:avanzamento:{asked.programme}:zip",
        "@type": ["dcatapit:Distribution", "dcat:Distribution"],
        "dct:format": {"@id": f"{vocabulary}/file-type/CSV"},
        "dcat:mediaType": "application/zip",
        "dct:title": file_name(DATASET, asked, "zip"),
    }
    if licence:
        distribution["dct:license"] = {
            "@id": licence["path"],
            "@type": ["dcatapit:LicenseDocument", "dct:LicenseDocument"],
            "foaf:name": licence["name"],
        }
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "dcatapit": "http://dati.gov.it/onto/dcatapit#",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"urn:avanzamento:{asked.programme}",
        "@type": ["dcatapit:Dataset", "dcat:Dataset"],
        "dct:identifier": asked.programme,
        "dct:title": _in_each(lambda w: w("export.dataset_title", programme=title)),
        "dct:description": _in_each(lambda w: w("export.dataset_description", day=asked.as_of.isoformat())),
        "dct:modified": {"@value": asked.as_of.isoformat(), "@type": "xsd:date"},
        "dcat:theme": {"@id": f"{vocabulary}/data-theme/GOVE"},
        "dct:accrualPeriodicity": {"@id": f"{vocabulary}/frequency/IRREG"},
        "dct:language": {"@id": f"{vocabulary}/language/ITA"},
        "dct:rightsHolder": _to_fill_in(),
        "dct:publisher": _to_fill_in(),
        "dct:source": [document.url for document in documents if re.match("https?://", document.url)],
        "dcat:distribution": [distribution],
    }


def _in_each(say: Any) -> list[dict[str, str]]:
    return [{"@value": say(words(language)), "@language": language} for language in LANGUAGES]


def _to_fill_in() -> dict[str, Any]:
    """The administration that publishes the file: the app does not know it."""
    return {
        "@type": ["dcatapit:Agent", "foaf:Agent"],
        "dct:identifier": words("it")("export.to_fill_in"),
        "foaf:name": _in_each(lambda w: w("export.to_fill_in")),
    }


def _slug(text: str) -> str:
    """A name as Frictionless has it: small letters, digits, points, dashes."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-.")
