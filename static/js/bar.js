const ENOUGH_PX = 12;

/** On a phone the bottom bar steps aside while reading down. */
export function startBar() {
  const bar = document.querySelector(".bar");
  if (!bar) return;
  let before = scrollY;
  addEventListener(
    "scroll",
    () => {
      if (Math.abs(scrollY - before) < ENOUGH_PX) return;
      const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 120;
      bar.classList.toggle("away", scrollY > before && scrollY > 120 && !atEnd);
      before = scrollY;
    },
    { passive: true },
  );
}
