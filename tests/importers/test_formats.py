"""Files are recognised by their content, whatever they are called."""

import hashlib
import shutil

import pytest

from importers.formats import FORMATS, Format, read_file
from importers.reading import Context, UnreadableFile
from importers.sample import manifest
from importers.templates import TEMPLATES
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, open_table, write

CONTEXT = Context(programmes=frozenset((oracles.PON,)), source="seed")
FILES = {
    oracles.FINANCE: "esif_finance",
    oracles.INDICATORS: "esif_indicators",
    oracles.FIGURES: "figures",
    oracles.STATEMENTS: "statements",
    oracles.DEADLINES: "deadlines",
    oracles.SOURCES: "sources",
    oracles.REMARKS: "remarks",
    oracles.SUBJECTS: "subjects",
    oracles.TRANSLATIONS: "translations",
    oracles.DATA_SETS: "sources",
    oracles.DATA_SETS_TRANSLATED: "translations",
}


@pytest.mark.parametrize(("path", "name"), FILES.items(), ids=[path.name for path in FILES])
def test_a_file_of_the_sample_is_recognised_under_any_name(tmp_path, path, name):
    renamed = tmp_path / "scaricato (1).bin"
    shutil.copy(path, renamed)
    identity, _ = read_file(renamed, CONTEXT)
    assert (identity.format, identity.name) == (name, "scaricato (1).bin")
    assert identity.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("path", "name"), FILES.items(), ids=[path.name for path in FILES])
def test_no_two_formats_fit_one_file(path, name):
    table = open_table(path)
    assert [fmt.name for fmt in FORMATS if isinstance(fmt, Format) and fmt.fits(table)] == [name]


@pytest.mark.parametrize(("path", "name"), FILES.items(), ids=[path.name for path in FILES])
def test_columns_in_another_order_with_more_beside_them_and_another_delimiter_are_still_recognised(tmp_path, path, name):
    rows = [dict(reversed([*row.items(), ("something_new", "")])) for row in oracles.rows(path)[:3]]
    identity, _ = read_file(write(tmp_path / "f.txt", as_csv(rows, delimiter=";")), CONTEXT)
    assert identity.format == name


WITHOUT_REAL_FILE = {"puc", "training", *(template.name for template in TEMPLATES)}
"""Formats whose rows may not be kept, since they hold personal data, and our own, of which there are only templates."""


def test_every_format_has_a_real_file_and_every_file_of_the_sample_is_loaded():
    real = {*FILES.values(), *real_files.FORMATS.values(), "opencoesione_projects"}
    assert {fmt.name for fmt in FORMATS} - WITHOUT_REAL_FILE == real
    loaded = [path for path, _ in manifest()]
    assert len(loaded) == len(set(loaded))
    assert set(loaded) == {*oracles.SAMPLE.rglob("*.csv"), *oracles.SAMPLE.rglob("*.parquet")}
    assert {path for path in loaded if path.suffix == ".csv"} == set(FILES)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "<html><body>404</body></html>\n", "cci,title,fund\nx,y,z\n"])
def test_a_file_of_an_unknown_format_is_refused(tmp_path, text):
    with pytest.raises(UnreadableFile) as refused:
        read_file(write(tmp_path / "finance_implementation.csv", text), CONTEXT)
    assert refused.value.reason == "unknown_format"


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_a_file_that_lacks_one_needed_column_is_not_guessed_at(tmp_path, path):
    fmt = next(fmt for fmt in FORMATS if fmt.name == FILES[path])
    lacking = min(fmt.required)
    rows = [{name: value for name, value in row.items() if name != lacking} for row in oracles.rows(path)[:2]]
    with pytest.raises(UnreadableFile, match="unknown_format"):
        read_file(write(tmp_path / "f.csv", as_csv(rows)), CONTEXT)
