"""A store whose every free text is hostile: brought in by the importers and the writing functions, as people would."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path

from data_model.importing import bring_in
from data_model.reasons import CannotDo
from data_model.roles import keyboard
from data_model.saved_views import save_view
from data_model.sittings import Described, create_sitting
from data_model.slides import Said, View, add_slide, write_minute
from data_model.store import Store
from data_model.vocabulary import MinuteKind
from importers.formats import read_file
from importers.reading import Context
from importers.sample import FOLDER, manifest
from tests.importers import opencoesione as oc

PON = "2014IT05SFOP001"
PROJECTS = "OSTILE2021"
SITTING = "ostile"
ACTOR = keyboard("prova")

TEXTS = {
    "sources.csv": ("title", "publisher", "covers", "licence", "url"),
    "remarks.csv": ("wording", "remark", "place"),
    "subjects.csv": ("label", "evidence"),
    "figures.csv": ("scope_label_it", "locator", "note"),
    "statements.csv": ("beneficiary", "activity", "status_phrase"),
    "deadlines.csv": ("act", "note"),
    "translations.csv": ("translation",),
}
"""The cells of the sample's own files that are free texts."""

PROJECT_TEXTS = (
    "oc_titolo_progetto",
    "DESCR_PROCED_ATTIVAZIONE",
    "OC_DENOM_BENEFICIARIO",
    "OC_STATO_PROGETTO",
    "DEN_COMUNE",
)
SLIDES = 190


def fill(url: str, folder: Path, texts: Sequence[str]) -> Counter[str]:
    """Bring the texts in by every way; how many went in, and how many were refused, by way."""
    store, done = Store(url), Counter[str]()
    for path, context in _files(folder, texts):
        identity, rows = read_file(path, context)
        result = bring_in(store, actor=ACTOR, file=identity, rows=rows, accept_rejected=True)
        done[path.name] += result.rows_new + result.rows_changed
        done["refused rows"] += result.rows_rejected
    for way, act in _acts(store, texts):
        try:
            act()
        except CannotDo:
            done[f"{way} refused"] += 1
        else:
            done[way] += 1
    store.close()
    return done


def _files(folder: Path, texts: Sequence[str]) -> Iterator[tuple[Path, Context]]:
    """The sample's files and one of projects, with hostile cells."""
    endless = cycle(texts)
    for path, context in manifest():
        if path.parent != FOLDER / "pon_inclusione":
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            row.update({name: next(endless) for name in TEXTS[path.name]})
        with (folder / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        yield folder / path.name, context
    yield oc.write_native(folder / "progetti.csv", _projects(texts)), Context(as_of=date(2024, 8, 31))


def _projects(texts: Sequence[str]) -> Iterator[oc.Content]:
    """One project for each text, which is its title, call, beneficiary, state and town; every tenth also names a
    programme."""
    for number, (row, text) in enumerate(zip(cycle(oc.real_rows()), texts, strict=False)):
        programme = f"{PROJECTS}{number}" if number % 10 == 9 else PROJECTS
        yield (
            row
            | dict.fromkeys(PROJECT_TEXTS, text)
            | {
                "cod_locale_progetto": f"P{number}",
                "OC_CODICE_PROGRAMMA": programme,
                "OC_DESCRIZIONE_PROGRAMMA": text if programme != PROJECTS else texts[0],
                "COD_PROCED_ATTIVAZIONE": f"C{number}",
                "OC_CODFISC_BENEFICIARIO": f"{number:011d}",
            }
        )


def _acts(store: Store, texts: Sequence[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """(what it writes, who writes it) of every text: names of views and sittings, slides, minutes."""
    named = Described(SITTING, texts[0], date(2019, 6, 20), texts[-1], PON, "it")
    yield "sitting", partial(create_sitting, store, actor=ACTOR, described=named)
    for number, text in zip(count(), texts, strict=False):
        query = {"programme": [PON], "axis": [text]}
        yield "view", partial(save_view, store, actor=ACTOR, owner=None, name=text, page="axes", query=query)
        if number % 25 == 0:
            more = Described(f"{SITTING}-{number}", text, date(2019, 6, 20), text, PON, "it")
            yield "sitting", partial(create_sitting, store, actor=ACTOR, described=more)
        said = partial(write_minute, store, actor=ACTOR, sitting=SITTING, kind=MinuteKind.REMARK, slide=None)
        yield "minute", partial(said, text=text)
    for number, text in enumerate(islice(texts, SLIDES)):
        view = View("activities", {"programme": [PON]}, "matrix-PROG") if number % 2 else View("", {}, "")
        words = Said(text, text, text, text)
        yield "slide", partial(add_slide, store, actor=ACTOR, sitting=SITTING, view=view, said=words)


def copy_of(sample_url: str, folder: Path) -> str:
    """The address of a copy of the sample."""
    shutil.copy(sample_url.removeprefix("sqlite:///"), folder / "hostile.sqlite")
    return f"sqlite:///{folder / 'hostile.sqlite'}"
