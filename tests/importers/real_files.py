"""The real files of real_files.zip, unpacked once, and their rows as the csv module and openpyxl give them."""

import atexit
import csv
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import openpyxl

ARCHIVE = Path(__file__).resolve().with_suffix(".zip")

PLANNED_NATIVE = "ESIF_2014-2020_FINANCES_PLANNED_DETAILS_190411.csv"
PLANNED_2022 = "finance_planned_details_IT_ESF_subset_2022.csv"
PAYMENTS = "eu_payments_IT_excerpt.csv"
PLACES = "localizzazioni_new.csv"
AXES = "po_linee_azioni.csv"
PROGRAMMES = "po_riclass.csv"
ALLOCATIONS = "dotazioni_programmi_2014-2020_20160930.csv"
CERTIFIED = "1_Dotazioni_Certificazioni_20131231.xlsx"
TARGETS = "2_Target_Risultati_20131231.xlsx"
NATIONAL = "spesacertificata_data.csv"
FORMATS = {
    PLANNED_NATIVE: "esif_planned",
    PLANNED_2022: "esif_planned",
    PAYMENTS: "esif_payments",
    PLACES: "opencoesione_places",
    AXES: "opencoesione_axes",
    PROGRAMMES: "opencoesione_programmes",
    ALLOCATIONS: "opencoesione_allocations",
    CERTIFIED: "opencoesione_certified_2007",
    TARGETS: "opencoesione_certified_2007",
    NATIONAL: "opencoesione_certified_national",
}
"""File to the format it is of."""

REFUSED = {
    "ESIF_2014-2020_FINANCES_IMPLEMENTATION_DETAILS_Description_of_Dataset__20161219.xlsx": "unknown_format",
    "ESIF_2014-2020_FINANCES_PLANNED_DETAILS_Description_of_Dataset__201607.xlsx": "unknown_format",
    "metadati_progetti_tracciato_esteso.xlsx": "unknown_format",
    "metadati_risultati_ricerca.xls": "old_excel",
    "limits_IT_regions.topo.json": "too_wide",
}
"""Dictionaries and boundaries, to the reason why they are not taken."""

Row = dict[str, str]


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="avanzamento-real-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(folder)
    return folder


def real(name: str) -> Path:
    """The path of a real file."""
    return _folder() / name


@cache
def rows(name: str) -> tuple[Row, ...]:
    """One dict per row of a CSV, keys and cells without the blanks around them."""
    delimiter = ";" if name in (PLACES, AXES, PROGRAMMES, NATIONAL) else ","
    with real(name).open(encoding="utf-8-sig", newline="") as stream:
        return tuple({k.strip(): v for k, v in row.items()} for row in csv.DictReader(stream, delimiter=delimiter))


@cache
def sheet(name: str) -> tuple[dict[str, object], ...]:
    """One dict per row of a workbook's first sheet that is not empty, the cells as openpyxl gives them."""
    workbook = openpyxl.load_workbook(real(name), data_only=True)
    lines = [row for row in workbook.worksheets[0].iter_rows(values_only=True) if any(c is not None for c in row)]
    workbook.close()
    header = [str(cell).strip() if cell else "" for cell in lines[0]]
    return tuple(dict(zip(header, line, strict=True)) for line in lines[1:])
