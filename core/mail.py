"""Mail: rendered where it is wanted, sent by a worker after the commit, once.

A mail `name` is three files under templates/mail/: name_subject.txt, name.txt and name.html. The text parts are no
HTML and are not escaped. Without EMAIL_URL mails are written into STATE_DIR/mail, one file each.
"""

import logging
import re
import secrets
import smtplib
from collections.abc import Mapping
from email.utils import formatdate
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from core.events import enqueue, enqueue_later
from core.samples import GIVEN_UP, count_one
from core.valkey import valkey, when_away

TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = 10, 3600  # seconds
REMEMBERED_SECONDS = 24 * 3600

_HEADER = re.compile(r"[A-Za-z-]+: [!-~][ -~]*")

logger = logging.getLogger(__name__)


def send_mail_later(
    template: str, *, to: str, context: dict[str, Any], headers: Mapping[str, str] | None = None
) -> None:
    """Render the mail for `to` now, and let a worker send it once the current transaction is committed.

    `headers` are further ones; ValueError for one that is not a line of printable ASCII.
    """
    if bad := [name for name, value in (headers or {}).items() if not _HEADER.fullmatch(f"{name}: {value}")]:
        raise ValueError(f"not a header: {bad[0]!r}")
    whole = {"site_name": settings.SITE_NAME, "origin": settings.ORIGIN, **context}
    enqueue(
        "core.send_mail",
        mail_id=secrets.token_hex(16),
        to=to,
        subject=" ".join(_text(f"{template}_subject.txt", whole).split()),
        text=_text(f"{template}.txt", whole).strip() + "\n",
        html=render_to_string(f"mail/{template}.html", whole),
        **({"headers": dict(headers)} if headers else {}),
    )


def send(*, mail_id: str, tried: int = 0, **parts: Any) -> None:
    """Send the mail unless it has gone already. While the mail server is away it is tried TRIES times, ever later.

    `parts` are to, subject, text and html, and headers if there are further ones.
    """
    if not _is_first(mail_id):
        return
    try:
        _message(mail_id, **parts).send()
    except smtplib.SMTPRecipientsRefused:
        logger.warning("a mail was refused", extra={"mail": mail_id})
    except (smtplib.SMTPException, OSError) as error:
        when_away(lambda: valkey().delete(_key(mail_id)), 0)
        if tried + 1 >= TRIES:
            logger.error("a mail was given up", extra={"mail": mail_id, "error": type(error).__name__})  # noqa: TRY400
            count_one(GIVEN_UP)
            return
        logger.warning("the mail server is away", extra={"mail": mail_id, "error": type(error).__name__})
        pause = min(FIRST_PAUSE * 3**tried, LONGEST_PAUSE)
        enqueue_later("core.send_mail", seconds=pause, mail_id=mail_id, tried=tried + 1, **parts)


def _message(
    mail_id: str, *, to: str, subject: str, text: str, html: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    host = settings.ORIGIN_HOST.strip("[]")
    usual = {"Message-ID": f"<{mail_id}@{host}>", "Date": formatdate(), "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers={**(headers or {}), **usual}
    )
    message.attach_alternative(html, "text/html")
    return message


def _is_first(mail_id: str) -> bool:
    """Whether nobody has sent this mail: the outbox may give a task out twice. Without Valkey rather twice than not."""
    try:
        return bool(valkey().set(_key(mail_id), b"1", nx=True, ex=REMEMBERED_SECONDS))
    except (RedisError, OSError):
        return True


def _key(mail_id: str) -> str:
    return f"mail:{mail_id}"


def _text(name: str, context: dict[str, Any]) -> str:
    return _plain_engine().get_template(f"mail/{name}").render(Context(context, autoescape=False))


@cache
def _plain_engine() -> Engine:
    """For texts, in which nothing is markup."""
    libraries = {"i18n": "django.templatetags.i18n"}
    dirs = cast("list[str]", settings.TEMPLATES[0]["DIRS"])
    return Engine(dirs=dirs, autoescape=False, libraries=libraries)
