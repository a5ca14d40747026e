"""One project opened: its facts, its places, the history of its amounts, where each row comes from."""

from typing import Any

import pandas as pd

from charts import trend
from metrics import frames, project_gaps
from metrics.progress import STAGES
from shell import data, project_data, show
from shell.here import Here
from shell.show import Figure
from shell.tables import projects as tables

_TEXTS = ("status", "theme", "fund_code")
_DAYS = ("started_on", "planned_end_on", "ended_on", "committed_on")


def opened(h: Here, project: str) -> None:
    """The project as it is known at the reference date."""
    whole = project_data.history(h.version, h.view.programme, str(h.basis.system), project)
    known = whole[whole["as_of"] <= pd.Timestamp(h.view.as_of)]
    if known.empty:
        show.empty(h, h.w("project_gaps.detail_later", day=h.day(whole["as_of"].iloc[0])))
        return
    latest = frames.records(known)[-1]
    show.heading(h.w("table.quoted", text=_title(latest)))
    show.findings(h, lambda: _findings(h, latest))
    if isinstance(latest["shared_with"], str) and latest["shared_with"]:
        show.muted(
            h.w(
                "project_gaps.detail_shared",
                others=", ".join(_programme(h, code) for code in latest["shared_with"].split(";")),
                programme=h.programme_name(h.view.programme),
            )
        )
    show.heading(h.w("project_gaps.detail_facts"))
    show.table_in_place(h, "facts", tables.facts(h, _facts(h, latest)))
    places = project_data.places(h.version, project)
    if len(places):
        show.heading(h.w("project_gaps.detail_places"), level=3)
        show.show_table(h, "places", lambda: tables.places(h, places))
    _history(h, known)
    if len(whole) > len(known):
        later = h.w.count(len(whole) - len(known))
        show.muted(h.w("project_gaps.detail_after", day=h.w.day(h.view.as_of), count=later))
    show.heading(h.w("project_gaps.detail_provenance"), level=3)
    show.show_table(h, "project-provenance", lambda: tables.provenance(h, known))


def _title(latest: dict[str, Any]) -> str:
    return str(latest["title"]).strip() or str(latest["project_code"])


def _findings(h: Here, latest: dict[str, Any]) -> list[str]:
    _, committed, reported, _ = h.basis.columns
    assert committed is not None
    assert reported is not None
    gap = project_gaps.gap_of(latest, committed, reported)
    firmness = project_gaps.firmness_of(latest)
    amounts = h.w(
        "project_gaps.detail_amounts",
        committed=h.stage("committed"),
        amount=h.w.firm(h.w.money(_cents(latest[committed])), firmness),
        reported=h.stage("reported"),
        paid=h.w.firm(h.w.money(_cents(latest[reported])), firmness),
    )
    missing = [h.stage(s) for s, name in (("committed", committed), ("reported", reported)) if pd.isna(latest[name])]
    said = (
        h.w("project_gaps.detail_finding_none", gap=h.measure(h.basis.gap), missing=h.w.joined(missing))
        if gap is None
        else h.w(
            "project_gaps.detail_finding_gap",
            gap=h.measure(h.basis.gap),
            amount=h.w.firm(h.w.money(gap), firmness),
            reported=h.stage("reported"),
            rate=h.w.rate(project_gaps.share(latest[reported], latest[committed])),
        )
    )
    status = latest["status"] if isinstance(latest["status"], str) else h.w.missing
    day = h.day(latest["as_of"], latest["date_basis"])
    return [amounts, said, h.w("project_gaps.detail_finding_state", status=status, day=day)]


def _cents(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _programme(h: Here, code: str) -> str:
    """The name of a programme, or its code where the store does not know it."""
    return h.programme_name(code) if code in data.programmes(h.version) else code


def _facts(h: Here, latest: dict[str, Any]) -> list[tuple[str, str]]:
    """(what, what the source says) of a project; what it does not say is n.d."""

    def text(value: Any) -> str:
        return value if isinstance(value, str) and value.strip() else h.w.missing

    def named(level: str) -> str:
        code, name = latest[f"{level}_code"], latest[f"{level}_name"]
        if not isinstance(code, str):
            return h.w.missing
        return f"{name} [{code}]" if isinstance(name, str) and name != code else code

    axis = latest["axis_code"]
    found = [
        ("title", _title(latest)),
        ("code", str(latest["project_code"])),
        ("cup", text(latest["cup"]).replace(";", "; ")),
        ("programme", f"{h.programme_name(h.view.programme)} [{h.view.programme}]"),
        ("axis", h.axis_name(axis) if isinstance(axis, str) else h.w.missing),
        ("call", named("call")),
        ("beneficiary", named("beneficiary")),
        ("region", h.region_name(latest["region_code"])),
        ("place", text(latest["place"])),
    ]
    found += [(name.removesuffix("_code"), text(latest[name])) for name in _TEXTS]
    found += [(name, h.day(latest[name]) if pd.notna(latest[name]) else h.w.missing) for name in _DAYS]
    return [(h.w(f"project_gaps.fact_{name}"), said) for name, said in found]


def _history(h: Here, known: pd.DataFrame) -> None:
    """The amounts at each reference date: a line where there are two, and the table."""
    stages = [(h.stage(stage), name) for stage, name in zip(STAGES, h.basis.columns, strict=True) if name]
    _, committed, reported, _ = h.basis.columns
    assert committed is not None
    assert reported is not None
    table = tables.history(h, known, stages, (committed, reported))
    lines = project_gaps.history_lines(known, committed, reported)
    if lines["as_of"].nunique() < 2:
        show.heading(h.w("project_gaps.detail_history"))
        show.show_table(h, "history", table)
        return
    show.chart(
        h,
        "project-history",
        lambda: Figure(
            trend.trend,
            trend.trend_rows(lines, h.stage, h.w, short_name=h.stage_word),
            finding=_history_title(h, lines),
            subtitle=h.w(
                "project_gaps.detail_history_subtitle",
                committed=h.stage("committed"),
                reported=h.stage("reported"),
                first=h.w.day(lines["as_of"].min()),
                last=h.w.day(lines["as_of"].max()),
            ),
            source=h.source_line(dict.fromkeys(known["source_id"])),
            words={
                "unit": h.w("unit.millions"),
                "names": (h.w("table.day"), h.w("table.value"), h.w("trend.fall")),
                "height": 240,
            },
            table=table,
        ),
    )


def _history_title(h: Here, lines: pd.DataFrame) -> str:
    reported = frames.records(lines[lines["stage"] == "reported"])
    if len(reported) < 2:
        return h.w("project_gaps.detail_history_plain")
    first, last = reported[0], reported[-1]
    return h.w(
        "project_gaps.detail_history_title",
        reported=h.stage("reported"),
        before=h.millions(first["cents"], first["firmness"], 2),
        first=h.w.day(first["as_of"]),
        now=h.millions(last["cents"], last["firmness"], 2),
        last=h.w.day(last["as_of"]),
    )
