"""Values as these tables write them: decimal comma, dd/mm/yyyy, a letter that says whether an amount adds or subtracts."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from importers.reading import BadValue

ADDS = frozenset(("I", "I-TR", "P", "P-TR", "C"))
"""Commitment, payment, certified: `-TR` is the same by transfer."""

SUBTRACTS = frozenset(("D", "D-TR", "R", "R-TR"))
"""Decommitment or amount taken out of certification, and rettifica."""

_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(,[0-9]+)?")
_POINT = re.compile(r"[+-]?[0-9]+(\.[0-9]+)+(,[0-9]+)?")
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")

PERSON = re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]", re.IGNORECASE)
"""The fiscal code of a natural person."""


def text(row: Mapping[str, str], column: str, longest: int | None = None) -> str:
    """A text that must be there. Raises BadValue."""
    value = optional(row, column, longest)
    if not value:
        raise BadValue(column, "", "missing")
    return value


def optional(row: Mapping[str, str], column: str, longest: int | None = None) -> str:
    """A text, empty where the cell or the column is. Raises BadValue."""
    value = row.get(column, "")
    if longest is not None and len(value) > longest:
        raise BadValue(column, value, "too_long")
    return value


def number(row: Mapping[str, str], column: str, places: int) -> int | None:
    """A number with a decimal comma and no thousands separator, times 10**places; None for an empty one. Raises BadValue."""
    value = row[column]
    if not value:
        return None
    if not _AMOUNT.fullmatch(value):
        raise BadValue(column, value, "other_decimal_mark" if _POINT.fullmatch(value) else "not_a_number")
    whole, _, decimals = value.partition(",")
    if len(decimals.rstrip("0")) > places or (places == 2 and len(decimals) > 2):  # 1,000 may be a thousand
        raise BadValue(column, value, "too_many_decimals")
    return int(whole + decimals[:places].ljust(places, "0"))


def signed_cents(row: Mapping[str, str], column: str, kinds: tuple[str, ...]) -> int | None:
    """An amount with its sign: what subtracts is never positive, so that an amount already negative is not subtracted twice.

    The kind is read in the first of the columns that is not empty; without such columns the amount stands as it is. Raises
    BadValue.
    """
    cents = number(row, column, 2)
    if not kinds:
        return cents
    kind_column = next((name for name in kinds if row.get(name)), kinds[0])
    kind = row.get(kind_column, "").upper()
    if kind not in ADDS and kind not in SUBTRACTS:
        raise BadValue(kind_column, kind, "unknown_code" if kind else "missing")
    return -abs(cents) if cents is not None and kind in SUBTRACTS else cents


def day(row: Mapping[str, str], column: str) -> date | None:
    """A dd/mm/yyyy date; None for an empty cell. Raises BadValue."""
    value = row.get(column, "")
    if not value:
        return None
    found = _date(value)
    if found is None:
        raise BadValue(column, value, "not_a_date")
    return found


@lru_cache(maxsize=8_192)
def _date(value: str) -> date | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        return date(int(value[6:]), int(value[3:5]), int(value[:2]))
    except ValueError:
        return None


def cancels(row: Mapping[str, str]) -> bool:
    """Whether a row takes away the record with its key. Raises BadValue."""
    flag = row.get("flg_cancellazione", "").upper()
    if flag not in ("", "S", "N"):
        raise BadValue("flg_cancellazione", flag, "unknown_code")
    return flag == "S"


def is_person(fiscal_code: str) -> bool:
    """Whether a fiscal code is, or may be, that of a natural person: 16 characters, or masked."""
    return len(fiscal_code) == 16 or "*" in fiscal_code  # the length of a person's code
