/** Previous and Next of a carousel move the reel only; without script they are links to the slides. */
export function startReels() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reel] [data-step]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    step(link.closest("[data-reel]"), Number(link.dataset.step), true);
  });
}

/** Move a reel by one slide; `focus` puts the focus on the same button of the new slide. */
export function step(reel, by, focus = false) {
  const slides = [...reel.children];
  const forward = getComputedStyle(reel).direction === "rtl" ? -1 : 1;
  const at = Math.round(Math.abs(reel.scrollLeft) / reel.clientWidth);
  const to = Math.min(Math.max(at + by, 0), slides.length - 1);
  reel.scrollTo({ left: forward * to * reel.clientWidth });
  if (!focus) return;
  const again = slides[to].querySelector(`[data-step="${by}"]`) ?? slides[to].querySelector("[data-step]");
  again?.focus({ preventScroll: true });
}
