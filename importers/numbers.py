"""Numbers and dates as a person writes them, in Italian or in English, as integers: never through a float."""

import re
from datetime import date

from importers.reading import BadValue

_SHAPE = re.compile(r"[+-]?[0-9][0-9., \u00a0\u202f'’]*")
_MOST_DIGITS = 15


def written_number(text: str, places: int, column: str = "") -> int | None:
    """A number as an integer of 10**-places; None where there is no text. Raises BadValue.

    `1.234,56`, `1,234.56`, `1 234,56`, `1234,56` and `1234.56` are the same. A single separator before exactly three
    digits (`1.234`) may mean thousands or decimals: it is refused, for one of the two would be wrong by a thousand.
    """
    text = text.strip().replace("\u2212", "-")
    if not text:
        return None
    if not _SHAPE.fullmatch(text):
        raise BadValue(column, text, "not_a_number")
    sign, bare = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    whole, decimals = _parts(bare, column, text)
    decimals = decimals.rstrip("0")
    if len(whole) > _MOST_DIGITS:
        raise BadValue(column, text, "not_a_number")
    if len(decimals) > places:
        raise BadValue(column, text, "too_many_decimals")
    return sign * int(whole + decimals.ljust(places, "0"))


def _parts(bare: str, column: str, text: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    marks = re.findall("[.,]", bare)
    kinds = set(marks)
    if len(kinds) == 2:
        decimal = marks[-1]
        if marks.count(decimal) > 1:
            raise BadValue(column, text, "not_a_number")
        whole, _, decimals = bare.rpartition(decimal)
        return _grouped(whole, column, text), _digits(decimals, column, text)
    if len(marks) > 1:
        return _grouped(bare, column, text), ""
    if not marks:
        return _grouped(bare, column, text), ""
    whole, _, decimals = bare.partition(marks[0])
    if re.fullmatch("[1-9][0-9]{0,2}", whole) and re.fullmatch("[0-9]{3}", decimals):
        raise BadValue(column, text, "ambiguous_number")
    return _grouped(whole, column, text), _digits(decimals, column, text)


def _grouped(whole: str, column: str, text: str) -> str:
    """The digits before the decimal mark; groups must be of three digits and parted by one kind of separator."""
    separators = set(re.findall("[^0-9]", whole))
    if not separators:
        return _digits(whole, column, text)
    if len(separators) > 1 or not re.fullmatch("[0-9]{1,3}([^0-9][0-9]{3})+", whole):
        raise BadValue(column, text, "not_a_number")
    return re.sub("[^0-9]", "", whole)


def _digits(text: str, column: str, whole: str) -> str:
    if not re.fullmatch("[0-9]+", text):
        raise BadValue(column, whole, "not_a_number")
    return text


def written_date(text: str, column: str = "") -> date | None:
    """A day as 30/06/2019 or 2019-06-30; None where there is no text. Raises BadValue."""
    text = text.strip()
    if not text:
        return None
    italian = re.fullmatch("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    iso = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if italian:
        day, month, year = italian.groups()
    elif iso:
        year, month, day = iso.groups()
    else:
        raise BadValue(column, text, "not_a_date")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadValue(column, text, "not_a_date") from error
