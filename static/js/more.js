import { announce, word } from "./announce.js";
import { onContent } from "./swap.js";

const LEAD = "800px";
const AUTOMATIC_PAGES = 10;

/** Fetch the next page of a list before it is reached, ten times; then the reader presses the button. */
export function startLists() {
  let pages = 0;
  let last = null;
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting) || pages >= AUTOMATIC_PAGES) return;
      const link = document.querySelector("[data-more]");
      if (!link || link === last || !window.htmx) return;
      last = link;
      pages += 1;
      link.click();
    },
    { rootMargin: `0px 0px ${LEAD}` },
  );
  let known = items().length;
  onContent(() => {
    const more = document.getElementById("more");
    if (more) seen.observe(more);
    const now = items();
    if (now.length > known) announce(word("loaded"));
    keepFocus(now[known - 1]);
    known = now.length;
  });
}

const items = () => document.querySelectorAll("[data-list] > *");
let pressed = null;
addEventListener("click", (event) => (pressed = event.target.closest("[data-keep-focus], .more")), true);

/** What was pressed has been replaced by its answer: the focus goes to the new button, or to the first new item. */
function keepFocus(firstNew) {
  if (document.activeElement !== document.body || !pressed) return;
  const place = pressed.isConnected ? pressed : firstNew;
  place?.querySelector("button, a")?.focus();
  pressed = null;
}
