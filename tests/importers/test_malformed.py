"""Files that went wrong on the way, made of the hostile files by the hundred: each is refused in words or read, quickly.

A variant is one of the 41 files of hostile_files.py, or a good one of each kind, with one to three things done to it: cut,
bits turned, pieces moved, entries of a zip exchanged, put into zips in zips, written in another encoding, given huge cells
or deep XML. The same number makes the same file. With the suite 40 of them, with AVANZAMENTO_TEST_SOAK=1 (`make soak`) 520.
"""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from importers.sample import FOLDER
from tests.conftest import SOAK
from tests.importers.hostile_files import FILES, HEADER, ROW, header_row, inline, parquet_bytes, workbook
from tests.importers.test_hostile import CLOCK, MIB, SECONDS
from texts import LANGUAGES, words

COUNT = 520 if SOAK else 40
LARGEST = 8 << 20
"""Larger files are cut first: what they are too large for is tried in test_hostile."""

pytestmark = pytest.mark.timeout(3600 if SOAK else 180)

Mutation = Callable[[bytes, Random], bytes]


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def behead(content: bytes, random: Random) -> bytes:
    return content[random.randrange(min(len(content) + 1, 64)) :]


def turn_bits(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 8, 200)) if content else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def move(content: bytes, random: Random) -> bytes:
    first, second = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[second:] + content[first:second] + content[:first]


def repeat(content: bytes, random: Random) -> bytes:
    first, second = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:second] + content[first : min(second, first + 50_000)] * random.randrange(1, 20) + content[second:]


def exchange_entries(content: bytes, random: Random) -> bytes:
    """The entries of a zip, each under the name of another."""
    entries = entries_of(content)
    names = [name for name, _ in entries]
    random.shuffle(names)
    return zip_of(list(zip(names, (body for _, body in entries), strict=True)))


def nest(content: bytes, random: Random) -> bytes:
    for level in range(random.randrange(1, 12)):
        content = zip_of([(f"{level}.{random.choice(('zip', 'csv', 'xlsx'))}", content)])
    return content


def other_encoding(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(random.choice(("utf-16", "utf-32", "utf-7", "cp037", "utf-8-sig", "utf-16-be")), "replace")


def huge_cell(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return (
        content[:at] + random.choice((b"x", b'"', b",", b"<", b"\x80", b"9")) * random.choice((500, 200_000)) + content[at:]
    )


def deep_xml(_content: bytes, random: Random) -> bytes:
    depth = random.choice((100, 20_000))
    path = io.BytesIO()
    workbook(path, header_row() + b"<row>" + b"<c>" * depth + inline("A2", b"x") + b"</c>" * depth + b"</row>")  # type: ignore[arg-type]  # zipfile takes both
    return path.getvalue()


def put_between(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.randbytes(random.choice((1, 20, 5_000))) + content[at:]


MUTATIONS: tuple[Mutation, ...] = (
    cut, behead, turn_bits, move, repeat, exchange_entries, nest, other_encoding, huge_cell, deep_xml, put_between,
)  # fmt: skip


def entries_of(content: bytes) -> list[tuple[str, bytes]]:
    """What a zip holds, or the content itself where it is none or cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            small = [info for info in archive.infolist()[:200] if info.file_size <= LARGEST]
            return [(info.filename, archive.read(info)) for info in small] or [("empty", b"")]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error):
        return [("a.csv", content), ("b.csv", content)]


def zip_of(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name or "x", body)
    return out.getvalue()


def good_files(folder: Path) -> dict[str, bytes]:
    """One file of each kind that is read."""
    book = folder / "book"
    workbook(book, header_row() + b"<row>" + inline("A2", b"s1") + inline("B2", b"A document") + b"</row>")
    table = (HEADER + ROW.format(n=1) + ROW.format(n=2)).encode()
    real = (FOLDER / "pon_inclusione" / "sources.csv").read_bytes()
    return {"good.csv": table, "real.csv": real, "good.zip": zip_of([("a.csv", table)]), "good.xlsx": book.read_bytes(),
            "good.parquet": parquet_bytes()}  # fmt: skip


def seeds(folder: Path) -> dict[str, bytes]:
    """The files that variants are made of, by name."""
    found = good_files(folder)
    for name, write, _ in FILES:
        write(folder / name)
        found[name] = (folder / name).read_bytes()[:LARGEST]
        (folder / name).unlink()
    return found


def variant(number: int, made_of: dict[str, bytes]) -> tuple[str, bytes]:
    """(name, content) of the variant of a number."""
    random = Random(number)
    name = sorted(made_of)[number % len(made_of)]
    content = made_of[name]
    for mutation in random.sample(MUTATIONS, random.randrange(1, 4)):
        content = mutation(content, random)[:LARGEST]
    return f"{number:04d}-{name}", content


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """The reports of refuse_hostile, and the data version of the store afterwards."""
    folder, scratch = tmp_path_factory.mktemp("malformed"), tmp_path_factory.mktemp("scratch")
    made_of = seeds(scratch)
    step = 1 if SOAK else 13
    for number in range(0, COUNT * step, step):
        name, content = variant(number, made_of)
        (folder / name).write_bytes(content)
    url = f"sqlite:///{(scratch / 's.sqlite').as_posix()}"
    command = [sys.executable, "-m", "tests.importers.refuse_hostile", str(folder), url]
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=3000, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_each_is_refused_in_words_or_read_and_none_crashes(outcomes):
    reports, said = outcomes
    assert said == ""
    assert len(reports) == COUNT
    reasons = Counter(reason for report in reports for reason in report["reasons"])
    print(f"{COUNT} variants: {dict(reasons.most_common())}")
    unworded = [r for r in reasons if r != "taken" and not all(words(language).has(f"reason.{r}") for language in LANGUAGES)]
    assert unworded == []
    assert len(reasons) > 8  # they go wrong in different ways
    assert reasons["taken"] < COUNT / 2


def test_each_takes_little_time_and_memory(outcomes):
    slow = [r for r in outcomes[0] if r["seconds"] >= SECONDS or r["clock"] >= CLOCK or r["mib"] >= MIB]
    assert slow == []
