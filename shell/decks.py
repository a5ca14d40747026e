"""A sitting as its files need it: the neutral deck that exports write. Made from the data that the sitting is frozen on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from charts.theme import Look
from data_model import sittings as of_sittings
from data_model import slides as of_slides
from data_model.sittings import Listed
from exports import deck
from metrics import frames
from metrics.measures import MEASURES
from shell import data, slides
from shell.here import Here
from shell.slides import Shown
from texts import words


def listing() -> list[Listed]:
    """The sittings of the store, the latest meeting first."""
    with data.store().reading() as session:
        return of_sittings.sittings(session)


def deck_of(code: str) -> deck.Deck:
    """The deck of a sitting, without what is hidden. Raises CannotChange where there is no such sitting."""
    with data.store().reading() as session:
        one = of_sittings.sitting(session, code)
        kept = of_slides.slides(session, one.id, hidden=False)
        written = of_slides.minutes(session, one.id)
    shown = slides.of_sitting(one, kept)
    h = _here(one)
    return deck.Deck(
        code=one.code,
        name=one.name,
        programme=one.programme,
        programme_name=h.programme_name(one.programme) if one.programme in data.programmes(h.version) else one.programme,
        day=one.day,
        place=one.place,
        language=one.language,
        data_version=one.data_version,
        frozen_at=one.frozen_at,
        slides=[_slide(each) for each in shown],
        minutes=[deck.Minute(str(m.kind), m.text, m.said_at, m.slide) for m in written],
        sources=list(_sources(h, shown)),
        definitions=list(_definitions(one.language, shown)),
    )


def _here(one: Listed) -> Here:
    """The run of a page of the sitting's programme with nothing chosen."""
    return slides.run(data.frozen_version(one.snapshot_id), one.programme, one.language)


def _slide(one: Shown) -> deck.Slide:
    piece = one.piece
    subtitle = piece.subtitle if piece else ""
    return deck.Slide(
        code=one.kept.code,
        section=one.kept.said.section,
        title=one.title,
        subtitle=subtitle,
        foot=slides.foot(one),
        alternative=f"{one.title}. {subtitle}" if piece and piece.build else "",
        chart=_chart(one),
        table=piece.table.as_numbers() if piece and piece.table else None,
        text=one.kept.said.text,
        note=one.kept.said.note,
    )


def _chart(one: Shown) -> deck.Chart | None:
    piece = one.piece
    if piece is None or piece.build is None or piece.rows is None:
        return None
    kind = f"{piece.build.__module__.rpartition('.')[2]}.{piece.build.__name__}"
    spec = slides.specification(piece, Look(one.view.language)) or {}
    return deck.Chart(kind, dict(piece.words), spec, piece.rows)


def _sources(h: Here, shown: Iterable[Shown]) -> Iterator[deck.Source]:
    """The sources of the slides, in the order in which they first speak."""
    used = dict.fromkeys(code for one in shown if one.piece for code in one.piece.source_ids)
    frame = data.sources(h.version)
    for row in frames.rows(frame.loc[[code for code in used if code in frame.index]]):
        publisher = h.say(row.publisher) if isinstance(row.publisher, str) else None
        address = row.url if isinstance(row.url, str) else None
        yield deck.Source(row.id, row.title, publisher, _day(row.date_wording), address)


def _day(wording: object) -> date | None:
    """The day of a source where its date is written as one in full."""
    try:
        return (
            datetime.fromisoformat(wording).date()
            if isinstance(wording, str) and len(wording) == len("2019-06-20")
            else None
        )
    except ValueError:
        return None


def _definitions(language: str, shown: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    """Each measure whose name stands in the words or the table of a slide, with its definition."""
    w = words(language)
    said = {text for one in shown for text in _words_of(one)}
    for key in MEASURES:
        if w(f"measure.{key}.label") in said:
            yield w(f"measure.{key}.label"), w(f"measure.{key}.definition")


def _words_of(one: Shown) -> Iterator[str]:
    """The names that a slide uses: those of its chart, and the heads and first cells of its table."""
    if one.piece is None:
        return
    yield from (value for _, value in one.piece.words if isinstance(value, str))
    if one.piece.table is not None:
        yield from one.piece.table.columns
        yield from next(iter(one.piece.table.columns.values()), ())
