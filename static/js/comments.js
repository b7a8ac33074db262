import { announce, toast, word } from "./announce.js";
import { onContent } from "./swap.js";

/** Comments stand in their list at once; what the site answers takes their place, or they come back to be sent again. */
export function startComments() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const list = form.dataset.commentForm && document.getElementById(form.dataset.commentForm);
    if (!list) return;
    event.preventDefault();
    if (!form.dataset.sending) send(form, list);
  });
  onContent(dropDoubles);
}

async function send(form, list) {
  const field = form.elements.text;
  const body = new FormData(form);
  const typed = field.value;
  const pending = showPending(list, typed);
  form.dataset.sending = "1";
  field.value = "";
  field.dispatchEvent(new Event("input"));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (!answer.ok || answer.redirected) throw new Refusal(answer, text);
    settle(pending, text);
    form.closest("dialog")?.close();
  } catch (error) {
    pending.remove();
    field.value = typed;
    field.focus();
    toast(error instanceof Refusal ? error.message : word("offline"), "error");
  }
  delete form.dataset.sending;
}

class Refusal extends Error {
  constructor(answer, text) {
    super(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : word("failed"));
  }
}

function showPending(list, typed) {
  const pending = document.getElementById("comment-pending")?.content.firstElementChild.cloneNode(true);
  const item = pending ?? document.createElement("li");
  (item.querySelector("[data-text]") ?? item).textContent = typed;
  list.hidden = false;
  list.insertBefore(item, list.querySelector(":scope > .more"));
  return item;
}

function settle(pending, html) {
  const made = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  pending.replaceWith(made);
  window.htmx?.process(made);
  made.dispatchEvent(new Event("content", { bubbles: true }));
  document.querySelector("[data-no-comments]")?.remove();
  const count = document.querySelector("[data-comment-count]");
  if (count && !made.querySelector("[data-waits]")) {
    count.textContent = String(Number(count.textContent) + 1);
    count.hidden = false;
  }
  announce(word("commentSent"));
}

/** What one said oneself comes again with its page of the list. */
function dropDoubles() {
  const seen = new Map();
  document.querySelectorAll("article.comment[id]").forEach((comment) => {
    seen.get(comment.id)?.closest("li")?.remove();
    seen.set(comment.id, comment);
  });
}
