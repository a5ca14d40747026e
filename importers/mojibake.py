"""Text whose letters were encoded twice on the way (`povertÃ `): put right only where that can be proved.

Proved means that the bytes which the wrong reading must have had are valid UTF-8 from the first to the last, and that they
give letters of western languages and their punctuation: `È«` would give a letter that no language here has. Text that was
right from the start does not pass that test, so nothing else is touched. The blank after `Ã` is the second half of a
letter: texts are mended before the blanks around them are taken off.
"""

_ALSO = frozenset("‘’‚“”„†‡•…‰‹›–—€™ŒœŠšŽžŸƒˆ˜")
"""What the code page of Windows has beyond Latin-1."""

_STEPS = 3
"""A text may have gone through it more than once: no copy seen needs more than two."""


def mended(text: str) -> str:
    """The text, or what it was before it was encoded twice."""
    if text.isascii():
        return text
    found = text
    for _ in range(_STEPS):
        once = _once(found)
        if once == found:
            break
        found = once
    return text if found == text else _with_letters(found)


def _once(text: str) -> str:
    for wrong in ("cp1252", "latin-1"):
        try:
            found = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if all(letter <= "\xff" or letter in _ALSO for letter in found):
            return found
    return text


def _with_letters(text: str) -> str:
    """The text without control codes: no text means them, and in their place the code page of Windows has letters."""
    if not any("\x80" <= letter <= "\x9f" for letter in text):
        return text
    try:
        return text.encode("latin-1").decode("cp1252")
    except UnicodeError:
        return text
