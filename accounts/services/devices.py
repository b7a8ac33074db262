"""The devices on which people are logged in: noted at log-in, recognised by a cookie, ended by their person."""

import hashlib
import re
import secrets
import time
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.access import get_device_for
from accounts.devices import device_name
from accounts.models import Device, SecurityEvent, User
from accounts.services.security_log import note_event
from accounts.sessions import DEVICE, USED, SessionStore, end_session, kept_as
from accounts.snapshots import is_due
from core.mail import send_mail_later
from core.models import new_id
from core.web.client_address import client_address

REMEMBERED_DAYS = 180  # a browser that was not used for so long is a new one
NEW_COOKIE = "new_device_cookie"  # on a request: what its browser has to keep

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


def note_login(user: User, request: HttpRequest) -> Device:
    """Remember on which device this session is; a log-in on one not seen before is told by mail.

    A device is seen before if its browser brings the cookie that it got at an earlier log-in of this person. The
    first one of all, as at sign-up, is no news.
    """
    cookie = _cookie_of(request) or secrets.token_urlsafe(32)
    setattr(request, NEW_COOKIE, cookie)
    browser = _browser_of(user, cookie)
    earlier = Device.objects.filter(user=user)
    is_new = earlier.exists() and not earlier.filter(browser=browser).exists()
    with transaction.atomic():
        device = _keep_device(user, request, browser)
        kind = SecurityEvent.Kind.NEW_DEVICE if is_new else SecurityEvent.Kind.LOGGED_IN
        note_event(user, kind, request=request)
        if is_new:
            _tell_of(device, user)
    request.session[DEVICE], request.session[USED] = device.pk, int(device.used_at.timestamp())
    return device


def note_use(request: HttpRequest) -> None:
    """Remember, to the hour, that the session of this request is in use, and from where."""
    used = request.session.get(USED)
    if used is None or not is_due(time.time(), used):
        return
    now = timezone.now()
    try:
        cast(SessionStore, request.session).note_use(int(now.timestamp()))
        Device.objects.filter(pk=request.session.get(DEVICE, 0)).update(used_at=now, **_place_of(request))
    except DatabaseError:
        return


def keep_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser what it is recognised by, after a log-in."""
    cookie = getattr(request, NEW_COOKIE, None)
    if cookie is not None:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            cookie,
            max_age=REMEMBERED_DAYS * 24 * 3600,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )


def end_device(actor: User, device_id: int, *, request: HttpRequest | None = None) -> Device:
    """The session on this device is over at once. NotFound for a device of somebody else."""
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=get_device_for(actor, device_id).pk)
        _end([device], actor, request)
    return device


def end_other_devices(actor: User, session_key: str | None, *, request: HttpRequest | None = None) -> int:
    """Every session of `actor` but the one with this key is over at once; returns how many devices those were."""
    with transaction.atomic():
        open_ones = Device.objects.filter(user=actor).exclude(session=None).order_by("pk").select_for_update()
        others = [device for device in open_ones if device.session != kept_as(session_key or "")]
        return _end(others, actor, request)


def forget_devices() -> int:
    """Forget devices that were not used for REMEMBERED_DAYS, but not the last one of a person; returns how many."""
    before = timezone.now() - timedelta(days=REMEMBERED_DAYS)
    later = Device.objects.filter(user=OuterRef("user"), used_at__gt=OuterRef("used_at"))
    deleted, _ = Device.objects.filter(Exists(later), used_at__lt=before).delete()
    return deleted


def _keep_device(user: User, request: HttpRequest, browser: str) -> Device:
    if request.session.session_key is None:
        request.session.save()
    told = {"user": user, "browser": browser, "used_at": timezone.now(), **_place_of(request)}
    device, _ = Device.objects.update_or_create(
        session=kept_as(str(request.session.session_key)),
        defaults=told,
        create_defaults={"id": new_id(user.pk), **told},
    )
    return device


def _end(devices: list[Device], actor: User, request: HttpRequest | None) -> int:
    """Call inside the transaction that has locked these devices. Those whose session is over already say nothing."""
    sessions = SessionStore.get_model_class().objects
    open_ones = set(
        sessions.filter(session_key__in=[device.session for device in devices]).values_list("pk", flat=True)
    )
    for device in devices:
        if device.session in open_ones:
            end_session(device.session)
            note_event(actor, SecurityEvent.Kind.SESSION_ENDED, request=request, detail=device.name)
        device.session = None
    Device.objects.bulk_update(devices, ["session"])
    return len(open_ones)


def _cookie_of(request: HttpRequest) -> str:
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return value if _COOKIE.fullmatch(value) else ""


def _browser_of(user: User, cookie: str) -> str:
    """Two people who share a browser cannot be told to do so."""
    return hashlib.sha256(f"{user.pk} {cookie}".encode()).hexdigest()


def _place_of(request: HttpRequest) -> dict[str, str]:
    return {
        "name": device_name(request.headers.get("User-Agent", "")),
        "address": client_address(request)[:45],
    }


def _tell_of(device: Device, user: User) -> None:
    send_mail_later(
        "new_device",
        to=user.email,
        context={"username": user.username, "device": device, "at": _in_words(device.used_at)},
    )


def _in_words(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d %b %Y, %H:%M %Z")
