import { toast, word } from "./announce.js";

let opener = null;
let pushed = false;

/** Links with data-dialog show their page's <main> in a dialog; without an answer they are plain links. */
export function startDialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      openPage(link);
    }
    const leave = event.target.closest("[data-close-dialog], dialog [data-cancel]");
    if (leave || event.target === dialog) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    if (pushed) history.back();
    pushed = false;
    opener?.focus();
    opener = null;
  });
  addEventListener("popstate", () => {
    if (!dialog.open) return;
    pushed = false;
    dialog.close();
  });
}

async function openPage(link) {
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!main) return location.assign(link.href);
    showDialog([...main.childNodes], link);
    if (!pushed) history.pushState({ dialog: true }, "", link.href);
    pushed = true;
  } catch {
    toast(word("offline"), "error");
  }
}

/** Show nodes in the one dialog of the page, named by their first heading; focus returns to `from`. */
export function showDialog(nodes, from) {
  const dialog = document.getElementById("dialog");
  const inside = document.getElementById("dialog-in");
  inside.replaceChildren(...nodes);
  const heading = inside.querySelector("h1");
  if (heading) {
    heading.id = "dialog-h";
    heading.tabIndex = -1;
    dialog.setAttribute("aria-labelledby", "dialog-h");
  }
  if (!dialog.open) {
    opener = from ?? document.activeElement;
    dialog.showModal();
  }
  heading?.focus();
  window.htmx?.process(inside);
  inside.dispatchEvent(new Event("content", { bubbles: true }));
}
