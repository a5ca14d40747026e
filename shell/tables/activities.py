"""Tables of activities: statements with their stage, corrections of wording."""

import pandas as pd

from metrics import frames
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns

DATA_LANGUAGE = "it"
"""The language in which the sources of statements and labels are written."""


def statements(h: Here, frame: pd.DataFrame) -> Table:
    """One row per statement: who, what, stage, the quoted words, stated or inferred; in another language than the data's
    also the original."""
    translated = h.view.language != DATA_LANGUAGE
    rows = [
        (
            r.code,
            h.say(r.beneficiary),
            h.say(r.activity),
            h.w(f"status.{r.status}.label"),
            h.w("table.quoted", text=r.status_wording),
            h.w(f"status_basis.{r.status_basis}"),
            *([f"{r.beneficiary}: {r.activity}"] if translated else []),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.number"),
        h.w("table.beneficiary"),
        h.w("table.what"),
        h.w("table.status"),
        h.w("table.wording"),
        h.w("table.basis"),
        *([h.w("table.original")] if translated else []),
    ]
    return Table(columns(rows, heads), quoted=(5, 7), sentences=(3,), wide_names=False)


def remarks(h: Here, frame: pd.DataFrame) -> Table:
    """One row per slip in a source's wording."""
    rows = [
        (
            h.source(r.source_id),
            h.w("table.quoted", text=r.wording),
            h.say(r.remark),
            h.say(r.place) if isinstance(r.place, str) else "",
            h.source(r.evidence_source_id) if isinstance(r.evidence_source_id, str) else "",
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.source"),
        h.w("table.wording"),
        h.w("table.correction"),
        h.w("table.place"),
        h.w("table.evidence"),
    ]
    return Table(columns(rows, heads), quoted=(2,), sentences=(3,))
