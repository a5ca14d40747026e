"""What must be said of sums of project rows: whose rows they are, how many projects give an amount, where they come from."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from data_model.project_totals import Lot
from data_model.vocabulary import System
from metrics.progress import STAGES
from metrics.project_totals import Coverage
from shell import data, show
from shell.here import Here, plain
from shell.show import Table
from shell.tables.cells import columns


def on_series(h: Here) -> None:
    """The line above every page while a series of projects is in use: whose rows, of what date, under which licence."""
    if h.basis.system is None:
        return
    known, found = h.coverage(whole=True), data.lots(h.version, h.view.programme, str(h.basis.system))
    if not found:
        return
    sentences = [
        h.w(
            f"projects.series_{h.basis.system}",
            programme=h.programme_name(h.view.programme),
            licence=_licence(h, found),
            projects=h.w.count(known.projects),
            day=h.w.day(h.view.as_of),
        ),
        _other_programme(h),
        _rounded(h, known),
    ]
    show.muted(" ".join(filter(None, sentences)))


def _licence(h: Here, lots: list[Lot]) -> str:
    frame = data.sources(h.version)
    found = [frame.loc[source, "licence"] for source in dict.fromkeys(lot.source_id for lot in lots)]
    return h.w.joined([h.say(text) for text in found if isinstance(text, str)]) or h.w("projects.licence_none")


def _other_programme(h: Here) -> str:
    """That this is not the programme of the documents, where there is one."""
    kinds = data.programme_kinds(h.version)
    if kinds[h.view.programme] == "published":
        return ""
    documented = [code for code, kind in kinds.items() if kind == "published"]
    return h.w("projects.other", documented=h.programme_name(documented[0])) if documented else ""


def _rounded(h: Here, known: Coverage) -> str:
    if not known.rounded:
        return ""
    return h.w("projects.rounded", rounded=h.w.count(known.rounded), projects=h.w.count(known.projects))


def missing_payments(h: Here) -> str:
    """The finding on commitments of projects that do not say what was paid; empty where all of them do."""
    known = h.coverage()
    if not known.unpaid_projects:
        return ""
    return h.w("overview.finding_unpaid", amount=h.w.millions(known.unpaid_cents), projects=h.w.count(known.unpaid_projects))


def given(h: Here, stage: str) -> str:
    """`somma di 722 progetti su 1.975`."""
    known = h.coverage()
    return h.w("projects.sum", given=h.w.count(known.given.get(stage, 0)), projects=h.w.count(known.projects))


def rule(h: Here) -> list[str]:
    """The note under a chart that shares are of the projects that give both amounts, not of the sums that are drawn."""
    return [h.w("projects.rule")] if h.basis.system else []


def per_date(h: Here) -> list[str]:
    """That the projects known are not the same at each date, where the trend could be taken for growth."""
    if h.basis.system is None:
        return []
    v = h.view
    counts: dict[date, int] = data.projects_per_date(h.version, v.programme, v.series, v.as_of, v.scope)
    if len(set(counts.values())) < 2:
        return []
    items = [h.w("overview.trend_projects_item", day=h.w.day(day), count=h.w.count(n)) for day, n in counts.items()]
    return [h.w("overview.trend_projects", items="; ".join(items))]


def provenance(h: Here) -> None:
    """In the place of a list of figures: how many projects give each amount, and which imports brought their rows."""
    known = h.coverage()
    st.markdown(plain(" ".join(filter(None, [h.w("projects.rule"), _rounded(h, known)]))))
    show.heading(h.w("projects.coverage"), level=3)
    show.table_in_place(h, show.own_name("coverage"), _coverage(h, known))
    show.heading(h.w("projects.lots"), level=3)
    lots = data.lots(h.version, h.view.programme, str(h.basis.system))
    show.table_in_place(h, show.own_name("lots"), _lots(h, lots))
    assumed = sum(lot.assumed for lot in lots)
    if assumed:
        show.muted(h.w("projects.assumed", assumed=h.w.count(assumed), projects=h.w.count(sum(lot.rows for lot in lots))))


def _coverage(h: Here, known: Coverage) -> Table:
    """One row per stage of the series: projects that give it, those that give what it is compared with too, all."""
    rows = [
        (
            h.stage(stage),
            h.w.count(known.given.get(stage, 0)),
            h.w.count(known.paired.get(stage)) if stage != STAGES[0] else "",
            h.w.count(known.projects),
        )
        for stage in STAGES
    ]
    heads = [h.w("table.stage"), *(h.w(f"projects.head_{name}") for name in ("given", "both", "projects"))]
    return Table(columns(rows, heads), numbers=(2, 3, 4))


def _lots(h: Here, lots: list[Lot]) -> Table:
    """One row per import and source."""
    count: Callable[[int | None], str] = h.w.count
    rows = [
        (
            h.source_line([lot.source_id]),
            lot.file_name,
            str(lot.import_id),
            count(lot.rows),
            count(lot.rounded),
            h.w("projects.days", first=h.w.day(lot.first), last=h.w.day(lot.last)),
        )
        for lot in lots
    ]
    heads = [
        h.w("table.source"),
        h.w("table.file"),
        *(h.w(f"projects.head_{name}") for name in ("import", "rows", "rounded", "days")),
    ]
    return Table(columns(rows, heads), numbers=(4, 5))


def sources(h: Here) -> set[str]:
    """The sources of the programme's project rows."""
    return {lot.source_id for system in System for lot in data.lots(h.version, h.view.programme, str(system))}


def exist(h: Here) -> list[str]:
    """That rows of projects exist besides the figures, for each system that has some, and where they are seen."""
    sentences = []
    for system in System:
        lots = data.lots(h.version, h.view.programme, str(system))
        if lots:
            sentences.append(
                h.w(
                    "projects.exist",
                    rows=h.w.count(sum(lot.rows for lot in lots)),
                    projects=h.w.count(data.project_count(h.version, h.view.programme, str(system))),
                    page=h.w("commitment_gaps.title"),
                )
            )
    return sentences
