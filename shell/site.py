"""What the house that runs the app adds to the foot of each page: links of its own, from the environment or site.toml."""

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

SLOTS = ("privacy", "legal", "accessibility", "feedback")
FILE = Path(__file__).resolve().parent.parent / "site.toml"
_IN_AN_ADDRESS = ":/?#@!$&*+,;=%~._-"
"""Other characters are encoded, so that an address cannot end the link it stands in."""


def address(text: str) -> str | None:
    """A web or mail address fit for a link; None for anything else."""
    parts = urlsplit(text.strip())
    known = (parts.scheme in ("http", "https") and parts.netloc) or (parts.scheme == "mailto" and "@" in parts.path)
    return quote(text.strip(), safe=_IN_AN_ADDRESS) if known else None


def chosen(environment: dict[str, str], file: Path) -> dict[str, str]:
    """Slot and address, in the order of SLOTS; the environment goes before the file, absent and unfit ones are left out.

    An address may be one for both languages or a table with one per language: then the slots are `privacy.it`, ….
    """
    written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found: dict[str, str] = {}
    for slot in SLOTS:
        value = environment.get(f"AVANZAMENTO_{slot.upper()}_URL") or written.get(slot, "")
        each = {f"{slot}.{language}": text for language, text in value.items()} if isinstance(value, dict) else {slot: value}
        found |= {name: good for name, text in each.items() if isinstance(text, str) and (good := address(text))}
    return found


@lru_cache(maxsize=1)
def _of_this_site() -> dict[str, str]:
    return chosen(dict(os.environ), FILE)


def links(language: str) -> dict[str, str]:
    """Slot and address for a language."""
    found = _of_this_site()
    each = {slot: found.get(f"{slot}.{language}", found.get(slot)) for slot in SLOTS}
    return {slot: good for slot, good in each.items() if good}
