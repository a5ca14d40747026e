// The pages of the app as a list of links. A click changes the address and says so as the browser's own back and forward do,
// which Streamlit follows; with another button or key a click is the browser's: a new tab, a new window.

const made = (name, text = '') => Object.assign(document.createElement(name), { textContent: text });

const group = ({ title, links }) => {
  const list = made('ul');
  list.append(...links.map(() => {
    const entry = made('li');
    entry.append(made('a'));
    return entry;
  }));
  return title ? [made('p'), list] : [list];
};

const follow = (event) => {
  const link = event.target.closest('a');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (document.querySelector('[data-testid="stApp"]')?.dataset.testConnectionState !== 'CONNECTED') return;
  history[link.href === location.href ? 'replaceState' : 'pushState'](null, '', link.href);
  dispatchEvent(new PopStateEvent('popstate'));
};

export default function ({ data: sent, parentElement }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const list = parentElement.querySelector('nav');
  const shape = data.groups.map(({ title, links }) => `${Boolean(title)}${links.length}`).join();
  if (list.dataset.shape !== shape) { // else the same links get other words, and the focus stays on its own
    list.replaceChildren(...data.groups.flatMap(group));
    list.dataset.shape = shape;
  }
  list.setAttribute('aria-label', data.name);
  list.onclick = follow;
  const [titles, links] = ['p', 'a'].map((name) => [...list.querySelectorAll(name)]);
  data.groups.filter(({ title }) => title).forEach(({ title }, n) => { titles[n].textContent = title; });
  data.groups.flatMap((one) => one.links).forEach(({ label, address, here }, n) => {
    links[n].textContent = label;
    links[n].setAttribute('href', address);
    links[n].toggleAttribute('aria-current', here);
    if (here) links[n].setAttribute('aria-current', 'page');
  });
}
