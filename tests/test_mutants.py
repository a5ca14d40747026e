"""The list of safeties that `make mutants` takes away speaks of the code that is there."""

import re

import pytest

from tests.mutants import ROOT, Mutant, mutants


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: re.sub(r"\W+", "_", mutant.what))
def test_the_safety_stands_where_the_list_says_and_its_test_is_there(mutant: Mutant):
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.old != mutant.new
    file, _, name = mutant.test.partition("::")
    assert not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
