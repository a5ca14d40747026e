"""Files made to harm are refused in words, quickly, with little memory, and the store is as it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data_model.store import open_store
from tests.importers.hostile_files import FILES
from texts import LANGUAGES, words

SECONDS, CLOCK, MIB = 2.0, 10.0, 200
"""Of work, which a busy machine does not make longer; and on the clock, so that waiting is noticed too."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """One report per hostile file: reasons, seconds of work and on the clock, MiB."""
    folder = tmp_path_factory.mktemp("hostile")
    store = tmp_path_factory.mktemp("store") / "s.sqlite"
    for name, write, _ in FILES:
        write(folder / name)
    url = f"sqlite:///{store.as_posix()}"
    command = [sys.executable, "-m", "tests.importers.refuse_hostile", str(folder), url]
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=110, check=True)
    found = {report["name"]: report for report in map(json.loads, done.stdout.splitlines())}
    assert done.stderr == ""
    return found, open_store(url).data_version()


@pytest.mark.parametrize(("name", "expected"), [(name, expected) for name, _, expected in FILES])
def test_a_hostile_file_is_refused_in_words_quickly_and_with_little_memory(outcomes, name, expected):
    report = outcomes[0][name]
    assert set(report["reasons"]) <= expected
    assert report["reasons"]
    for reason in report["reasons"]:
        assert all(words(language)(f"reason.{reason}") for language in LANGUAGES)
    assert report["seconds"] < SECONDS
    assert report["clock"] < CLOCK
    assert report["mib"] < MIB


def test_none_of_them_changed_the_store(outcomes):
    assert outcomes[1] == 0
