"""Serves one of the bare pages as the app is served; BENCH_PAGE names it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import altair  # noqa: F401  # as the app does, so that the first visitor does not wait for it
import pandas  # noqa: F401  # as above
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from shell import process


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    process.settle()
    with process.one_core():
        yield


app = st.App(
    Path(__file__).with_name(f"{os.environ['BENCH_PAGE']}.py"),
    lifespan=lifespan,
    middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
)
