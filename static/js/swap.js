// The two htmx majors name their events differently; the rest of our code does not care.

/** Call `then(element)` for new content: once now with the document, later with whatever was swapped in. */
export function onContent(then) {
  then(document);
  for (const name of ["htmx:after:swap", "htmx:afterSwap"]) {
    document.addEventListener(name, () => then(document));
  }
  document.addEventListener("content", (event) => then(event.target));
}

/** Call `then(element, status)` when a request of `element` did not succeed; status 0 = no answer at all. */
export function onFailure(then) {
  const answered = (event) => {
    const status = event.detail?.ctx?.response?.status ?? event.detail?.xhr?.status ?? 0;
    if (status >= 400) then(event.detail.ctx?.sourceElement ?? event.detail.elt ?? event.target, status);
  };
  const lost = (event) => {
    const element = event.detail?.ctx?.sourceElement ?? event.detail?.elt;
    if (element) then(element, 0);
  };
  document.addEventListener("htmx:response:error", answered);
  document.addEventListener("htmx:responseError", answered);
  document.addEventListener("htmx:error", lost);
  document.addEventListener("htmx:sendError", lost);
}
