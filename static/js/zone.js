/** Offer the time zone of the device where another one is chosen. */
export function startZone() {
  const form = document.querySelector("[data-zone-form]");
  const offer = form?.querySelector("[data-zone]");
  if (!offer) return;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const select = form.elements.time_zone;
  if (here === select.value || ![...select.options].some((option) => option.value === here)) return;
  offer.querySelector("span").textContent = here.replaceAll("_", " ");
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    select.value = here;
    select.focus();
    offer.hidden = true;
  });
}
