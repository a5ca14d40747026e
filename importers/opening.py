"""Opens what a person brings: a text table, a zip, a folder, a workbook, a parquet file. Found out from the content, within
limits that keep a hostile file from harming the app.

A `Package` has one or more members (files) and, of those that are tables with a header, one `Table` each.
"""

import codecs
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from importers.reading import HEAD, ROUNDED, Table, TextTable, UnreadableFile, header_of, normalise

MAX_ENTRIES = 500
MAX_RATIO = 250
"""Text of monitoring systems shrinks to a twentieth, rarely to a fiftieth; a bomb to a thousandth."""

_RATIO_COUNTS_FROM = 1 << 20
_CHUNK = 1 << 16
_LONE_RETURN = re.compile(rb"\r[^\n]")
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Member:
    """One file, by itself or in a zip; `name` is how places in it are called."""

    path: Path
    entry: str | None = None

    @property
    def name(self) -> str:
        """The file's own name, without folders."""
        return (self.entry or self.path.name).replace("\\", "/").rsplit("/", maxsplit=1)[-1]

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes, as a stream. Raises UnreadableFile where a zip's entry is damaged."""
        if self.entry is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.entry) as inside:
                yield cast("BinaryIO", inside)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise UnreadableFile("broken_zip", self.entry) from error

    @cached_property
    def encoding(self) -> str:
        """UTF-8 if all of it is, else the Western code page of Windows. Raises UnreadableFile."""
        return _encoding(self)


@dataclass(frozen=True)
class Package:
    """What one path holds. `sha256` is that of the file; of a folder, that of its files' in the order of their names."""

    path: Path
    members: tuple[Member, ...]
    kind: str
    """text, zip, folder, workbook, parquet"""
    _opened: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 in hexadecimal."""
        if self.kind != "folder":
            return _sha256(self.path)
        digests = "".join(_sha256(member.path) for member in self.members)
        return hashlib.sha256(digests.encode()).hexdigest()

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables with a header that are in it. Raises UnreadableFile."""
        # their libraries take 50 MB, which a large text file needs for itself
        if self.kind == "parquet":
            from importers.parquet import ParquetTable  # noqa: PLC0415

            return (ParquetTable.of(self.path),)
        if self.kind == "workbook":
            from importers.workbook import sheets  # noqa: PLC0415

            return tuple(sheets(self.path))
        return tuple(text_table(member) for member in self.members)


def open_package(path: Path) -> Package:
    """Find out what a path holds. Raises UnreadableFile, and OSError where it cannot be read at all."""
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        if not files:
            raise UnreadableFile("empty")
        if len(files) > MAX_ENTRIES:
            raise UnreadableFile("too_many_entries", str(len(files)))
        return Package(path, tuple(Member(p) for p in files), "folder")
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK\x03\x04"):
        return _zip(path)
    if head.startswith(b"PAR1"):
        return Package(path, (Member(path),), "parquet")
    if head.startswith(_OLE):
        raise UnreadableFile("old_excel")
    return Package(path, (Member(path),), "text")


def _zip(path: Path) -> Package:
    """A workbook, or a zip of text tables. Sizes and ratios are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise UnreadableFile("broken_zip") from error
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile("too_many_entries", str(len(entries)))
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UnreadableFile("encrypted", entry.filename)
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UnreadableFile("bomb", entry.filename)
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        if not any(name.startswith("xl/") for name in names):
            raise UnreadableFile("unknown_format")
        return Package(path, (Member(path),), "workbook")
    files = sorted(e.filename for e in entries if not e.is_dir() and not _is_clutter(e.filename))
    if not files:
        raise UnreadableFile("empty")
    return Package(path, tuple(Member(path, name) for name in files), "zip")


def _is_clutter(name: str) -> bool:
    """Whether an entry is what some systems add of their own."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def text_table(member: Member) -> TextTable:
    """A text table with its header. Raises UnreadableFile."""
    with member.open() as stream:
        head = stream.read(HEAD)
    encoding = member.encoding
    delimiter, header = header_of(head, encoding)
    rounded = any(normalise(name) == ROUNDED for name in header)
    newline = "" if _LONE_RETURN.search(head) else "\n"
    return TextTable(member.name, encoding, delimiter, header, member.open, rounded, newline)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _encoding(member: Member) -> str:
    with member.open() as stream:
        head = stream.read(4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UnreadableFile("utf_16", member.name)
    for encoding in ("utf-8-sig", "cp1252"):
        if _decodes(member, encoding):
            return encoding
    raise UnreadableFile("not_text", member.name)


def _decodes(member: Member, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    first = True
    with member.open() as stream:
        while chunk := stream.read(_CHUNK):
            if first and b"\0" in chunk[:HEAD]:
                raise UnreadableFile("not_text", member.name)
            first = False
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
