"""The link to a view: copied with one click, or shown to be copied by hand where the browser does not allow it."""

import json
from urllib.parse import urlencode

import streamlit as st

from shell import frame
from shell.here import Here

_HTML = """
<div class="copy-link">
  <button type="button"></button>
  <input type="text" readonly hidden>
  <span role="status"></span>
</div>
"""

_CSS = """
.copy-link { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.copy-link button {
  font: inherit; color: var(--st-text-color); background: transparent; cursor: pointer;
  border: 1px solid #7C8B9A; border-radius: var(--st-button-radius, 0.25rem); padding: 0.25rem 0.75rem; min-height: 2.5rem;
}
.copy-link button:hover { text-decoration: underline; }
.copy-link :is(button, input):focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px; }
.copy-link input {
  font: inherit; color: var(--st-text-color); background: transparent; min-width: 12rem; flex: 1 1 16rem;
  border: 1px solid #7C8B9A; padding: 0.25rem 0.5rem;
}
.copy-link [hidden] { display: none; }
"""

# The address is made here and not read from the browser: it names what a bare address leaves to defaults, which change with
# the data. Without a secure context there is no clipboard; then the address stands in a field, chosen and ready.
_SCRIPT = """
export default function ({ data: sent, parentElement }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const [button, field, status] = ['button', 'input', 'span'].map((name) => parentElement.querySelector(name));
  const address = new URL(`${data.page}?${data.query}`, location.href).href;
  if (field.value !== address) {
    field.value = address;
    field.hidden = true;
    status.textContent = '';
  }
  button.textContent = data.copy;
  field.setAttribute('aria-label', data.address);
  button.onclick = async () => {
    status.textContent = '';
    try {
      await navigator.clipboard.writeText(address);
      field.hidden = true;
      status.textContent = data.copied;
    } catch {
      field.hidden = false;
      field.select();
      status.textContent = data.by_hand;
    }
  };
}
"""


def copy_button(h: Here, page: str) -> None:
    """The button that copies the whole address of the view."""
    component = st.components.v2.component("avanzamento_copy_link", html=_HTML, css=_CSS, js=_SCRIPT, isolate_styles=False)
    now = frame.address()
    query = h.view.query() | {key: now[key] for key in frame.OWN.get(page, ()) if key in now}
    said = {name: h.w(f"link.{name}") for name in ("copy", "copied", "by_hand", "address")}
    sent = json.dumps({"page": page, "query": urlencode(query, doseq=True), **said}).encode()
    component(data=sent, key="copy-link", width="content")
