"""The words of a page: what it shows and what a screen reader says of it; and which of them are of the other language.

Which words are English and not Italian, and the other way round, is taken from the two files of texts, where each word
stands in one language only, and from a short list of common words and of Streamlit's own. Words of both say nothing.
"""

import csv
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.screen import Screen
from texts import words

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "ACCESSIBILITY.md"

COMMON = {
    "en": """the of and to from with for by this that these those is are was were be been has have had not no or if but you
    your we our their its which who what where when how there here they can may must should will would choose chosen options
    option select selected clear help show shown hide download upload uploaded browse drag drop skip content main expand
    expanded collapse collapsed sidebar search results loading running stop open close remove delete axis titled values scale
    linear chart legend row column bar press enter apply view fullscreen link file's deploy settings rerun cancel learn more
    previous next increment decrement today month year day week available selected suggestions focus""",
    "it": """il lo la gli le di del della dei degli delle da dal dalla in nel nella con su sul sulla per tra fra che chi cui
    non sono è ha hanno questo questa questi queste quello quella anche dove quando come più meno ogni tutti tutte nessun
    nessuno scegli scelta apri chiudi togli cerca mostra nascondi scarica carica vai menu filtri pagina tabella grafico riga
    colonna valore asse importo dati fonte spesa rendicontata avviso aiuto lingua seleziona""",
}
BOTH = {
    "en": """all comma ad no in come me file menu link online ha la per tempo via una data area formula note""",
    "it": """in come me ha la per le menu no da data formula note via area agenda idea video sole dove male more""",
}
"""Words that are also of the other language, or parts of elisions: `all'obiettivo`."""

COLLECT = """
() => {
  const language = document.documentElement.lang;
  const found = [];
  const counts = (element) => {
    const marked = element.closest('[lang]');
    if (marked && marked.lang !== language) return false;
    if (element.closest('script, style, noscript, [data-testid="stIconMaterial"]')) return false;
    if (element.closest('[data-testid="stAlertDynamicIcon"][aria-hidden="true"]')) return false;
    return element.checkVisibility({ visibilityProperty: true });
  };
  const where = (element) => element.closest('[data-testid]')?.dataset.testid ?? element.tagName;
  const look = (root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (node.data.trim() && counts(node.parentElement)) found.push([where(node.parentElement), 'text', node.data]);
    }
    root.querySelectorAll('*').forEach((element) => {
      if (element.shadowRoot) look(element.shadowRoot);
      ['aria-label', 'title', 'alt', 'placeholder', 'aria-roledescription', 'aria-description'].forEach((name) => {
        const value = element.getAttribute(name);
        if (value && counts(element) && !element.closest('[aria-hidden="true"]')) found.push([where(element), name, value]);
      });
    });
  };
  look(document.body);
  return found;
}
"""


@cache
def vocabulary(language: str) -> frozenset[str]:
    """All words of a file of texts."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for part in value.values():
                walk(part)
        else:
            found.update(split(re.sub(r"\{[^}]*\}", " ", value)))

    walk(tomllib.loads((ROOT / "texts" / f"{language}.toml").read_text(encoding="utf-8")))
    return frozenset(found)


def split(text: str) -> list[str]:
    """The words of a text in small letters, without elided articles (`all'`)."""
    return [word.lower() for word in re.findall(r"(?<!\w)[^\W\d_]{2,}(?!['’\w])", text)]


@cache
def only_in(language: str) -> frozenset[str]:
    """Words that tell a language from the other one."""
    other = {"it": "en", "en": "it"}[language]
    derived = vocabulary(language) - vocabulary(other)
    listed = set(COMMON[language].split()) - vocabulary(other)
    return frozenset((derived | listed) - set(BOTH[language].split()))


@cache
def accepted(language: str) -> tuple[str, ...]:
    """The exceptions that docs/ACCESSIBILITY.md lists for the pages of a language, longest first."""
    block = DOCUMENT.read_text(encoding="utf-8").split(f"```exceptions {language}\n", 1)[1].split("```", 1)[0]
    return tuple(sorted((line.strip().lower() for line in block.splitlines() if line.strip()), key=len, reverse=True))


@cache
def names_of_sources() -> tuple[str, ...]:
    """Titles and publishers of the sample's sources: names, in the language in which they were given."""
    found: set[str] = set()
    for file in (ROOT / "sample_data").rglob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                found.update(row[column] for column in ("title", "publisher") if row.get(column) and "source_id" in row)
    return tuple(sorted((name.lower() for name in found), key=len, reverse=True))


QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
NAMES = re.compile(r"\[[^\]]*\]|\S*_\S*|\S+\.(?:csv|xlsx?|zip|pdf|html?|toml|py|parquet|json)\b\S*|https?://\S+|/\S+/\S*")


def foreign_words(page: Page, language: str) -> dict[tuple[str, str, str], list[str]]:
    """Of each text on the page (where, kind, text) the words of the other language that no quotation, name or listed
    exception accounts for."""
    other = only_in({"it": "en", "en": "it"}[language])
    found: dict[tuple[str, str, str], list[str]] = {}
    for where, kind, text in page.evaluate(COLLECT):
        rest = text.replace("\u00a0", " ").lower()
        for exception in (*names_of_sources(), *accepted(language)):
            rest = rest.replace(exception, " ")
        rest = NAMES.sub(" ", QUOTED.sub(" ", rest))
        if words := sorted(set(split(rest)) & other):
            found[where, kind, text] = words
    return found


COVERED = (
    "document.getElementById('avanzamento-said') !== null && document.querySelector('[data-testid=\"stSkipToContent\"]')"
)


def told(screen: Screen, language: str) -> str:
    """What is of the other language, a line each."""
    screen.settle(COVERED + f".textContent === {words(language)('control.skip')!r}")
    found = foreign_words(screen.page, language)
    return "\n".join(f"{where} {kind}: {text[:120]!r} has {', '.join(bad)}" for (where, kind, text), bad in found.items())
