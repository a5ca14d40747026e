"""What all drawing rows share: amounts in millions for the scale, texts in the reader's language for labels."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from texts import Words

Naming = Callable[[Any], str]


def in_millions(cents: Any) -> float | None:
    """The length of a mark: millions of euro; None draws nothing."""
    return None if cents is None or pd.isna(cents) else int(cents) / 100_000_000


def cents_or_none(value: Any) -> int | None:
    """A nullable integer of a frame as an integer or None."""
    return None if value is None or pd.isna(value) else int(value)


def amount_text(w: Words, cents: Any, firmness: str) -> str:
    """An amount in full with its unit and firmness, for a tooltip."""
    return w.firm(w.money(cents_or_none(cents)), firmness)


def short_text(w: Words, cents: Any, firmness: str, decimals: int = 1) -> str:
    """An amount in millions with its firmness, for a label."""
    return w.firm_in_prose(w.millions(cents_or_none(cents), decimals), firmness)
