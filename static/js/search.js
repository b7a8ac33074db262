import { announce } from "./announce.js";
import { startRecent } from "./recent.js";

const PAUSE_MS = 250;

const form = document.querySelector("[data-search]");
if (form) {
  startOffers(form, form.elements.q, form.querySelector("[role=listbox]"));
  startRecent(form);
}

/** Names are offered while somebody types (a WAI-ARIA combobox); without an answer the form is what it is. */
function startOffers(form, field, list) {
  let timer, asking;
  let at = -1;
  const set = (name, value) => field.setAttribute(`aria-${name}`, value);
  field.role = "combobox";
  set("autocomplete", "list");
  set("controls", list.id);
  show("");
  if ("start" in form.dataset && !field.value && matchMedia("(hover: hover) and (pointer: fine)").matches) field.focus();

  field.addEventListener("input", () => {
    stop();
    if (field.value.trim()) timer = setTimeout(ask, PAUSE_MS);
    else show("");
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS[event.key]?.() === true) event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  field.addEventListener("blur", close);
  addEventListener("pagehide", close);

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => !list.hidden && at >= 0 && (list.children[at].click(), true),
    Escape: () => !list.hidden && (close(), true),
  };

  function stop() {
    clearTimeout(timer);
    asking?.abort();
  }

  function close() {
    stop();
    show("");
  }

  async function ask() {
    asking = new AbortController();
    const url = `${form.dataset.offers}?${new URLSearchParams({ q: field.value })}`;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: asking.signal });
      const html = answer.ok && !answer.redirected ? await answer.text() : "";
      if (document.activeElement === field) show(html);
    } catch {
      show("");
    }
  }

  function show(html) {
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    list.hidden = !list.children.length;
    set("expanded", String(!list.hidden));
    choose(-1);
    if (!list.hidden) announce(form.dataset.told.replace("{n}", list.children.length));
  }

  /** Up and down the list, and through the field itself at its ends. */
  function step(by) {
    const many = list.children.length;
    if (many) choose(((at + by + 1 + many + 1) % (many + 1)) - 1);
    else if (field.value.trim()) ask();
    return true;
  }

  function choose(place) {
    list.children[at]?.removeAttribute("aria-selected");
    at = place;
    const option = list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) set("activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }
}
