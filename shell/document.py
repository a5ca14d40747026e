"""What the page around the app needs: its style sheet, and the language of the document and of quotations."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).resolve().parent

# Streamlit has no parameter for the language of the document or of an element: a few lines in the browser set them, from
# the class names that container keys give. The observer follows what Streamlit draws later.
_SCRIPT = """
export default function ({ data, parentElement }) {
  const mark = () => {
    document.documentElement.lang = data.language;
    document.querySelectorAll('[class*="-lang-"]').forEach((element) => {
      const language = element.className.match(/-lang-([a-z]{2})-/)?.[1];
      if (!language) return;
      const columns = [...element.className.matchAll(/-q(\\d+)-/g)].map((found) => found[1]);
      if (!columns.length) element.lang = language;
      columns.forEach((n) => element.querySelectorAll(`td:nth-child(${n})`).forEach((cell) => { cell.lang = language; }));
    });
  };
  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}
"""


@lru_cache(maxsize=1)
def _style() -> str:
    return (_FOLDER / "style.css").read_text(encoding="utf-8")


def prepare(language: str) -> None:
    """Put the style sheet and the language into the document."""
    st.html(f"<style>{_style()}</style>")
    component = st.components.v2.component("avanzamento_document", js=_SCRIPT)
    component(data={"language": language}, key="document")
