"""One script run: language, filters, page list, and the few Streamlit helpers that the pages share."""
