"""Charts as the app sent them, by a choice: what Streamlit itself takes for them. BENCH_CHARTS names the file of their rows
and specs by choice."""

import json
import os
from pathlib import Path

import pandas as pd
import streamlit as st


@st.cache_resource
def sets() -> dict[str, list[tuple[pd.DataFrame, dict[str, object]]]]:
    found = json.loads(Path(os.environ["BENCH_CHARTS"]).read_text(encoding="utf-8"))
    return {name: [(pd.DataFrame(one["rows"]), one["spec"]) for one in charts] for name, charts in found.items()}


chosen = st.selectbox(os.environ["BENCH_CHOICE"], list(sets()))
st.title(chosen)
for number, (rows, spec) in enumerate(sets()[chosen]):
    st.vega_lite_chart(rows, spec, theme=None, key=f"chart-{number}")
