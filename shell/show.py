"""The pieces that pages are made of: findings, tiles, charts with their words and table, quotations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import starmap
from typing import Any, TypeVar

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from charts.picking import PICKED, pickable
from charts.theme import Look
from exports.pictures import Numbers
from shell import arrow, kept, person, picking, pictures, taking
from shell.here import Here, plain
from shell.picking import Pick
from shell.session import own
from shell.view import TAKEN

Builder = Callable[..., alt.LayerChart | alt.Chart]
_T = TypeVar("_T")
_HEADING = "heading"
"""The last heading of the run: what a table alone is called."""

TABLE_ROWS_OPEN = 16
"""Longer tables come folded, so that the next chart is not pushed off the page."""


@dataclass(frozen=True)
class Table:
    """A table of texts. The first column names the rows; `numbers` are right-aligned, `quoted` keep their language and
    `sentences` get room.

    Column positions count from 1, as a reader would.
    """

    columns: Mapping[str, Sequence[str]]
    numbers: tuple[int, ...] = ()
    quoted: tuple[int, ...] = ()
    sentences: tuple[int, ...] = ()
    language: str = "it"
    wide_names: bool = True
    """Whether the first column holds names that need room, rather than codes or dates."""
    folded: bool = True
    """Whether a long table may come folded."""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def as_numbers(self) -> Numbers:
        """The same table for a file."""
        return Numbers(self.columns, self.numbers, self.quoted, self.language)

    @cached_property
    def sent(self) -> pa.Table:
        """The same table as it is sent to a page: its texts as Markdown that shows just their characters."""
        first, *columns = self.columns.items()
        cells = {plain(head): [_cell(cell) for cell in column] for head, column in columns}
        return arrow.made(pd.DataFrame(cells, index=pd.Index([_cell(cell) for cell in first[1]], name=plain(first[0]))))


@dataclass(frozen=True)
class Piece:
    """A chart with its words, or a table alone (`build` None), as a page draws it: all that a slide needs of it."""

    name: str
    finding: str
    subtitle: str
    source: str
    source_ids: tuple[str, ...]
    notes: tuple[str, ...] = ()
    build: Builder | None = None
    words: tuple[tuple[str, Any], ...] = ()
    rows: pd.DataFrame | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Figure:
    """What a chart shows and says. `numbers` is the table that its file holds where the page has it elsewhere."""

    build: Builder
    rows: pd.DataFrame
    finding: str
    subtitle: str
    source: str
    words: Mapping[str, Any]
    table: Table | None = None
    numbers: Table | None = None
    notes: Iterable[str] = ()
    level: int = 2


@lru_cache(maxsize=512)
def specification(build: Builder, look: Look, arguments: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """The Vega-Lite specification of a chart without its data, built and validated once."""
    spec: dict[str, Any] = build(look, **dict(arguments)).to_dict()
    for name in ("data", "datasets", "usermeta"):
        spec.pop(name, None)
    return spec


class Marked(str):
    """A text of a table with a mark after it that leads to an address or a place on the page."""

    mark: str
    address: str
    plain: str

    def __new__(cls, text: str, mark: str, address: str) -> "Marked":
        """The text with its mark: that is what a file has of it."""
        made = super().__new__(cls, f"{text} {mark}")
        made.plain, made.mark, made.address = text, mark, address
        return made


def _cell(text: str) -> str:
    return f"{plain(text.plain)} [{plain(text.mark)}]({text.address})" if isinstance(text, Marked) else plain(text)


def title(text: str, help_text: str) -> None:
    """The one h1 of the page and a sentence that says what the page answers."""
    _headed(1, text, help_text)


def findings(h: Here, sentences: Iterable[str] | Callable[[], Iterable[str]]) -> None:
    """The findings of the page in words, three at most, above its charts."""
    found = [sentence for sentence in _made(h, "findings", sentences) if sentence][:3]
    if found:
        with st.container(key="findings"):
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in found))


def tiles(h: Here, values: Callable[[], Sequence[tuple[str, str, str]]]) -> None:
    """Metric tiles in a row that wraps, a list to who hears it: (name, value with its unit, what it compares with or its
    date)."""
    made = kept.piece(h, "tiles", values)
    with st.container(key="tiles"):
        st.markdown("\n".join(starmap(_tile, made)))


def _tile(name: str, value: str, note: str) -> str:
    breakable = value.replace("\u00a0", " ")  # a narrow tile would else break within a word
    return f"- {plain(name)}  \n  **{plain(breakable)}**  \n  :small[{plain(note)}]"


def chart(
    h: Here, name: str, make: Callable[[], Figure], *, pick: Pick | None = None, pick_hint: str = "chart.pick"
) -> None:
    """A chart with its finding as title, its subtitle, source line, alternative text and the same numbers as a table.

    What `make` gives is kept: it depends on the view and the data alone. With `pick` a click on a row opens its view.
    """
    figure = kept.piece(h, f"figure-{name}", make)
    notes = tuple(note for note in figure.notes if note)
    finding, subtitle, numbers = figure.finding, figure.subtitle, figure.table or figure.numbers
    _offer(
        name,
        finding,
        subtitle,
        figure.source,
        notes=notes,
        build=figure.build,
        words=figure.words,
        rows=figure.rows,
        table=numbers,
    )
    with st.container(key=f"figure-{name}"):
        heading(finding, figure.level, below=(subtitle,))
        spec = specification(figure.build, h.look, tuple(sorted(figure.words.items())))
        _drawn(name, figure.rows, spec, subtitle or finding, pick)
        foot = (*notes, h.w("chart.source", source=figure.source))
        muted(*notes, *([h.w(pick_hint)] if pick is not None else []), foot[-1])
        _to_take_away(h, name, figure.build, figure.rows, figure.words, (finding, subtitle, foot), numbers)
        if figure.table is not None:
            _table(h, name, figure.table)


def _made(h: Here, name: str, given: _T | Callable[[], _T]) -> _T:
    """What is given as a function is kept: it depends on the view and the data alone."""
    return kept.piece(h, name, given) if callable(given) else given


def _drawn(name: str, rows: pd.DataFrame, spec: dict[str, Any], alt: str, pick: Pick | None) -> None:
    """The chart itself. `alt` is what it shows, not what it says of the data: Streamlit makes a chart whose alternative text
    changes all anew, and one that only gets other rows is painted sooner. document.js names it by its finding."""
    key, sent = f"chart-{name}", arrow.of(rows)
    if pick is None:
        st.vega_lite_chart(sent, dict(spec), theme=None, width="stretch", alt=alt, key=key)
        return
    st.vega_lite_chart(
        sent,
        pickable(spec),
        theme=None,
        width="stretch",
        alt=alt,
        key=key,
        on_select=partial(picking.follow, key, pick),
        selection_mode=PICKED,
    )
    picking.note(key)


def small_chart(
    h: Here,
    name: str,
    build: Builder,
    rows: pd.DataFrame,
    *,
    title: str,
    values: str,
    about: str,
    words: Mapping[str, Any],
    large: Mapping[str, Any],
    source: str,
    numbers: Table,
) -> None:
    """One of several small charts on one scale; `about` says what they show. Source and table of all of them stand below the
    last, those of each in its file, which is drawn with the words `large`."""
    _offer(name, title, values, source, build=build, words=large, rows=rows, table=numbers)
    with st.container(key=f"figure-{name}"):
        heading(title, 3, below=(values,))
        spec = specification(build, h.look, tuple(sorted(words.items())))
        _drawn(name, rows, spec, f"{title}. {about}", None)
        _to_take_away(h, name, build, rows, large, (title, values, (h.w("chart.source", source=source),)), numbers)


def _offer(
    name: str, finding: str, subtitle: str, source: str, *, words: Mapping[str, Any] | None = None, **more: Any
) -> None:
    """Offer a piece to whoever goes through the page for it; nothing where the page is drawn for a reader."""
    if (by := taking.now()) is not None:
        fixed = tuple(sorted((words or {}).items()))
        ids = by.lines.get(source, ()) if source else tuple(by.sources)
        taking.offered(name, Piece(name, finding, subtitle, source, ids, words=fixed, **more))


def _to_take_away(
    h: Here,
    name: str,
    build: Builder,
    rows: pd.DataFrame,
    words: Mapping[str, Any],
    said: tuple[str, str, tuple[str, ...]],
    numbers: Table | None,
) -> None:
    """A small menu that is filled when it is opened: the chart as a file, on white whatever the screen is, and as a slide
    for who may. `said` is its title, its subtitle and the lines below it."""
    title, subtitle, foot = said
    edits = person.actor().edits(h.view.programme)
    label = plain(h.w("picture.or_slide" if edits else "picture.open"))
    with st.popover(label, type="tertiary", icon=":material/download:", key=f"take-{name}", on_change="rerun") as opened:
        if not opened.open:
            return
        spec = specification(build, Look(h.view.language), tuple(sorted(words.items())))
        pictures.buttons(
            h, name, pictures.Drawn(title, subtitle, foot, spec, rows, numbers.as_numbers() if numbers else None)
        )
        if edits:
            from shell import add_slide  # noqa: PLC0415  # a public app does not load what writes

            st.markdown(f"**{plain(h.w('sitting.add'))}**")
            add_slide.choose(h, name, title)


def heading(text: str, level: int = 2, *, below: Sequence[str] = ()) -> None:
    """A heading: h2 for a section or a chart, h3 below it; lines of lesser weight may follow."""
    _called(text)
    _headed(level, text, *below)


def anchored(text: str, anchor: str) -> None:
    """An h3 to which links lead."""
    _called(text)
    st.subheader(plain(text), anchor=anchor)


def _called(text: str) -> None:
    """Remember the last heading."""
    if (by := taking.now()) is not None:
        by.heading = text
    else:
        own()[_HEADING] = text


def _headed(level: int, text: str, *below: str) -> None:
    """A heading and the lines below it as one element: each costs the server and the browser something."""
    st.markdown("\n\n".join((f"{'#' * level} {plain(text)}", *map(plain, below))), anchors=False)


def muted(*lines: str) -> None:
    """Lines of lesser weight: subtitle, notes, source. style.css gives captions more contrast than Streamlit does."""
    st.caption("\n\n".join(map(plain, lines)))


def show_table(h: Here, name: str, given: Table | Callable[[], Table]) -> None:
    """A table that stands alone, with its way into the presentation where its page is about a programme."""
    table = _made(h, f"table-{name}", given)
    if (by := taking.now()) is not None:
        _offer(name, by.heading, "", h.source_line(by.sources), table=table)
    _table(h, name, table)
    if h.page in TAKEN:
        _offer_slide(h, name, own()[_HEADING])


def _table(h: Here, name: str, table: Table) -> None:
    """The table as real HTML, folded when it is long."""
    if table.folded and len(table) > TABLE_ROWS_OPEN:
        with st.expander(h.w("table.open", rows=len(table)), key=own_name(f"fold-{name}"), on_change="rerun") as opened:
            if opened.open:
                table_in_place(h, name, table)
    else:
        table_in_place(h, name, table)


def table_in_place(h: Here, name: str, given: Table | Callable[[], Table]) -> None:
    """The table as real HTML: numbers to the right, quotations marked with their language."""
    table = _made(h, f"table-{name}", given)
    with st.container(key=f"table-{name}{_hooks(h, table)}"):
        st.table(table.sent, border="horizontal", hide_index=False)


def _hooks(h: Here, table: Table) -> str:
    """The part of a table's class that style.css and document.py read: which columns are numbers, sentences, quotations."""
    hooks = [f"-r{n}-" for n in table.numbers] + [f"-l{n}-" for n in table.sentences] + [f"-c{len(table.columns)}-"]
    if table.wide_names:
        hooks.append("-w-")
    if table.language != h.view.language:
        hooks += [f"-q{n}-lang-{table.language}-" for n in table.quoted]
    return "".join(hooks)


def spoken(h: Here, language: str) -> str:
    """The part of a container's key that marks words in another language than the page's."""
    return "" if language == h.w.language else f"-lang-{language}-"


def empty(h: Here, sentence: str) -> None:
    """An empty state in words that say what to do."""
    st.info(plain(sentence), icon=":material/info:")


def own_name(stem: str) -> str:
    """A name, and key, of its own within the run for a piece that may stand on a page several times."""
    count = own().setdefault("pieces", {})
    count[stem] = count.get(stem, 0) + 1
    return f"{stem}-{count[stem]}"


def reset_pieces() -> None:
    """Start numbering afresh, under no heading; once per run."""
    own()["pieces"] = {}
    own()[_HEADING] = ""


def _offer_slide(h: Here, name: str, finding: str) -> None:
    """The menu that makes a slide of a piece, for who may."""
    if person.actor().edits(h.view.programme):
        from shell import add_slide  # noqa: PLC0415  # a public app does not load what writes

        add_slide.control(h, name, finding)
