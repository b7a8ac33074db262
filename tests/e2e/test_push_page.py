"""A browser that is told: from the button on the page of devices to the message on its screen, and out again."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engines.temporary import TemporarySite
from tests.e2e.rest import wait_for
from tests.e2e.walking import log_out, sign_up
from tests.e2e.watching import watched_page
from tests.push_service import Device, running_service

pytestmark = pytest.mark.browser

DEVICES = "/settings/notifications/devices/"
# Chromium would ask the service of its maker; ours gives endpoints out instead.
SUBSCRIBED = """
const given = {};
PushManager.prototype.subscribe = async (options) => ({
  toJSON: () => given, unsubscribe: async () => true, options,
});
PushManager.prototype.getSubscription = async () => null;
"""
NOTIFICATIONS = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  const shown = await (await navigator.serviceWorker.getRegistration("/")).getNotifications();
  return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""
CLICK = """async () => {
  const opened = [];
  self.clients.openWindow = async (address) => opened.push(address);
  const [notification] = await self.registration.getNotifications();
  for (const data of [null, "https://elsewhere.example.org/", "javascript:alert(1)"]) {
    const event = new NotificationEvent("notificationclick", { notification });
    Object.defineProperty(event, "notification", { value: { close() {}, data: data ?? notification.data } });
    self.dispatchEvent(event);
  }
  notification.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
  return opened;
}"""
LEFT = """async () => [
  (await navigator.serviceWorker.getRegistrations()).length,
  (await caches.keys()).length, localStorage.length, sessionStorage.length,
]"""


def subscribe(page: Page, device: Device) -> None:
    """Press the button, as a person who lets the browser show messages."""
    page.context.grant_permissions(["notifications"])
    given = {"endpoint": device.endpoint, "expirationTime": None, "keys": device.keys}
    page.add_init_script(SUBSCRIBED.replace("{}", json.dumps(given), 1))
    page.goto(DEVICES)
    page.get_by_role("button", name="Tell me on this device").click()
    expect(page.get_by_text("this device ·")).to_be_visible()


def deliver(page: Page, site: TemporarySite, message: dict[str, Any]) -> None:
    """As the browser's push service would."""
    session = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(50)
    number = registrations[0]["registrationId"]
    data = json.dumps(message)
    session.send("ServiceWorker.deliverPushMessage", {"origin": site.origin, "registrationId": number, "data": data})


def test_browser_shows_what_is_sent_leads_there_and_forgets_at_log_out(site: TemporarySite, chromium: Browser) -> None:
    with running_service() as service, watched_page(chromium, site.origin) as page:
        sign_up(site, page, "told")
        device = Device(service)
        subscribe(page, device)
        page.get_by_role("button", name="Try it").click()
        (message,) = wait_for("the push", lambda: device.messages)

        deliver(page, site, message)
        shown = wait_for("the message", lambda: page.evaluate(NOTIFICATIONS))
        page.goto("/")  # a window that has the page already would only be brought to the front
        opened = page.context.service_workers[0].evaluate(CLICK)
        page.goto(opened[0])
        here = page.get_by_text("this device ·").count()
        log_out(page)
        left = page.evaluate(LEFT)

    assert shown == [{**{name: message[name] for name in ("title", "body", "tag")}, "data": message["url"]}]
    assert opened == [f"{site.origin}{DEVICES}", f"{site.origin}/activity/", f"{site.origin}/activity/"]
    assert (here, left) == (1, [0, 0, 0, 0])
