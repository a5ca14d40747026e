"""Where do we stand? Allocation → commitments → reported → certified, per axis and over time, and what changed."""

from functools import partial
from typing import Any

import pandas as pd

from charts import bullets, funnel, trend
from metrics import frames, progress
from shell import comparison, data, help, kept, project_notes, show
from shell.downloads import downloads
from shell.filters import toggled
from shell.here import Here, draw
from shell.provenance import provenance
from shell.show import Figure
from shell.tables import finance as finance_tables


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(
        h.w("overview.heading", programme=h.programme_name(h.view.programme)),
        h.w(h.by_project("overview.help", "overview.help_projects")),
    )
    help.first_time(h, "overview")
    whole = h.positions("programme")
    if whole.empty:
        show.empty(h, h.w("empty.finance"))
        return
    position = kept.piece(h, "position", lambda: frames.first(whole))
    axes = h.positions("axis")
    show.findings(h, lambda: _findings(h, position, axes))
    show.tiles(h, lambda: _tiles(h, position))
    _bullets(h, axes, position)
    downloads(h, "axes")
    comparison.of_amounts(h, "axis")
    _funnel(h, whole, position)
    _trend(h)


def _findings(h: Here, position: dict[str, Any], axes: pd.DataFrame) -> list[str]:
    over = axes[axes["committed_rate"].fillna(0) > 1]
    idle = axes[axes["committed_cents"].eq(0).fillna(False)]
    return [
        h.in_series(
            "overview.finding_committed",
            committed=h.stage("committed"),
            amount=h.millions(position["committed_cents"], str(position["committed_firmness"])),
            rate=h.w.rate_with("to", position["committed_rate"]),
        )
        + " "
        + h.in_series(
            "overview.finding_reported" if pd.notna(position["reported_rate"]) else "overview.finding_unreported",
            reported=h.stage("reported"),
            amount=h.millions(position["reported_cents"], str(position["reported_firmness"])),
            rate=h.w.rate_with("to", position["reported_rate"]),
        ),
        project_notes.missing_payments(h),
        h.in_series(
            h.by_project("overview.finding_over", "overview.finding_over_projects"),
            axes=h.axis_short(over["axis_code"]),
            rates=h.w.joined([h.w.rate(r) for r in over["committed_rate"]]),
        )
        if len(over)
        else "",
        h.w(
            h.by_project("overview.finding_idle", "overview.finding_idle_projects"),
            axes=h.axis_short(idle["axis_code"]),
        )
        if len(idle)
        else "",
    ]


def _tiles(h: Here, position: dict[str, Any]) -> list[tuple[str, str, str]]:
    def tile(stage: str, share: str) -> tuple[str, str, str]:
        value = h.millions(position[f"{stage}_cents"], str(position[f"{stage}_firmness"]))
        note = share or h.day(position[f"{stage}_as_of"], str(position[f"{stage}_date_basis"]))
        return h.stage(stage), value, _of_how_many(h, stage, note) if h.basis.system else note

    def rate(key: str, stage: str) -> str:
        if pd.isna(position[f"{stage}_cents"]):
            return h.w("overview.no_source")
        return h.in_series(f"overview.tile_{stage}", rate=h.w.rate(position[key]))

    gap = h.millions(position["gap_cents"], str(position["gap_firmness"]))
    return [
        tile("allocated", ""),
        tile("committed", rate("committed_rate", "committed")),
        tile("reported", rate("reported_rate", "reported")),
        tile("certified", rate("certified_rate", "certified")),
        (h.measure(h.basis.gap), gap, _of_both(h, h.w(f"measure.{h.basis.gap}.short"))),
    ]


def _of_how_many(h: Here, stage: str, note: str) -> str:
    """The note of a tile with the projects that give the amount; where none does the note says so already."""
    known = h.coverage()
    count = known.given.get(stage, 0)
    if not count:
        return note
    return h.w("overview.of_projects", share=note, given=h.w.count(count), projects=h.w.count(known.projects))


def _of_both(h: Here, note: str) -> str:
    """The note of the gap with the projects that give both amounts."""
    known = h.coverage()
    count = known.paired.get("reported", 0)
    return (
        h.w("overview.of_projects", share=note, given=h.w.count(count), projects=h.w.count(known.projects))
        if count
        else note
    )


def _bullets(h: Here, axes: pd.DataFrame, position: dict[str, Any]) -> None:
    if axes.empty:
        show.empty(h, h.w("empty.axes"))
        return
    show.chart(
        h,
        "bullets",
        lambda: Figure(
            bullets.bullets,
            bullets.position_rows(
                axes, "axis_code", h.axis_name, h.w, share=h.by_project("bullets.share", "bullets.share_projects")
            ),
            finding=_bullets_title(h, axes, position),
            subtitle=h.in_series(
                "overview.bullets_subtitle",
                committed=h.stage("committed"),
                reported=h.stage("reported"),
                day=h.days(*frames.records(axes)),
            ),
            source=h.source_line(progress.sources_of(axes)),
            words={
                "unit": h.w("unit.millions"),
                "whole": h.stage("allocated"),
                "middle": h.stage("committed"),
                "thin": h.stage("reported"),
            },
            table=finance_tables.positions(h, axes, "axis_code", h.axis_name),
            notes=project_notes.rule(h),
        ),
        pick=partial(toggled, h.view, "axis"),
    )
    provenance(h, "bullets", axes)


def _bullets_title(h: Here, axes: pd.DataFrame, position: dict[str, Any]) -> str:
    if h.basis.system:
        plain_or_none = "overview.bullets_plain" if pd.notna(position["reported_rate"]) else "overview.bullets_none"
        return h.in_series(plain_or_none, rate=h.w.rate_with("the", position["reported_rate"]))
    over = axes[axes["committed_rate"].fillna(0) > 1]
    known = axes[axes["reported_rate"].notna()]
    reported = progress.rate(progress.total(known["reported_cents"]), progress.total(known["committed_cents"]))
    rate = h.w.rate_with("the", reported)
    if len(over):
        return h.in_series("overview.bullets_over", axes=h.axis_short(over["axis_code"]), rate=rate)
    if known.empty:
        return h.in_series("overview.bullets_none")
    if len(known) < len(axes):
        return h.in_series("overview.bullets_partial", axes=h.axis_short(known["axis_code"]), rate=rate)
    return h.in_series("overview.bullets_plain", rate=rate)


def _funnel(h: Here, whole: pd.DataFrame, position: dict[str, Any]) -> None:
    share = h.w.rate(position["committed_rate"])
    show.chart(
        h,
        "funnel",
        lambda: Figure(
            funnel.funnel,
            funnel.stage_rows(
                position, h.stage, h.w, _wholes(h), share=h.by_project("funnel.share", "funnel.share_projects")
            ),
            finding=h.in_series(
                h.by_project("overview.funnel_title", "overview.funnel_title_projects"),
                rate=share,
                reported=h.w.rate(position["reported_rate"]),
            ),
            subtitle=h.w("overview.funnel_subtitle", day=h.days(position)),
            source=h.source_line(progress.sources_of(whole)),
            words={"unit": h.w("unit.millions"), "value": h.w("table.amount")},
            table=finance_tables.stages(h, position),
            notes=[] if pd.notna(position["certified_cents"]) else [h.w("overview.certified_missing")],
        ),
    )
    provenance(h, "funnel", whole)


def _wholes(h: Here) -> dict[str, str]:
    """What each stage is a share of."""
    series = h.view.series
    whole, before = h.w(f"series.{series}.of_allocated"), h.w(f"series.{series}.of_before")
    return {"committed": whole, "reported": before, "certified": whole}


def _trend(h: Here) -> None:
    lines = h.trend("programme")
    if lines["as_of"].nunique() == 0:
        show.empty(h, h.w("empty.trend"))
        return
    if h.basis.system and lines["as_of"].nunique() == 1:
        show.empty(h, h.w("projects.one_date", day=h.w.day(lines["as_of"].min())))
        return
    show.chart(
        h,
        "trend",
        lambda: Figure(
            trend.trend,
            trend.trend_rows(lines, h.stage, h.w, short_name=h.stage_word),
            finding=_trend_title(h, lines),
            subtitle=h.in_series(
                h.by_project("overview.trend_subtitle", "overview.trend_subtitle_projects"),
                first=h.w.day(lines["as_of"].min()),
                last=h.w.day(lines["as_of"].max()),
            ),
            source=h.source_line(data.finance_sources(h.version, h.view.programme, h.view.series)),
            words={"unit": h.w("unit.millions"), "names": (h.w("table.day"), h.w("table.amount"), h.w("trend.fall"))},
            table=finance_tables.trend(h, lines),
            notes=_trend_notes(h, lines),
        ),
    )


def _trend_notes(h: Here, lines: pd.DataFrame) -> list[str]:
    fallen = progress.falls(h.trend("axis"))
    notes = [h.w("trend.triangle")] if len(progress.falls(lines)) else []
    notes += [h.w("trend.falls_in_axes", count=len(fallen))] if len(fallen) else []
    return notes + project_notes.per_date(h)


def _trend_title(h: Here, lines: pd.DataFrame) -> str:
    reported = lines[lines["stage"] == "reported"]
    if len(reported) < 2:
        return h.w("overview.trend_few", count=lines["as_of"].nunique())
    first, last = reported.iloc[0], reported.iloc[-1]
    return h.w(
        "overview.trend_title",
        stage=h.stage_word("reported").capitalize(),
        before=h.w.millions(int(first["cents"])),
        now=h.w.millions(int(last["cents"])),
        first=h.w.day(first["as_of"]),
        last=h.w.day(last["as_of"]),
    )


if __name__ == "__main__":
    draw("overview")
