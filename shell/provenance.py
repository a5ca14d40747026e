"""Where the numbers of a chart come from: definition, source, place, wording, firmness. One click away, read on demand."""

import pandas as pd
import streamlit as st

from metrics.progress import STAGES, in_order
from shell import data, project_notes, show
from shell.here import Here, plain
from shell.tables import sources as sources_tables

PAGE_ROWS = 50


def provenance(h: Here, name: str, positions: pd.DataFrame) -> None:
    """The figures behind a frame of positions and the definitions of its measures."""
    ids = {i for stage in STAGES for found in positions[f"{stage}_figure_ids"] for i in found}
    with st.expander(h.w("provenance.open"), key=f"provenance-{name}", on_change="rerun") as opened:
        if not opened.open:
            return
        measures = [*h.basis.stages, h.basis.gap]
        st.markdown("\n".join(f"- **{plain(h.measure(m))}**: {plain(h.w(f'measure.{m}.definition'))}" for m in measures))
        if h.basis.system is not None:
            project_notes.provenance(h)
            return
        figures = data.all_figures(h.version, h.view.programme)
        _paged(h, name, in_order(figures[figures["id"].isin(ids)]))


def of_figures(h: Here, name: str, figures: pd.DataFrame) -> None:
    """A list of figures with their provenance, read only when it is opened."""
    with st.expander(
        h.w("provenance.list", count=h.w.number(len(figures))), key=f"provenance-{name}", on_change="rerun"
    ) as opened:
        if opened.open:
            _paged(h, name, figures)


def _paged(h: Here, name: str, figures: pd.DataFrame) -> None:
    """One page of figures at a time: a page never sends more than is shown."""
    pages = max(1, -(-len(figures) // PAGE_ROWS))
    number = 1
    if pages > 1:
        chosen = st.number_input(h.w("provenance.page", pages=pages), 1, pages, key=f"page-{name}")
        number = int(chosen)
    subjects = data.subjects(h.version, h.view.programme)
    labels = dict(zip(subjects["code"], subjects["label"], strict=True))
    part = figures.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    show.table_in_place(h, f"figures-{name}", sources_tables.figures(h, part, labels))
