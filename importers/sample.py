"""Loads the sample into an empty store: the files of sample_data/manifest.toml, in its order, then the sitting that is ready
to be presented."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlmodel import Session

from data_model.importing import is_empty, store_rows
from data_model.records import ImportResult
from data_model.roles import keyboard
from data_model.sittings import Described, make_sitting
from data_model.slides import Said, View, append_slide
from data_model.snapshots import freeze
from importers.formats import read_file
from importers.reading import Context

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"
SITTING = "sitting.toml"
ACTOR = keyboard("sample")


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
    if (folder / SITTING).exists():
        make_ready(session, tomllib.loads((folder / SITTING).read_text(encoding="utf-8")))
    return results


def make_ready(session: Session, said: dict[str, Any]) -> None:
    """Make the sitting of a file, with its slides, on the data that the session sees."""
    described = Described(**{name: said[name] for name in ("code", "name", "day", "place", "programme", "language")})
    make_sitting(session, actor=ACTOR, described=described, frozen=freeze(session, described.programme))
    for slide in said["slide"]:
        append_slide(
            session,
            actor=ACTOR,
            sitting=described.code,
            code=slide["code"],
            view=View(slide["page"], said["query"] | slide.get("query", {}), slide["piece"]),
            said=Said(**{name: slide[name] for name in ("title", "section", "note", "text") if name in slide}),
        )
