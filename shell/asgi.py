"""Middleware around Streamlit: language of the document, security headers, a plain page when the store is away."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_model.store import StoreUnavailable
from shell import data
from shell.view import Reading
from texts import words


def _language(scope: Scope) -> str:
    """The language that the address asks for."""
    return Reading(parse_qs(scope.get("query_string", b"").decode("latin-1"))).language()


_NO_DOCUMENTS = ("/_stcore", "/healthz", "/media", "/static", "/app/static", "/component")


def _asks_for_document(scope: Scope) -> bool:
    """Whether an address is one of a page: not a file, and none of Streamlit's own or the health route."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path: str = scope["path"]
    return "." not in path.rsplit("/", 1)[-1] and not path.startswith(_NO_DOCUMENTS)


SERVER = 'window.__streamlit={BACKEND_BASE_URL:new URL("./",location.href).href}'
"""Tells Streamlit's script in the browser where its server is. By itself it asks below the page's own address first, where
there is nothing, and waits a tenth of a second before it asks where there is."""


class DocumentLanguage:
    """Writes the language in use into `<html lang>`, where Streamlit's document always says English, and SERVER below it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the opening tags of HTML documents; everything else passes through."""
        if not _asks_for_document(scope):
            await self._app(scope, receive, send)
            return
        language = _language(scope).encode("ascii")
        start: Message = {}
        body: list[bytes] = []

        async def rewriting(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if not Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    await send(message)
                return
            if not Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
                await send(message)
                return
            body.append(message.get("body", b""))
            if message.get("more_body"):
                return
            document = b"".join(body).replace(b'<html lang="en"', b'<html lang="' + language + b'"', 1)
            document = document.replace(b"<head>", f"<head><script>{SERVER}</script>".encode(), 1)
            headers = MutableHeaders(raw=start["headers"])
            headers["content-length"] = str(len(document))
            del headers["etag"]  # the tag names the document of another language
            headers["cache-control"] = "no-store"
            await send(start)
            await send({"type": "http.response.body", "body": document})

        # Streamlit would compress the document if it were asked to; the middleware outside does so afterwards.
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, rewriting)


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """Nothing from other hosts; inline scripts by their fingerprint, which of Streamlit's own changes with its version."""
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", index, re.DOTALL)
    digests = [hashlib.sha256(code.encode()).digest() for code in (SERVER, *inline)]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


ONE_YEAR = 31_536_000


class SecurityHeaders:
    """Adds the security headers to every response; over TLS also those that keep the browser to TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, with the headers on the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers[name] = value
                if scope.get("scheme") == "https":
                    headers["strict-transport-security"] = f"max-age={ONE_YEAR}"
                    message["headers"] = [_kept_to_tls(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, with_headers)


def _kept_to_tls(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header; a cookie that is sent over TLS only. Streamlit leaves that out of its own."""
    bare = name.lower() == b"set-cookie" and b"secure" not in {part.strip().lower() for part in value.split(b";")}
    return name, value + b"; Secure" if bare else value


class PlainPageWithoutStore:
    """While the store does not answer, documents are a plain page with 503 instead of an app that cannot work."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the store before each document; nothing else is held up."""
        if _asks_for_document(scope):
            try:
                await run_in_threadpool(lambda: data.store().data_version())
            except StoreUnavailable:
                await self._plain(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _plain(self, scope: Scope, receive: Receive, send: Send) -> None:
        w = words(_language(scope))
        page = (
            f'<!doctype html><html lang="{w.language}"><meta charset="utf-8">'
            f"<title>{w('store.unavailable_title')} · Avanzamento</title>"
            f"<main><h1>{w('store.unavailable_title')}</h1><p>{w('store.unavailable')}</p></main></html>"
        )
        await HTMLResponse(page, status_code=503, headers={"retry-after": "30"})(scope, receive, send)
