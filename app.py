"""The composition root: the ASGI app with its middleware, its start-up and its health route.

Starts with `make run`, `uvicorn app:app` and `streamlit run app.py`, from any directory.
"""

import gc
import json
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

gc.disable()  # what is imported stays: to look through all of it again and again takes a tenth of the start
ROOT = Path(__file__).resolve().parent
os.chdir(ROOT)  # uvicorn finds .streamlit/config.toml only in the working directory; before streamlit is imported
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from shell import access  # noqa: E402

EXIT_STORE_UNAVAILABLE = 3

LOOKED_THROUGH_FIRST = 64 * 1024 * 1024
"""Bytes of a store that is looked through for damage before anybody is served; a larger one while the first visitors are, as
it takes a minute for four gigabytes. If it is damaged, the app ends then."""


def _end(error: Exception, code: int) -> NoReturn:
    print(error, file=sys.stderr, flush=True)
    # Not sys.exit: the server would print a trace over the sentence and choose an exit code of its own.
    os._exit(code)


try:
    _ACCESS = access.current()
except access.Misconfigured as wrong:
    _end(wrong, access.EXIT_REFUSED)
_TRUSTED = {_ACCESS.user_header: access.REMOTE_USER} if _ACCESS.mode is access.Mode.PROXY else {}
# Streamlit takes these headers for who somebody is, whoever sends them, over what signing in says. So they are set in every
# mode, whatever the environment says: for a Streamlit that is still to read its settings, and for one that has.
os.environ["STREAMLIT_SERVER_TRUSTED_USER_HEADERS"] = json.dumps(_TRUSTED)

import streamlit as st  # noqa: E402
import streamlit.config  # noqa: E402
from starlette.concurrency import run_in_threadpool  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.gzip import GZipMiddleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

# Caches are made before there is a Streamlit runtime: by design, so it need not be said once per cached function.
logging.getLogger("streamlit.runtime.caching.cache_data_api").setLevel(logging.ERROR)

from data_model.store import StoreUnavailable  # noqa: E402
from shell import data, process, warm_up  # noqa: E402
from shell.asgi import DocumentLanguage, PlainPageWithoutStore, SecurityHeaders  # noqa: E402
from shell.errors import tell  # noqa: E402
from shell.guard import Guard  # noqa: E402
from shell.here import VERSION  # noqa: E402
from shell.media import OwnMedia  # noqa: E402
from shell.packed import PackedFiles  # noqa: E402
from shell.together import SentTogether  # noqa: E402
from shell.uploads import CheckedUploads  # noqa: E402


async def health(_request: Request) -> JSONResponse:
    """Whether the store answers, and with which data version."""
    try:
        version = await run_in_threadpool(lambda: data.store().data_version())
    except StoreUnavailable:
        return JSONResponse({"status": "unavailable", "version": VERSION}, status_code=503)
    return JSONResponse({"status": "ok", "data_version": version, "version": VERSION})


def _listens_on() -> str | None:
    # not sys.argv: `streamlit run` makes that the script's
    return access.bound(sys.orig_argv, os.environ, st.get_option("server.address"))


def _client() -> dict[str, object]:
    """What .streamlit/secrets.toml says of signing in."""
    try:
        return dict(st.secrets["auth"])
    except (KeyError, FileNotFoundError):
        return {}


def _look_through() -> None:
    try:
        data.store().check()
    except StoreUnavailable as error:
        _end(error, EXIT_STORE_UNAVAILABLE)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Refuse what is not safe; open and migrate the store, load the sample into an empty one, look it through for damage;
    warm the first run."""
    try:
        streamlit.config.set_option("server.trustedUserHeaders", _TRUSTED)  # not earlier: it changes what the server logs
        access.check(_ACCESS, _listens_on(), _client())
    except access.Misconfigured as error:
        _end(error, access.EXIT_REFUSED)
    try:
        large = data.store().size() > LOOKED_THROUGH_FIRST
    except StoreUnavailable as error:
        _end(error, EXIT_STORE_UNAVAILABLE)
    if large:
        threading.Thread(target=_look_through, name="looking-through", daemon=True).start()
    else:
        _look_through()
    with process.one_core():  # not earlier: looking through a large store is left its own
        await run_in_threadpool(warm_up.warm_up)
        yield


app = st.App(
    ROOT / "shell" / "main.py",
    lifespan=lifespan,
    routes=[Route("/healthz", health)],
    on_script_error=tell,
    middleware=[
        Middleware(GZipMiddleware, minimum_size=1024),
        Middleware(SecurityHeaders),
        Middleware(Guard),
        Middleware(PackedFiles),
        Middleware(CheckedUploads),
        Middleware(OwnMedia),
        Middleware(PlainPageWithoutStore),
        Middleware(DocumentLanguage),
        Middleware(SentTogether),
    ],
)

gc.freeze()
gc.enable()
