"""Amounts, days, regions and names as OpenCoesione writes them in its several dialects.

Each reader takes one text and raises BadValue, without a column, where it is something else: nothing is guessed.
"""

import hashlib
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

from importers.opencoesione_columns import AMOUNT_PREFIXES, REGIONS, SYNONYMS
from importers.reading import BadValue, Table

PARTS = ":::"
"""What joins several values in one cell."""

Reader = Callable[[str], int]

_CENT = Decimal("0.01")
_EVIDENCE_ROWS = 1_000
_MARKED = re.compile(r"[+-]?[0-9]+([.,])[0-9]{1,2}")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?|[+-]?[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?|[+-]?[0-9,]+\.[0-9]+"
)
_ROUNDED = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,2})?")
_MOST_CENTS = 10**14
"""A trillion euros: no project has as much, and sums over many of them would no longer fit the store."""

_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?:\.0)?")
_FLOAT_CODE = re.compile(r"([0-9]+)\.0")
_FISCAL_CODE = re.compile(r"\b[A-Za-z]{6}[0-9L-V]{2}[A-EHLMPRST][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]\b", re.IGNORECASE)
_PERSON = re.compile(r"[A-Za-z0-9]{16}")
_LONGEST_PROGRAMME, _LONGEST_BENEFICIARY = 50, 120


def decimal_mark(table: Table) -> str:
    """The decimal mark of a file: what the amounts of its first rows show, else the one that goes with its delimiter."""
    if not table.delimiter:
        return "."
    indexes = [i for i, name in enumerate(table.names) if SYNONYMS.get(name, name).startswith(AMOUNT_PREFIXES)]
    seen = {",": 0, ".": 0}
    for _, cells in islice(table.rows(), _EVIDENCE_ROWS):
        for index in indexes:
            if index < len(cells) and (marked := _MARKED.fullmatch(cells[index])):
                seen[marked[1]] += 1
    if seen[","] == seen["."]:
        return "." if table.delimiter == "," else ","
    return max(seen, key=seen.__getitem__)


def cents_reader(mark: str, *, rounded: bool) -> Reader:
    """What reads an amount as cents: exactly, or, from a source of 32-bit floats, to the nearest cent."""
    if rounded:
        return _rounded_cents
    exact = re.compile(rf"([+-]?[0-9]{{1,12}})(?:\{mark}([0-9]+))?").fullmatch

    def cents(text: str) -> int:
        if text[-3:-2] == mark:  # as nearly all are written
            digits = text[:-3] + text[-2:]
            if digits.isascii() and digits.isdigit() and 2 < len(digits) < 15:
                return int(digits)
        found = exact(text)
        if found is None:
            raise BadValue("", text, _why_not(text, mark))
        whole, decimals = found.groups(default="")
        if len(decimals) != 2:
            decimals = decimals.rstrip("0")
            if len(decimals) > 2:
                raise BadValue("", text, "too_many_decimals")
            decimals = decimals.ljust(2, "0")
        return int(whole + decimals)

    return cents


def _rounded_cents(text: str) -> int:
    if not _ROUNDED.fullmatch(text):
        raise BadValue("", text, "not_a_number")
    cents = int(Decimal(text).quantize(_CENT, ROUND_HALF_UP) * 100)
    if abs(cents) > _MOST_CENTS:
        raise BadValue("", text, "too_large")
    return cents


def _why_not(text: str, mark: str) -> str:
    """The reason why a text is no amount."""
    other = "." if mark == "," else ","
    if re.fullmatch(rf"[+-]?[0-9]{{13,}}(\{mark}[0-9]*)?", text):
        return "too_large"
    marked = re.fullmatch(rf"[+-]?[0-9]+\{other}[0-9]+", text) or _GROUPED.fullmatch(text)
    return "other_decimal_mark" if marked else "not_a_number"


class Days(dict[str, date | None]):
    """Days by their text, read once each: YYYYMMDD, also as the float that pandas makes of it, and the ISO form.

    In a rounded source, day 32 is the last of its month and day 0 the first; `impossible` has the texts of those.
    """

    def __init__(self, *, rounded: bool) -> None:
        super().__init__({"": None})
        self._rounded = rounded
        self.impossible: set[str] = set()

    def __missing__(self, text: str) -> date:
        found = _DAY.fullmatch(text)
        if found is None:
            raise BadValue("", text, "not_a_date")
        year, month, day = int(found[1]), int(found[3]), int(found[4])
        if self._rounded and day in (0, 32) and 1 <= month <= 12 and year:
            self.impossible.add(text)
            day = monthrange(year, month)[1] if day else 1
        try:
            self[text] = made = date(year, month, day)
        except ValueError as error:
            raise BadValue("", text, "not_a_date") from error
        return made


def code(text: str) -> str:
    """A code, without the `.0` that pandas adds to it."""
    return found[1] if (found := _FLOAT_CODE.fullmatch(text)) else text


def parts(text: str) -> list[str]:
    """The values of a cell that may have several, in their order; some may be empty."""
    return [part.strip() for part in text.split(PARTS)]


def region_of_code(text: str) -> str | None:
    """Two digits of the region: 00 national, 99 abroad. Raises BadValue where there is no such region."""
    digits = code(text)
    if not digits:
        return None
    if digits in ("998", "999"):
        return "99"
    if not re.fullmatch(r"0*([01]?[0-9]|20)", digits):
        raise BadValue("", text, "unknown_code")
    return digits[-2:].zfill(2)


def region_of_name(text: str) -> str | None:
    """Two digits of the region of a name, as above. Raises BadValue where there is no such region."""
    if text and text not in REGIONS:
        raise BadValue("", text, "unknown_code")
    return REGIONS.get(text)


def is_personal(text: str) -> bool:
    """Whether a fiscal code is that of a person, or masked because it is."""
    return "*" in text or _PERSON.fullmatch(text) is not None


def masked(text: str) -> str:
    """A cell of fiscal codes with those of persons masked."""
    return PARTS.join("*" * 16 if _PERSON.fullmatch(part.strip()) else part for part in text.split(PARTS))


def masked_anywhere(text: str) -> str:
    """A cell of any column with the fiscal codes of persons masked."""
    return _FISCAL_CODE.sub("*" * 16, text)


def code_of_name(name: str) -> str:
    """The code that stands for a beneficiary who has none that may be kept: ~ and the name in capitals."""
    return _within("~" + " ".join(name.upper().split()), _LONGEST_BENEFICIARY)


def programme_of_name(name: str) -> str:
    """The code that stands for a programme of which only the name is known: ~ and the name, letters and digits."""
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    return _within("~" + "-".join(re.findall("[A-Z0-9]+", plain)), _LONGEST_PROGRAMME)


def _within(text: str, length: int) -> str:
    """The text; where it is too long its beginning and a digest of all of it, so that two such texts stay apart."""
    if len(text) <= length:
        return text
    return f"{text[: length - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}"
