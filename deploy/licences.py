"""Writes docs/LICENCES.md, the licence of everything shipped: `python -m deploy.licences`; `--check` only compares."""

import argparse
import re
import sys
from collections.abc import Iterator

from deploy.parts import ROOT, Unknown, licence, others, packages

FILE = ROOT / "docs" / "LICENCES.md"
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause-Attribution",
    "BSD-3-Clause-Open-MPI",
    "CC-BY-4.0",
    "CC0-1.0",
    "FTL",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
    "IJG",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "OLDAP-2.8",
    "PSF-2.0",
    "PostgreSQL",
    "X11",
    "Zlib",
    "blessing",
    "libtiff",
}
"""Licences under which a public administration may pass the whole on, its own code under any licence it likes: permissive
ones, and weak copyleft of parts that stand in files of their own and can be exchanged there. Strong copyleft only with an
exception that takes the rest out of it."""
_HEAD = """\
# Licences

Written by `make docs` from requirements.txt, the metadata of the wheels and deploy/other_parts.toml; change it there.
`make check` fails where this page is behind or a licence is not on the list in deploy/licences.py.
The data have theirs in [sample_data/README.md](../sample_data/README.md).
"""


def forbidden(expression: str) -> list[str]:
    """The licences of an SPDX expression that are not on the list; all count, also those given as a choice."""
    found = re.findall(r"[\w.+-]+(?: WITH [\w.-]+)?", expression)
    return [word for word in found if word not in ALLOWED and word not in {"AND", "OR"}]


def page() -> str:
    """The whole document. Raises Unknown where a licence is not stated or not on the list."""
    wrong = [f"{name}: {' and '.join(bad)}" for name, said in _licences() if (bad := forbidden(said))]
    if wrong:
        raise Unknown(f"Not on the list of licences in deploy/licences.py: {'; '.join(wrong)}.")
    return "\n".join([_HEAD, *_lines()])


def _licences() -> Iterator[tuple[str, str]]:
    yield from ((package.name, licence(package.name)) for package in packages())
    yield from ((part.name, part.licence) for part in others())


def _lines() -> Iterator[str]:
    yield "## Packages\n"
    yield "| package | version | licence |"
    yield "|---|---|---|"
    for package in packages():
        yield f"| {package.name} | {package.version} | {licence(package.name)} |"
    yield "\n## Other parts\n"
    yield "| part | inside | licence | stated |"
    yield "|---|---|---|---|"
    for part in others():
        yield f"| {part.name} | {part.inside} | {part.licence} | {part.stated} |"
    yield ""


def main() -> int:
    """Write or compare; the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="change nothing; 1 if the page is behind")
    check = arguments.parse_args().check
    try:
        found = page()
    except Unknown as error:
        print(error, file=sys.stderr)
        return 1
    if not check:
        FILE.write_text(found, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != found:
        print("docs/LICENCES.md is behind: run `make docs`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
