"""A bare page with one chart: an arrow key draws the next one. BENCH_CHARTS names the file of titles, rows and specs."""

import json
import os
from pathlib import Path

import pandas as pd
import streamlit as st


@st.cache_resource
def charts() -> list[tuple[str, pd.DataFrame, dict[str, object]]]:
    found = json.loads(Path(os.environ["BENCH_CHARTS"]).read_text(encoding="utf-8"))
    return [(one["title"], pd.DataFrame(one["rows"]), one["spec"]) for one in found]


def go(by: int) -> None:
    st.session_state["number"] = st.session_state["number"] + by


number = st.session_state.setdefault("number", 0)
st.button("Back", on_click=go, args=(-1,), disabled=number == 0, shortcut="Left")
st.button("Next", on_click=go, args=(1,), disabled=number == len(charts()) - 1, shortcut="Right")
title, rows, spec = charts()[number]
st.title(title)
st.vega_lite_chart(rows, spec, theme=None)
