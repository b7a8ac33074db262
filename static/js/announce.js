import { onFailure } from "./swap.js";

const SHOWN_MS = 6000;

/** A text of the page's own language, from the #words template. */
export function word(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}

/** Say something to screen readers only. */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = text));
}

/** Say something to everybody; an error stays until it is closed. */
export function toast(text, kind = "success") {
  const template = document.getElementById("toast-template");
  const list = document.getElementById("toasts");
  if (!template || !list) return;
  const item = template.content.firstElementChild.cloneNode(true);
  item.classList.add(kind);
  item.querySelector("span").textContent = text;
  if (kind === "error") item.querySelector("use").setAttribute("href", "#i-triangle-alert");
  list.append(item);
  leaveLater(item);
  announce(text);
}

export function startToasts() {
  document.querySelectorAll("[data-toast]").forEach((item) => {
    leaveLater(item);
    announce(item.querySelector("span").textContent);
  });
  document.addEventListener("click", (event) => {
    event.target.closest("[data-close]")?.closest("[data-toast]")?.remove();
  });
  onFailure((element, status) => {
    if (element.matches?.("[data-like], [data-save], [data-quiet]")) return;
    toast(status ? word("failed") : word("offline"), "error");
  });
}

function leaveLater(item) {
  if (item.matches(".error, .warning")) return;
  let timer = setTimeout(() => item.remove(), SHOWN_MS);
  const pause = () => clearTimeout(timer);
  const resume = () => (timer = setTimeout(() => item.remove(), SHOWN_MS));
  item.addEventListener("pointerenter", pause);
  item.addEventListener("focusin", pause);
  item.addEventListener("pointerleave", resume);
  item.addEventListener("focusout", resume);
}
