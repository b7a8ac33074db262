const NEXT = { system: "light", light: "dark", dark: "system" };
const ICON = { system: "sun-moon", light: "sun", dark: "moon" };

/** The theme button answers at once; the form tells the server for the next page. */
export function startTheme() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const chosen = form.elements.theme.value;
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
    show(chosen);
    form.elements.theme.value = NEXT[chosen];
    form.querySelector("use").setAttribute("href", `#i-${ICON[chosen]}`);
  });
}

function show(theme) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}
