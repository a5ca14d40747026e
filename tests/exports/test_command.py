"""`python -m exports`: its exit codes, what it says, what it writes and what it leaves alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data_model import audit
from data_model.store import default_url, open_store
from exports.__main__ import main
from exports.tables import OFFERS
from tests import oracles
from tests.exports.generated import cells, cents

ROOT = Path(__file__).resolve().parents[2]
NAME = "avanzamento_2014IT05SFOP001_impegni-rendicontazione_2018-12-31.csv"


@pytest.fixture
def folder(sample_url, tmp_path, monkeypatch):
    """A folder to write to, with the sample as the store."""
    monkeypatch.setenv("DATABASE_URL", sample_url)
    return tmp_path


def told(capsys):
    """The last things said on stderr."""
    return capsys.readouterr().err


def test_rows_and_sums_on_stderr_are_those_of_the_file(folder, capsys):
    file = folder / NAME
    code = main(["commitment_gaps", "--as-of", "2018-12-31", "--flavour", "open", "-o", str(file)])
    said = told(capsys)
    head, *rows = cells(file.read_bytes(), ",")
    committed = sum(cents(row[head.index("committed_eur")]) for row in rows)
    expected = sum(
        t["selected"] for (year, _), t in oracles.finance_totals(oracles.PON, "year", "axis").items() if year == "2018"
    )
    assert (code, committed) == (0, expected)
    assert f"rows={len(rows)}\n" in said
    assert f"committed_eur={committed // 100}.{committed % 100:02d}\n" in said


@pytest.mark.parametrize("name", [name for name in OFFERS if name != "projects"])
@pytest.mark.parametrize("flavour", ["excel", "open", "xlsx", "json"])
def test_every_table_in_every_form_in_both_languages(folder, name, flavour):
    for language in ("it", "en"):
        file = folder / f"{name}.{flavour}.{language}"
        assert main([name, "--flavour", flavour, "--lang", language, "-o", str(file)]) == 0
        assert file.stat().st_size > 0


def test_a_filter_may_be_given_as_an_option_or_as_a_query_key(folder):
    first, second = folder / "a.json", folder / "b.json"
    assert main(["axes", "--as-of", "2018-12-31", "--series", "ec", "--filter", "axis=3", "--filter", "axis=1",
                 "--flavour", "json", "-o", str(first)]) == 0  # fmt: skip
    assert main(["axes", "--filter", "as_of=2018-12-31", "--filter", "axis=1", "--filter", "axis=3",
                 "--flavour", "json", "-o", str(second)]) == 0  # fmt: skip
    assert first.read_bytes() == second.read_bytes()
    assert [row["axis_code"] for row in json.loads(first.read_text(encoding="utf-8"))] == ["1", "3"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["axes", "--filter", "asse=3"], 2, "Il filtro «asse» non esiste."),
        (["axes", "--filter", "axis"], 2, "«axis» non è un filtro: va scritto chiave=valore."),
        (["axes", "--filter", "region=13"], 2, "La tabella axes non si filtra per «region»."),
        (["commitment_gaps", "--filter", "region=13"], 2, "Nella serie ec non si può filtrare per «region»."),
        (["axes", "--as-of", "31/12/2018"], 2, "«31/12/2018» non è una data: per as_of va scritta AAAA-MM-GG."),
        (["axes", "--as-of", "2018-02-30"], 2, "«2018-02-30» non è una data"),
        (["axes", "--as-of", "2018-12-31", "--filter", "as_of=2017-12-31"], 2, "«as_of» può avere un valore solo."),
        (["axes", "--as-of", "2018-12-31", "--filter", "compared_with=2019-12-31"], 2, "deve venire prima"),
        (["axes", "--filter", "present=1"], 2, "Il filtro «present» non esiste."),
        (["axes", "--programme", "2099XX"], 1, "Per «programme» il valore 2099XX non c'è."),
        (["axes", "--filter", "axis=99"], 1, "Per «axis» il valore 99 non c'è. Ci sono: 1, 2, 3, 4, 5, 6, 7."),
        (["axes", "--series", "puc"], 1, "Per «series» il valore puc non c'è."),
        (["calls", "--filter", "call=NOPE"], 1, "Per «call» il valore NOPE non c'è in questo programma."),
        (["projects"], 1, "non c'è nessuna riga di progetto"),
        (["dataset", "--filter", "axis=1"], 2, "La tabella dataset non si filtra per «axis»."),
    ],
)
def test_what_cannot_be_given_is_said_in_words_and_nothing_is_written(folder, capsys, arguments, code, sentence):
    file = folder / "f.csv"
    assert main([*arguments, "-o", str(file)]) == code
    assert sentence in told(capsys)
    assert list(folder.iterdir()) == []


def test_it_answers_in_the_language_asked_for(folder, capsys):
    assert main(["axes", "--lang", "en", "--filter", "axis=99", "-o", str(folder / "f.csv")]) == 1
    assert "For “axis” there is no value 99." in told(capsys)


@pytest.mark.parametrize("arguments", [[], ["axes"], ["-o", "f.csv"]])
def test_without_a_table_or_a_file_it_was_used_wrongly(arguments):
    assert main(arguments) == 2


@pytest.mark.parametrize("arguments", [["no_table", "-o", "f"], ["axes", "--flavour", "pdf", "-o", "f"]])
def test_a_table_or_form_that_there_is_not_is_a_wrong_use(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_a_store_that_cannot_be_opened_is_told_in_one_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "my store")
    assert main(["axes", "-o", str(tmp_path / "f.csv")]) == 3
    assert len(told(capsys).strip().splitlines()) == 1


def test_a_place_that_cannot_be_written_is_told(folder, capsys):
    assert main(["axes", "-o", str(folder / "no" / "f.csv")]) == 1
    assert "non si può scrivere" in told(capsys)


def test_the_tables_are_listed(folder, capsys):
    assert main(["--list"]) == 0
    listed = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [*OFFERS, "dataset"]


@pytest.mark.parametrize(("sample", "code"), [("1", 0), ("0", 1)])
def test_the_sample_comes_into_an_empty_store_unless_it_is_not_wanted(tmp_path, monkeypatch, sample, code):
    url = f"sqlite:///{(tmp_path / 'empty.sqlite').as_posix()}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("AVANZAMENTO_SAMPLE", sample)
    assert main(["axes", "-o", str(tmp_path / "f.csv")]) == code
    assert (tmp_path / "f.csv").exists() == (code == 0)
    assert (open_store(url).data_version() > 0) == (code == 0)


def test_it_runs_as_a_command(sample_url, tmp_path):
    file = tmp_path / "f.csv"
    command = [sys.executable, "-m", "exports", "calls", "--as-of", "2019-06-30", "-o", str(file)]
    done = subprocess.run(
        command, cwd=ROOT, env={"DATABASE_URL": sample_url, "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_what_is_exported_is_in_the_audit_trail_with_its_filters_and_rows(folder):
    def exports() -> list[audit.Entry]:
        with open_store(default_url()).reading() as session:
            return [e for e in audit.entries_page(session, offset=0, limit=10_000) if e.action == audit.EXPORT]

    before = len(exports())
    file = folder / "a.json"
    assert main(["axes", "--as-of", "2018-12-31", "--filter", "axis=3", "--flavour", "json", "-o", str(file)]) == 0
    assert main(["axes", "--filter", "axis=99", "-o", str(file)]) == 1
    newest, *_ = found = exports()
    assert len(found) == before + 1
    assert newest.actor
    assert newest.details == {
        "table": "axes",
        "form": "json",
        "filters": {"programme": ["2014IT05SFOP001"], "series": ["ec"], "as_of": ["2018-12-31"], "axis": ["3"]},
        "rows": len(json.loads(file.read_text(encoding="utf-8"))),
    }
