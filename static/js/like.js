import { toast, word } from "./announce.js";
import { onFailure } from "./swap.js";

/** Flip a like button at once; htmx has already read the form, so the request says what was wanted. */
export function startLikes() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-like]");
    if (button && window.htmx) flip(button);
  });
  onFailure((element, status) => {
    if (!element.matches?.("[data-like]")) return;
    flip(element);
    toast(status ? word("likeFailed") : word("offline"), "error");
  });
}

function flip(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  button.form.elements.on.value = on ? "0" : "1";
  const count = button.closest("article")?.querySelector("[data-like-count]");
  if (!count) return;
  count.textContent = String(Number(count.textContent) + (on ? 1 : -1));
  count.parentElement.hidden = count.textContent === "0";
}
