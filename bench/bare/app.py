"""Serves the bare page as the app is served."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import altair  # noqa: F401  # as the app does, so that the first visitor does not wait for it
import pandas  # noqa: F401  # as above
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    gc.freeze()
    yield


app = st.App(
    Path(__file__).with_name("chart.py"),
    lifespan=lifespan,
    middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
)
