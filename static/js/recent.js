const MOST = 8;

/** What was searched for in this browser, the last first; it is sent nowhere, and goes with the button or the log-out. */
export function startRecent(form) {
  const key = form.dataset.kept;
  const { asked } = form.dataset;
  if (asked) write(key, [asked, ...read(key).filter((text) => text !== asked)].slice(0, MOST));
  const section = document.querySelector("[data-recent]");
  if (!section) return;
  draw(section, key);
  addEventListener("pageshow", () => draw(section, key));
  section.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    write(key, "clear" in button.dataset ? [] : read(key).filter((text) => text !== button.value));
    draw(section, key);
    (section.querySelector("li button") ?? form.elements.q).focus();
  });
}

function draw(section, key) {
  const texts = read(key);
  section.hidden = !texts.length;
  const row = section.querySelector("template").content.firstElementChild;
  section.querySelector("ul").replaceChildren(...texts.map((text) => filled(row.cloneNode(true), text)));
}

function filled(row, text) {
  const [link, button] = row.children;
  link.href = `?${new URLSearchParams({ q: text })}`;
  link.querySelector("span").textContent = text;
  button.value = text;
  button.querySelector("span").append(text);
  return row;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)).filter((text) => typeof text === "string");
  } catch {
    return [];
  }
}

function write(key, texts) {
  try {
    if (texts.length) localStorage.setItem(key, JSON.stringify(texts));
    else localStorage.removeItem(key);
  } catch {
    // A full or forbidden store only means that nothing is remembered.
  }
}
