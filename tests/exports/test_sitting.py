"""A sitting as a file: by the command and by its formats."""

import csv
import io
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import streamlit as st

from exports import sitting
from exports.__main__ import main
from exports.deck import Deck, Minute, Slide
from exports.pictures import Numbers
from exports.sitting import FORMATS, file_name, write_csv
from shell import kept

CODE = "cds-2019-06-20"


@pytest.fixture(autouse=True)
def _on_the_sample(sample_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "store.sqlite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    st.cache_data.clear()
    st.cache_resource.clear()
    kept.forget()


def deck(*slides: Slide, minutes: tuple[Minute, ...] = ()) -> Deck:
    return Deck(
        "c", "Name", "P", "Programme", date(2019, 6, 20), "", "it", 1, datetime(2019, 6, 1, tzinfo=UTC), slides, minutes
    )


def rows_of(made: Deck) -> list[dict[str, str]]:
    stream = io.BytesIO()
    write_csv(made, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig")), delimiter=";"))


def test_the_command_lists_the_sittings(capsys):
    assert main(["sitting", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{CODE}\t2019-06-20\tit\tComitato di Sorveglianza, 20 giugno 2019, punto 7.a"
    ]


def test_the_command_writes_every_slide_in_order(tmp_path):
    file = tmp_path / "sitting.csv"
    assert main(["sitting", CODE, "--format", "csv", "-o", str(file)]) == 0
    text = file.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert list(dict.fromkeys(row["Numero"] for row in rows)) == [str(n) for n in range(1, 14)]
    reported = [row for row in rows if row["Diapositiva"] == "avviso-4" and row["Colonna"].startswith("Spesa rendicontata")]
    assert any("1.570.000" in row["Valore"] for row in reported)
    assert all(row["Fonte e note"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sitting"], 2),
        (["sitting", CODE], 2),
        (["sitting", CODE, "--format", "csv"], 2),
        (["sitting", "no-such", "--format", "csv", "-o", "x.csv"], 1),
        (["sitting", CODE, "--format", "csv", "-o", "no/such/folder/x.csv"], 1),
    ],
)
def test_a_wrong_command_says_so_and_writes_nothing(arguments, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert main(arguments) == code
    assert capsys.readouterr().err
    assert {path.suffix for path in set(tmp_path.iterdir()) - before} <= {".sqlite-wal", ".sqlite-shm"}


def test_no_text_of_a_slide_becomes_a_formula():
    slide = Slide(
        "1", "=SECTION()", "+title", "", ("@foot",), "", table=Numbers({"": ["-row"], "=head": ["=1+1"]}), text="=x"
    )
    for row in rows_of(deck(slide)):
        assert [cell for cell in row.values() if cell[:1] in "=+-@" and cell] == []


def test_what_was_written_down_comes_after_the_slides():
    minute = Minute("decision", "Si approva", datetime(2019, 6, 20, 9, 30, tzinfo=UTC), "1")
    slide = Slide("1", "", "A title", "", (), "", table=Numbers({"Asse": ["1"], "Impegni": ["10"]}))
    first, last = rows_of(deck(slide, minutes=(minute,)))
    assert (first["Riga"], first["Colonna"], first["Valore"]) == ("1", "Impegni", "10")
    assert (last["Diapositiva"], last["Riga"], last["Colonna"], last["Valore"]) == (
        "1", "Decisione", "20/06/2019 09:30 UTC", "Si approva",
    )  # fmt: skip


def test_a_name_of_a_file_says_sitting_form_and_day():
    assert file_name("c", date(2019, 6, 20), "it", FORMATS["csv"]) == "avanzamento_c_csv_2019-06-20.csv"


def test_a_template_is_one_for_all_or_one_for_each_programme(tmp_path, monkeypatch):
    assert sitting.template_of("P1") is None
    (tmp_path / "P1.pptx").write_bytes(b"x")
    monkeypatch.setenv(sitting.TEMPLATES, str(tmp_path))
    assert sitting.template_of("P1") == tmp_path / "P1.pptx"
    assert sitting.template_of("P2") is None
    assert sitting.template_of("../P1") == tmp_path / "P1.pptx"  # a code is no path
    monkeypatch.setenv(sitting.TEMPLATES, str(tmp_path / "P1.pptx"))
    assert sitting.template_of("P2") == tmp_path / "P1.pptx"
