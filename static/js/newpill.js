import { announce } from "./announce.js";

const EVERY_MS = 60_000;

/** Ask now and then whether there is something newer than the feed on the screen; the list itself never moves. */
export function startNewPill() {
  if (!place()) return;
  let asked = Date.now();
  const ask = () => {
    if (document.hidden || Date.now() - asked < EVERY_MS - 1000) return;
    asked = Date.now();
    show().catch(() => {});
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    asked -= EVERY_MS / 2; // who comes back is told sooner
    ask();
  });
}

const place = () => document.querySelector("[data-new-posts]");

async function show() {
  const old = place();
  if (!old) return;
  const answer = await fetch(`${old.dataset.ask}?newest=${old.dataset.newPosts}`, { headers: { Accept: "text/html" } });
  if (answer.status !== 200 || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const pill = page.querySelector("[data-new-posts]");
  if (!pill || pill.textContent.trim() === old.textContent.trim()) return;
  old.replaceChildren(...pill.childNodes);
  announce(old.textContent.trim());
}
