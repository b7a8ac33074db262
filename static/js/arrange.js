import { announce, toast, word } from "./announce.js";

const EDGE_PX = 72;

/** A list to put in order: its buttons and handles move a line at once, and the server is told, one move at a time. */
function startArranging(list) {
  const form = list.closest("form");
  const first = Number(list.querySelector("input")?.value ?? 1);
  let told = Promise.resolve();
  list.querySelectorAll("[data-handle]").forEach((handle) => (handle.hidden = false));
  form.addEventListener("submit", (event) => press(event));
  list.addEventListener("pointerdown", (event) => hold(event));

  function press(event) {
    const [way, id] = (event.submitter?.value ?? "").split(":");
    const item = list.querySelector(`[data-id="${id}"]`);
    const other = { up: item?.previousElementSibling, down: item?.nextElementSibling }[way];
    if (!other) return;
    event.preventDefault();
    if (way === "up") other.before(item);
    else other.after(item);
    settle(item);
    if (event.submitter.disabled) item.querySelector("[value^=up]:enabled, [value^=down]:enabled")?.focus();
    else event.submitter.focus();
  }

  function hold(event) {
    const item = event.target.closest("[data-handle]")?.closest("li");
    if (!item) return;
    event.preventDefault();
    const ended = new AbortController();
    const before = item.nextElementSibling;
    item.classList.add("held");
    const drop = () => {
      ended.abort();
      item.classList.remove("held");
      if (item.nextElementSibling !== before) settle(item);
    };
    document.addEventListener("pointermove", (moved) => follow(item, moved), { signal: ended.signal });
    document.addEventListener("pointerup", drop, { signal: ended.signal });
    document.addEventListener("pointercancel", drop, { signal: ended.signal });
  }

  function follow(item, { clientX, clientY }) {
    if (clientY < EDGE_PX) scrollBy(0, -EDGE_PX / 4);
    if (clientY > innerHeight - EDGE_PX) scrollBy(0, EDGE_PX / 4);
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-arrange] > li");
    if (!over || over === item) return;
    if (item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING) over.after(item);
    else over.before(item);
  }

  /** Number the lines anew, and tell where this one is now. */
  function settle(item) {
    const lines = [...list.children];
    const last = Number(item.querySelector("input").max);
    lines.forEach((line, at) => {
      line.querySelector("input").value = first + at;
      line.querySelector("[value^=up]").disabled = first + at === 1;
      line.querySelector("[value^=down]").disabled = first + at === last;
    });
    const place = first + lines.indexOf(item);
    announce(`${place} / ${last}`);
    told = told.then(() => tell(`to:${item.dataset.id}:${place}`));
  }

  async function tell(move) {
    const body = new FormData(form);
    body.set("move", move);
    const answer = await fetch(location.href, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) toast(word(answer ? "failed" : "offline"), "error");
  }
}

document.querySelectorAll("[data-arrange]").forEach(startArranging);
