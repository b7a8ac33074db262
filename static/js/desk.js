// Keys 1 to 5 choose what to do on the desk; only the button does it. Off where the keys of the site are off.
const isOff = document.cookie.split("; ").some((each) => /^(__Host-)?keys=off$/.test(each));

addEventListener("keydown", (event) => {
  if (isOff || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[1-5]$/.test(event.key)) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
  const choice = document.querySelector(`[data-desk] [data-key="${event.key}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
});
