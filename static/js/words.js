import { onContent } from "./swap.js";

const STEPS = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [7, "day"],
];

/** Captions fold at two lines; times of the last week read as "2 days ago" and keep their date as a title. */
export function startWords() {
  onContent((root) => {
    root.querySelectorAll("[data-fold]").forEach(offerMore);
    root.querySelectorAll("time[data-when]").forEach(makeRelative);
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".reason[open]").forEach((reason) => (reason.open = reason.contains(event.target)));
    const button = event.target.closest(".cap-more");
    if (!button) return;
    const caption = button.closest("[data-fold]");
    caption.classList.add("open");
    button.hidden = true;
    caption.tabIndex = -1;
    caption.focus({ preventScroll: true });
  });
}

function offerMore(caption) {
  const text = caption.querySelector(".cap-text");
  const button = caption.querySelector(".cap-more");
  if (!caption.classList.contains("open")) button.hidden = text.scrollHeight <= text.clientHeight + 2;
}

function makeRelative(time) {
  delete time.dataset.when;
  let amount = (Date.now() - Date.parse(time.dateTime)) / 1000;
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  for (const [size, unit] of STEPS) {
    if (amount < size) {
      time.textContent = format.format(-Math.max(Math.floor(amount), 0), unit);
      return;
    }
    amount /= size;
  }
}
