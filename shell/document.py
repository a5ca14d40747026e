"""What the page around the app needs: its style sheet, and what a few lines in the browser add to Streamlit's document."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).resolve().parent

# Streamlit has no parameter for these: the language of the document and of quotations, taken from the class names that
# container keys give; frames that a table is wider than, which must be reached and named to be scrolled with the keyboard;
# layers of a chart that hold no mark, which have no name to read out; the names of the uploader's buttons. The observer
# follows what Streamlit draws later.
_SCRIPT = """
const languages = () => document.querySelectorAll('[class*="-lang-"]').forEach((element) => {
  const language = element.className.match(/-lang-([a-z]{2})-/)?.[1];
  if (!language) return;
  const columns = [...element.className.matchAll(/-q(\\d+)-/g)].map((found) => found[1]);
  if (!columns.length) element.lang = language;
  columns.forEach((n) => element.querySelectorAll(`td:nth-child(${n})`).forEach((cell) => { cell.lang = language; }));
});

const headingBefore = (element) => [...document.querySelectorAll('[data-testid="stMain"] :is(h1, h2, h3)')]
  .filter((heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);

const frames = () => document.querySelectorAll('[data-testid="stTable"] > div').forEach((frame) => {
  if (frame.scrollWidth > frame.clientWidth) {
    frame.tabIndex = 0;
    frame.setAttribute('role', 'region');
    frame.setAttribute('aria-label', headingBefore(frame)?.textContent ?? document.title);
  } else {
    ['tabindex', 'role', 'aria-label'].forEach((name) => frame.removeAttribute(name));
  }
});

const layers = '[data-testid="stVegaLiteChart"] g[role^="graphics-"]';
const emptyLayers = () => document.querySelectorAll(layers).forEach((layer) => {
  if (!layer.hasChildNodes()) {
    layer.setAttribute('aria-hidden', 'true');
    layer.dataset.empty = '';
  } else if ('empty' in layer.dataset) {
    layer.removeAttribute('aria-hidden');
    delete layer.dataset.empty;
  }
});

// The words of the uploader come with its style sheet, as values of its own properties.
const uploaders = () => document.querySelectorAll('[data-testid="stFileUploaderDropzone"]').forEach((zone) => {
  const word = (name) => getComputedStyle(zone).getPropertyValue(name).trim().slice(1, -1);
  if (!word('--choose')) return;
  zone.querySelectorAll('[data-testid="stBaseButton-secondary"], input').forEach((element) => {
    element.setAttribute('aria-label', word('--choose'));
  });
  zone.querySelectorAll('[data-testid="stFileChip"]').forEach((chip) => {
    const name = chip.querySelector('[data-testid="stFileChipName"]')?.title ?? '';
    chip.querySelector('button')?.setAttribute('aria-label', `${word('--remove')} ${name}`);
  });
});

export default function ({ data }) {
  let asked = 0;
  const mark = () => {
    asked = 0;
    document.documentElement.lang = data.language;
    languages();
    frames();
    emptyLayers();
    uploaders();
  };
  const ask = () => { asked ||= requestAnimationFrame(mark); };
  mark();
  const observer = new MutationObserver(ask);
  observer.observe(document.body, { childList: true, subtree: true });
  addEventListener('resize', ask);
  document.addEventListener('toggle', ask, true);
  document.fonts.ready.then(ask);
  return () => {
    observer.disconnect();
    cancelAnimationFrame(asked);
    removeEventListener('resize', ask);
    document.removeEventListener('toggle', ask, true);
  };
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
