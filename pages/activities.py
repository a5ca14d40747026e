"""What each beneficiary is doing and at which stage; the legal framework and the elements of the reprogramming."""

import pandas as pd
import streamlit as st

from charts import activities as charts
from data_model.vocabulary import PROGRAMME_WIDE, ActivityStatus
from metrics import activities
from shell import data, help, show
from shell.downloads import downloads
from shell.here import Here, draw
from shell.show import Figure
from shell.tables import activities as activities_tables


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("activities.heading"), h.w("activities.help"))
    help.first_time(h, "activities")
    stated = data.statements(h.version, h.view.programme)
    known = h.statements()
    if known.empty:
        first = stated["as_of"].min()
        show.empty(
            h, h.w("empty.activities") if pd.isna(first) else h.w("empty.activities_later", day=h.w.day(first.date()))
        )
        return
    shown = activities.on_axes(known, h.view.axes)
    if shown.empty:
        show.empty(h, h.w("empty.activities_axis", axes=h.axis_short(h.view.axes)))
        return
    show.findings(h, lambda: _findings(h, shown))
    groups = list(dict.fromkeys(shown["axis_codes"]))
    for codes in [c for c in groups if c != PROGRAMME_WIDE]:
        _matrix(h, codes, shown[shown["axis_codes"] == codes])
    framework = shown[shown["axis_codes"] == PROGRAMME_WIDE]
    if len(framework):
        _matrix(h, PROGRAMME_WIDE, framework)
    _corrections(h, shown)
    downloads(h, "activities")


def _findings(h: Here, shown: pd.DataFrame) -> list[str]:
    counts = activities.count_by_status(shown)
    parts = [
        h.w("activities.status_item", count=count, status=h.w(f"status.{status}.label")) for status, count in counts.items()
    ]
    return [
        h.w("activities.finding_counts", total=len(shown), items=h.w.joined(parts)),
        h.w("activities.finding_inferred", inferred=activities.count_inferred(shown), total=len(shown)),
    ]


def _matrix(h: Here, codes: str, stated: pd.DataFrame) -> None:
    name = h.axis_short(codes.split(";"))
    finished = int((stated["status"] == ActivityStatus.COMPLETED).sum())
    first = stated.iloc[0]
    show.chart(
        h,
        f"matrix-{codes.replace(';', '-')}",
        lambda: Figure(
            charts.state_of_play,
            charts.matrix_rows(activities.state_of_play(stated), h.w, say=h.say),
            finding=h.w("activities.matrix_title", axis=name, total=len(stated), completed=finished),
            subtitle=h.w("activities.matrix_subtitle", day=h.day(first["as_of"], first["date_basis"])),
            source=h.source_line(sorted(set(stated["source_id"]))),
            words={
                "stages": tuple(h.w(f"status.{status}.short") for status in activities.STAGES),
                "count": h.w("table.activities"),
                "names": h.w("table.what"),
            },
            table=activities_tables.statements(h, stated),
        ),
    )


def _corrections(h: Here, shown: pd.DataFrame) -> None:
    """Slips in the wording of the sources of these statements, each with its correction."""
    remarks = data.remarks(h.version)
    own = remarks[remarks["source_id"].isin(shown["source_id"])]
    if own.empty:
        return
    show.heading(h.w("activities.corrections_title"))
    st.markdown(h.w("activities.corrections_help"))
    show.show_table(h, "corrections", lambda: activities_tables.remarks(h, own))


if __name__ == "__main__":
    draw("activities")
