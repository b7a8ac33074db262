import { showDialog } from "./dialog.js";
import { step } from "./reel.js";

let afterG = -Infinity; // when g was pressed, in ms since the page began

/** Single-key shortcuts; never while somebody types or a dialog is open, and not where they were switched off. */
export function startKeys() {
  startSetting();
  if (isOff() || !document.getElementById("keys-help")) return;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const act = event.timeStamp - afterG < 1000 ? GO[event.key] : KEYS[event.key];
    afterG = event.key === "g" ? event.timeStamp : -Infinity;
    if (act && act(event) !== false) event.preventDefault();
  });
}

const isSecure = location.protocol === "https:";
const COOKIE = isSecure ? "__Host-keys" : "keys";
const isOff = () => document.cookie.split("; ").includes(`${COOKIE}=off`);

/** The box on the appearance page; a cookie remembers it for this browser. */
function startSetting() {
  const setting = document.querySelector("[data-keys-setting]");
  const box = setting?.querySelector("input");
  if (!box) return;
  setting.hidden = false;
  box.checked = !isOff();
  box.addEventListener("change", () => {
    document.cookie = `${COOKIE}=${box.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax${isSecure ? "; secure" : ""}`;
  });
}

const follow = (selector) => () => document.querySelector(selector)?.click();
const GO = {
  h: follow("[data-go=h]"),
  e: follow("[data-go=e]"),
  n: follow("[data-go=a]"),
  p: follow("[data-go=p]"),
  s: follow("[data-go=s]"),
};
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  l: () => current()?.querySelector("[data-like]")?.click(),
  c: comment,
  b: () => current()?.querySelector("[data-save]")?.click(),
  o: open,
  "/": search,
  ".": follow("[data-pill]"),
  n: follow("[data-go=n]"),
  t: follow("[data-theme-form] button"),
  ArrowLeft: (event) => turn(event, -1),
  ArrowRight: (event) => turn(event, 1),
  "?": () => showDialog([document.getElementById("keys-help").content.cloneNode(true)]),
};

/** The post that has the focus, else the first one whose middle is below the top of the window. */
function current() {
  const posts = [...document.querySelectorAll("[data-post]")];
  const focused = posts.find((post) => post.contains(document.activeElement));
  return focused ?? posts.find((post) => post.getBoundingClientRect().bottom > innerHeight / 3);
}

function move(by) {
  const posts = [...document.querySelectorAll("[data-post]")];
  const focused = posts.findIndex((post) => post.contains(document.activeElement));
  const at = focused >= 0 ? focused + by : posts.indexOf(current());
  const post = posts[Math.min(Math.max(at, 0), posts.length - 1)];
  post?.querySelector("a")?.focus({ preventScroll: true });
  post?.scrollIntoView({ block: "start" });
}

function open() {
  const post = current();
  if (!post || post.dataset.post === location.pathname) return false;
  location.assign(post.dataset.post);
  return true;
}

/** To the field of the search on this page, or to the page that has it. */
function search() {
  const field = document.querySelector("[data-search] [name=q]");
  if (!field) return follow("[data-go=search]")();
  field.focus();
  field.select();
}

function comment() {
  const link = current()?.querySelector("[data-comment]");
  if (!link) return false;
  const field = link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
  if (field) field.focus();
  else link.click();
}

function turn(event, by) {
  const reel = current()?.querySelector("[data-reel]");
  if (!reel || event.target.closest("[data-reel]") !== null) return false;
  step(reel, by);
  return true;
}
