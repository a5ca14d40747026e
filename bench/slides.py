"""From the key to the next slide painted, beside a bare Streamlit page that draws the same charts at the same key.

An arrow key is pressed in a browser until the next title stands and its chart is drawn anew, over the slides with charts of
the sitting that comes with the sample, forwards and backwards, on the two servers in turn. The bare page has two buttons
with shortcuts, `st.title` and `st.vega_lite_chart` with the same specifications and rows, under the same server and
settings.
"""

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from bench.results import Ratio, Section, median, repeated
from bench.servers import bare, browser, ours, sample_store
from data_model import sittings, slides
from data_model.store import Store
from shell import slides as shown_slides
from shell.stage import fitted, look

SITTING = "cds-2019-06-20"
MOST = 1.3
ROUNDS = 4
HALL: ViewportSize = {"width": 1920, "height": 1080}

PREPARE = """
() => {
  const charts = () => [...document.querySelectorAll('[data-testid="stVegaLiteChart"] svg')];
  const before = document.querySelector('h1').innerText;
  charts().forEach((svg) => { svg.dataset.before = '1'; });
  window.painted = new Promise((resolve) => {
    let pressed = null;
    document.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, { capture: true, once: true });
    const look = () => {
      if (pressed === null || document.querySelector('h1')?.innerText === before) return;
      if (!charts().some((svg) => !svg.dataset.before && svg.querySelector('.mark-group path, .mark-group text'))) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - pressed));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}
"""
READY = """
() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid="stVegaLiteChart"] svg .mark-group')
"""


def charts_of(url: str) -> tuple[list[int], list[dict[str, Any]]]:
    """The numbers of a run of slides that all have charts, and what the bare page needs to draw them."""
    os.environ["DATABASE_URL"] = url  # what the slides show is read as the app reads it
    with Store(url).reading() as session:
        one = sittings.sitting(session, SITTING)
        kept = slides.slides(session, one.id, hidden=False)
    found = [(number, each) for number, each in enumerate(shown_slides.of_sitting(one, kept), 1)]
    last_table = max(number for number, each in found if each.piece is None or each.piece.build is None)
    numbers, charts = [], []
    for number, each in found:
        if number > last_table and each.piece and each.piece.rows is not None:
            drawn = look(one.language, each.piece.rows, dark=False)
            spec = fitted(shown_slides.specification(each.piece, drawn) or {}, each.piece.rows)
            numbers.append(number)
            charts.append({"title": each.title, "rows": json.loads(each.piece.rows.to_json(orient="records")), "spec": spec})
    return numbers, charts


def times(page: Page, steps: int) -> list[float]:
    """Milliseconds of each step to the last slide and back to the first."""
    found = []
    for key in ["ArrowRight"] * steps + ["ArrowLeft"] * steps:
        page.wait_for_function(READY, polling=50)
        page.wait_for_timeout(400)  # somebody speaks
        page.evaluate(PREPARE)
        page.keyboard.press(key)
        found.append(float(page.evaluate("window.painted")))
    return found


def opened(found: Browser, address: str) -> Page:
    """A page of the size of the hall's screen, drawn."""
    page = found.new_page(viewport=HALL)
    page.goto(address)
    page.wait_for_function(READY, polling=50)
    page.mouse.click(2, 2)
    return page


def measured(folder: Path) -> tuple[list[float], list[float]]:
    """The milliseconds of the app's steps and of the bare page's, with the servers' files in a folder."""
    url = sample_store(folder)
    numbers, charts = charts_of(url)
    file = folder / "charts.json"
    file.write_text(json.dumps(charts), encoding="utf-8")
    with ours(folder, url) as app, bare(folder, "chart", BENCH_CHARTS=str(file)) as plain, browser() as found:
        place = f"/presentation?present=1&sitting={SITTING}&slide={numbers[0]}"
        pages = [opened(found, f"{app.url}{place}"), opened(found, plain.url)]
        rounds = [[_brought_forward(page, len(numbers) - 1) for page in pages] for _ in range(repeated(ROUNDS) + 1)]
    mine, theirs = ([time for one in rounds[1:] for time in one[k]] for k in (0, 1))  # the first round warms both
    return mine, theirs


def _brought_forward(page: Page, steps: int) -> list[float]:
    page.bring_to_front()
    return times(page, steps)


def run(folder: Path) -> Section:
    """The comparison as a part of the benchmarks."""
    mine, theirs = measured(folder)
    line = Ratio("key → next slide painted", median(mine), median(theirs), "ms", len(mine), MOST, against="bare page")
    how = (
        "An arrow key in a browser of 1920 × 1080, until the next title stands and its chart is painted, beside a bare "
        "Streamlit page with two buttons, a title and the same specifications and rows, under the same server and settings."
    )
    return Section("change of slide", how, [line])
