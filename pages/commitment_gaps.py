"""Where is the gap between what is committed and what is reported or paid, ranked by euro or by rate."""

from functools import partial

import pandas as pd
import streamlit as st

from charts import commitment_gaps as charts
from data_model.vocabulary import Series, SubjectKind, weakest
from metrics import commitment_gaps, frames, progress, published
from metrics.comparison import GAP
from shell import compared, comparison, data, help, kept, project_data, project_detail, show
from shell import project_sections as sections
from shell.downloads import downloads
from shell.filters import toggled
from shell.here import Here, draw
from shell.provenance import of_selection, provenance
from shell.show import Figure
from shell.tables import calls as calls_tables
from shell.tables import finance as finance_tables
from shell.view import SORTS


def render(h: Here) -> None:
    """The page from top to bottom: of published figures, or of projects where the series has some."""
    if h.basis.system is not None:
        _of_projects(h)
    else:
        _of_figures(h)


def _of_projects(h: Here) -> None:
    """Levels down to the project that is opened; age, map and silence of what is shown."""
    show.title(h.w("project_gaps.heading"), h.in_series("project_gaps.help", series=h.w(f"series.{h.view.series}.label")))
    help.first_time(h, "commitment_gaps")
    if h.view.project is not None:
        sections.trail(h)
        project_detail.opened(h, h.view.project)
        return
    sections.choices(h)
    chosen = project_data.selection(h.view)
    total = project_data.totals(h.version, chosen)
    if not total["projects"]:
        show.empty(h, h.w("project_gaps.nothing", day=h.w.day(h.view.as_of)))
        return
    show.findings(h, lambda: sections.findings(h, total))
    sections.ranking(h, chosen, total)
    downloads(h, "commitment_gaps")
    downloads(h, "projects")
    comparison.of_amounts(h, "axis")
    sections.ages(h, chosen)
    sections.regions(h, chosen)
    sections.silence(h, chosen)
    of_selection(h, chosen)


def _of_figures(h: Here) -> None:
    """Axes, categories of region and calls, as far as figures are published."""
    show.title(
        h.w("commitment_gaps.heading"), h.in_series("commitment_gaps.help", series=h.w(f"series.{h.view.series}.label"))
    )
    help.first_time(h, "commitment_gaps")
    st.radio(
        h.w("commitment_gaps.sort"),
        SORTS,
        key="sort",
        horizontal=True,
        format_func=lambda sort: h.w(f"commitment_gaps.sort_{sort}"),
    )
    axes = h.positions("axis")
    if axes.empty:
        show.empty(h, h.w("empty.finance"))
        return
    ranked = kept.piece(h, "ranked", lambda: commitment_gaps.ranked(axes, h.view.sort))
    show.findings(h, lambda: _findings(h, axes, ranked))
    _ranking(h, "axes", ranked, "axis_code")
    downloads(h, "commitment_gaps")
    comparison.of_amounts(h, "axis", ("committed", "reported", GAP))
    if said := kept.piece(h, "without", lambda: _without_gap(h, axes)):
        show.muted(*said)
    categories = h.positions("category")
    ranked_categories = kept.piece(h, "categories", lambda: commitment_gaps.ranked(categories, h.view.sort))
    if len(ranked_categories):
        _ranking(h, "categories", ranked_categories, "category_code")
    else:
        show.muted(h.w("empty.categories"))
    compared.on_axes(h)
    _calls(h)


def _findings(h: Here, axes: pd.DataFrame, ranked: pd.DataFrame) -> list[str]:
    if ranked.empty:
        return [h.w("commitment_gaps.finding_none")]
    gap = progress.total(ranked["gap_cents"])
    worst = frames.first(ranked.sort_values("reported_rate", kind="stable"))
    return [
        h.w(
            "commitment_gaps.finding_known" if len(commitment_gaps.unknown(axes)) else "commitment_gaps.finding_total",
            gap=h.millions(gap, weakest(ranked["gap_firmness"])),
            committed=h.stage("committed"),
            reported=h.stage("reported"),
        ),
        h.in_series(
            "commitment_gaps.finding_rate",
            axis=h.axis_short(worst["axis_code"]),
            rate=h.w.rate_with("the", worst["reported_rate"]),
        ),
    ]


def _name(h: Here, key: str, code: object) -> str:
    return h.axis_name(str(code)) if key == "axis_code" else h.category_name(code)


def _ranking(h: Here, name: str, ranked: pd.DataFrame, key: str) -> None:
    if ranked.empty:
        show.empty(h, h.w("empty.gaps"))
        return
    show.chart(
        h,
        f"gaps-{name}",
        lambda: Figure(
            charts.dumbbells,
            charts.gap_rows(ranked, lambda code: _name(h, key, code), h.w, key=key),
            finding=_title(h, ranked, key),
            subtitle=h.w(
                "commitment_gaps.subtitle",
                committed=h.stage("committed"),
                reported=h.stage("reported"),
                day=h.days(*frames.records(ranked)),
            ),
            source=h.source_line(progress.sources_of(ranked)),
            words={
                "unit": h.w("unit.millions"),
                "committed": h.stage("committed"),
                "reported": h.stage("reported"),
                "gap": h.measure(h.basis.gap),
            },
            table=finance_tables.gaps(h, ranked, key, lambda code: _name(h, key, code)),
        ),
        pick=partial(toggled, h.view, key.removesuffix("_code")),
    )
    provenance(h, f"gaps-{name}", ranked)


def _title(h: Here, ranked: pd.DataFrame, key: str) -> str:
    first = frames.first(ranked)
    short = h.axis_short(first[key]) if key == "axis_code" else h.category_name(first[key])
    if h.view.sort != "amount":
        return h.in_series("commitment_gaps.title_rate", name=short, rate=h.w.rate(first["unreported_rate"]))
    return h.w(
        "commitment_gaps.title_amount",
        name=short,
        gap=h.millions(first["gap_cents"], first["gap_firmness"]),
        reported=h.measure(h.basis.gap),
    )


def _without_gap(h: Here, axes: pd.DataFrame) -> list[str]:
    """The axes with nothing committed, and those of which the gap is not known."""
    idle, unknown = commitment_gaps.nothing_committed(axes), commitment_gaps.unknown(axes)
    committed = h.stage("committed")
    said = [h.w("commitment_gaps.idle", axes=h.axis_short(idle["axis_code"]), committed=committed)] if len(idle) else []
    if len(unknown):
        said.append(h.in_series("commitment_gaps.unknown", axes=h.axis_short(unknown["axis_code"])))
    return said


def _calls(h: Here) -> None:
    """Calls and agreements: only in the series that knows them; elsewhere a link to it. Bases are never mixed."""
    subjects = data.subjects(h.version, h.view.programme)
    kinds = (SubjectKind.CALL, SubjectKind.AGREEMENT)
    if not kept.piece(h, "calls and agreements", lambda: bool(subjects["kind"].isin(kinds).any())):
        return
    if h.view.series is not Series.PUBLISHED:
        elsewhere = h.w("commitment_gaps.calls_elsewhere", series=h.w("series.published.label"))
        show.heading(h.w("commitment_gaps.calls_title"), below=(elsewhere,))
        h.link("calls", h.w("commitment_gaps.calls_link"), h.view)
        return
    show.heading(h.w("commitment_gaps.calls_title"))
    gaps = published.subject_gaps(
        h.known(),
        subjects[subjects["parent_code"].isna()],
        (SubjectKind.CALL, SubjectKind.AGREEMENT, SubjectKind.ACTIVITY),
    )
    show.show_table(h, "call-gaps", lambda: calls_tables.subject_gaps(h, gaps))


if __name__ == "__main__":
    draw("commitment_gaps")
