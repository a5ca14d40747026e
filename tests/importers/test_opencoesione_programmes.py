"""Programmes and axes of the toolkit: both real lists against plain loops; names of the store are never overwritten."""

import pytest
import sqlalchemy as sa

from data_model.importing import store_rows
from data_model.records import AcceptedRow, AxisRecord, ProgrammeRecord, SkippedRow
from data_model.roles import keyboard
from data_model.tables import METADATA
from importers.formats import read_file
from importers.reading import Context
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, parsed, records, refused, write

ONLY_PON = Context(programmes=frozenset((oracles.PON,)))
AXIS, PROGRAMME = METADATA.tables["priority_axis"].c, METADATA.tables["programme"].c


def names(rows) -> dict[tuple[str, str], str | None]:
    """The name of each (programme, axis), which is the same in all rows."""
    found = {(r.programme_code, r.code, r.name) for r in records(rows, AxisRecord)}
    by_axis = {(programme, axis): name for programme, axis, name in found}
    assert len(by_axis) == len(found)
    return by_axis


def test_the_axes_of_pon_inclusione_have_their_names_and_safe_has_both_of_its_own():
    _, rows = parsed(real_files.real(real_files.AXES), ONLY_PON)
    assert names(rows) == {
        (oracles.PON, "1"): "SOSTEGNO A PERSONE IN POVERTA' E MARGINALITA' ESTREMA - REGI",
        (oracles.PON, "2"): "SOSTEGNO A PERSONE IN POVERTA' E MARGINALITA' ESTREMA- REGIO",
        (oracles.PON, "3"): "SISTEMI E MODELLI DI INTERVENTO SOCIALE",
        (oracles.PON, "4"): "CAPACITA' AMMINISTRATIVA",
        (oracles.PON, "5"): "ASSISTENZA TECNICA",
        (oracles.PON, "6"): "INTERVENTI DI CONTRASTO AGLI EFFETTI DEL COVID-19",
        (oracles.PON, "7"): "ASSISTENZA TECNICA REACT EU",
        (oracles.PON, "SAFE"): "SAFE FSE / React-EU SAFE",
    }
    accepted = [row for row in rows if isinstance(row, AcceptedRow)]
    assert (len(rows), len(accepted)) == (4_406, 18)
    assert {row.reason for row in rows if isinstance(row, SkippedRow)} == {"other_programme"}


def test_all_programmes_and_all_axes_that_the_real_list_names_are_known_and_nothing_else():
    programmes: dict[str, str] = {}
    axes: set[tuple[str, str]] = set()
    unattributed = 0
    for row in real_files.rows(real_files.AXES):
        codes, titles, numbers = (
            [part.strip() for part in row[column].split(":::")]
            for column in ("OC_CODICE_PROGRAMMA", "OC_DESCRIZIONE_PROGRAMMA", "OC_COD_ARTICOLAZ_PROGRAMMA")
        )
        programmes |= dict(zip(codes, (" ".join(t.split()) for t in titles), strict=True))
        if len(codes) == 1:
            axes |= {(codes[0], number) for number in numbers}
        elif len(codes) == len(numbers):
            axes |= set(zip(codes, numbers, strict=True))
        else:
            unattributed += 1
    identity, rows = parsed(real_files.real(real_files.AXES), Context())
    assert {r.code for r in records(rows, ProgrammeRecord)} == set(programmes)
    assert set(names(rows)) == {(p, a) for p, a in axes if a not in ("", "0")}
    assert identity.notes.counts["axis_not_attributed"] == unattributed == 6
    ascii_titles = {code: title for code, title in programmes.items() if title.isascii()}
    assert ascii_titles.items() <= {r.code: r.title for r in records(rows, ProgrammeRecord)}.items()


def test_letters_encoded_twice_are_put_right_and_that_is_said():
    identity, rows = parsed(real_files.real(real_files.AXES), Context())
    said = [r.title for r in records(rows, ProgrammeRecord)] + [name or "" for name in names(rows).values()]
    cut = "Favorire l'inclusione sociale e la diffusione della legalitÃ"  # at 60 characters, through the middle of a letter
    assert [text for text in said if any(sign in text for sign in "ÃÂ\x80\x83\x92")] == [cut]
    assert any(name == "Inclusione sociale e lotta alla povertà" for name in said)
    wrong = [
        row[column]
        for row in real_files.rows(real_files.AXES)
        for column in ("OC_DESCRIZIONE_PROGRAMMA", "OC_DESCR_ARTICOLAZ_PROGRAMMA")
        if any(sign in row[column] for sign in "ÃÂ")
    ]
    assert identity.notes.counts["letters_mended"] == sum(text != cut for text in wrong) > 500


def test_the_programmes_of_the_real_list_are_known_and_its_combinations_are_left_out():
    _, rows = parsed(real_files.real(real_files.PROGRAMMES), Context())
    found = {r.code: (r.title, r.fund, r.cycle) for r in records(rows, ProgrammeRecord)}
    expected = {
        row["OC_CODICE_PROGRAMMA"].strip(): (" ".join(row["x_PROGRAMMA"].split()), row["x_AMBITO"], row["x_CICLO"])
        for row in real_files.rows(real_files.PROGRAMMES)
        if ":::" not in row["OC_CODICE_PROGRAMMA"]
    }
    assert found == expected
    assert len(found) == 889 - 94
    assert found[oracles.PON] == ("PON INCLUSIONE", "FSE", "2014-2020")
    parts = {
        part.strip() for row in real_files.rows(real_files.PROGRAMMES) for part in row["OC_CODICE_PROGRAMMA"].split(":::")
    }
    assert parts == set(found)  # so that nothing is lost with the combinations


def test_a_name_or_a_title_that_the_store_has_stays(store):
    def bring(path, context):
        with store.writing() as session:
            identity, rows = read_file(path, context)
            return store_rows(session, actor=keyboard("Ada"), file=identity, rows=rows)

    def known():
        with store.reading() as session:
            axes = session.execute(sa.select(AXIS.code, AXIS.name).where(AXIS.programme_code == oracles.PON)).all()
            title, cycle = session.execute(
                sa.select(PROGRAMME.title, PROGRAMME.cycle).where(PROGRAMME.code == oracles.PON)
            ).one()
        return dict(map(tuple, axes)), title, cycle

    bring(oracles.SOURCES, Context())
    bring(oracles.FINANCE, ONLY_PON)
    bring(oracles.FIGURES, Context(programmes=ONLY_PON.programmes, repeated_sources=frozenset(("ec_fin", "ec_ind"))))
    axes, title, cycle = known()
    assert cycle is None
    bring(real_files.real(real_files.AXES), ONLY_PON)
    bring(real_files.real(real_files.PROGRAMMES), ONLY_PON)
    now, title_now, cycle_now = known()
    assert title_now == title
    assert cycle_now == "Ciclo di programmazione 2014-2020"
    assert {code: now[code] for code, name in axes.items() if name} == {code: name for code, name in axes.items() if name}
    assert now["SAFE"] == "SAFE FSE / React-EU SAFE"


def one_row(**changes: str) -> dict[str, str]:
    real = next(row for row in real_files.rows(real_files.AXES) if row["OC_CODICE_PROGRAMMA"] == oracles.PON)
    return real | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)], delimiter=";")), Context())


def test_several_programmes_have_their_axes_in_parallel_and_no_cycle_in_common(tmp_path):
    _, rows = read_one(
        tmp_path,
        OC_CODICE_PROGRAMMA="A:::B",
        OC_DESCRIZIONE_PROGRAMMA="Alpha:::Beta",
        OC_COD_ARTICOLAZ_PROGRAMMA="1:::07",
        OC_DESCR_ARTICOLAZ_PROGRAMMA="One:::Seven",
    )
    assert names(rows) == {("A", "1"): "One", ("B", "07"): "Seven"}
    assert [(r.code, r.title, r.cycle) for r in records(rows, ProgrammeRecord)] == [
        ("A", "Alpha", None),
        ("B", "Beta", None),
    ]


def test_one_axis_of_several_programmes_is_given_to_none_of_them(tmp_path):
    identity, rows = read_one(tmp_path, OC_CODICE_PROGRAMMA="A:::B", OC_DESCRIZIONE_PROGRAMMA="Alpha:::Beta")
    assert names(rows) == {}
    assert identity.notes.details["axis_not_attributed"] == ["f.csv:2"]


@pytest.mark.parametrize("code", ["", "0"])
def test_an_axis_that_is_not_defined_is_no_axis(tmp_path, code):
    _, rows = read_one(tmp_path, OC_COD_ARTICOLAZ_PROGRAMMA=code, OC_DESCR_ARTICOLAZ_PROGRAMMA="(Non definito)")
    assert names(rows) == {}
    assert len(records(rows, ProgrammeRecord)) == 1


def test_lists_that_do_not_go_together_are_refused(tmp_path):
    _, rows = read_one(tmp_path, OC_CODICE_PROGRAMMA="A:::B")
    assert [(column, reason) for _, column, _, reason in refused(rows)] == [("oc_descrizione_programma", "unequal_lists")]
    _, rows = read_one(tmp_path, OC_COD_ARTICOLAZ_PROGRAMMA="1:::2")
    assert [(column, reason) for _, column, _, reason in refused(rows)] == [
        ("oc_descr_articolaz_programma", "unequal_lists")
    ]
