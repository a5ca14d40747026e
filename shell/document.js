// What Streamlit has no parameter for: languages, the words of its own controls, names of regions, announcements, focus.
// Hooks are data-testid and the classes that keys of containers give. The observer follows what Streamlit draws later.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// What is set to the same value would be seen as a change, and looked at again without end.
const set = (element, name, text) => { if (element.getAttribute(name) !== text) element.setAttribute(name, text); };

// --- languages: of the document, of quotations (from the keys of containers), of the names of the languages ------

const NAMES_OF_LANGUAGES = { Italiano: 'it', English: 'en' };

const languages = () => {
  all('[class*="-lang-"]').forEach((element) => {
    const language = element.className.match(/-lang-([a-z]{2})-/)?.[1];
    if (!language) return;
    const columns = [...element.className.matchAll(/-q(\d+)-/g)].map((found) => found[1]);
    if (!columns.length) element.lang = language;
    columns.forEach((n) => all(`td:nth-child(${n})`, element).forEach((cell) => { cell.lang = language; }));
  });
  all('.st-key-lang label').forEach((label) => {
    const language = NAMES_OF_LANGUAGES[label.textContent.trim()];
    if (language) label.lang = language;
  });
};

// --- the words of Streamlit's own controls ----------------------------------------------------------------------

const WHOLE = {
  'Skip to main content': 'skip', 'Sidebar': 'sidebar', 'Collapse sidebar': 'sidebar_close', 'Expand sidebar': 'sidebar_open',
  'Choose an option': 'choose', 'Choose options': 'choose', 'Choose or add an option': 'choose', 'Open': 'list_open',
  'No results': 'no_results', 'No options to select': 'no_results', 'No options to select.': 'no_results',
  'Select all': 'select_all', 'Clear all': 'clear', 'Clear value': 'clear', 'Help': 'help', 'Decrement': 'less',
  'Increment': 'more', 'Press Enter to apply': 'enter', 'Running...': 'running', 'Connecting': 'connecting', 'Stop': 'stop',
  'Fullscreen': 'full', 'Close fullscreen': 'full_close', 'Close': 'close', 'Link to heading': 'heading_link', 'Copy to clipboard': 'copy', 'Copied': 'copied',
};
const BEFORE_A_NAME = { 'Help for ': 'help', 'Fullscreen: ': 'full', 'Close fullscreen: ': 'full_close', 'Remove ': 'remove' };
const AROUND_A_VALUE = [[/^(\d+) options? available\.?$/, 'options'], [/^(.+), selected\.?$/, 'selected']];
const NAMING = ['aria-label', 'placeholder', 'title'];
const SPOKEN = '[data-testid="stSkipToContent"], [data-testid="stTooltipContent"], [data-testid="InputInstructions"],'
  + ' [data-testid="stStatusWidget"], [role="listbox"], [data-testid="stSelectboxVirtualDropdown"], [data-live-announcer]';
const UPLOADER = '[data-testid="stFileUploaderDropzone"]';
const own = new WeakMap();

const inWords = (text, words) => {
  if (WHOLE[text]) return words[WHOLE[text]];
  const start = Object.keys(BEFORE_A_NAME).find((found) => text.startsWith(found));
  if (start) return `${words[BEFORE_A_NAME[start]]}: ${text.slice(start.length)}`;
  const [pattern, name] = AROUND_A_VALUE.find(([found]) => found.test(text)) ?? [];
  return pattern ? words[name].replace('#', text.match(pattern)[1]) : null;
};

// Each text is looked up as Streamlit wrote it, so that a change of the language starts from the same words.
const say = (holder, slot, text, write, words) => {
  const kept = own.get(holder) ?? {};
  const original = kept[slot]?.shown === text ? kept[slot].original : text;
  const shown = inWords(original, words);
  if (shown === null || shown === undefined) return;
  own.set(holder, { ...kept, [slot]: { original, shown } });
  if (shown !== text) write(shown);
};

const controls = (words) => {
  NAMING.forEach((name) => all(`[${name}]`).forEach((element) => {
    if (element.closest(UPLOADER)) return; // named by uploaders()
    say(element, name, element.getAttribute(name), (text) => element.setAttribute(name, text), words);
  }));
  all(SPOKEN).forEach((element) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      say(node, 'text', node.data, (text) => { node.data = text; }, words);
    }
  });
};

// The words of the uploader come with its style sheet, as values of its own properties.
const uploaders = () => all(UPLOADER).forEach((zone) => {
  const word = (name) => getComputedStyle(zone).getPropertyValue(name).trim().slice(1, -1);
  if (!word('--choose')) return;
  all('[data-testid="stBaseButton-secondary"], input', zone).forEach((element) => {
    set(element, 'aria-label', word('--choose'));
  });
  all('[data-testid="stFileChip"]', zone).forEach((chip) => {
    const name = chip.querySelector('[data-testid="stFileChipName"]')?.title ?? '';
    const button = chip.querySelector('button');
    if (button) set(button, 'aria-label', `${word('--remove')} ${name}`);
  });
});

// --- tables and charts ------------------------------------------------------------------------------------------

const headingBefore = (element) => all('[data-testid="stMain"] :is(h1, h2, h3)')
  .filter((heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);

// A table wider than its frame must be reached and named to be scrolled with the keyboard.
const scrollable = (frame) => {
  if (frame.scrollWidth > frame.clientWidth) {
    frame.tabIndex = 0;
    frame.setAttribute('role', 'region');
    set(frame, 'aria-label', headingBefore(frame)?.textContent ?? document.title);
  } else {
    ['tabindex', 'role', 'aria-label'].forEach((name) => frame.removeAttribute(name));
  }
};

// Looked at once the browser has laid it out: to ask for a width before would make it lay out the whole page at once.
// What is observed already is looked at anew, since the heading may be another one.
const FRAME = '[data-testid="stTable"] > div';
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => scrollable(target.closest(FRAME))));
const frames = () => all(`${FRAME}, ${FRAME} table`).forEach((element) => widths.observe(element));

const identified = (element, stem) => (element.id ||= `${stem}-${Math.random().toString(36).slice(2)}`);

// A chart is read as one picture, named by its finding and the line below that, which are one element; its numbers are in
// the table that follows. What Vega says of each mark would be the English names of its own fields.
const charts = () => all('[data-testid="stVegaLiteChart"]').forEach((chart) => {
  const drawing = chart.querySelector(':scope > svg, :scope > canvas');
  if (drawing) set(drawing, 'aria-hidden', 'true');
  if (chart.getAttribute('role') !== 'img') chart.setAttribute('role', 'img');
  chart.removeAttribute('aria-roledescription');
  const figure = chart.closest('[class*="st-key-figure-"]');
  if (!figure) return;
  const said = figure.querySelector('[data-testid="stMarkdownContainer"]');
  if (said) set(chart, 'aria-labelledby', identified(said, 'said'));
  const numbers = figure.querySelector('[class*="st-key-fold-"], table'); // a folded table comes when it is opened
  if (numbers) set(chart, 'aria-details', identified(numbers, 'numbers'));
});

// The picture in a message is a word of the icon font, and would be read aloud.
const icons = () => all('[data-testid="stAlertDynamicIcon"]').forEach((icon) => set(icon, 'aria-hidden', 'true'));

// --- what is said aloud, and where the focus stays --------------------------------------------------------------

const SILENT = 'avanzamento-said';

const voice = () => {
  let found = document.getElementById(SILENT);
  if (!found) {
    found = document.createElement('div');
    found.id = SILENT;
    found.setAttribute('role', 'status');
    found.setAttribute('aria-live', 'polite');
    document.body.append(found);
  }
  return found;
};

const running = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== 'notRunning';

// An entry of the page by the key of its container, its kind and its name: it is another element after a run.
const mark = (element) => ({
  key: element.closest('[class*="st-key-"]')?.className.match(/st-key-[^\s]+/)?.[0],
  tag: element.tagName,
  name: element.getAttribute('aria-label') ?? element.textContent,
});

// Said once a run has ended, from what stands there then: heading and words may each come a moment later than the other.
const speak = (state, words, language) => {
  if (state.language !== language) voice().textContent = '';
  state.language = language;
  const heading = document.querySelector('[data-testid="stMain"] h1');
  if (!state.changed || running() || !heading) return;
  const finding = document.querySelector('[class*="st-key-findings"] li')?.textContent ?? '';
  const text = `${words.updated}: ${heading.textContent}. ${finding}`;
  if (voice().textContent !== text) voice().textContent = text;
};

const follow = (state) => {
  const heading = document.querySelector('[data-testid="stMain"] h1');
  const now = `${location.pathname}${location.search}`;
  if (running() || !heading || (!state.ran && state.place === now)) return;
  state.ran = false;
  if (state.place && state.place !== now) state.changed = true;
  state.place = now;
  if (!state.keys || !state.last || state.last.element.isConnected || document.activeElement !== document.body) return;
  const within = state.last.key ? document.querySelector(`.${CSS.escape(state.last.key)}`) : null;
  const same = within && all(state.last.tag, within).find((element) => mark(element).name === state.last.name);
  (same ?? document.getElementById('stMain'))?.focus({ preventScroll: true });
};

// Not before the page is painted: what is done here reads the layout and would make the reader wait for it.
const LATEST = 150; // milliseconds after which it is done on a busy page too
const idle = window.requestIdleCallback
  ? (work) => window.requestIdleCallback(work, { timeout: LATEST })
  : (work) => setTimeout(work, LATEST / 3); // Safari
const never = (asked) => (window.cancelIdleCallback ?? clearTimeout)(asked);

// Streamlit calls this again with new words, and cleans up only when the element goes; one that moved in the page is made
// anew before the old one goes. So each call ends the one before, and only the last owner ends the last call.
export default function ({ data: sent, parentElement }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const state = (window.avanzamento ??= { ran: true, place: '', changed: false, language: '', last: null, keys: false });
  state.stop?.();
  state.owner = parentElement;
  state.asked = 0;
  voice();
  const work = () => {
    state.asked = 0;
    document.documentElement.lang = data.language;
    languages();
    controls(data.words);
    frames();
    charts();
    icons();
    uploaders();
    follow(state);
    speak(state, data.words, data.language);
  };
  const ask = () => {
    state.ran ||= running(); // seen at once: a short run is over before the browser has time for the rest
    state.asked ||= idle(work);
  };
  const focused = ({ target }) => { state.last = { element: target, ...mark(target) }; };
  const keyed = () => { state.keys = true; };
  const pointed = () => { state.keys = false; };
  work();
  const observer = new MutationObserver(ask);
  observer.observe(document.body, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: [...NAMING, 'data-test-script-state'],
  });
  const ears = [[window, 'resize', ask], [document, 'toggle', ask], [document, 'focusin', focused],
    [document, 'keydown', keyed], [document, 'pointerdown', pointed]];
  ears.forEach(([where, what, run]) => where.addEventListener(what, run, true));
  document.fonts.ready.then(ask);
  state.stop = () => {
    observer.disconnect();
    never(state.asked);
    state.asked = 0;
    ears.forEach(([where, what, run]) => where.removeEventListener(what, run, true));
  };
  return () => { if (state.owner === parentElement) state.stop(); };
}
