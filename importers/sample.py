"""Loads the sample data into an empty store: the files of sample_data/manifest.toml, in its order."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from data_model.importing import is_empty, store_rows
from data_model.records import ImportResult
from importers.formats import read_file
from importers.reading import Context

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"
ACTOR = "sample"


def manifest(folder: Path = FOLDER) -> Iterator[tuple[Path, Context]]:
    """One (file, context) per file of the manifest."""
    for entry in tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["file"]:
        yield (
            folder / entry["path"],
            Context(
                programmes=frozenset(entry.get("programmes", ())),
                source=entry.get("source"),
                as_of=entry.get("as_of"),
                date_assumed=entry.get("date_assumed", False),
                repeated_sources=frozenset(entry.get("repeated_sources", ())),
            ),
        )


def load_sample(session: Session, folder: Path = FOLDER) -> list[ImportResult]:
    """Bring in the sample if nothing was ever brought in; one result per file. All of it or nothing: the caller's
    transaction."""
    if not is_empty(session):
        return []
    results = []
    for path, context in manifest(folder):
        identity, rows = read_file(path, context)
        results.append(store_rows(session, actor=ACTOR, file=identity, rows=rows))
    return results
