import { word } from "./announce.js";

/** Animated pictures move when somebody asks; of all videos only one plays, and only while it is in view. */
export function startMoving() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-animated], button[data-animated]");
    if (!link) return;
    event.preventDefault();
    toggle(link);
  });
  document.addEventListener("play", (event) => onlyThis(event.target), true);
  document.addEventListener("error", (event) => offerAgain(event.target), true);
}

/** The link turns into a button the first time; its word says what pressing it does. */
function toggle(control) {
  const place = control.closest(".ph");
  const running = place.querySelector("img.running");
  const button = control.matches("button") ? control : asButton(control);
  if (running) running.remove();
  else place.append(Object.assign(new Image(), { className: "running", alt: "", src: button.dataset.animated }));
  button.querySelector("[data-word]").textContent = running ? button.dataset.play : button.dataset.stop;
  button.querySelector("use").setAttribute("href", running ? "#i-play" : "#i-square");
}

function asButton(link) {
  const button = document.createElement("button");
  const play = link.querySelector("[data-word]").textContent;
  Object.assign(button, { type: "button", className: link.className });
  Object.assign(button.dataset, { animated: link.href, stop: link.dataset.stop, play });
  button.append(...link.childNodes);
  link.replaceWith(button);
  button.focus({ preventScroll: true });
  return button;
}

const inView = new IntersectionObserver((entries) => {
  entries.filter(({ isIntersecting }) => !isIntersecting).forEach(({ target }) => target.pause());
});

function onlyThis(playing) {
  document.querySelectorAll("video[data-video]").forEach((video) => {
    if (video !== playing) video.pause();
  });
  playing.closest(".film")?.querySelector("[data-length]")?.remove();
  inView.observe(playing);
}

/** The address of a film runs out; the page knows a new one when it is loaded again. */
function offerAgain(element) {
  const place = element.closest?.(".film");
  if (!element.matches?.("video, source") || !place || place.querySelector(".again")) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn s again", textContent: word("again") });
  button.addEventListener("click", () => location.reload());
  place.append(button);
}
