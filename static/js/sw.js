// Shows what the site tells while no page of it is open. It keeps nothing: no page, no picture, no answer.
const HOME = self.location.origin;

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function show(data) {
  let told = {};
  try {
    told = data.json();
  } catch {
    // A message must be shown for each push, or the browser shows one of its own.
  }
  const { title, body, tag, url } = told;
  await self.registration.showNotification(title || HOME, { body, tag, data: url, icon: "/favicon.ico" });
}

/** The page at an address of this site: the window that has it, or a new one. */
async function open(wanted) {
  let address = new URL("/activity/", HOME);
  try {
    const told = new URL(wanted, HOME);
    if (told.origin === HOME) address = told;
  } catch {
    // no address
  }
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url === address.href);
  return there ? there.focus() : self.clients.openWindow(address.href);
}

/** The browser has another endpoint now; the session of its person, if there still is one, says so to the site. */
async function renew(event) {
  const fresh =
    event.newSubscription ?? (await self.registration.pushManager.subscribe(event.oldSubscription.options));
  const cookie = (await self.cookieStore?.get("__Host-csrf")) ?? (await self.cookieStore?.get("csrf"));
  const answer = await fetch("/rest/v1/push-subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": cookie?.value ?? "" },
    body: JSON.stringify(fresh),
  });
  if (!answer.ok) await fresh.unsubscribe();
}
