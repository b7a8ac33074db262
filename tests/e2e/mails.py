"""What the running site has mailed: files in its state folder, written by its worker."""

import email
import email.policy
import re

from engines.temporary import TemporarySite
from tests.e2e.rest import wait_for


def mailed_code(site: TemporarySite, address: str) -> str:
    """The code of six digits in the first mail to this address, once it is there."""
    found: str = wait_for("the mail", lambda: _code_for(site, address))
    return found


def _code_for(site: TemporarySite, address: str) -> str | None:
    for file in sorted((site.places.state / "mail").glob("*.log")):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = mail.get_body(preferencelist=("plain",))
        code = re.search(r"^ +(\d{6})\r?$", body.get_content(), re.MULTILINE) if body else None
        if mail["To"] == address and code:
            return code[1]
    return None
