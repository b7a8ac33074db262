import { announce } from "./announce.js";
import { csrfToken } from "./tus.js";

let state = "writing"; // waiting (for uploads), sending, left

/** "Post" waits for uploads that still run, then sends the words and what is kept; leaving in between is asked about. */
export function startSending({ form, rows, kept }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (state === "writing") post(form, rows, kept);
  });
  form.addEventListener("rows", () => showWaiting(form, rows));
  form.querySelector("[data-stop]").addEventListener("click", () => {
    go("writing", form);
    form.querySelector("[data-submit]").focus();
  });
  addEventListener("beforeunload", (event) => {
    const isBusy = rows.some(({ isFinal }) => !isFinal) || state === "waiting" || state === "sending";
    if (isBusy && state !== "left") event.preventDefault();
  });
}

async function post(form, rows, kept) {
  const before = refused(rows);
  go("waiting", form);
  showWaiting(form, rows);
  await settled(form, rows);
  if (state !== "waiting") return;
  if (refused(rows) > before) return stop(form, form.dataset.someRefused);
  go("sending", form);
  try {
    const body = new FormData(form);
    body.delete("files");
    body.set("csrfmiddlewaretoken", csrfToken());
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    await finish(form, answer, () => rows.forEach((row) => row.state === "ready" && kept.drop(row.id)));
  } catch {
    stop(form, form.dataset.lost);
  }
}

const refused = (rows) => rows.filter(({ state: each }) => each === "refused" || each === "unread").length;

/** Until nothing runs any more, or somebody would rather write on. */
function settled(form, rows) {
  return new Promise((resolve) => {
    const look = () => {
      if (state === "waiting" && rows.some(({ isFinal }) => !isFinal)) return;
      for (const name of ["rows", "stopped"]) form.removeEventListener(name, look);
      resolve();
    };
    for (const name of ["rows", "stopped"]) form.addEventListener(name, look);
    look();
  });
}

function go(next, form) {
  state = next;
  const isBusy = next !== "writing";
  form.querySelector("[data-progress]").hidden = !isBusy;
  form.querySelector("[data-submit]").setAttribute("aria-disabled", String(isBusy));
  form.querySelector("[data-stop]").hidden = next !== "waiting";
  if (next === "sending") form.querySelector("[data-progress] span").textContent = form.dataset.sending;
  form.dispatchEvent(new Event("stopped"));
}

function showWaiting(form, rows) {
  if (state !== "waiting") return;
  const running = rows.filter(({ isFinal }) => !isFinal);
  const total = rows.reduce((sum, { size }) => sum + size, 0);
  const sent = rows.reduce((sum, row) => sum + (row.state === "ready" ? row.size : row.sent), 0);
  const place = form.querySelector("[data-progress] span");
  const told = form.dataset.waiting.replace("{n}", running.length);
  if (running.length && place.textContent !== told) place.textContent = told;
  form.querySelector("[data-progress] progress").value = total ? (100 * sent) / total : 0;
}

async function finish(form, answer, done) {
  const landed = new URL(answer.url);
  const loggedOut = landed.pathname === form.dataset.login;
  if (answer.ok && !loggedOut && landed.pathname !== location.pathname) {
    done();
    state = "left";
    location.assign(landed.href);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const summary = loggedOut ? null : page.querySelector("main .summary, main .fail");
  stop(form, loggedOut ? form.dataset.loggedOut : form.dataset.lost, summary);
}

/** Back to writing, with what is wrong on top of the form. */
function stop(form, text, summary = null) {
  go("writing", form);
  form.querySelectorAll(":scope > .summary, :scope > .fail").forEach((old) => old.remove());
  const place = summary ?? document.createElement("div");
  if (!summary) {
    place.className = "summary";
    place.append(Object.assign(document.createElement("p"), { textContent: text }));
  }
  place.tabIndex = -1;
  form.prepend(place);
  place.focus();
  announce(place.textContent);
}
