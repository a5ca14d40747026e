"""What files are called."""

import re
from datetime import date

import pytest

from data_model.vocabulary import Series
from exports.asked import Asked
from exports.flavours import FLAVOURS
from exports.tables import OFFERS

START = "avanzamento_2014IT05SFOP001_"
PON, END_2018 = "2014IT05SFOP001", date(2018, 12, 31)


@pytest.mark.parametrize(
    ("flavour", "table", "asked", "name"),
    [
        ("excel", "commitment_gaps", Asked(PON, END_2018, Series.EC), f"{START}impegni-rendicontazione_2018-12-31.csv"),
        ("open", "calls", Asked(PON, END_2018), f"{START}avvisi_2018-12-31_dati-aperti.csv"),
        ("xlsx", "axes", Asked(PON, END_2018, Series.EC, date(2016, 12, 31)),
         f"{START}assi_2016-12-31-2018-12-31.xlsx"),
        ("json", "projects", Asked(PON, END_2018, Series.OC, axes=("3",)), f"{START}progetti_oc_filtro-3_2018-12-31.json"),
        ("excel", "calls", Asked(PON, END_2018, language="en"), f"{START}calls_2018-12-31.csv"),
    ],
)  # fmt: skip
def test_a_file_says_what_it_holds(flavour, table, asked, name):
    assert FLAVOURS[flavour].file_name(table, asked) == name


@pytest.mark.parametrize("table", OFFERS)
@pytest.mark.parametrize("code", ["../../etc/passwd", "a b:c\\d*?", "con\x00\n", "è", "~ROSSI MARIO"])
def test_a_name_has_only_safe_signs(table, code):
    asked = Asked(code, END_2018, beneficiaries=(code * 20,))
    for flavour in FLAVOURS.values():
        name = flavour.file_name(table, asked)
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)
        assert ".." not in name
        assert len(name) < 200
