"""Every word a reader sees, in each language, and how numbers and dates are written in it.

The words are in it.toml and en.toml under equal keys; numbers and dates come from Babel's CLDR data.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

LANGUAGES = ("it", "en")
_LOCALES = {"it": "it_IT", "en": "en_GB"}
_FOLDER = Path(__file__).resolve().parent


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = _LOCALES[language]
        self._texts: Mapping[str, str] = _flat(tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8")))

    def __call__(self, key: str, **values: object) -> str:
        """The text under a key with its values put in. Raises KeyError for a key that is not in the file."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is a text under a key."""
        return key in self._texts

    def keys(self) -> list[str]:
        """All keys, in the order of the file."""
        return list(self._texts)

    @property
    def missing(self) -> str:
        """What stands where a value is not given."""
        return self("number.missing")

    def number(self, value: int | Decimal, decimals: int = 0) -> str:
        """A number with the language's separators: 1.249.204.169 or 6,5."""
        return _number(value, decimals, self._locale)

    def count(self, value: int | None) -> str:
        """A count, or the word for a missing one."""
        return self.missing if value is None else self.number(value)

    def thousandths(self, value: int | None) -> str:
        """A count kept in thousandths, with decimals only where it has any."""
        if value is None:
            return self.missing
        return self.number(value // 1000) if value % 1000 == 0 else self.number(Decimal(value) / 1000, 2)

    def euros(self, cents: int | None) -> str:
        """An amount for a table cell, the unit being in the head: 24.200.000, or 22.777.181,51 where there are cents."""
        if cents is None:
            return self.missing
        return self.number(cents // 100) if cents % 100 == 0 else self.number(Decimal(cents) / 100, 2)

    def money(self, cents: int | None) -> str:
        """An amount in full with its unit: 24.200.000 € or €24,200,000; what is negative begins with its sign."""
        if cents is None:
            return self.missing
        return f"{'−' if cents < 0 else ''}{self('number.euros', value=self.euros(abs(cents)))}"

    def millions(self, cents: int | None, decimals: int = 1) -> str:
        """An amount in prose: 24,2 M€. With two decimals a last zero is left out."""
        if cents is None:
            return self.missing
        if cents < 0:
            return f"−{self.millions(-cents, decimals)}"
        value = (Decimal(cents) / 100_000_000).quantize(Decimal(1).scaleb(-decimals))
        if decimals == 2 and value == value.quantize(Decimal("0.1")):
            decimals = 1
        return self("number.millions", value=self.number(value, decimals))

    def signed_millions(self, cents: int) -> str:
        """A difference in prose, with its sign: +19,8 M€ or −5,6 M€."""
        return f"{'−' if cents < 0 else '+'}{self.millions(abs(cents))}"

    def rate(self, value: float | None) -> str:
        """A share 0–1 as a percentage with one decimal: 6,5 %."""
        if value is None or value != value:  # NaN is how frames hold a missing rate
            return self.missing
        return self("number.percent", value=self.number(Decimal(str(value)) * 100, 1))

    def rate_with(self, article: str, value: float | None) -> str:
        """A share with its article, `the` or `to`: il 49,0 %, l'81,7 %, al 94,4 %; a missing one stands alone."""
        text = self.rate(value)
        if text == self.missing:
            return text
        whole = text.split(self.number(Decimal("0.1"), 1)[1], maxsplit=1)[0]
        vowel = "_vowel" if whole.startswith("8") or whole in ("1", "11") else ""
        return self(f"number.article_{article}{vowel}", value=text)

    def day(self, day: date | None) -> str:
        """A date as officials write it: 30/06/2019."""
        return self("number.undated") if day is None else _day(day, self._locale)

    def month(self, day: date) -> str:
        """A month in words: giugno 2019."""
        return str(format_date(day, "LLLL yyyy", locale=self._locale))

    def firm(self, text: str, firmness: str) -> str:
        """A formatted value with the mark of its firmness: circa 800, 225 (ambiguo)."""
        key = f"firmness.{firmness}.value"
        return self(key, value=text) if self.has(key) and text != self.missing else text

    def firm_in_prose(self, text: str, firmness: str) -> str:
        """As `firm`, without the mark of derived values: it belongs to tables and tooltips."""
        return text if firmness == "derived" else self.firm(text, firmness)

    def warning(self, code: str, count: int, details: Sequence[str], most: int) -> str:
        """What was noticed in a file: how often, and the first details of it."""
        first = ", ".join(details[:most])
        if len(details) > most:
            first = self("import_data.and_more", first=first, count=self.count(len(details) - most))
        return self(f"warning.{code}", count=self.count(count), details=first).replace(" ()", "")

    def joined(self, parts: list[str]) -> str:
        """Parts in one phrase: 3, 4 e 5."""
        if len(parts) < 2:
            return "".join(parts)
        return self("number.and", first=", ".join(parts[:-1]), last=parts[-1])


@lru_cache(maxsize=10_000)  # a page writes a thousand, the same ones in each run
def _number(value: int | Decimal, decimals: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=locale)).replace("-", "−")


@lru_cache(maxsize=2_000)
def _day(day: date, locale: str) -> str:
    return str(format_date(day, "dd/MM/yyyy", locale=locale))


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> Words:
    """The words of a language; read once."""
    return Words(language)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as dotted keys."""
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
