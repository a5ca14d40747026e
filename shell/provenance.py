"""Where the numbers of a chart come from: definition, calculation with its figures, source, place, wording, firmness,
import. One click away, read on demand."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data_model.selection import Selection
from metrics.calculations import of_projects, rates_of
from metrics.progress import STAGES, in_order
from shell import data, project_data, project_notes, show
from shell.here import Here, plain
from shell.show import Table
from shell.tables import projects as projects_tables
from shell.tables import sources as sources_tables

PAGE_ROWS = 50


def provenance(h: Here, name: str, positions: pd.DataFrame) -> None:
    """The figures behind a frame of positions and the definitions of its measures."""
    with st.expander(h.w("provenance.open"), key=f"provenance-{name}", on_change="rerun") as opened:
        if not opened.open:
            return
        _definitions(h, [*h.basis.stages, h.basis.gap, *rates_of(h.basis).values()])
        _calculations(h, name, sources_tables.calculations(h, positions))
        if h.basis.system is not None:
            project_notes.provenance(h)
            return
        ids = {i for stage in STAGES for found in positions[f"{stage}_figure_ids"] for i in found}
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
    imports = data.imports(h.version)
    show.heading(h.w("provenance.imports"), level=3)
    show.table_in_place(h, f"lots-{name}", sources_tables.behind(h, imports[imports["id"].isin(part["import_id"])]))
    h.link("import_data", h.w("provenance.open_imports"), h.view)


def of_selection(h: Here, chosen: Selection) -> None:
    """Of projects selected: definitions, calculation, the rule of the latest row, and the imports behind what is shown."""
    with st.expander(h.w("provenance.open"), key="provenance-projects", on_change="rerun") as opened:
        if not opened.open:
            return
        _definitions(h, [h.basis.committed, h.basis.reported, h.basis.gap, h.basis.rates[1]])
        total = project_data.totals(h.version, chosen)
        named = [(h.w("comparison.whole"), found) for found in of_projects(total, h.basis)]
        _calculations(h, "projects", sources_tables.calculated(h, named))
        st.markdown(plain(h.w("project_gaps.origins_rule", day=h.w.day(h.view.as_of))))
        show.table_in_place(h, "origins", projects_tables.origins(h, project_data.origins(h.version, chosen)))


def _definitions(h: Here, measures: Sequence[str]) -> None:
    lines = [f"- **{plain(h.measure(m))}**: {plain(h.w(f'measure.{m}.definition'))}" for m in measures]
    st.markdown("\n".join(lines))


def _calculations(h: Here, name: str, table: Table) -> None:
    """Each gap and share with the figures that it is made of."""
    show.heading(h.w("provenance.calculations"), level=3)
    if h.basis.system is not None:
        show.muted(h.w("provenance.both"))
    show.table_in_place(h, f"calculations-{name}", table)
