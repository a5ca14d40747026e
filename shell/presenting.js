// A sitting on the screen of a hall: keys, full screen, the black screen, the size of the stage, and the speaker's window
// that follows. What the keys ask for is asked again until the server has answered: a dropped connection loses no key press.
// One slide is asked for at a time: a second request would carry the address from before the first was answered.

const STAGE = { width: 1920, height: 1080, least: 0.1, most: 4 };
const AGAIN = 900; // milliseconds until a slide is asked for again
const LATE = 2000; // milliseconds until it is said that the connection is lost

const BY_KEY = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -Infinity, End: Infinity,
};

const busy = (target, key) => {
  if (target.closest?.('input, textarea, select, [role="listbox"], [role="combobox"], [role="dialog"], [contenteditable]')) return true;
  return key === ' ' && Boolean(target.closest?.('button, summary, a'));
};

const fit = () => {
  const free = Math.min(window.innerWidth / STAGE.width, window.innerHeight / STAGE.height);
  const zoom = Math.min(Math.max(free, STAGE.least), STAGE.most);
  document.documentElement.style.setProperty('--stage-zoom', zoom.toFixed(4));
};

const blacken = (state, on) => {
  state.black?.remove();
  state.black = null;
  if (!on) return;
  state.black = document.createElement('div');
  state.black.id = 'stage-black';
  state.black.setAttribute('role', 'status');
  state.black.setAttribute('aria-label', state.words.black);
  document.body.append(state.black);
};

// One for all calls: what comes between two channels would be lost.
const channelOf = (state, name) => {
  if (state.channel?.name === name) return state.channel;
  state.channel?.close();
  state.channel = new BroadcastChannel(name);
  return state.channel;
};

const clock = (parent, state) => {
  const face = parent.querySelector('.stage-clock');
  if (!face) return;
  const seconds = Math.floor((Date.now() - state.since) / 1000);
  const two = (number) => String(number).padStart(2, '0');
  const spent = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  face.textContent = `${new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })} · ${state.words.since} ${spent}`;
};

export default function ({ data: sent, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const began = `avanzamento-began-${data.sitting}`; // the clock goes on over a reload
  const since = Number(sessionStorage.getItem(began)) || Date.now();
  sessionStorage.setItem(began, String(since));
  const state = (window.avanzamentoStage ??= { wanted: null, black: null, channel: null, since });
  // Streamlit calls this again with new data, and cleans up only when the element goes; one that moved in the page is made
  // anew before the old one goes. So each call ends the one before, and only the last owner ends the last call.
  state.stop?.();
  state.owner = parentElement;
  state.words = data.words;
  if (state.wanted === data.number) state.wanted = null;
  const channel = channelOf(state, `avanzamento-${data.sitting}`);
  const send = (what) => channel.postMessage({ ...what, from: data.role });
  const here = () => state.wanted ?? data.number;
  const note = parentElement.querySelector('.stage-status');

  const ask = () => {
    state.asked = Date.now();
    try { setTriggerValue('go', state.wanted); } catch { /* asked again below */ }
  };
  const go = (number) => {
    const wanted = Math.min(Math.max(number, 1), data.count);
    if (wanted === here()) return;
    const waiting = state.wanted !== null;
    state.wanted = wanted;
    state.first = Date.now();
    if (!waiting) ask();
  };
  const step = (by) => {
    const to = Math.min(Math.max(here() + by, 1), data.count);
    if (data.role === 'notes') send({ go: to });
    go(to);
  };
  const leave = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else setTriggerValue('leave', Date.now());
  };
  const act = (key) => {
    if (key in BY_KEY) step(BY_KEY[key]);
    else if (key === 'b' || key === 'B' || key === '.') { blacken(state, true); send({ black: true }); }
    else if (key === 'f' || key === 'F') (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch?.(() => {});
    else if (key === 't' || key === 'T') document.querySelector('.st-key-stage-table button')?.click();
    else if (key === 'Escape') leave();
    else return false;
    return true;
  };
  const pressed = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || busy(event.target, event.key)) return;
    if (state.black) {
      blacken(state, false);
      send({ black: false });
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Escape' && document.querySelector('[data-testid="stPopoverBody"]')) return;
    if (!act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  channel.onmessage = ({ data: said }) => {
    if (said.from === data.role) return;
    if (said.ask && data.role === 'stage') send({ number: here(), since: state.since });
    if (said.since) state.since = said.since;
    if (said.go && data.role === 'stage') go(said.go);
    if (said.number && data.role === 'notes') go(said.number);
    if ('black' in said) blacken(state, said.black && data.role === 'stage');
  };
  const tick = () => {
    clock(parentElement, state);
    if (state.wanted === null) { if (note) note.textContent = ''; return; }
    if (Date.now() - state.asked > AGAIN) ask();
    if (note) note.textContent = Date.now() - state.first > LATE ? state.words.lost : '';
  };

  fit();
  if (state.wanted !== null) ask();
  tick();
  if (data.role === 'stage') send({ number: here(), since: state.since });
  else send({ ask: true });
  window.addEventListener('resize', fit);
  document.addEventListener('keydown', pressed, true);
  const timer = setInterval(tick, 250);
  state.stop = () => {
    clearInterval(timer);
    window.removeEventListener('resize', fit);
    document.removeEventListener('keydown', pressed, true);
  };
  return () => {
    if (state.owner !== parentElement) return;
    state.stop();
    channel.close();
    blacken(state, false);
    delete window.avanzamentoStage;
  };
}
