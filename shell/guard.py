"""Middleware that lets in only what the mode of the app lets in, whatever way the server was started."""

import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shell.access import SECRET_HEADER, Access, Mode, current, is_loopback

_FORWARDING = ("forwarded", "x-real-ip", "via")
_CLOSED = ("/_stcore/metrics", "/_stcore/agent")
_READING = ("GET", "HEAD", "OPTIONS")
POLICY_VIOLATION = 1008


class Guard:
    """Answers 403 to what must not come in, websockets included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at each request and each websocket once, before anything else does."""
        if scope["type"] not in ("http", "websocket") or lets_in(current(), scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse("Forbidden", status_code=403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})  # before it is accepted: 403


def lets_in(access: Access, scope: Scope) -> bool:
    """Whether a request may come in."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    path: str = scope["path"]
    if any(closed in path for closed in _CLOSED):
        return False
    if access.mode is Mode.LOCAL:
        return _from_here(scope, headers)
    if access.hosts and _host(headers) not in access.hosts:
        return False
    if access.mode is Mode.PUBLIC:
        return scope["type"] == "websocket" or scope["method"] in _READING
    return access.mode is not Mode.PROXY or _from_the_proxy(access, scope, headers)


def _from_here(scope: Scope, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request is of this machine's own browser. A foreign Host is a page elsewhere that had its name point
    here; forwarding headers are those of a proxy that lets others in."""
    client = scope.get("client") or (None,)
    forwarded = any(name in _FORWARDING or name.startswith("x-forwarded-") for name, _ in headers)
    return is_loopback(client[0]) and not forwarded and is_loopback(_host(headers))


def _from_the_proxy(access: Access, scope: Scope, headers: list[tuple[str, str]]) -> bool:
    """Whether a request came by the proxy, which names one person or none."""
    if len(_all(headers, access.user_header)) > 1:  # the proxy's and one of the visitor's own
        return False
    if access.secret:
        said = _all(headers, SECRET_HEADER)
        return len(said) == 1 and hmac.compare_digest(said[0].encode("latin-1"), access.secret.encode("utf-8"))
    server = scope.get("server")
    return not server or server[1] is None or is_loopback(server[0])  # a socket of this machine has no port


def _all(headers: Iterable[tuple[str, str]], wanted: str) -> list[str]:
    return [value for name, value in headers if name == wanted.lower()]


def _host(headers: Iterable[tuple[str, str]]) -> str | None:
    """The name that a request is sent to, without its port; None where it says none, or several."""
    said = _all(headers, "host")
    try:
        return urlsplit(f"//{said[0]}").hostname if len(said) == 1 else None
    except ValueError:
        return None
