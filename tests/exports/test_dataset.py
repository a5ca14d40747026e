"""The whole data set: every table as its description says, and descriptions by the rules of their standards."""

import hashlib
import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal

import jsonschema  # type: ignore[import-untyped]  # comes with altair, without types
import pytest

from data_model.store import Store
from data_model.vocabulary import Firmness, Series
from exports.asked import Asked
from exports.dataset import write_dataset
from tests import oracles
from tests.data_model.project_rows import PROGRAMME, bring
from tests.exports.generated import cells

PACKAGE = {
    "type": "object",
    "required": ["profile", "name", "resources", "licenses"],
    "properties": {
        "profile": {"const": "tabular-data-package"},
        "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [{"required": ["name"]}, {"required": ["path"]}],
                "properties": {"name": {"pattern": r"^([-a-zA-Z0-9._])+$"}, "path": {"pattern": r"^https?://"}},
            },
        },
        "sources": {
            "type": "array",
            "minItems": 1,
            "items": {"required": ["title"], "properties": {"path": {"pattern": "^https?://"}, "title": {"minLength": 1}}},
        },
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["name", "path", "profile", "schema"],
                "properties": {
                    "profile": {"const": "tabular-data-resource"},
                    "name": {"pattern": r"^([-a-z0-9._/])+$"},
                    "path": {"pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"},
                    "bytes": {"type": "integer"},
                    "hash": {"pattern": "^sha256:[0-9a-f]{64}$"},
                    "encoding": {"const": "utf-8"},
                    "schema": {
                        "required": ["fields"],
                        "properties": {
                            "fields": {
                                "minItems": 1,
                                "items": {
                                    "required": ["name", "type"],
                                    "properties": {"type": {"enum": ["string", "number", "integer", "date"]}},
                                },
                            },
                            "missingValues": {"items": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}
"""The rules of the Tabular Data Package (Frictionless, version 1) for the properties that are used, from its text."""


def dataset(store: Store, asked: Asked) -> dict[str, bytes]:
    stream = io.BytesIO()
    with store.reading() as session:
        write_dataset(session, asked, stream)
    with zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def files(sample_store):
    return dataset(sample_store, Asked(oracles.PON, date(2019, 12, 31), Series.EC))


def test_the_package_follows_the_rules_of_frictionless(files):
    jsonschema.validate(json.loads(files["datapackage.json"]), PACKAGE)


def test_each_table_is_as_the_package_describes_it(files):
    package = json.loads(files["datapackage.json"])
    assert {resource["path"] for resource in package["resources"]} == {name for name in files if name.endswith(".csv")}
    for resource in package["resources"]:
        content = files[resource["path"]]
        head, *rows = cells(content, ",")
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == head
        assert (len(content), len(rows)) == (resource["bytes"], resource["rows"])
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        for row in rows:
            for field, cell in zip(fields, row, strict=True):
                _check(field, cell)


def _check(field, cell):
    if cell == "":
        return
    if field["type"] == "number":
        Decimal(cell)
        assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell)
    elif field["type"] == "date":
        date.fromisoformat(cell)
    if allowed := field.get("constraints", {}).get("enum"):
        assert cell in allowed


def test_the_firmness_of_every_row_is_one_of_the_five(files):
    for name in files:
        if name.endswith(".csv"):
            head, *rows = cells(files[name], ",")
            assert {row[head.index("firmness")] for row in rows} <= {str(firmness) for firmness in Firmness}


def test_all_figures_of_the_programme_are_in_it_at_every_date(files):
    _, *rows = cells(files["figures.csv"], ",")
    documents = [row for row in rows if row[1] == "published"]
    assert len(documents) == len(oracles.published())
    assert len(rows) > len(documents) > 100


def test_the_description_for_csv_on_the_web_names_the_same_columns(files):
    described = json.loads(files["csv-metadata.json"])
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    for found in described["tables"]:
        head = cells(files[found["url"]], ",")[0]
        assert [column["name"] for column in found["tableSchema"]["columns"]] == head
        assert {column["datatype"] for column in found["tableSchema"]["columns"]} <= {"string", "decimal", "date"}


def test_the_record_for_catalogues_has_what_dcat_ap_it_asks_for_and_invents_no_publisher(files):
    record = json.loads(files["dcat-ap_it.jsonld"])
    wanted = ("dct:identifier", "dct:title", "dct:description", "dct:modified", "dcat:theme", "dct:rightsHolder",
              "dct:accrualPeriodicity", "dcat:distribution")  # fmt: skip
    assert [name for name in wanted if not record.get(name)] == []
    assert "dcatapit:Dataset" in record["@type"]
    assert "Da compilare" in record["dct:rightsHolder"]["dct:identifier"]
    assert {said["@language"] for said in record["dct:title"]} == {"it", "en"}


def test_licences_are_those_that_the_sources_name_and_their_own_words_stand_beside(files):
    package = json.loads(files["datapackage.json"])
    assert {licence["name"] for licence in package["licenses"]} == {"CC-BY-4.0"}
    stated = {source.get("licence_as_stated") for source in package["sources"]}
    assert any(text and "CC BY 4.0" in text for text in stated)
    assert "non indicata" in stated


def test_the_same_data_make_the_same_bytes(sample_store):
    asked = Asked(oracles.PON, date(2019, 12, 31), Series.EC)
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        with sample_store.reading() as session:
            write_dataset(session, asked, stream)
    assert first.getvalue() == second.getvalue()


def test_projects_are_in_it_where_the_series_has_them(store):
    days = (date(2023, 12, 31), date(2024, 8, 31))
    bring(store, [{"project_code": "A", "as_of": day, "committed_cents": 5} for day in days])
    files = dataset(store, Asked(PROGRAMME, days[1], Series.OC))
    head, *rows = cells(files["projects.csv"], ",")
    assert [row[head.index("as_of")] for row in rows] == ["2023-12-31", "2024-08-31"]
