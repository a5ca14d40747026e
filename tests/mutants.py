"""Takes away one safety after the other and sees the test fail that is there for it: `python -m tests.mutants [WORDS]`.

The safeties are those of mutants.toml; WORDS choose those that speak of them. Each is taken away in a copy of the project,
whose tests first have to pass as it is. Writes docs/MUTANTS.md when all of them were tried. Exit codes: 0 each test failed,
1 one did not, or could not be run.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST, PAGE = ROOT / "tests" / "mutants.toml", ROOT / "docs" / "MUTANTS.md"
FAILED = 1
"""pytest's exit code where tests ran and failed; others say that it could not run them."""


@dataclass(frozen=True)
class Mutant:
    """One safety: where it is, what stands there without it, and the test that is there for it."""

    what: str
    file: str
    old: str
    new: str
    test: str
    only: str = ""

    @property
    def asked(self) -> list[str]:
        """What pytest is told to run."""
        return [self.test, *(["-k", self.only] if self.only else [])]


def mutants() -> list[Mutant]:
    """All of the list."""
    return [Mutant(**each) for each in tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]]


def copied(to: Path) -> Path:
    """The project's own files as they are now, committed or not, with the environment of the original."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    for name in filter(None, listed.stdout.decode("utf-8").split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


@contextmanager
def without(project: Path, mutant: Mutant) -> Iterator[None]:
    """The project while the safety is gone."""
    file = project / mutant.file
    before = file.read_text(encoding="utf-8")
    assert before.count(mutant.old) == 1, f"{mutant.file} does not hold once: {mutant.old}"
    file.write_text(before.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def tested(project: Path, *asked: str) -> tuple[int, str]:
    """pytest's exit code, and the first line that says what failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=short"]
    ran = subprocess.run([*command, *asked], cwd=project, check=False, capture_output=True, text=True)
    said = re.search(r"^E\s+(\S.*)$", ran.stdout, re.MULTILINE)
    return ran.returncode, said[1] if said else ran.stdout[-300:]


def page(found: dict[Mutant, str]) -> str:
    """docs/MUTANTS.md: a line for each safety."""

    def cell(text: str) -> str:
        return re.sub(r"/tmp/\S*", "…", text).replace("|", "\\|").replace("`", "'")[:110]

    lines = [
        "# Safeties taken away",
        "",
        "Written by `make mutants`: each safety below was taken away in a copy of the project, and the test that is there",
        f"for it failed with these words. The tests passed before. {len(found)} safeties, {len(found)} failures.",
        "",
        "| taken away | from | test | it said |",
        "|---|---|---|---|",
    ]
    for mutant, said in found.items():
        test = mutant.test.removeprefix("tests/") + (f" ({mutant.only})" if mutant.only else "")
        lines.append(f"| {mutant.what} | {mutant.file} | {test} | `{cell(said)}` |")
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    """Run the command; the exit code."""
    asked = [mutant for mutant in mutants() if not words or any(word in str(mutant) for word in words)]
    found: dict[Mutant, str] = {}
    with tempfile.TemporaryDirectory(prefix="avanzamento-mutants-") as folder:
        project = copied(Path(folder))
        whole, said = tested(project, "-n", "2", "--dist", "loadfile", *{mutant.test: None for mutant in asked})
        if whole != 0:
            print(f"A test fails with its safety there: {said}")
            return 1
        for mutant in asked:
            with without(project, mutant):
                code, said = tested(project, *mutant.asked)
            if code == FAILED:
                found[mutant] = said
            print(f"{'ok' if code == FAILED else f'NOT FOUND (exit {code})'}: {mutant.what}: {said[:100]}", flush=True)
    print(f"{len(found)} of {len(asked)} found")
    if len(found) < len(asked):
        return 1
    if not words:
        PAGE.write_text(page(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
