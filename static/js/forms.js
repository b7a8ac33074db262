import { announce, word } from "./announce.js";

const SPOKEN_AT = new Set([100, 20, 0]);

/** Error summary first, password reveal, signs left, fields that only matter with another one. */
export function startForms() {
  document.querySelector("[data-focus]")?.focus();
  document.querySelectorAll("[data-reveal]").forEach(startReveal);
  document.querySelectorAll("[data-count-for]").forEach(startCounter);
  document.querySelectorAll("[data-needs]").forEach(startNeed);
  document.querySelectorAll("input[type=range]").forEach(startRange);
}

function startReveal(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  if (!input) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    input.type = shown ? "text" : "password";
  });
}

function startCounter(counter) {
  const input = document.getElementById(counter.dataset.countFor);
  const most = Number(counter.dataset.most);
  if (!input || !most) return;
  const show = () => {
    const left = most - input.value.length;
    counter.textContent = `${input.value.length} / ${most}`;
    counter.hidden = input.value.length === 0;
    counter.classList.toggle("low", left <= 20);
    input.setCustomValidity(left < 0 ? word("tooLong") : "");
    if (SPOKEN_AT.has(left)) announce(counter.textContent);
  };
  input.addEventListener("input", show);
  show();
}

/** The number a slider stands at, behind it. */
function startRange(input) {
  const shown = document.createElement("output");
  shown.htmlFor = input.id;
  const show = () => (shown.textContent = input.value);
  input.addEventListener("input", show);
  input.after(shown);
  show();
}

function startNeed(part) {
  const box = document.getElementById(part.dataset.needs);
  if (!box) return;
  const show = () => (part.hidden = !box.checked && !part.querySelector("[aria-invalid=true]"));
  box.addEventListener("change", show);
  show();
}
