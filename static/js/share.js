import { announce, toast, word } from "./announce.js";

/** Copying an address, and handing it (with the picture, where one may have that) to an app of the phone. */
export function startSharing() {
  show(document);
  document.addEventListener("content", (event) => show(event.target));
  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) copyFrom(document.getElementById(copy.dataset.copy));
    const share = event.target.closest("[data-share]");
    if (share) handOn(share);
  });
}

function show(part) {
  if (navigator.clipboard) part.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  if (navigator.share) part.querySelectorAll("[data-share-row]").forEach((row) => (row.hidden = false));
}

async function copyFrom(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast(word("copied"));
  } catch {
    announce(word("failed"));
  }
}

async function handOn(button) {
  const { share, title, file, again } = button.dataset;
  const whole = { title, text: title, url: share };
  try {
    button.file ??= file ? await fetchFile(file) : null;
    const withFile = { ...whole, files: [button.file] };
    await navigator.share(button.file && navigator.canShare?.(withFile) ? withFile : whole);
  } catch (error) {
    // A browser that waited for the file too long wants another press.
    if (error.name === "NotAllowedError") button.textContent = again;
    else if (error.name !== "AbortError") toast(word("failed"), "error");
  }
}

async function fetchFile(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? new File([await answer.blob()], "picture.jpg", { type: "image/jpeg" }) : null;
  } catch {
    return null;
  }
}
