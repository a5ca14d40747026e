"""What a slide shows: the piece of a page for a view, on the data that its sitting is frozen on. The app's slides, the files
and the comparison of two sittings all have it from here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from charts.theme import Look
from data_model.sittings import Listed
from data_model.slides import Kept
from metrics.changed_cells import Changed, changed_cells
from shell import data, frame, pictures, show, taking
from shell import kept as keeping
from shell.here import Here
from shell.show import Piece
from shell.view import TAKEN, View

Codes = tuple[tuple[str, tuple[str, ...]], ...]
"""A query as a plain value: its keys in order, each with its codes."""

LIVE = ("axis", "category", "as_of")
"""What may be changed on a slide while it is shown; the slide that is kept stays as it is."""


@dataclass(frozen=True)
class Shown:
    """A slide as it is shown. `piece` is None where its page has no such piece for its view any more."""

    kept: Kept
    view: View
    version: int
    piece: Piece | None

    @property
    def here(self) -> Here:
        """The run that its page would be part of."""
        return here_for(self.version, self.view)

    @property
    def title(self) -> str:
        """The title that was given to it, else the finding; else the words that the piece is gone."""
        return self.kept.said.title or self.finding

    @property
    def finding(self) -> str:
        """The finding of its piece; else the words that the piece is gone."""
        return self.piece.finding if self.piece else self.here.w("sitting.piece_gone")


def codes(query: Mapping[str, Sequence[str]]) -> Codes:
    """A query as a plain value."""
    return tuple(sorted((key, tuple(values)) for key, values in query.items() if key != "lang"))


def shown(version: int, kept: Kept, language: str, live: Mapping[str, Sequence[str]] | None = None) -> Shown:
    """A slide on a version of the data, with what is changed on it for the moment."""
    query = codes({**kept.view.query, **(live or {})})
    found = piece(version, kept.view.page, query, language, kept.view.piece)
    return Shown(kept, _meaning(version, query, language), version, found)


def of_sitting(one: Listed, kept: Iterable[Kept], language: str = "") -> list[Shown]:
    """The slides of a sitting on its own data, in its language or another."""
    version = data.frozen_version(one.snapshot_id)
    return [shown(version, slide, language or one.language) for slide in kept]


@keeping.kept
def _meaning(version: int, query: Codes, language: str) -> View:
    return frame.meaning(version, {key: list(values) for key, values in query} | {"lang": [language]})


@keeping.many_kept
def piece(version: int, page: str, query: Codes, language: str, name: str) -> Piece | None:
    """The piece of a page for a query; None where there is none."""
    if page not in TAKEN:
        return None
    found: Piece | None = taking.take(page, here_for(version, _meaning(version, query, language)), name)
    return found


def here_for(version: int, view: View) -> Here:
    """The run that a page would be part of, on light ground."""
    return Here(view, data.choices(version, view.programme, view.series), version)


def run(version: int, programme: str, language: str) -> Here:
    """The run of a page of a programme with nothing chosen."""
    return here_for(version, frame.meaning(version, {"programme": [programme], "lang": [language]}))


def foot(one: Shown) -> tuple[str, ...]:
    """The lines below a slide: notes, source, programme and date, filters in words."""
    if one.piece is None:
        return ()
    source = (one.here.w("chart.source", source=one.piece.source),) if one.piece.source else ()
    asked = pictures.asked_here(one.here, one.kept.view.page)
    return (*one.piece.notes, *source, *pictures.circumstances(one.version, asked))


def specification(one: Piece, look: Look) -> dict[str, object] | None:
    """The Vega-Lite specification of a piece without data; None for a table."""
    return show.specification(one.build, look, one.words) if one.build else None


def changes(before: Piece | None, after: Piece | None) -> list[Changed]:
    """The cells of a piece's table that are not the same; everything where one of the two is not there."""
    return changed_cells(*(dict(p.table.columns) if p and p.table else {} for p in (before, after)))
