import { word } from "./announce.js";

/** A picture that did not arrive keeps its placeholder and alt text and offers another try. */
export function startPictures() {
  document.addEventListener("error", (event) => offerAgain(event.target), true);
  document.querySelectorAll("img[data-picture]").forEach((image) => {
    if (image.complete && image.naturalWidth === 0 && image.loading !== "lazy") offerAgain(image);
  });
}

function offerAgain(image) {
  const place = image.matches?.("img[data-picture]") && image.closest(".ph");
  if (!place || place.classList.contains("broken")) return;
  place.classList.add("broken");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn s again";
  button.textContent = word("again");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    button.remove();
    place.classList.remove("broken");
    image.closest("picture").replaceWith(image.closest("picture").cloneNode(true));
  });
  place.append(button);
}
