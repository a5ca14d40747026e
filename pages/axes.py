"""How far is each axis, by category of region and over time; and one axis opened."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from charts import bullets, trend
from data_model.vocabulary import SubjectKind
from metrics import activities, deadlines, frames, progress, published
from shell import compared, comparison, data, help, kept, project_notes, show
from shell.downloads import downloads
from shell.filters import toggled
from shell.here import Here, draw, plain
from shell.provenance import provenance
from shell.show import Figure, Table
from shell.tables import activities as activities_tables
from shell.tables import calls as calls_tables
from shell.tables import finance as finance_tables

_PER_ROW = 3


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("axes.heading"), h.w(h.by_project("axes.help", "axes.help_projects")))
    help.first_time(h, "axes")
    axes = h.positions("axis")
    if axes.empty:
        show.empty(h, h.w("empty.finance"))
        return
    show.findings(h, lambda: _findings(h, axes))
    _small_multiples(h, axes)
    downloads(h, "axes")
    comparison.of_amounts(h, "axis_category" if _split(h) else "axis")
    compared.on_axes(h)
    _by_category(h)
    _opened(h, axes)


def _split(h: Here) -> bool:
    """Whether the series splits axes by category of region."""
    return h.basis.system is None and not h.positions("axis_category").empty


def _findings(h: Here, axes: pd.DataFrame) -> list[str]:
    rated = axes[axes["committed_rate"].notna()].sort_values("committed_rate", kind="stable")
    if len(rated) < 2:
        return []
    low, high = rated.iloc[0], rated.iloc[-1]
    return [
        h.in_series(
            "axes.finding_range",
            high=h.axis_short(high["axis_code"]),
            high_rate=h.w.rate(high["committed_rate"]),
            low=h.axis_short(low["axis_code"]),
            low_rate=h.w.rate(low["committed_rate"]),
            committed=h.stage("committed"),
        ),
    ]


def _small_multiples(h: Here, axes: pd.DataFrame) -> None:
    lines = h.trend("axis")
    if lines.empty:
        show.empty(h, h.w("empty.trend"))
        return
    if h.basis.system and lines["as_of"].nunique() == 1:
        _bullets(h, "axes", axes, "axis_code", h.axis_name, h.w("axes.side_by_side"))
        show.muted(h.w("projects.one_date", day=h.w.day(lines["as_of"].min())))
        return
    fallen = kept.piece(h, "fallen", lambda: progress.falls(lines))
    about = h.in_series("axes.multiples_subtitle", committed=h.stage("committed"), reported=h.stage("reported"))
    title = h.w("axes.multiples_title", count=len(fallen)) if len(fallen) else h.w("axes.multiples_no_falls")
    show.heading(title, below=(about,))
    small = kept.piece(h, "small", lambda: _small(h))
    source = h.source_line(data.finance_sources(h.version, h.view.programme, h.view.series))
    words = {"unit": h.w("unit.millions"), "names": (h.w("table.day"), h.w("table.amount"), h.w("trend.fall"))}
    for start in range(0, len(small), _PER_ROW):
        for column, one in zip(st.columns(min(_PER_ROW, len(small))), small[start : start + _PER_ROW], strict=False):
            with column:
                show.small_chart(
                    h,
                    f"axis-{one.code}",
                    trend.trend,
                    one.rows,
                    title=h.axis_name(one.code),
                    values=one.values,
                    about=about,
                    words=words | {"height": 190, "small": True},
                    large=words,
                    source=source,
                    numbers=one.numbers,
                )
    show.muted(h.w("chart.source", source=source))
    if len(fallen):
        show.heading(h.w("axes.falls_title"), level=3)
        show.show_table(h, "falls", lambda: finance_tables.falls(h, fallen))
    show.show_table(h, "multiples", lambda: finance_tables.trend(h, lines, by_axis=True))


class _Small(NamedTuple):
    """One of the small charts: rows, the last values in words, the table of its file."""

    code: str
    rows: pd.DataFrame
    values: str
    numbers: Table


def _small(h: Here) -> list[_Small]:
    """One per axis, on one scale."""
    lines = h.trend("axis")
    top = int(lines["cents"].max())
    found = []
    for code in h.positions("axis")["axis_code"]:
        own = lines[lines["axis_code"] == code]
        rows = trend.trend_rows(own, h.stage, h.w, top_cents=top)
        found.append(_Small(code, rows, _last_values(h, own), finance_tables.trend(h, own)))
    return found


def _last_values(h: Here, own: pd.DataFrame) -> str:
    """The amounts at the last date in words, for the line below the name and the alternative text."""
    last = own[own["as_of"] == own["as_of"].max()]
    name = h.stage_word if h.basis.system else h.stage
    values = {row.stage: h.w.millions(int(row.cents)) for row in frames.rows(last)}
    return h.w.joined([f"{name(stage)} {value}" for stage, value in values.items()]) or h.w.missing


def _bullets(h: Here, piece: str, rows: pd.DataFrame, key: str, name: Callable[[Any], str], finding: str) -> None:
    """Bars of the parts of the programme on one scale, with their table and where the numbers come from."""
    show.chart(
        h,
        piece,
        lambda: Figure(
            bullets.bullets,
            bullets.position_rows(rows, key, name, h.w, share=h.by_project("bullets.share", "bullets.share_projects")),
            finding=finding,
            subtitle=h.in_series(
                "overview.bullets_subtitle",
                committed=h.stage("committed"),
                reported=h.stage("reported"),
                day=h.days(*frames.records(rows)),
            ),
            source=h.source_line(progress.sources_of(rows)),
            words={
                "unit": h.w("unit.millions"),
                "whole": h.stage("allocated"),
                "middle": h.stage("committed"),
                "thin": h.stage("reported"),
            },
            table=finance_tables.positions(h, rows, key, name),
            notes=project_notes.rule(h),
        ),
        pick=partial(toggled, h.view, key.removesuffix("_code")),
    )
    provenance(h, piece, rows)


def _by_category(h: Here) -> None:
    rows = kept.piece(h, "of-categories", lambda: _of_categories(h))
    if rows.empty:
        show.empty(h, h.w("empty.categories"))
        return
    finding = kept.piece(h, "category-finding", lambda: _best_category(h))
    _bullets(h, "categories", h.positions("category"), "category_code", h.category_name, finding)
    show.heading(h.w("axes.by_category_title"), level=3)
    show.show_table(h, "axes-by-category", lambda: finance_tables.by_category(h, rows))


def _of_categories(h: Here) -> pd.DataFrame:
    rows = h.positions("axis_category")
    return rows[rows["category_code"].notna()] if len(rows) else rows


def _best_category(h: Here) -> str:
    categories = h.positions("category")
    best = categories[categories["committed_rate"].notna()].sort_values("committed_rate", kind="stable")
    if best.empty:
        return h.w("axes.category_plain")
    category, rate = best.iloc[-1]["category_code"], best.iloc[-1]["committed_rate"]
    return h.in_series("axes.category_title", category=h.category_name(category), rate=h.w.rate(rate))


def _opened(h: Here, axes: pd.DataFrame) -> None:
    """One axis with its calls, agreements, activities, training and deadlines."""
    show.heading(h.w("axes.opened_title"))
    asked = h.view.axes[0] if len(h.view.axes) == 1 else None
    if asked is None:
        show.muted(h.w("axes.opened_choose"))
        for code in axes["axis_code"]:
            h.link("axes", h.axis_name(code), h.view.having(axes=(code,)))
        return
    show.muted(h.axis_name(asked))
    if h.basis.system:
        h.link("commitment_gaps", h.w("axes.opened_projects"), h.view.having(level="call", page=1))
    subjects = data.subjects(h.version, h.view.programme)
    if subjects.empty and h.basis.system:
        return
    own = kept.piece(h, "own", lambda: frames.where(subjects, (asked in codes for codes in subjects["axis_codes"])))
    for kinds, key in (
        ((SubjectKind.CALL,), "calls"),
        ((SubjectKind.AGREEMENT, SubjectKind.ACTIVITY), "agreements"),
        ((SubjectKind.TRAINING,), "training"),
    ):
        show.heading(h.w(f"axes.opened_{key}"), level=3)
        gaps = kept.piece(h, f"gaps-{key}", partial(published.subject_gaps, h.known(), own, kinds))
        if gaps.empty:
            show.muted(h.w("axes.opened_none"))
        elif key == "training":
            st.markdown("\n".join(f"- {plain(h.say(label))}" for label in gaps["label"]))
        else:
            show.show_table(h, f"opened-{key}", partial(calls_tables.subject_gaps, h, gaps))
    show.heading(h.w("axes.opened_activities"), level=3)
    stated = kept.piece(h, "stated", lambda: activities.on_axes(h.statements(), (asked,)))
    if stated.empty:
        show.muted(h.w("axes.opened_none"))
    else:
        show.show_table(h, "opened-activities", lambda: activities_tables.statements(h, stated))
    show.heading(h.w("axes.opened_deadlines"), level=3)
    dates = kept.piece(h, "decided", lambda: _decided(h, own))
    if dates.empty:
        show.muted(h.w("axes.opened_none"))
    else:
        names = dict(zip(own["code"], own["label"], strict=True))
        show.show_table(h, "opened-deadlines", lambda: calls_tables.deadlines(h, dates, names))


def _decided(h: Here, subjects: pd.DataFrame) -> pd.DataFrame:
    """The dates of some calls that were decided by the reference date."""
    dates = deadlines.known_and_later(data.deadlines(h.version, h.view.programme), h.view.as_of)
    calls = subjects[subjects["kind"] == SubjectKind.CALL]["code"]
    return dates[dates["call_code"].isin(calls) & ~dates["later"]]


if __name__ == "__main__":
    draw("axes")
