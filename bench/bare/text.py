"""The smallest page that answers a choice: one select, one text."""

import streamlit as st

REGIONS = ("Nord", "Centro", "Sud")

chosen = st.selectbox("Region", REGIONS)
st.title(chosen)
