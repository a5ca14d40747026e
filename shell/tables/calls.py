"""Tables of calls and agreements: gaps and why they are unknown, fractions, lost values, deadlines."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from metrics import frames
from metrics.published import Share
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, decided, euro_head, given, head, marked


def subject_gaps(h: Here, frame: pd.DataFrame) -> Table:
    """One row per call or agreement: what is given, the gap, or why it cannot be computed."""
    rows = [
        (
            h.say(row["label"]),
            h.axis_short(row["axis_codes"]) if row["axis_codes"] else h.w.missing,
            _allocated(h, row),
            *(h.amount(row[f"{m}_cents"], row[f"{m}_firmness"]) for m in ("committed", "reported", "gap")),
            h.w.rate(row["reported_rate"]),
            gap_reason(h, row),
            h.day(row["as_of"], row["date_basis"]),
            ", ".join(map(h.source, row["source_ids"])) or h.w.missing,
        )
        for row in frames.records(frame.sort_values("gap_cents", ascending=False, kind="stable"))
    ]
    heads = [
        h.w("table.call"),
        h.w("table.axis"),
        *(euro_head(h, h.measure(m)) for m in ("allocated", "committed", "reported", "gap_reported")),
        h.measure("reported_rate"),
        h.w("table.gap_known"),
        h.w("table.day"),
        h.w("table.source"),
    ]
    return Table(columns(rows, heads), numbers=(3, 4, 5, 6, 7))


def _allocated(h: Here, row: Mapping[str, Any]) -> str:
    """The allocation, marked where sources disagree on it."""
    text = h.amount(row["allocated_cents"], row["allocated_firmness"])
    return marked(h, text, row["kind"], row["code"], "allocated")


def gap_reason(h: Here, row: Mapping[str, Any]) -> str:
    """Whether the gap of a call is known, and if not, why."""
    if not row["missing"]:
        return h.w("calls.gap_known")
    if row["lost"]:
        return h.w("calls.gap_lost")
    if "committed" in row["missing"] and "reported" in row["missing"]:
        return h.w("calls.gap_both_missing")
    return h.w("calls.gap_one_missing", measure=h.measure(row["missing"][0]))


def shares(h: Here, pairs: Sequence[tuple[str, Share]], part: str, whole: str) -> Table:
    """One row per part of a whole, with the words of the source."""
    rows = [
        (
            h.say(label),
            given(h, s.part),
            given(h, s.whole),
            h.w.rate(s.rate),
            s.part.wording,
            h.w(f"firmness.{s.firmness}.label"),
            h.day(s.part.as_of, s.part.date_basis),
            h.source(s.part.source_id),
        )
        for label, s in pairs
    ]
    heads = [
        h.w("table.call"),
        head(h, part),
        head(h, whole),
        h.w("table.share"),
        h.w("table.wording"),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
    ]
    return Table(columns(rows, heads), numbers=(2, 3, 4), quoted=(5,))


def lost(h: Here, frame: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """One row per figure whose value did not survive, with the reason."""
    rows = [
        (
            h.say(labels[r.subject_code]),
            h.measure(r.measure),
            h.w.missing,
            h.say(r.note) if isinstance(r.note, str) else "",
            h.say(r.place),
            h.source(r.source_id),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.call"),
        h.w("table.measure"),
        h.w("table.value"),
        h.w("table.reason"),
        h.w("table.place"),
        h.w("table.source"),
    ]
    return Table(columns(rows, heads), sentences=(4,))


def deadlines(h: Here, frame: pd.DataFrame, labels: Mapping[str, str] | None = None) -> Table:
    """One row per decision on a date."""
    rows = [
        (
            h.say(labels[r.call_code]) if labels else r.call_code,
            h.w.day(r.new_deadline.date()),
            h.w(f"deadline.{r.kind}"),
            decided(h, r.decided_wording),
            h.say(r.act),
            h.say(r.note) if isinstance(r.note, str) else "",
            h.source(r.source_id),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.call"),
        h.w("table.deadline"),
        h.w("table.kind"),
        h.w("table.decided"),
        h.w("table.act"),
        h.w("table.note"),
        h.w("table.source"),
    ]
    return Table(columns(rows, heads))
