"""Rows of dumbbells (charts.commitment_gaps) for groups of projects: the line is the gap of those that give both amounts."""

import pandas as pd

from charts.rows import Naming, amount_text, in_millions, short_text
from data_model.vocabulary import UNKNOWN_CODE
from metrics import frames
from texts import Words


def ranking_rows(groups: pd.DataFrame, name: Naming, w: Words, *, short: str) -> pd.DataFrame:
    """The rows to draw for ranked groups (metrics.project_gaps.with_rates) whose gap is known; `short` names the gap in a
    label, `name` takes a row of the frame."""
    records = []
    for number, row in enumerate(frames.records(groups[groups["gap_cents"].notna()])):
        gap = short_text(w, row["gap_cents"], row["gap_firmness"], 2)
        records.append(
            {
                "row": number,
                "code": row["code"] if isinstance(row["code"], str) else UNKNOWN_CODE,
                "label": name(row),
                "gap_label": w("project_gaps.mark", short=short, gap=gap, rate=w.rate(row["reported_rate"])),
                "gap_short": gap,
                "committed": in_millions(row["both_committed_cents"]),
                "reported": in_millions(row["both_reported_cents"]),
                "committed_firmness": row["committed_firmness"],
                "reported_firmness": row["reported_firmness"],
                "committed_text": amount_text(w, row["both_committed_cents"], row["committed_firmness"]),
                "reported_text": amount_text(w, row["both_reported_cents"], row["reported_firmness"]),
                "gap_text": amount_text(w, row["gap_cents"], row["gap_firmness"]),
            }
        )
    return pd.DataFrame.from_records(records)
