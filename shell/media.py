"""Middleware: a file that Streamlit made for one person is given to that person only.

Streamlit gives /media/… to whoever knows the address. Here each browser gets a cookie with its page, a number that
cannot be guessed. What is sent on a websocket that came with the cookie names the files of that browser, and /media answers
to no other.
"""

import re
import secrets
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "avanzamento_visitor"
MOST = 50_000
"""Pairs of a visitor and a file that are remembered; the oldest fall away."""

_VISITOR = re.compile(r"[\w-]{43}")
_FILE = re.compile(rb"/media/([0-9a-f]{32})")
"""A file by its digest. No more: in a message the next field follows without a gap."""

_ASKED = re.compile(r"(?<!/static)/media/")


class OwnMedia:
    """Remembers which files each visitor was told of, in this process: as Streamlit's sessions, and with them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Listen on websockets, guard files, and give the cookie with documents."""
        if scope["type"] == "websocket":
            visitor = visitor_of(scope)
            await self._app(scope, receive, self._listening(visitor, send) if visitor else send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _ASKED.search(scope["path"]):
            await self._file(scope, receive, send)
        elif visitor_of(scope) is None:
            await self._app(scope, receive, _giving_cookie(scope, send))
        else:
            await self._app(scope, receive, send)

    def _listening(self, visitor: str, send: Send) -> Send:
        async def listening(message: Message) -> None:
            content = message.get("bytes")
            if content and b"/media/" in content:
                for found in _FILE.finditer(content):
                    self._remember(visitor, found[1].decode("ascii"))
            await send(message)

        return listening

    def _remember(self, visitor: str, file: str) -> None:
        self._told[(visitor, file)] = None
        self._told.move_to_end((visitor, file))
        while len(self._told) > MOST:
            self._told.popitem(last=False)

    async def _file(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = _FILE.search(scope["path"].encode("utf-8", "replace"))
        visitor = visitor_of(scope)
        if named is None or visitor is None or (visitor, named[1].decode("ascii")) not in self._told:
            await PlainTextResponse("Forbidden", status_code=403)(scope, receive, send)
            return

        async def private(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"])["cache-control"] = "private, no-store"
            await send(message)

        await self._app(scope, receive, private)


def _secure(scope: Scope) -> bool:
    return scope.get("scheme") in ("https", "wss")


def _name(scope: Scope) -> str:
    """The cookie's name; over TLS the one that no neighbouring host can set."""
    return f"__Host-{COOKIE}" if _secure(scope) else COOKIE


def visitor_of(scope: Scope) -> str | None:
    """The visitor that a request's cookie names."""
    try:
        cookies = SimpleCookie(Headers(raw=scope["headers"]).get("cookie", ""))
    except CookieError:
        return None
    found = cookies.get(_name(scope))
    return found.value if found is not None and _VISITOR.fullmatch(found.value) else None


def _giving_cookie(scope: Scope, send: Send) -> Send:
    """Gives a new visitor the cookie with the first document."""

    async def giving(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                value = f"{_name(scope)}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax"
                headers.append("set-cookie", value + ("; Secure" if _secure(scope) else ""))
        await send(message)

    return giving
