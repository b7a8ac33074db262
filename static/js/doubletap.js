const WITHIN_MS = 300;
const WITHIN_PX = 24;

/** Two taps or clicks on a picture like it and draw the ring where they fell; they never unlike. */
export function startDoubleTap() {
  let last = null;
  let waiting = 0;
  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-doubletap]");
    if (!picture || event.detail === 0 || event.target.closest(".step, .moves, summary")) return;
    const now = { picture, time: event.timeStamp, x: event.clientX, y: event.clientY };
    const link = event.target.closest("a");
    if (isSecond(last, now)) {
      clearTimeout(waiting);
      event.preventDefault();
      last = null;
      like(picture, event);
      return;
    }
    last = now;
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      waiting = setTimeout(() => location.assign(link.href), WITHIN_MS);
    }
  });
}

function isSecond(last, now) {
  return (
    last !== null &&
    last.picture === now.picture &&
    now.time - last.time <= WITHIN_MS &&
    Math.hypot(now.x - last.x, now.y - last.y) <= WITHIN_PX
  );
}

function like(picture, event) {
  const button = document.getElementById(picture.dataset.doubletap);
  if (button?.getAttribute("aria-pressed") === "false") button.click();
  drawRing(picture, event);
}

function drawRing(picture, event) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const box = picture.getBoundingClientRect();
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#ring-round");
  ring.setAttribute("class", "heart-at");
  ring.setAttribute("aria-hidden", "true");
  ring.append(use);
  ring.style.setProperty("left", `${event.clientX - box.left}px`);
  ring.style.setProperty("top", `${event.clientY - box.top}px`);
  picture.append(ring);
  setTimeout(() => ring.remove(), 1300);
}
