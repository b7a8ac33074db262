/** Who has Activity before them has read it: say so once, and take the mark off. The page keeps showing what is new. */
export function startActivity() {
  const form = document.querySelector("[data-read]");
  if (!form) return;
  const tell = async () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", tell);
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, keepalive: true });
    if (!answer.ok || answer.redirected) return;
    document.querySelectorAll(".bar .dot").forEach((dot) => dot.remove());
    form.querySelector("button").remove();
  };
  document.addEventListener("visibilitychange", tell);
  tell().catch(() => {});
}
