"""Middleware: an upload is looked at before it is kept. Its name has an ending that is read here, and it begins as a table
does; the rest, also how large it unpacks, is the readers' to refuse in words."""

import re
from pathlib import PurePosixPath

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENDINGS = ("csv", "txt", "tsv", "zip", "xlsx", "xls", "parquet")
"""xls is refused by the readers, who say what to do instead."""

_NAME = re.compile(rb'\bfilename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_HEAD, _LOOKED_AT = 16_384, 512
_BINARY = (b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"\xd0\xcf\x11\xe0")
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")
_NEVER = (
    b"%PDF",
    b"\x7fELF",
    b"MZ",
    b"<!DOCTYPE",
    b"<html",
    b"<svg",
    b"#!",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)
_NOT_IN_TEXT = frozenset(range(32)) - set(b"\t\n\r\f\x1a\0")
"""NUL and the end mark of old files are left to the readers, who say where they stand."""


def acceptable(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins like this may be a table."""
    if PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".") not in ENDINGS:
        return False
    if head.startswith(_BINARY) or head.startswith(_WIDE_TEXT):
        return True
    return not head.lstrip()[:9].upper().startswith(tuple(n.upper() for n in _NEVER)) and not _NOT_IN_TEXT & set(head)


class CheckedUploads:
    """Answers 415 to uploads that cannot be tables. What was read to look is handed on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the first part of each upload."""
        if scope["type"] != "http" or scope["method"] not in ("PUT", "POST") or "/upload_file/" not in scope["path"]:
            await self._app(scope, receive, send)
            return
        read: list[Message] = []
        body = b""
        while not read or (read[-1].get("more_body") and not _enough(body)):
            read.append(await receive())
            body += read[-1].get("body", b"")
        if _holds_a_table(body):
            waiting = iter(read)

            async def again() -> Message:
                return next(waiting, None) or await receive()

            await self._app(scope, again, send)
        else:
            await PlainTextResponse("Unsupported file", status_code=415)(scope, receive, send)


def _enough(body: bytes) -> bool:
    head, found, content = body.partition(b"\r\n\r\n")
    return len(head) > _HEAD or (bool(found) and len(content) >= _LOOKED_AT)


def _holds_a_table(body: bytes) -> bool:
    head, _, content = body.partition(b"\r\n\r\n")
    named = _NAME.search(head)
    if named is None:
        return False
    # the closing boundary of a short file is text too
    return acceptable(named[1].decode("utf-8", "replace"), content[:_LOOKED_AT])
