// The page of devices that tell: explains first, asks the browser only when somebody presses the button.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function current() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.pushManager.getSubscription();
}

async function subscribe(key) {
  await (await current())?.unsubscribe(); // one made for another key, or another person
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

async function tell(subscription, token) {
  const answer = await fetch("/rest/v1/push-subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(subscription),
  });
  if (answer.ok) return;
  await subscription.unsubscribe();
  throw new Error(answer.status);
}

function start(part) {
  const form = part.querySelector("[data-push-form]");
  const say = (name, shown) => (part.querySelector(`[data-push-${name}]`).hidden = !shown);
  say("needs", false);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("failed", false);
    const allowed = (await Notification.requestPermission()) === "granted";
    say("denied", !allowed);
    try {
      if (allowed) {
        await tell(await subscribe(part.dataset.key), form.elements.csrfmiddlewaretoken.value);
        location.reload();
      }
    } catch {
      say("failed", true);
    }
    button.disabled = false;
  });
}

function stop(form) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.stopped) return;
    event.preventDefault();
    form.dataset.stopped = "yes";
    await (await current().catch(() => null))?.unsubscribe();
    form.requestSubmit();
  });
}

if (able) {
  document.querySelectorAll("[data-push]").forEach(start);
  document.querySelectorAll("[data-push-stop]").forEach(stop);
}
