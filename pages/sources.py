"""Every source, every definition, every figure with its provenance; the figures on which sources disagree."""

import streamlit as st

from metrics.measures import MEASURES
from shell import compared, data, help, kept, project_notes, show
from shell.downloads import downloads, whole
from shell.here import Here, draw, plain
from shell.provenance import of_figures
from shell.tables import activities as activities_tables
from shell.tables import sources as sources_tables

MEASURES_FIRST = (
    "allocated",
    "selected",
    "declared",
    "committed",
    "reported",
    "certified",
    "gap_declared",
    "gap_reported",
)


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("sources.heading"), h.w("sources.help"))
    help.first_time(h, "sources")
    found = h.compared()
    show.findings(h, lambda: [h.w("sources.finding_disagree", count=len(found)), h.w("sources.finding_rules")])
    compared.section(h, found)
    _figures(h)
    _take_away(h)
    _sources(h)
    _definitions(h)
    _translations(h)
    _dictionary(h)
    _imports(h)


def _figures(h: Here) -> None:
    show.heading(h.w("sources.figures_title"))
    figures = data.all_figures(h.version, h.view.programme)
    if len(figures):
        show.muted(h.w("sources.figures_help", count=h.w.number(len(figures))))
        of_figures(h, "all", figures)
    else:
        show.empty(h, h.w("projects.none"))
    for sentence in project_notes.exist(h):
        show.muted(sentence)


def _take_away(h: Here) -> None:
    show.heading(h.w("sources.take_away_title"), below=(h.w("sources.take_away_help"),))
    whole(h)
    downloads(h, "figures")
    if h.basis.system is not None:
        downloads(h, "projects")


def _sources(h: Here) -> None:
    show.heading(h.w("sources.documents_title"))
    used = kept.piece(h, "used", lambda: set(data.all_figures(h.version, h.view.programme)["source_id"]))
    used = used | project_notes.sources(h)
    frame = data.sources(h.version)
    show.muted(h.w("sources.documents_help", count=len(frame), used=len(used)))
    show.show_table(h, "sources", lambda: sources_tables.sources(h, frame, used))
    remarks = data.remarks(h.version)
    if len(remarks):
        show.heading(h.w("sources.remarks_title"), level=3)
        show.show_table(h, "remarks", lambda: activities_tables.remarks(h, remarks))


def _definitions(h: Here) -> None:
    show.heading(h.w("sources.definitions_title"))
    ordered = [*MEASURES_FIRST, *(key for key in MEASURES if key not in MEASURES_FIRST)]
    show.show_table(h, "definitions", lambda: sources_tables.definitions(h, ordered))
    show.heading(h.w("sources.firmness_title"), level=3)
    show.show_table(h, "firmness", lambda: sources_tables.firmness(h))


def _translations(h: Here) -> None:
    """The originals of what is shown translated: always at hand, each in its own language."""
    found = data.translations(h.version, h.view.language)
    if not found:
        return
    show.heading(h.w("sources.translations_title"), below=(h.w("sources.translations_help"),))
    with st.expander(h.w("sources.translations_open", count=len(found)), key="translations", on_change="rerun") as opened:
        if opened.open:
            show.table_in_place(h, "translations", sources_tables.translations(h, found))


def _dictionary(h: Here) -> None:
    show.heading(h.w("sources.dictionary_title"), below=(h.w("sources.dictionary_help"),))
    with st.expander(h.w("sources.dictionary_open"), key="dictionary", on_change="rerun") as opened:
        if opened.open:
            show.table_in_place(h, "dictionary", sources_tables.dictionary(h))


def _imports(h: Here) -> None:
    show.heading(h.w("sources.imports_title"))
    frame = data.imports(h.version)
    if frame.empty:
        show.empty(h, h.w("empty.imports"))
        return
    st.markdown(plain(h.w("sources.imports_help", version=h.version)))
    show.show_table(h, "imports", lambda: sources_tables.imports(h, frame))


if __name__ == "__main__":
    draw("sources")
