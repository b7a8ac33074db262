"""A device that keeps passkeys, inside the browser."""

from playwright.sync_api import Page

from tests.e2e.people import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_device(page: Page) -> None:
    """A device that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def add_passkey(page: Page) -> None:
    """Keep one for who is logged in; ends on the page of recovery codes, or of second factors where there are some."""
    page.goto("/settings/security/passkeys/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/two-factor/**")
