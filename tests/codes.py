"""What people take from the mails that they get."""

import re

from django.core import mail


def last_code() -> str:
    """The code of six digits in the newest mail."""
    found = re.search(r"^ +(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    return found[1]


def last_link() -> str:
    """The path of the first link in the newest mail."""
    found = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]
