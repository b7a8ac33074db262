"""A page that is watched: whatever a person would not want in their browser is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@contextmanager
def watched_page(browser: Browser, origin: str, refusals: bool = False, **options: Any) -> Iterator[Page]:
    """A page in a browser context of its own (`options`); afterwards there was no error in the console, no violation of
    the content security policy, no script error, no dialog, no answer of 4xx or 5xx, and no request to anybody but
    `origin`. The browser's own question before leaving is no such dialog: the answer is always to leave. With
    `refusals` answers of 4xx are what is looked at.
    """
    complaints: list[str] = []
    context = browser.new_context(base_url=origin, **options)
    context.add_init_script(TELL_VIOLATIONS)
    context.set_default_timeout(15_000)

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not (refusals and "status of 4" in message.text):
            complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def see(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != origin:
            complaints.append(f"request to {request.url}")

    page = context.new_page()

    def meet(dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        complaints.append(f"dialog {dialog.type}: {dialog.message}")
        dialog.dismiss()

    page.on("console", hear)
    page.on("dialog", meet)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("request", see)
    worst = 500 if refusals else 400
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= worst else None,
    )
    try:
        yield page
    finally:
        context.close()
    assert complaints == [], complaints
