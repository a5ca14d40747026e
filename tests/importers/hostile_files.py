"""Files made to harm: each is written by a function of this table, and must be refused in words."""

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = "source_id,title,publisher,date,url,covers,licence\r\n"
ROW = "s{n},A document,,,,,\r\n"
MANY = 64 << 20


def zipped(path: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


WORKBOOK = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    b'<Override PartName="/xl/worksheets/sheet1.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "_rels/.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    b'<sheet name="one" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b'<?xml version="1.0"?>'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    b'Target="worksheets/sheet1.xml"/>'
    b'<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    b'Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
}
SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s'
    b"</sheetData></worksheet>"
)
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"ha" * 50 if level == 0 else b"&l%d;" % (level - 1) * 10) for level in range(8)
)


def workbook(path: Path, rows: bytes = b"", **parts: bytes) -> None:
    """A workbook of one sheet; `parts` replaces some of its files (sharedStrings, sheet1, workbook)."""
    entries = dict(WORKBOOK)
    entries["xl/worksheets/sheet1.xml"] = parts.get("sheet1", SHEET % rows)
    entries["xl/sharedStrings.xml"] = parts.get("sharedStrings", entries["xl/sharedStrings.xml"])
    entries["xl/workbook.xml"] = parts.get("workbook", entries["xl/workbook.xml"])
    zipped(path, entries)


def inline(cell: str, text: bytes) -> bytes:
    return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (cell.encode(), text)


def header_row() -> bytes:
    cells = (inline(f"{chr(65 + n)}1", name.encode()) for n, name in enumerate(HEADER.strip().split(",")))
    return b'<row r="1">%s</row>' % b"".join(cells)


def far_cell(path: Path) -> None:
    workbook(path, header_row() + b'<row r="1048576">%s</row>' % inline("XFD1048576", b"x"))


def wide_cell(path: Path) -> None:
    workbook(path, header_row() + b'<row r="2">%s</row>' % inline("XFD2", b"x"))


def many_rows(path: Path) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 3 + b"</row>"
    workbook(path, row * 1_500_000)


def many_rows_within_limits(path: Path) -> None:
    workbook(path, header_row() + b"".join(b"<row><c><v>%d</v></c></row>" % (n * 7919) for n in range(200_000)))


def entity(part: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        head, root, rest = {
            "sharedStrings": (b'<?xml version="1.0"?>', b"sst", b'<sst xmlns="x"><si><t>&l7;</t></si></sst>'),
            "sheet1": (b'<?xml version="1.0"?>', b"worksheet", SHEET[21:] % inline("A1", b"&l7;")),
            "workbook": (b'<?xml version="1.0"?>', b"workbook", WORKBOOK["xl/workbook.xml"][21:]),
        }[part]
        workbook(path, header_row(), **{part: head + b"<!DOCTYPE " + root + b" [" + LAUGHS + b"]>" + rest})

    return write


def late_entity(path: Path) -> None:
    """The definition stands after a comment longer than what is looked at first."""
    comment = b"<!--" + b" " * 8_000 + b"-->"
    text = b'<?xml version="1.0"?>' + comment + b"<!DOCTYPE sst [" + LAUGHS + b"]>"
    workbook(path, header_row(), sharedStrings=text + b'<sst xmlns="x"><si><t>&l7;</t></si></sst>')


def lying_zip(path: Path) -> None:
    """The directory says ten bytes; there are 64 MiB."""
    zipped(path, {"data.csv": HEADER.encode() + b"x" * MANY})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    content[22:26] = struct.pack("<I", 10)
    path.write_bytes(content)


def lying_workbook(path: Path) -> None:
    """The directory says that the strings have ten bytes; there are 64 MiB."""
    workbook(path, header_row(), sharedStrings=b"<sst><si><t>" + b"x" * MANY)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 46 + 20] != b"xl/sharedStrings.xml":
        at = content.find(b"PK\x01\x02", at + 4)
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(content)


def nested_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * MANY)
    zipped(path, {"inner.zip": inner.getvalue()})


def truncated_zip(path: Path) -> None:
    zipped(path, {"data.csv": (HEADER + ROW.format(n=1) * 10_000).encode()})
    path.write_bytes(path.read_bytes()[:-200])


def damaged_zip(path: Path) -> None:
    """The checksum of the only entry is wrong."""
    rows = "".join(ROW.format(n=n) for n in range(20_000))
    zipped(path, {"data.csv": (HEADER + rows).encode()})
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(1000))}), out)
    return out.getvalue()


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: (path.write_bytes(content.encode(encoding)), None)[1]


def binary(content: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: (path.write_bytes(content()), None)[1]


Hostile = tuple[str, Callable[[Path], None], set[str]]
"""Name of the file, who writes it, the reasons that may be given."""

FILES: list[Hostile] = [
    ("bomb.zip", lambda p: zipped(p, {"data.csv": b"0" * MANY}), {"bomb"}),
    ("lying.zip", lying_zip, {"broken_zip", "bomb", "huge_field"}),
    ("nested.zip", nested_zip, {"bomb", "not_text", "unknown_format"}),
    ("entries.zip", lambda p: zipped(p, {f"{n}.csv": b"" for n in range(20_000)}), {"too_many_entries"}),
    ("empty.zip", lambda p: zipped(p, {}), {"empty", "not_text", "broken_zip"}),
    ("truncated.zip", truncated_zip, {"broken_zip"}),
    ("damaged.zip", damaged_zip, {"broken_zip", "not_text", "broken_quoting"}),
    ("strings.xlsx", lambda p: workbook(p, header_row(), sharedStrings=b"<sst><si><t>" + b"x" * MANY), {"bomb"}),
    ("lying.xlsx", lying_workbook, {"bomb", "broken_zip", "broken_workbook"}),
    ("cell.xlsx", lambda p: workbook(p, b"<row>" + inline("A1", b"x" * MANY) + b"</row>"), {"bomb"}),
    ("far.xlsx", far_cell, {"too_many_rows", "too_wide"}),
    ("wide.xlsx", wide_cell, {"too_wide"}),
    ("rows.xlsx", many_rows, {"bomb"}),
    ("rows_in_limits.xlsx", many_rows_within_limits, {"too_many_rows"}),
    ("laughs_strings.xlsx", entity("sharedStrings"), {"entities"}),
    ("laughs_sheet.xlsx", entity("sheet1"), {"entities"}),
    ("laughs_workbook.xlsx", entity("workbook"), {"entities"}),
    ("laughs_late.xlsx", late_entity, {"entities", "broken_workbook"}),
    ("no_xml.xlsx", lambda p: workbook(p, sheet1=b"<<<<" * 1000), {"broken_workbook", "unknown_format"}),
    ("no_sheet.xlsx", lambda p: zipped(p, {"[Content_Types].xml": b"<a/>", "xl/x.xml": b"<a/>"}), {"broken_workbook"}),
    ("word.xlsx", lambda p: zipped(p, {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), {"unknown_format"}),
    ("program.csv", binary(lambda: b"MZ\x90\x00" + os.urandom(200_000)), {"not_text"}),
    ("picture.xlsx", binary(lambda: b"\x89PNG\r\n\x1a\n" + bytes(200_000)), {"not_text"}),
    ("old.xlsx", binary(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)), {"old_excel"}),
    ("page.csv", text("<!doctype html><html><body>" + "<p>no</p>" * 10_000), {"unknown_format", "too_wide"}),
    ("parquet_head.csv", binary(lambda: b"PAR1" + bytes(10_000)), {"broken_parquet"}),
    ("cut.parquet", binary(lambda: parquet_bytes()[:-30]), {"broken_parquet"}),
    ("garbled.parquet", binary(lambda: parquet_bytes()[:-60] + os.urandom(52) + b"PAR1"), {"broken_parquet"}),
    ("nul.csv", text(HEADER + "a\0b,title,,,,,\r\n"), {"not_text"}),
    ("late_nul.csv", text(HEADER + ROW.format(n=1) * 5_000 + "a\0b,title,,,,,\r\n"), {"nul_character", "repeated_key"}),
    ("utf16.csv", text(HEADER + ROW.format(n=1), "utf-16"), {"utf_16"}),
    ("utf32.csv", text(HEADER + ROW.format(n=1), "utf-32"), {"utf_16", "not_text"}),
    ("twice.csv", text(HEADER.replace("title", "source_id")), {"repeated_column"}),
    ("quotes.csv", text(HEADER + 's1,"never closed,,,,,\r\n' + ROW.format(n=2) * 200_000), {"huge_field", "broken_quoting"}),
    ("quotes_end.csv", text(HEADER + 's1,"never closed,,,,,'), {"broken_quoting"}),
    ("field.csv", text(HEADER + "s1," + "x" * 300_000 + ",,,,,\r\n"), {"huge_field"}),
    ("line.csv", text(HEADER + "x" * (96 << 20)), {"huge_field"}),
    ("header.csv", text("x" * (96 << 20)), {"too_wide"}),
    ("columns.csv", text(",".join(f"c{n}" for n in range(9_000)) + "\r\n"), {"too_wide"}),
    ("nothing.csv", text(""), {"empty"}),
    ("blank.csv", text(" \r\n \r\n"), {"empty"}),
]
