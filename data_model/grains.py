"""How the kept totals of projects (project_total) tell groups apart: which codes, and which amounts are given."""

from collections.abc import Collection, Mapping

from data_model.positions import MEASURES

NOT_TOLD_APART: Mapping[str, tuple[str, ...]] = {
    "beneficiary": (),
    "call": ("beneficiary_code",),
    "region": ("beneficiary_code", "call_code"),
    "axis": ("beneficiary_code", "call_code", "region_code"),
}
"""What each grain leaves out, from the finest on: each is summed up from the one before."""

CENTS = tuple(f"{name}_cents" for name in MEASURES)
"""The amounts, in the order of the bits of `given`."""


def bit(amount: str) -> int:
    """What `given` holds where an amount (a column with `_cents`) is given."""
    return 1 << CENTS.index(amount)


def grain(levels: Collection[str] = ()) -> str:
    """The coarsest grain that tells some levels (axis, call, beneficiary, region) apart."""
    asked = {f"{level}_code" for level in levels}
    return [name for name, left_out in NOT_TOLD_APART.items() if not asked.intersection(left_out)][-1]
