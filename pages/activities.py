"""What each beneficiary is doing and at which stage; the legal framework and the elements of the reprogramming."""

import pandas as pd
import streamlit as st

from charts import activities as charts
from data_model.vocabulary import PROGRAMME_WIDE, ActivityStatus
from metrics import activities
from shell import data, help, kept, show
from shell.downloads import downloads
from shell.here import Here, draw
from shell.show import Figure
from shell.tables import activities as activities_tables


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("activities.heading"), h.w("activities.help"))
    help.first_time(h, "activities")
    known = h.statements()
    if known.empty:
        first = data.statements(h.version, h.view.programme)["as_of"].min()
        show.empty(
            h, h.w("empty.activities") if pd.isna(first) else h.w("empty.activities_later", day=h.w.day(first.date()))
        )
        return
    shown = kept.piece(h, "shown", lambda: activities.on_axes(known, h.view.axes))
    if shown.empty:
        show.empty(h, h.w("empty.activities_axis", axes=h.axis_short(h.view.axes)))
        return
    show.findings(h, lambda: _findings(h, shown))
    for codes in kept.piece(h, "groups", lambda: _groups(shown)):
        _matrix(h, codes, shown)
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


def _groups(shown: pd.DataFrame) -> list[str]:
    """The axes that statements are on, as they name them; last the framework of the programme."""
    return sorted(dict.fromkeys(shown["axis_codes"]), key=PROGRAMME_WIDE.__eq__)


def _matrix(h: Here, codes: str, shown: pd.DataFrame) -> None:
    def made() -> Figure:
        stated = shown[shown["axis_codes"] == codes]
        name = h.axis_short(codes.split(";"))
        finished = int((stated["status"] == ActivityStatus.COMPLETED).sum())
        first = stated.iloc[0]
        return Figure(
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
        )

    show.chart(h, f"matrix-{codes.replace(';', '-')}", made)


def _corrections(h: Here, shown: pd.DataFrame) -> None:
    """Slips in the wording of the sources of these statements, each with its correction."""
    remarks = data.remarks(h.version)
    own = kept.piece(h, "corrections", lambda: remarks[remarks["source_id"].isin(shown["source_id"])])
    if own.empty:
        return
    show.heading(h.w("activities.corrections_title"))
    st.markdown(h.w("activities.corrections_help"))
    show.show_table(h, "corrections", lambda: activities_tables.remarks(h, own))


if __name__ == "__main__":
    draw("activities")
