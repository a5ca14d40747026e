"""What the first visitors would otherwise wait for: libraries, and what the pages of the best documented programme show."""

import importlib
import threading

from shell import data, filters, frame, process, project_notes, show, taking  # noqa: F401  # what a run imports
from shell.access import Mode, current
from shell.here import Here
from shell.view import TAKEN
from texts import LANGUAGES, words

FIRST = "overview"
"""The page that is ready before the server says that it is; the others follow while it already answers."""

NOT_PUBLIC = ("pages.presentation", "pages.import_data", "shell.presenting")
"""What a public app does not load."""

LATER = 3.0
"""Seconds after which the others are gone through: whoever waited for the server to be healthy comes before them."""

NO_PIECE = ""
"""Taking this from a page goes through all of it."""


def warm_up() -> threading.Thread:
    """Go through the first page, and later through the others in a thread of its own, which is returned."""
    version = data.store().data_version()
    for language in LANGUAGES:
        words(language)
        data.translations(version, language)
    _go_through(version, FIRST)
    rest = threading.Timer(LATER, _rest, (version,))
    rest.name, rest.daemon = "warming-up", True
    rest.start()
    return rest


def _rest(version: int) -> None:
    for page in TAKEN:
        _go_through(version, page)
    for module in ("pages.start", *(() if current().mode is Mode.PUBLIC else NOT_PUBLIC)):
        importlib.import_module(module)
    process.settle()


def _go_through(version: int, page: str) -> None:
    if data.programmes(version):
        view = frame.meaning(version, {})
        taking.take(page, Here(view, data.choices(version, view.programme, view.series), version), NO_PIECE)
