// Pages of the API read without this: code can be copied with one click, and the table of contents closes by itself.
import { announce } from "./announce.js";

const template = document.getElementById("copy");

/** Put `button` on `code`; it says for two seconds that it has worked. */
function offer(code) {
  const button = template.content.firstElementChild.cloneNode(true);
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = template.dataset.done;
    announce(template.dataset.done);
    setTimeout(() => (button.textContent = label), 2000);
  });
  code.parentElement.append(button);
}

// Browsers have a clipboard for pages on https alone.
if (navigator.clipboard) document.querySelectorAll(".docs pre > code").forEach(offer);

// On a phone the table of contents lies over the text: it makes room for what was chosen in it.
const contents = document.querySelector(".docs-nav");
contents.addEventListener("click", (event) => {
  if (event.target.closest("a")) contents.open = false;
});
