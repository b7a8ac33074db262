"""Takes the README's screenshots from a running demo.

    .venv/bin/python docs/screenshots/take.py http://localhost:8000 PASSWORD

Needs Chromium and the development requirements (`bin/test --version` installs them).
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESKTOP, PHONE = (1280, 860), (390, 844)
SHOTS = (
    ("home-desktop-light", "/", DESKTOP, "light"),
    ("profile-phone-dark", "/@wren/", PHONE, "dark"),
    ("post-phone-light", "", PHONE, "light"),
)


def take(browser: Browser, origin: str, password: str) -> None:
    for name, path, (width, height), scheme in SHOTS:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=1.5,
        )
        page = context.new_page()
        page.goto(f"{origin}/login/")
        page.fill("[name=username]", "demo")
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{origin}/")
        first_post = page.locator("article a[href^='/p/']").first.get_attribute("href")
        page.goto(f"{origin}{path or first_post}", wait_until="networkidle")
        image = Image.open(io.BytesIO(page.screenshot()))
        image.convert("RGB").save(Path(__file__).parent / f"{name}.webp", quality=82, method=6)
        context.close()


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take(browser, sys.argv[1].rstrip("/"), sys.argv[2])


if __name__ == "__main__":
    main()
