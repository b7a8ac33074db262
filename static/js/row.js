import { preview, showPicture } from "./preview.js";
import { request } from "./tus.js";

const ICONS = {
  waiting: "clock",
  sending: "upload",
  checking: "hourglass",
  ready: "circle-check",
  lost: "wifi-off",
  stopped: "lock",
  refused: "triangle-alert",
  unread: "triangle-alert",
  missing: "info",
};
const FINAL = ["ready", "refused", "unread", "stopped", "missing"];
const LOOK_AGAIN_MS = [1500, 3000, 5000, 8000, 15000];

/** One file of the post in the making: what is known of it, and its line on the page. */
export class Row {
  state = "waiting";
  sent = 0;

  /** `words` has the texts of the states; `about` is {name, size, changed} and what was remembered. */
  constructor(template, words, about, file = null) {
    Object.assign(this, { id: `${Date.now()}-${Math.random()}`, address: "", media: "", alt: "" }, about);
    this.words = words;
    this.file = file;
    this.item = template.content.firstElementChild.cloneNode(true);
    this.#name();
    if (file) preview(file, this.thumb);
  }

  get thumb() {
    return this.item.querySelector(".thumb");
  }

  get isFinal() {
    return FINAL.includes(this.state);
  }

  get mediaAddress() {
    return `${this.words.media}/${this.media}`;
  }

  /** What is worth remembering, for kept.js. */
  get entry() {
    const { id, name, size, changed, address, media, sent, isOurs } = this;
    return { id, name, size, changed, address, media, sent, isOurs, alt: this.text.value };
  }

  get text() {
    return this.item.querySelector("textarea");
  }

  isSame({ name, size, lastModified }) {
    return this.name === name && this.size === size && this.changed === lastModified;
  }

  /** A file chosen again for a row that lost its own. */
  take(file) {
    this.file = file;
    preview(file, this.thumb);
  }

  /** The server has it: `upload` is what it says about the upload. */
  keep({ media, created_at: begun }) {
    this.media = media.id;
    this.isOurs = media.post_id === null && media.created_at >= begun;
    this.#judge(media);
  }

  /** Ask what became of this file of an earlier visit; false when it is of no use any more. */
  async look() {
    try {
      if (this.media) this.#judge(await this.#ask(this.mediaAddress));
      else this.#goOn(await this.#ask(this.address));
    } catch {
      return false;
    }
    return this.state === "ready" || this.state === "missing";
  }

  async #ask(address) {
    return JSON.parse((await request("GET", address)).responseText);
  }

  #goOn(upload) {
    this.sent = upload.offset;
    if (upload.media) this.keep(upload);
    else if (upload.state === "open") this.show("missing");
  }

  #judge(media) {
    if (media.post_id !== null) return this.show("refused", this.words.posted);
    this.show("ready");
    this.#follow(media);
  }

  /** What the browser could not draw the server develops; look a few times whether it has. */
  async #follow(media, tries = 0) {
    if (media.state === "failed") return this.show("refused", media.failure?.detail ?? "");
    const square = media.renditions?.find(({ name }) => name === "square");
    if (square) return showPicture(square.url, this.thumb);
    if (tries >= LOOK_AGAIN_MS.length || this.thumb.querySelector("canvas")) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS[tries]));
    if (!this.item.isConnected || this.state !== "ready") return;
    await this.#follow(await this.#ask(this.mediaAddress).catch(() => media), tries + 1);
  }

  progress(bytes) {
    this.sent = bytes;
    if (this.state === "sending") this.show("sending");
  }

  show(state, detail = "") {
    this.state = state;
    const percent = this.size ? Math.floor((100 * this.sent) / this.size) : 0;
    const text = state === "lost" && this.why ? this.words.busy : this.words[state];
    const told = text.replace("{n}", detail).replace("{percent}", percent).replace("{why}", this.why ?? "");
    this.item.dataset.state = state;
    this.item.querySelector("[data-told]").textContent = told;
    this.item.querySelector("[data-icon]").setAttribute("href", `#i-${ICONS[state]}`);
    this.item.querySelector("[data-again]").hidden = !["lost", "stopped"].includes(state);
    this.item.querySelector("[data-alt]").hidden = ["refused", "unread", "missing"].includes(state);
    const bar = this.item.querySelector("progress");
    bar.hidden = !["sending", "lost", "checking", "missing"].includes(state);
    if (state === "checking") bar.removeAttribute("value");
    else bar.value = percent;
    this.#field(state === "ready");
  }

  /** Only what is ready goes with the form. */
  #field(isReady) {
    const field = this.item.querySelector("[name=media]");
    field.disabled = !isReady;
    field.value = this.media;
    this.text.name = isReady ? `alt_${this.media}` : "";
  }

  #name() {
    this.text.id = `alt-${this.id}`;
    this.text.value = this.alt;
    this.item.querySelector("label").htmlFor = this.text.id;
    this.item.querySelectorAll("[data-name]").forEach((place) => (place.textContent = this.name));
    this.item.querySelector("progress").setAttribute("aria-label", this.name);
    this.item.querySelector("[data-size]").textContent = this.size ? sizeText(this.size) : "";
  }
}

/** 950 kB, 1.4 MB, 37 MB. */
export function sizeText(bytes) {
  const [value, unit] = bytes < 999.5 * 1024 ? [bytes / 1024, "kB"] : [bytes / 1024 ** 2, "MB"];
  return `${value.toFixed(value < 9.95 ? 1 : 0).replace(/\.0$/, "")} ${unit}`;
}
