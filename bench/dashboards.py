"""From the choice of an axis to all charts painted anew in a browser, beside minimal Dash, Panel and Vizro apps."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench import data_sets
from bench.floor import AXIS, floor
from bench.results import SCALE, Ratio, Section, median
from bench.servers import browser, ours, peer
from data_model import project_totals
from data_model.store import Store
from data_model.vocabulary import Series
from metrics import project_totals as totals
from metrics.measures import BASES
from tests.journeys.servers import HOST, free_port
from texts import words

MOST = {"Dash": 0.5, "Panel": 0.5, "Vizro": 0.35}
TIMES = 11
CHARTS = 3
QUERY = f"lang=it&series=oc&programme={data_sets.FIRST}"
ALONE = "the same charts alone on a bare Streamlit page"
CLEAR = words("it")("filter.clear")
PREPARE = """
([selector, all]) => {
  const roots = [document];
  for (let k = 0; k < roots.length; k++)
    for (const element of roots[k].querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
  const charts = new Map();
  for (const root of roots) for (const chart of root.querySelectorAll(selector)) charts.set(chart, root);
  window.painted = new Promise((resolve, reject) => {
    let pressed = null, last = null, rest = null;
    const changed = new Set();
    setTimeout(() => reject(new Error(`${changed.size} of ${all} changed: ${selector}, pressed: ${pressed}`)), 15000);
    for (const kind of ['click', 'pointerdown'])
      window.addEventListener(kind, (event) => { if (!changed.size) pressed = event.timeStamp; }, { capture: true });
    const seen = (mutations, index) => {
      if (pressed === null) return;
      for (const { target } of mutations) {
        const element = target.nodeType === 1 ? target : target.parentElement;
        const chart = element && element.closest(selector);
        if (!chart || chart === element) continue; // what it is called is not painted
        changed.add([...charts.keys()].indexOf(chart) >= 0 ? chart : `${index}`);
        last = performance.now();
        if (changed.size < all) continue;
        clearTimeout(rest);
        rest = setTimeout(() => { observers.forEach((each) => each.disconnect()); resolve(last - pressed); }, 500);
      }
    };
    const options = { childList: true, subtree: true, attributes: true, characterData: true };
    const observers = roots.map((root, index) => {
      const one = new MutationObserver((mutations) => seen(mutations, index));
      one.observe(root, options);
      return one;
    });
  });
}
"""


@dataclass(frozen=True)
class Dashboard:
    """One of those compared: its tab, what its charts are, how an axis is chosen and how that is taken back."""

    page: Page
    charts: str
    choose: Callable[[Page, str], None]
    reset: Callable[[Page], None]

    def time(self, axis: str) -> float:
        """Milliseconds from the choice to the last change of the last chart."""
        self.page.bring_to_front()
        self.reset(self.page)
        self.page.wait_for_timeout(900)
        self.page.evaluate(PREPARE, [self.charts, CHARTS])
        self.choose(self.page, axis)
        return float(self.page.evaluate("window.painted"))


def _ours_chosen(page: Page, axis: str) -> None:
    page.get_by_role("combobox", name=AXIS, exact=True).click()
    page.get_by_role("option").nth(int(axis)).click()  # the first chooses all


def _ours_reset(page: Page) -> None:
    page.keyboard.press("Escape")
    clear = page.get_by_role("button", name=CLEAR)
    if clear.count():
        clear.first.click()
        clear.first.wait_for(state="detached")


def _alone_chosen(page: Page, axis: str) -> None:
    page.get_by_role("combobox", name=AXIS).click()
    page.get_by_role("option").nth(int(axis) - 1).click()


def _radio(page: Page, axis: str) -> None:
    page.get_by_role("radio", name=axis, exact=True).click(force=True)


def _nothing(_page: Page) -> None:
    """One choice takes the place of the other."""


def cube(file: Path, url: str) -> None:
    """Write what the peers show: sums by date and axis in euro."""
    store = Store(url)
    basis = BASES[Series.OC]
    with store.reading() as session:
        steps = project_totals.steps(
            session, data_sets.FIRST, data_sets.SYSTEM, totals.columns_of(basis), totals.pairs_of(basis)
        )
    store.close()
    frame = totals.statements(steps, basis).rename(columns={"axis_code": "axis"})
    wide = frame.pivot(index=["as_of", "axis"], columns="stage", values="amount_cents").astype("float64") / 100
    wide = wide.rename(columns={"allocated": "granted", "reported": "paid"})[["granted", "committed", "paid"]]
    wide.reset_index().to_csv(file, index=False)


@contextmanager
def dashboards(folder: Path, url: str) -> Iterator[dict[str, Dashboard]]:
    """All of them, each on a server of its own and drawn in a tab of its own."""
    cube(folder / "cube.csv", url)
    env = {"PEER_DATA": str(folder / "cube.csv"), "BOKEH_RESOURCES": "server"}
    flask = ["gunicorn", "--worker-class", "gthread", "--threads", "4", "--bind"]
    with ExitStack() as stack:
        app = stack.enter_context(ours(folder, url, AVANZAMENTO_SAMPLE="0"))
        alone = stack.enter_context(floor(folder, app, QUERY))
        found = stack.enter_context(browser())  # after the visitor, since it has an event loop of its own
        chart = '[data-testid="stVegaLiteChart"]'
        made = {"ours": Dashboard(_tab(found, f"{app.url}/overview?{QUERY}"), chart, _ours_chosen, _ours_reset),
                ALONE: Dashboard(_tab(found, alone.url), chart, _alone_chosen, _nothing)}  # fmt: skip
        for name in ("Dash", "Vizro"):
            port = free_port()
            server = peer(folder, [*flask, f"{HOST}:{port}", f"{name.lower()}_app:server"], port, **env)
            address = stack.enter_context(server).url
            made[name] = Dashboard(_tab(found, address), ".js-plotly-plot", _radio, _nothing)
        port = free_port()
        command = ["panel", "serve", "panel_app.py", "--address", HOST, "--port", str(port)]
        address = stack.enter_context(peer(folder, command, port, "/panel_app", **env)).url
        made["Panel"] = Dashboard(_tab(found, f"{address}/panel_app"), "svg.marks", _radio, _nothing)
        for each in made.values():
            each.page.bring_to_front()
            each.page.locator(each.charts).nth(CHARTS - 1).wait_for(timeout=60_000)
        yield made


def _tab(found: Browser, address: str) -> Page:
    page = found.new_page(viewport={"width": 1280, "height": 3000})
    page.goto(address)
    return page


def run(folder: Path) -> Section:
    """All of them in turn, over the axes of the programme of S."""
    rounds = (TIMES if SCALE == 1 else 3) + 2
    with dashboards(folder, data_sets.small()) as made:
        times: dict[str, list[float]] = {name: [] for name in made}
        for number in range(rounds):
            for name, each in made.items():
                times[name].append(each.time(data_sets.AXES[(number + 1) % len(data_sets.AXES)]))
    seen = {name: median(each[2:]) for name, each in times.items()}  # the first two warm all
    lines = [Ratio(f"choice → {CHARTS} charts painted", seen["ours"], seen[name], "ms", rounds - 2, most, against=name)
             for name, most in MOST.items()]  # fmt: skip
    lines.append(Ratio(ALONE, seen[ALONE], seen["Dash"], "ms", rounds - 2, None, against="Dash"))
    how = (
        "The overview of the programme of S: amounts by axis, by stage and over time, one axis chosen after the other, in a "
        "browser of 1280 × 3000, from the click to the last change within the last of the charts. The peers draw the same "
        "three charts from sums by date and axis that were made beforehand; Dash and Vizro with Plotly, without animation, "
        "under gunicorn, Panel with Vega-Lite specifications as dictionaries. All in turn on one machine."
    )
    return Section("choice to painted charts, beside other dashboards", how, lines)
