"""How the gap and the shares of a position come about: what is combined with what, with the figures in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data_model.vocabulary import Firmness
from metrics.measures import MEASURES, Basis
from metrics.progress import PAIRS, STAGES


@dataclass(frozen=True)
class Calculation:
    """One measure of a position: `left` and `right` are the cents that are subtracted (a gap) or divided (a rate), as the
    measure declares; `result` is cents or a share. Missing is None."""

    measure: str
    left: int | None
    left_firmness: Firmness
    right: int | None
    right_firmness: Firmness
    result: int | float | None

    @property
    def is_gap(self) -> bool:
        """Whether the right is taken from the left, rather than dividing it."""
        return MEASURES[self.measure].kind == "gap"


def calculations(position: Mapping[str, Any], basis: Basis) -> list[Calculation]:
    """The gap and the shares of one row of `metrics.progress.positions`, in the order of the stages. Sums over projects
    stand with the amounts of the projects that give both, which is what is compared."""
    committed = position["reported_whole_cents"] if basis.system else position["committed_cents"]
    gap = Calculation(
        basis.gap,
        _cents(committed),
        Firmness(position["committed_firmness"]),
        _cents(position["reported_part_cents"]),
        Firmness(position["reported_firmness"]),
        _cents(position["gap_cents"]),
    )
    return [gap, *(_share(position, part, measure) for part, measure in rates_of(basis).items())]


def of_projects(total: Mapping[str, Any], basis: Basis) -> list[Calculation]:
    """The gap and the share of a group of projects (`metrics.project_gaps.with_rates`), of those that give both amounts."""
    committed, reported = _cents(total["both_committed_cents"]), _cents(total["both_reported_cents"])
    derived = Firmness.DERIVED
    rate = total["reported_rate"]
    share = None if pd.isna(rate) else float(rate)
    return [
        Calculation(basis.gap, committed, derived, reported, derived, _cents(total["gap_cents"])),
        Calculation(rates_of(basis)["reported"], reported, derived, committed, derived, share),
    ]


def _share(position: Mapping[str, Any], part: str, measure: str) -> Calculation:
    share, whole = position[f"{part}_rate"], dict(PAIRS)[part]
    return Calculation(
        measure,
        _cents(position[f"{part}_part_cents"]),
        Firmness(position[f"{part}_firmness"]),
        _cents(position[f"{part}_whole_cents"]),
        Firmness(position[f"{whole}_firmness"]),
        None if pd.isna(share) else float(share),
    )


def rates_of(basis: Basis) -> dict[str, str]:
    """The measure that is the share of each stage; a stage that no declared measure is a share of is left out."""
    measures = dict(zip(STAGES, basis.stages, strict=True))
    declared = {(m.numerator, m.denominator): m.key for m in MEASURES.values() if m.kind == "rate"}
    pairs = {part: (measures[part], measures[whole]) for part, whole in PAIRS}
    return {part: declared[pair] for part, pair in pairs.items() if pair in declared}


def _cents(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
