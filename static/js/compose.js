import { announce } from "./announce.js";

/** The chosen files as a list with a preview, alt text and order; the file input stays what is sent. */
const form = document.querySelector("[data-compose]");
const input = form?.querySelector("input[type=file]");
const list = form?.querySelector("[data-picked]");
const template = document.getElementById("picked-template");
const rows = []; // {file, item}, in the order of the post

if (form && input && list && template) start();

function start() {
  input.addEventListener("change", () => add([...input.files]));
  list.addEventListener("click", pressed);
  const drop = form.querySelector("[data-drop]");
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over-me");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => drop.classList.remove("over-me"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) add([...event.clipboardData.files]);
  });
  form.addEventListener("submit", send);
  if (input.files.length) add([...input.files]);
}

function add(files) {
  const known = new Set(rows.map(({ file }) => nameOf(file)));
  const fresh = files.filter((file) => !known.has(nameOf(file)));
  const limit = Number(form.dataset.maxBytes) * 1024 * 1024;
  const small = fresh.filter((file) => file.size <= limit);
  const room = Number(form.dataset.max) - rows.length;
  refuse([
    [form.dataset.tooLarge, fresh.filter((file) => file.size > limit)],
    [form.dataset.tooMany, small.slice(room)],
  ]);
  for (const file of small.slice(0, room)) rows.push({ file, item: makeItem(file) });
  show();
}

const nameOf = (file) => `${file.name}|${file.size}|${file.lastModified}`;

function refuse(reasons) {
  const place = form.querySelector("[data-refused]");
  const told = reasons.filter(([, files]) => files.length);
  place.replaceChildren(
    ...told.map(([reason, files]) => {
      const line = document.createElement("p");
      line.textContent = `${reason} ${files.map((file) => file.name).join(", ")}`;
      return line;
    }),
  );
}

let made = 0;

function makeItem(file) {
  const item = template.content.firstElementChild.cloneNode(true);
  const id = `alt-${(made += 1)}`;
  item.querySelector("label").htmlFor = id;
  item.querySelector("textarea").id = id;
  item.querySelectorAll("[data-name]").forEach((place) => (place.textContent = file.name));
  preview(file, item.querySelector(".thumb"));
  return item;
}

/** Draws a small copy; kinds the browser cannot read (HEIC) keep the icon. */
async function preview(file, place) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 320, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    place.replaceChildren(canvas);
  } catch {
    place.classList.add("unread");
  }
}

function show() {
  const files = new DataTransfer();
  rows.forEach(({ file, item }, at) => {
    files.items.add(file);
    item.querySelector("[data-place]").textContent = `${at + 1} / ${rows.length}`;
    item.querySelector("[data-move='-1']").disabled = at === 0;
    item.querySelector("[data-move='1']").disabled = at === rows.length - 1;
  });
  input.files = files.files;
  list.hidden = rows.length === 0;
  const wanted = rows.map(({ item }) => item);
  wanted.forEach((item, at) => {
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}

function pressed(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const at = rows.findIndex(({ item }) => item.contains(button));
  const [row] = rows.splice(at, 1);
  if (button.dataset.move) rows.splice(at + Number(button.dataset.move), 0, row);
  else row.item.remove();
  show();
  if (button.dataset.move) (button.disabled ? button.parentElement.querySelector("button:enabled") : button)?.focus();
  else (rows[Math.min(at, rows.length - 1)]?.item.querySelector("[data-remove]") ?? input).focus();
}

/** Sends with progress. A redirect is followed; a page with errors takes the place of this one. */
function send(event) {
  event.preventDefault();
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const button = form.querySelector("[data-submit]");
  const request = new XMLHttpRequest();
  const stop = () => {
    progress.hidden = true;
    button.disabled = false;
  };
  progress.hidden = false;
  button.disabled = true;
  progress.querySelector("span").textContent = form.dataset.sending;
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total;
  });
  request.addEventListener("load", () => {
    stop();
    finish(request);
  });
  request.addEventListener("error", () => {
    stop();
    const place = form.querySelector("[data-refused]");
    place.textContent = form.dataset.lost;
    place.scrollIntoView({ block: "center" });
  });
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form));
}

function finish(request) {
  const landed = new URL(request.responseURL || location.href);
  const loggedOut = landed.pathname === form.dataset.login;
  if (request.status < 400 && !loggedOut && landed.href !== location.href) return location.assign(landed.href);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const summary = loggedOut ? null : page.querySelector("main .summary, main .fail");
  form.querySelectorAll(":scope > .summary").forEach((old) => old.remove());
  const place = summary ?? document.createElement("p");
  if (!summary) place.textContent = loggedOut ? form.dataset.loggedOut : form.dataset.lost;
  place.tabIndex = -1;
  form.prepend(place);
  place.focus();
  announce(place.textContent);
}
