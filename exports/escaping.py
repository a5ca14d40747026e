"""Text for spreadsheets: no text of the data may become a formula. Numbers are not texts and are never touched.

A text that starts with an apostrophe gets another one; a text whose first sign that shows could start a formula or a command
gets one, unless the whole of it is a number. Taking one leading apostrophe away gives every text back.
"""

import re

INVISIBLE = "".join(map(chr, (0x20, 0x85, 0xA0, 0xAD, 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F,
                              *range(0x2060, 0x2065), 0x3000, 0xFEFF)))  # fmt: skip
"""Blanks and signs without width that a spreadsheet may skip before it looks for a formula."""

LIVE = "=+-@\t\r\n|%\x00\v\f\uff1d\uff0b\uff0d\uff20"
"""First signs of formulas and commands, in their full width too."""

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


def is_live(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula or a command."""
    shown = text.lstrip(INVISIBLE)
    return bool(shown) and shown[0] in LIVE and not _NUMBER.fullmatch(text)


def escaped(text: str) -> str:
    """The text as a spreadsheet may open it."""
    return f"'{text}" if text.startswith("'") or is_live(text) else text


def unescaped(text: str) -> str:
    """The text that was escaped."""
    return text.removeprefix("'")
