"""Amounts written with thousands separators or with more decimals than are kept."""

import re
from decimal import ROUND_HALF_UP, Decimal

from importers.reading import BadValue

_POINT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_COMMA = re.compile(r"[+-]?[0-9]{1,15}(?:,[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def decimal_number(column: str, text: str, mark: str) -> Decimal:
    """A number with this decimal mark and no thousands separators, exactly as written. Raises BadValue."""
    pattern = _COMMA if mark == "," else _POINT
    if not pattern.fullmatch(text):
        raise BadValue(column, text, "not_a_number")
    return Decimal(text.replace(",", "."))


def grouped_number(column: str, text: str) -> Decimal:
    """A number with a decimal point whose thousands may be set off by commas: `830,866,667`. Raises BadValue."""
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return decimal_number(column, text, ".")


def rounded(number: Decimal, places: int) -> tuple[int, bool]:
    """(The number as an integer of 10**-places, halves away from zero; whether decimals were lost.)"""
    scaled = number.scaleb(places)
    whole = scaled.quantize(Decimal(1), ROUND_HALF_UP)
    return int(whole), whole != scaled
