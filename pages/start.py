"""Where one begins: the programmes at hand with the last data received, what is new, saved views, the questions."""

from datetime import datetime

from data_model import import_queries
from data_model.import_queries import ImportEntry
from data_model.news import Received
from shell import data, help, link_list, show
from shell.access import Mode, current
from shell.here import Here, draw
from shell.kept import kept, piece
from shell.link_list import Link, address
from shell.tables import start as tables
from shell.tables.cells import moment

NEW = 5
"""Imports that are called new."""

LINKED = 8
"""Programmes with a link of their own; the table has them all."""

QUESTIONS = ("overview", "axes", "commitment_gaps", "calls", "activities", "training", "participants", "sources")


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("start.heading"), h.w("start.help"))
    help.first_time(h, "start")
    received = data.received(h.version)
    latest = _latest(h.version)
    show.findings(h, lambda: [_finding(h, received)])
    _programmes(h, received)
    if current().mode is not Mode.PUBLIC:
        from shell import saved_views  # noqa: PLC0415  # a public app does not load what writes

        saved_views.listing(h, received)
    _questions(h)
    _new(h, latest)


@kept
def _latest(version: int) -> list[ImportEntry]:
    """The imports that are called new."""
    with data.store_of(version).reading() as session:
        return import_queries.imports_page(session, offset=0, limit=NEW)


def _finding(h: Here, received: list[Received]) -> str:
    """How many programmes there are, and when the last data came in."""
    last: datetime | None = max((entry.imported_at for entry in received), default=None)
    programmes = h.w.count(len({entry.programme for entry in received}))
    return "" if last is None else h.w("start.finding", programmes=programmes, when=moment(h, last), version=h.version)


def _programmes(h: Here, received: list[Received]) -> None:
    show.heading(h.w("start.programmes"))
    codes = list(data.programmes(h.version))
    language = {"lang": [h.view.language]}
    shown = [Link(h.programme_name(code), address("overview", language | {"programme": [code]})) for code in codes[:LINKED]]
    link_list.draw(h.w("start.programmes"), {"": shown}, key="programmes")
    if len(codes) > LINKED:
        show.muted(h.w("start.programmes_more", shown=h.w.count(LINKED), count=h.w.count(len(codes))))
    show.show_table(h, "programmes", piece(h.reader, "programmes", lambda: tables.programmes(h, codes, received)))


def _questions(h: Here) -> None:
    show.heading(h.w("start.questions"))
    whole = h.view.query()
    asked = [Link(h.w(f"start.question_{page}"), address(page, whole)) for page in QUESTIONS if page in h.pages]
    link_list.draw(h.w("start.questions"), {"": asked}, key="questions")


def _new(h: Here, latest: list[ImportEntry]) -> None:
    show.heading(h.w("start.new"))
    if latest:
        show.show_table(h, "new", lambda: tables.new(h, latest))
    else:
        show.empty(h, h.w("import_data.list_empty"))
    h.link("import_data", h.w("start.all_imports"), h.view)


if __name__ == "__main__":
    draw("start")
