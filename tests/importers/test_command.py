"""`python -m importers`: its exit codes, its JSON, and that nothing is written when a file is refused."""

import itertools
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from data_model import audit
from data_model.store import open_store
from importers.__main__ import main
from tests import oracles

KEYS = [
    "file",
    "format",
    "encoding",
    "delimiter",
    "sha256",
    "import_id",
    "rows_read",
    "rows_new",
    "rows_changed",
    "rows_unchanged",
    "rows_skipped",
    "rows_rejected",
    "sums_in_cents",
    "sums_stored_cents",
    "sums_skipped_cents",
    "sums_rejected_cents",
    "reasons",
    "warnings",
]
DATA_SETS, FINANCE, FIGURES = str(oracles.DATA_SETS), str(oracles.FINANCE), str(oracles.FIGURES)
SOURCE = ("--source", "99js-gm52")


@pytest.fixture
def url(tmp_path, monkeypatch):
    """An empty store that the command will use."""
    address = f"sqlite:///{(tmp_path / 's.sqlite').as_posix()}"
    monkeypatch.setenv("DATABASE_URL", address)
    return address


def version(url):
    return open_store(url).data_version()


def report(capsys, *arguments):
    """(exit code, the reports that --json prints)"""
    capsys.readouterr()  # what was printed before
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_json_has_the_keys_that_scripts_rely_on_and_rows_and_sums_add_up(url, capsys):
    code, reports = report(capsys, DATA_SETS, FINANCE, *SOURCE)
    assert code == 0
    for found in reports:
        assert list(found) == KEYS
        outcomes = ("new", "changed", "unchanged", "skipped", "rejected")
        assert found["rows_read"] == sum(found[f"rows_{name}"] for name in outcomes)
    allocated = sum(oracles.cents(row["total_amount"]) for row in oracles.rows(oracles.FINANCE))
    assert reports[1]["sums_in_cents"]["allocated"] == reports[1]["sums_stored_cents"]["allocated"] == allocated


def test_check_totals_are_counted_among_the_skipped_to_the_cent(url, capsys):
    from importers.formats import read_file  # noqa: PLC0415  # only this test reads without the command
    from importers.reading import Context  # noqa: PLC0415

    repeated = frozenset(("ec_fin", "ec_ind"))
    context = Context(programmes=frozenset((oracles.PON,)), repeated_sources=repeated)
    _, rows = read_file(oracles.FIGURES, context)
    skipped = sum(row.sums.get("allocated", 0) for row in rows if type(row).__name__ == "SkippedRow")
    expected = sum(
        oracles.cents(row["value"])
        for row in oracles.rows(oracles.FIGURES)
        if row["source_id"] in repeated and row["measure"] == "budget_total" and row["value"]
    )
    assert skipped == expected > 0


def test_the_same_file_twice_changes_nothing(url, capsys):
    main([DATA_SETS])
    before = version(url)
    code, (found,) = report(capsys, DATA_SETS)[0], report(capsys, DATA_SETS)[1]
    assert (code, found["import_id"], found["rows_unchanged"]) == (0, None, 2)
    assert version(url) == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(url, capsys):
    code, (found,) = report(capsys, DATA_SETS, "--dry-run")
    assert (code, found["rows_new"], found["import_id"]) == (0, 2, None)
    assert version(url) == 0


def test_a_file_with_a_bad_row_is_refused_whole_unless_its_good_rows_are_wanted(url, capsys, tmp_path):
    main([DATA_SETS])
    bad = tmp_path / "bad.csv"
    lines = oracles.FINANCE.read_text(encoding="utf-8").splitlines()[:4]
    lines[2] = re.sub(r",20[0-9][0-9],", ",soon,", lines[2])
    bad.write_text("\n".join(lines), encoding="utf-8")
    code, (found,) = report(capsys, str(bad), *SOURCE)
    assert (code, found["rows_rejected"], found["reasons"], version(url)) == (1, 1, {"not_a_date": 1}, 1)
    assert found["sums_in_cents"]["allocated"] == (
        found["sums_stored_cents"]["allocated"] + found["sums_rejected_cents"]["allocated"]
    )
    assert main([str(bad), *SOURCE, "--accept-rejected"]) == 0
    assert version(url) == 2


def test_a_refused_row_is_told_with_line_column_value_and_reason(url, capsys, tmp_path):
    main([DATA_SETS])
    bad = tmp_path / "bad.csv"
    lines = oracles.FINANCE.read_text(encoding="utf-8").splitlines()[:3]
    bad.write_text("\n".join([lines[0], lines[1], re.sub(r",20[0-9][0-9],", ",soon,", lines[2])]), encoding="utf-8")
    capsys.readouterr()
    main([str(bad), *SOURCE])
    assert "riga 3, colonna year, valore soon: non è una data" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["missing", "other", "no source"])
def test_a_file_that_cannot_be_taken_at_all_is_refused_in_words(url, capsys, tmp_path, what):
    file = tmp_path / "f.csv"
    if what == "other":
        file.write_text("a,b\n1,2\n")
    elif what == "no source":
        shutil.copy(oracles.STATEMENTS, file)
    code, (found,) = report(capsys, str(file), "--programme", oracles.PON)
    reason = {"missing": "no_such_file", "other": "unknown_format", "no source": "source_needed"}[what]
    assert (code, found["reasons"], version(url)) == (1, {reason: 1}, 0)


def test_undo_takes_an_import_back_once(url, capsys):
    main([DATA_SETS])
    assert main(["--undo", "1"]) == 0
    assert main(["--undo", "1"]) == 1
    assert "già stato annullato" in capsys.readouterr().err
    assert version(url) == 2


def test_without_anything_to_do_it_was_used_wrongly(url):
    assert main([]) == 2


def test_a_store_that_cannot_be_opened_is_told_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "my store")
    assert main([DATA_SETS]) == 3
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_formats_and_the_imports_can_be_listed(url, capsys):
    assert main(["--formats"]) == 0
    assert "esif_finance" in capsys.readouterr().out
    main([DATA_SETS])
    capsys.readouterr()
    assert main(["--list"]) == 0
    assert oracles.DATA_SETS.name in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as-of", "soon"],
        ["--as-of", "20190620"],
        ["--as-of", "2019-02-30"],
        ["--as-of", "2019-W01-1"],
        ["--format", "no_such_format"],
        ["--undo", "first"],
        ["--no-such-option"],
    ],
)
def test_what_cannot_be_meant_is_a_wrong_use(url, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main([DATA_SETS, *arguments])
    assert ended.value.code == 2
    assert version(url) == 0


@pytest.mark.parametrize("number", ["0", "-1", "7", "99999999999999999999"])
def test_undoing_an_import_that_is_not_there_is_refused_in_words(url, capsys, number):
    assert main([f"--undo={number}"]) == 1
    assert "non esiste" in capsys.readouterr().err


def test_the_list_marks_what_was_undone(url, capsys):
    main([DATA_SETS])
    main(["--undo", "1"])
    capsys.readouterr()
    main(["--list"])
    assert capsys.readouterr().out.strip().endswith("annullato")


def test_a_zip_is_taken_as_its_one_table_is(url, capsys, tmp_path):
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(DATA_SETS, "data_sets.csv")
    code, (found,) = report(capsys, str(tmp_path / "f.zip"))
    assert (code, found["format"], found["rows_new"]) == (0, "sources", 2)


def test_several_programmes_can_be_asked_for_and_the_others_are_counted_as_skipped(url, capsys):
    main([DATA_SETS])
    wanted = ["2014IT05SFOP001", "2014IT05SFOP007"]
    asked = [argument for code in wanted for argument in ("--programme", code)]
    code, (found,) = report(capsys, FINANCE, *asked)
    rows = oracles.rows(oracles.FINANCE)
    mine = [row for row in rows if row["cci"] in wanted]
    assert (code, found["rows_new"], found["rows_skipped"]) == (0, len(mine), len(rows) - len(mine))
    skipped = sum(oracles.cents(row["total_amount"]) for row in rows if row["cci"] not in wanted)
    assert found["sums_skipped_cents"]["allocated"] == skipped


class Interrupting:
    """A terminal on which Ctrl-C is pressed the second time that progress is told."""

    def __init__(self, monkeypatch):
        self.told = 0
        monkeypatch.setattr(sys, "stderr", self)

    def isatty(self):
        return True

    def write(self, text):
        if "Righe lette" in text:
            self.told += 1
            if self.told == 2:
                raise KeyboardInterrupt

    def flush(self):
        pass


def test_an_interruption_leaves_nothing_of_the_file_it_interrupts_and_all_of_those_before(url, capsys, monkeypatch):
    monkeypatch.setattr("importers.__main__.time.monotonic", itertools.count().__next__)
    terminal = Interrupting(monkeypatch)
    assert main([DATA_SETS, str(oracles.INDICATORS), "--source", "aesb-873i", "--json"]) == 130
    assert terminal.told == 2
    assert [found["import_id"] for found in json.loads(capsys.readouterr().out)] == [1]
    assert version(url) == 1


def test_a_real_interruption_from_the_keyboard_writes_nothing(url, tmp_path):
    main([DATA_SETS])
    command = [sys.executable, "-m", "importers", str(oracles.INDICATORS)]
    process = subprocess.Popen(command, cwd=oracles.SAMPLE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    stored = process.returncode == 0  # a quick machine may have been done by then
    assert version(url) == (2 if stored else 1)


def test_a_file_that_cannot_be_read_is_a_refused_attempt_in_the_audit_trail_unless_it_was_only_looked_at(url, tmp_path):
    letter = tmp_path / "lettera.csv"
    letter.write_text("Gentile Comitato,\n", encoding="utf-8")
    assert main([str(letter), "--dry-run"]) == 1
    assert main([str(letter)]) == 1
    with open_store(url).reading() as session:
        (entry,) = audit.entries_page(session, offset=0, limit=9)
    assert (entry.action, entry.details) == ("import_refused", {"file": "lettera.csv", "reason": "unknown_format"})
