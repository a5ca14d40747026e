"""`python -m importers`: its exit codes, its JSON, and that nothing is written when a file is refused."""

import json
import re
import shutil

import pytest

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
        shutil.copy(FINANCE, file)
    code, (found,) = report(capsys, str(file))
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
