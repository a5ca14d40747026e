"""Common indicators by axis, year and category of region; participants are CO01 + CO03 + CO05 and nothing else."""

from datetime import date

import pandas as pd

from charts import bullets
from charts import participants as charts
from data_model.vocabulary import SubjectKind
from metrics import participants
from metrics.measures import PARTICIPANT_INDICATORS
from metrics.progress import Scope
from shell import compared, comparison, data, help, kept, show
from shell.downloads import downloads
from shell.here import Here, draw
from shell.provenance import of_figures
from shell.show import Figure, Table
from shell.tables import people as people_tables


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("participants.heading"), h.w("participants.help"))
    help.first_time(h, "participants")
    figures = data.indicator_figures(h.version, h.view.programme, h.view.scope)
    day = kept.piece(h, "day", lambda: participants.last_date(figures, h.view.as_of))
    if day is None:
        ever = len(data.indicator_figures(h.version, h.view.programme, Scope()))
        show.empty(h, h.w("empty.indicators", day=h.w.day(h.view.as_of)) if ever else h.w("empty.indicators_none"))
        return
    over_time = kept.piece(h, "over_time", lambda: participants.participants_over_time(figures, h.view.as_of))
    indicators = kept.piece(h, "indicators", lambda: participants.indicators(figures, h.view.as_of))
    show.findings(h, lambda: _findings(h, over_time, indicators))
    if over_time:
        _over_time(h, figures, over_time)
        comparison.of_participants(h, lambda code: _name(h, code))
    _targets(h, figures, indicators)
    _all(h, figures, indicators)
    compared.on_measure(h, "participants")
    downloads(h, "participants")


def _findings(h: Here, over_time: list[participants.Participants], indicators: pd.DataFrame) -> list[str]:
    sentences = []
    if over_time:
        last = over_time[-1]
        sentences.append(h.w("participants.finding_total", total=h.w.count(last.value), day=h.w.day(last.as_of)))
        partial = [found for found in over_time if found.missing]
        sentences += (
            [
                h.w(
                    "participants.finding_missing",
                    days=h.w.joined([h.w.day(f.as_of) for f in partial]),
                    codes=h.w.joined(list(partial[-1].missing)),
                )
            ]
            if partial
            else []
        )
    rated = indicators[indicators["rate"].notna()]
    if len(rated):
        best = rated.sort_values("rate").iloc[-1]
        sentences.append(
            h.w("participants.finding_target", name=_name(h, best["subject_code"]), rate=h.w.rate(best["rate"]))
        )
    return sentences


def _name(h: Here, code: str) -> str:
    return h.w("indicator.named", code=code, name=h.w(f"indicator.{code}")) if h.w.has(f"indicator.{code}") else code


def _over_time(h: Here, figures: pd.DataFrame, over_time: list[participants.Participants]) -> None:
    last = over_time[-1]
    show.chart(
        h,
        "participants",
        lambda: Figure(
            charts.stacked,
            charts.stack_rows(over_time, h.w, name=lambda code: _name(h, code)),
            finding=h.w("participants.title_chart", total=h.w.count(last.value), day=h.w.day(last.as_of)),
            subtitle=h.w("participants.subtitle", day=h.w.day(last.as_of)),
            source=h.source_line(sorted(set(figures["source_id"]))),
            words={
                "unit": h.w("unit.people"),
                "parts": tuple(_name(h, code) for code in PARTICIPANT_INDICATORS),
                "value": h.w("table.people"),
            },
            table=people_tables.participants_over_time(h, over_time),
            notes=[h.w("participants.partial_note")] if any(found.missing for found in over_time) else [],
        ),
    )
    show.heading(h.w("participants.by_part_title", day=h.w.day(last.as_of)), level=3)
    show.show_table(h, "participants-parts", lambda: _by_part(h, figures, last.as_of))


def _by_part(h: Here, figures: pd.DataFrame, day: date) -> Table:
    return people_tables.participants_by_part(h, participants.participants_by(figures, day, ["axis_code", "category_code"]))


def _targets(h: Here, figures: pd.DataFrame, indicators: pd.DataFrame) -> None:
    rated = kept.piece(h, "rated", lambda: indicators[indicators["target"].notna()])
    if rated.empty:
        show.empty(h, h.w("empty.targets"))
        return

    def made() -> Figure:
        first = rated.sort_values("rate", ascending=False).iloc[0]
        return Figure(
            bullets.bullets,
            charts.target_rows(rated, h.w, name=lambda code: _name(h, code)),
            finding=h.w("participants.target_title", name=_name(h, first["subject_code"]), rate=h.w.rate(first["rate"])),
            subtitle=h.w("participants.target_subtitle", day=h.w.day(first["value_as_of"])),
            source=h.source_line(sorted(set(figures["source_id"]))),
            words={
                "unit": h.w("unit.people"),
                "whole": h.measure("indicator_target"),
                "middle": h.measure("indicator_value"),
            },
            table=people_tables.indicators(h, rated, lambda code: _name(h, code)),
        )

    show.chart(h, "targets", made)


def _all(h: Here, figures: pd.DataFrame, indicators: pd.DataFrame) -> None:
    show.heading(h.w("participants.all_title"), below=(h.w("participants.all_help"),))
    show.show_table(h, "indicators", lambda: people_tables.indicators(h, indicators, lambda code: _name(h, code)))
    counted = kept.piece(h, "counted", lambda: figures[figures["subject_kind"] == SubjectKind.INDICATOR])
    of_figures(h, "indicators", counted)


if __name__ == "__main__":
    draw("participants")
