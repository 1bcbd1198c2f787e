// The console reads and acts without this file; it adds the keyboard and keeps a held alert held.

const PRESENCE_MILLISECONDS = 45 * 1000; // less than half of the time that a silent page counts as open
const HEARTBEAT_MILLISECONDS = 5 * 60 * 1000; // a third of the lease

// Where letters are text; a tick or a choice takes none.
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select";

const links = [...document.querySelectorAll("[data-rows] [data-row-link]")];
let chosen = -1;

function choose(index) {
  if (links.length === 0) return;
  chosen = Math.max(0, Math.min(index, links.length - 1));
  const link = links[chosen];
  link.focus({ preventScroll: true });
  (link.closest("li") ?? link).scrollIntoView({ block: "nearest", behavior: "auto" });
}

function startDeciding() {
  const form = document.querySelector("[data-decide]");
  form?.closest("details")?.setAttribute("open", "");
  form?.querySelector("[name=outcome]:checked, [name=outcome]").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  if (event.key === "j") choose(chosen + 1);
  else if (event.key === "k") choose(chosen - 1);
  else if (event.key === "u") document.querySelector("[data-up]")?.click();
  else if (event.key === "n") document.querySelector("[data-next]")?.click();
  else if (event.key === "c") document.querySelector("[data-hold]")?.click();
  else if (event.key === "d") startDeciding();
  else if (event.key === "Enter" && chosen >= 0 && document.activeElement === document.body) links[chosen].click();
  else return;
  event.preventDefault();
});

links.forEach((link, index) => link.addEventListener("focus", () => (chosen = index)));

for (const text of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.dataset.copyLabel;
  button.addEventListener("click", async () => {
    text.select();
    await navigator.clipboard.writeText(text.value);
    button.textContent = text.dataset.copiedLabel;
  });
  text.after(button);
}

const { heartbeat, presence, me, formToken } = document.body.dataset;
const viewers = document.querySelector("[data-viewers]");
if (presence && viewers) {
  const present = async () => {
    if (document.hidden) return;
    const answer = await fetch(presence, { method: "POST", headers: { "X-Form-Token": formToken } });
    if (!answer.ok) return;
    const names = (await answer.json()).filter((one) => String(one.id) !== me).map((one) => one.name);
    viewers.textContent = names.length ? viewers.dataset.viewers.replace("{names}", names.join(", ")) : "";
  };
  present();
  setInterval(present, PRESENCE_MILLISECONDS);
  document.addEventListener("visibilitychange", present);
}

if (heartbeat) {
  const beat = setInterval(async () => {
    const answer = await fetch(heartbeat, { method: "POST", headers: { "X-Form-Token": formToken } });
    // Somebody else has it, or the session is over: stop, and let the next act say so.
    if (answer.status >= 400 && answer.status < 500) clearInterval(beat);
  }, HEARTBEAT_MILLISECONDS);
}
