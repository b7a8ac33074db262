import { announce } from "./announce.js";
import { startSending } from "./compose-send.js";
import { Kept } from "./kept.js";
import { look } from "./look.js";
import { Row } from "./row.js";
import { Uploader } from "./uploader.js";

/** Every chosen file is sent at once, one row each; the form then posts what the server has kept, in this order. */
const form = document.querySelector("[data-compose]");
const words = document.getElementById("upload-words")?.dataset;
const template = document.getElementById("picked-template");
const list = form?.querySelector("[data-picked]");
const rows = []; // in the order of the post
const LOOK_FOR_LOST_MS = 1500;

if (form && words && template) start();

function start() {
  const kept = new Kept(form.dataset.person);
  const uploader = new Uploader(form.dataset.uploads, (row) => changed(row, kept));
  const page = { uploader, kept };
  form.classList.add("live");
  startChoosing((files) => add(files, page));
  list.addEventListener("click", (event) => pressed(event, page));
  list.addEventListener("input", ({ target }) => remember(rowOf(target), kept));
  startSending({ form, rows, kept });
  takeOver(page);
  adopt(page);
  setTimeout(() => adopt(page), LOOK_FOR_LOST_MS); // the page of before a reload lets go a moment later
}

function startChoosing(chosen) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const take = () => {
    const files = [...input.files];
    if (!files.length) return;
    input.value = "";
    chosen(files);
  };
  input.addEventListener("change", take);
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over-me");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => drop.classList.remove("over-me"));
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    chosen([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) chosen([...event.clipboardData.files]);
  });
  take();
}

function add(files, page) {
  const left = [];
  for (const file of files) {
    const known = rows.find((row) => row.isSame(file));
    if (known?.state === "missing") {
      known.take(file);
      page.uploader.add(known);
    } else if (!known && rows.filter(isWanted).length < Number(form.dataset.max)) begin(file, page);
    else if (!known) left.push(file.name);
  }
  const place = form.querySelector("[data-refused]");
  place.textContent = left.length ? `${words.tooMany} ${left.join(", ")}` : "";
  order();
}

const isWanted = ({ state }) => state !== "refused" && state !== "unread";

function begin(file, page) {
  const row = new Row(template, words, { name: file.name, size: file.size, changed: file.lastModified }, file);
  rows.push(row);
  row.show("waiting");
  look(file)
    .then((seen) => reasonAgainst(file, seen))
    .catch(() => "")
    .then((reason) => {
      if (!rows.includes(row)) return;
      if (!reason) return page.uploader.add(row);
      row.show("refused", reason);
      changed(row, page.kept);
    });
}

/** Why the server would not take this file, as far as that can be known before sending; or "". */
function reasonAgainst({ size }, { kind, stranger, pixels, seconds }) {
  const { photoMax, photoPixels, videoMax, videoSeconds } = form.dataset;
  const most = kind === "photo" ? photoMax : videoMax;
  if (size === 0) return words.empty;
  if (stranger) return words[stranger];
  if (size > Number(most)) return kind === "photo" ? words.photoTooLarge : words.videoTooLarge;
  if (pixels > Number(photoPixels)) return words.tooManyPixels;
  return seconds > Number(videoSeconds) + 1 ? words.tooLong : "";
}

/** Files that an earlier try without script has kept: the server has put them on the page. */
function takeOver({ kept }) {
  const there = [...form.querySelectorAll("[data-kept] > li")];
  for (const { dataset } of there) {
    const about = { name: dataset.fileName, media: dataset.media, alt: dataset.alt, size: 0 };
    show(new Row(template, words, about), kept);
  }
  form.querySelector("[data-kept]")?.remove();
}

/** Uploads that this browser remembers and no other tab works on. */
async function adopt({ kept }) {
  for (const entry of await kept.adopt()) {
    const isKnown = rows.some(({ id, media }) => id === entry.id || (media && media === entry.media));
    if (!isKnown && (entry.media || entry.address)) await show(new Row(template, words, entry), kept);
    else if (!isKnown) kept.drop(entry.id);
  }
}

async function show(row, kept) {
  if (!(await row.look())) return kept.drop(row.id);
  rows.push(row);
  remember(row, kept);
  order();
}

function changed(row, kept) {
  if (row.state === "ready" && rows.some((other) => other !== row && other.media === row.media)) {
    row.isOurs = false;
    row.show("refused", words.twice);
  }
  const hasNews = row.isFinal || (row.state === "lost" && row.told !== "lost");
  if (hasNews && row.told !== row.state) announce(`${row.name}: ${row.item.querySelector("[data-told]").textContent}`);
  row.told = row.state;
  remember(row, kept);
  form.dispatchEvent(new Event("rows"));
}

function remember(row, kept) {
  if (!row) return;
  if (isWanted(row) && (row.media || row.address)) kept.put(row.entry);
  else kept.drop(row.id);
}

const rowOf = (element) => rows.find(({ item }) => item.contains(element));

function order() {
  rows.forEach(({ item }, at) => {
    item.querySelector("[data-place]").textContent = `${at + 1} / ${rows.length}`;
    item.querySelector("[data-move='-1']").disabled = at === 0;
    item.querySelector("[data-move='1']").disabled = at === rows.length - 1;
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
  });
  while (list.children.length > rows.length) list.lastElementChild.remove();
  list.hidden = rows.length === 0;
  form.dispatchEvent(new Event("rows"));
}

function pressed(event, { uploader, kept }) {
  const button = event.target.closest("button");
  const row = button && rowOf(button);
  if (!row) return;
  if ("again" in button.dataset) {
    uploader.again(row);
    row.item.querySelector("[data-remove]").focus();
    return;
  }
  const at = rows.indexOf(row);
  rows.splice(at, 1);
  if (button.dataset.move) rows.splice(at + Number(button.dataset.move), 0, row);
  else {
    uploader.drop(row);
    kept.drop(row.id);
  }
  order();
  if (button.dataset.move) (button.disabled ? button.parentElement.querySelector("button:enabled") : button)?.focus();
  else (rows[Math.min(at, rows.length - 1)]?.item.querySelector("[data-remove]") ?? form.elements.files).focus();
}
