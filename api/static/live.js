// Says on an open page what has changed since it was loaded. Without this file the page is as it was when it was asked
// for. Nothing moves under the hand: rows stay where they are, what is new is counted, and what was written stays.

const LOOK_AGAIN_MILLISECONDS = 60 * 1000; // who has what open is no act, so nothing tells of it
const GATHER_MILLISECONDS = 400; // many acts within a moment are one look
const RETRY_MILLISECONDS = 20 * 1000; // after an answer at which the browser itself gives up

const { streamSince, shown, version } = document.body.dataset;
const fresh = document.querySelector("[data-new]");
const changed = document.querySelector("[data-changed]");
const touched = new Set();
let seen = streamSince;
let source = null;
let gathering = null;

function replaceLive(place, other) {
  const old = place.querySelectorAll("[data-live]");
  const found = other.querySelectorAll("[data-live]");
  old.forEach((part, index) => {
    // Names of who else has it open come from the page's own sign of life, more often.
    const viewers = part.querySelector("[data-viewers]");
    if (found[index] && part.innerHTML !== found[index].innerHTML) {
      part.replaceChildren(...document.importNode(found[index], true).childNodes);
      if (viewers) part.querySelector("[data-viewers]")?.replaceWith(viewers);
    }
  });
}

function compareLists(page) {
  const before = [...document.querySelectorAll("[data-alert]")];
  const now = new Map([...page.querySelectorAll("[data-alert]")].map((row) => [row.dataset.alert, row]));
  for (const row of before) {
    const other = now.get(row.dataset.alert);
    if (other) replaceLive(row, other);
    else if (touched.has(row.dataset.alert)) row.querySelector("[data-live]").textContent = row.dataset.gone;
    now.delete(row.dataset.alert);
  }
  fresh.hidden = now.size === 0;
  fresh.querySelector("a").textContent = fresh.dataset.text.replace("{count}", now.size);
}

async function look() {
  gathering = null;
  // A page that answered a form has another address than the one at which it is read.
  const address = (fresh ?? changed).querySelector("a").href;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.redirected || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh) compareLists(page);
  else replaceLive(document, page);
}

function lookSoon() {
  gathering ??= setTimeout(look, GATHER_MILLISECONDS);
}

function tellChanged(text) {
  changed.querySelector("span").textContent = text;
  changed.hidden = false;
}

function hear(event) {
  seen = event.lastEventId;
  const act = JSON.parse(event.data);
  if (act.kind !== "alert") return;
  touched.add(String(act.id));
  if (fresh) lookSoon();
  if (changed && String(act.id) === shown) {
    if (act.has_left) tellChanged(changed.dataset.gone);
    else if (act.version > Number(version)) tellChanged(changed.dataset.text.replace("{name}", act.by ?? changed.dataset.system));
    if (!act.has_left) lookSoon();
  }
}

function listen() {
  source = new EventSource(`/stream?named=false&since=${seen}`);
  source.addEventListener("message", hear);
  source.addEventListener("ready", (event) => (seen = event.lastEventId));
  source.addEventListener("reset", (event) => {
    seen = event.lastEventId;
    lookSoon();
  });
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => document.hidden || (close(), listen()), RETRY_MILLISECONDS);
  });
}

function close() {
  source?.close();
  source = null;
}

if (streamSince && (fresh || changed)) {
  // A browser opens few connections to one host; a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    close();
    if (!document.hidden) listen();
  });
  addEventListener("pagehide", close);
  if (!document.hidden) listen();
  if (fresh) setInterval(() => document.hidden || lookSoon(), LOOK_AGAIN_MILLISECONDS);
}
