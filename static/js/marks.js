import { toast, word } from "./announce.js";
import { onFailure } from "./swap.js";

const BUTTON = "[data-like], [data-save]";

/** Flip a like or save button at once; htmx has already read the form, so the request says what was wanted. */
export function startMarks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(BUTTON);
    if (button && window.htmx) flip(button);
  });
  onFailure((element, status) => {
    if (!element.matches?.(BUTTON)) return;
    flip(element);
    const failed = element.matches("[data-like]") ? "likeFailed" : "saveFailed";
    toast(status ? word(failed) : word("offline"), "error");
  });
}

function flip(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  button.form.elements.on.value = on ? "0" : "1";
  if (button.matches("[data-like]")) count(button, on ? 1 : -1);
}

function count(button, step) {
  const shown = button.closest("article")?.querySelector("[data-like-count]");
  if (!shown) return;
  shown.textContent = String(Number(shown.textContent) + step);
  shown.parentElement.hidden = shown.textContent === "0";
}
