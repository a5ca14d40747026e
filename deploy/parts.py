"""What is shipped: the packages of the lock with what their wheels say of themselves, and the parts that are no packages."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
WANTED = ROOT / "requirements.in"
OTHERS = Path(__file__).with_name("other_parts.toml")

SPDX = {
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
"""Names that wheels give their licence instead of the one of the SPDX list."""
ONLY_IN_A_FILE = {"pysqlite3": "Zlib"}
"""Wheels whose licence is only in the text that they carry, which was read."""


class Unknown(Exception):
    """Something about what is shipped cannot be told; the message says what."""


@dataclass(frozen=True)
class Package:
    """One line of the lock."""

    name: str
    version: str
    condition: str
    """Where it is installed: a marker, empty where everywhere."""
    hashes: tuple[str, ...]

    @property
    def here(self) -> bool:
        """Whether it is one of the packages of this system and this Python."""
        return not self.condition or Marker(self.condition).evaluate()


@dataclass(frozen=True)
class Part:
    """Something shipped that is no package of its own: a font, a map, a library inside a wheel."""

    name: str
    inside: str
    licence: str
    stated: str


_LINE = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<condition>[^\\]*?))?\s*\\\n"
    r"(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64}(?:\s*\\)?\n)+)",
    re.MULTILINE,
)


def locked(text: str) -> list[Package]:
    """The packages of a lock. Raises Unknown for a line that is not pinned to a version and to hashes."""
    found = [
        Package(canonicalize_name(line["name"]), line["version"], line["condition"] or "", tuple(_hashes(line["hashes"])))
        for line in _LINE.finditer(text)
    ]
    begun = [line for line in text.splitlines() if line and not line.startswith(("#", " ", "\t"))]
    if len(begun) != len(found):
        names = {package.name for package in found}
        loose = [line for line in begun if canonicalize_name(re.split(r"[\[=<>!~;\s]", line)[0]) not in names]
        raise Unknown(f"Not pinned to a version and to hashes: {', '.join(loose or begun)}.")
    return found


def _hashes(lines: str) -> Iterator[str]:
    yield from re.findall(r"sha256:([0-9a-f]{64})", lines)


@cache
def packages() -> list[Package]:
    """The packages of the app's own lock."""
    return locked(LOCK.read_text(encoding="utf-8"))


def requirements(text: str) -> list[Requirement]:
    """The requirements of an .in file."""
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def direct() -> set[str]:
    """The packages that the app itself imports."""
    return {canonicalize_name(one.name) for one in requirements(WANTED.read_text(encoding="utf-8"))}


def others() -> list[Part]:
    """The parts that are no packages, written down by hand."""
    return [Part(**entry) for entry in tomllib.loads(OTHERS.read_text(encoding="utf-8"))["part"]]


def licence(name: str) -> str:
    """The licence as the installed wheel states it, as an expression of the SPDX list. Raises Unknown."""
    said = _said(_metadata(name))
    found = SPDX.get(said, said) or ONLY_IN_A_FILE.get(name, "")
    if not found:
        raise Unknown(f"{name} states no licence. Read the text it carries and name it in deploy/parts.py.")
    return found


def _said(found: PackageMetadata) -> str:
    """The SPDX expression, else the short name, else the classifier; some put the whole text where the name belongs."""
    words = [word for field in ("License-Expression", "License") for word in found.get_all(field) or []]
    words += [line.rpartition(" :: ")[2] for line in found.get_all("Classifier") or [] if line.startswith("License :: ")]
    return next((word for word in words if word and len(word) < 80 and "Copyright" not in word), "")


def needs(name: str) -> list[str]:
    """The packages of the lock that a package asks for, on any system: by itself, and with the extras that the app wants."""
    _metadata(name)
    names = {package.name for package in packages()}
    wanted = requirements(WANTED.read_text(encoding="utf-8"))
    extras = {extra for one in wanted if canonicalize_name(one.name) == name for extra in one.extras}
    asked = (Requirement(line) for line in requires(name) or [])
    found = {canonicalize_name(one.name) for one in asked if _applies(str(one.marker or ""), extras)}
    return sorted(found & names)


def _applies(marker: str, extras: set[str]) -> bool:
    of_extras = re.findall(r"""extra == ["']([^"']+)["']""", marker)
    return not of_extras or bool(extras & set(of_extras))


def _metadata(name: str) -> PackageMetadata:
    try:
        return metadata(name)
    except PackageNotFoundError:
        raise Unknown(f"{name} is in the lock and not installed here: run `make setup`.") from None
