"""Apps of OAuth 2: registering them, letting them act, and taking that back."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.models import clear_expired, get_access_token_model, get_grant_model, get_refresh_token_model

from accounts.access import get_app_permission_for, get_own_app_for
from accounts.models import AccessToken, App, AppPermission, SecurityEvent, User
from accounts.models.apps import LOOPBACK, NAME_LENGTH
from accounts.services.security_log import note_event
from accounts.services.tokens import scope_problem
from accounts.snapshots import token_key
from core.exceptions import FieldError, InvalidInput, NotAllowed
from core.models import new_id
from core.ready import forget
from core.text import clean_line

MOST_ADDRESSES = 10
MOST_SIGNS = 500  # of one address
MOST_APPS = 25  # of one person
UNUSED_DAYS = 90
AT_ONCE = 1000  # tokens that Valkey is told of in one go
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_NOWHERE = re.compile(r"[\s#\\<>\"]")
_OF_SYSTEMS = ("ms-", "x-apple.", "prefs")
_OF_ANSWERS = {"code", "state", "iss", "error"}  # what we add to a redirect address
# What a browser understands itself: leading somebody there would run or show what the address says.
_OF_BROWSERS = frozenset(
    [
        *("about", "blob", "chrome", "data", "edge", "file", "filesystem", "ftp", "intent", "javascript", "mailto"),
        *("res", "resource", "sms", "tel", "vbscript", "view-source", "ws", "wss"),
        # and what a system starts by itself: helpers, shops, remote machines
        *("facetime", "help", "itms-services", "market", "search", "search-ms", "shell", "shortcuts", "ssh", "telnet"),
    ]
)


def register_app(
    *, name: str, redirect_uris: Sequence[str], scopes: Sequence[str], website: str = "", owner: User | None = None
) -> tuple[App, str]:
    """A new app and its secret, which cannot be read again. InvalidInput names every field that cannot be accepted.

    NotAllowed for a person with MOST_APPS already.
    """
    name, website = clean_line(name), website.strip()
    addresses = list(dict.fromkeys(address.strip() for address in redirect_uris))
    wanted = list(dict.fromkeys(scopes)) or [AccessToken.Scope.READ.value]
    problems = [
        *_name_problems(name),
        *_address_problems(addresses),
        *_scope_problems(wanted),
        *_website_problems(website),
    ]
    if problems:
        raise InvalidInput(errors=problems)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        if owner is not None:
            User.objects.select_for_update(no_key=True).get(pk=owner.pk)
            if App.objects.filter(user=owner).count() >= MOST_APPS:
                raise NotAllowed(
                    f"You have {MOST_APPS} apps already; delete one that is not used.", code="too_many_apps"
                )
        app = App.objects.create(
            id=new_id(owner.pk if owner else None),
            name=name,
            user=owner,
            redirect_uris=" ".join(addresses),
            scopes=wanted,
            website=website,
            client_secret=secret,
            client_type=App.CLIENT_PUBLIC,
            authorization_grant_type=App.GRANT_AUTHORIZATION_CODE,
        )
    return app, secret


def delete_app(actor: User, app_id: int) -> App:
    """The app of `actor` and every token of it are gone. NotFound for an app of somebody else."""
    with transaction.atomic():
        app = get_own_app_for(actor, app_id)
        get_access_token_model().objects.filter(application=app).delete()
        App.objects.get(pk=app.pk).delete()
    return app


def permit(user: User, app: App, scopes: Sequence[str], *, request: HttpRequest | None = None) -> None:
    """Write down that `user` lets `app` act with these scopes, beside those it has."""
    fresh = {"id": new_id(user.pk), "scopes": list(scopes)}
    permission, is_new = AppPermission.objects.get_or_create(user=user, app=app, defaults=fresh)
    together = list(dict.fromkeys([*permission.scopes, *scopes]))
    if together != permission.scopes:
        AppPermission.objects.filter(pk=permission.pk).update(scopes=together)
    if is_new or together != permission.scopes:
        note_event(user, SecurityEvent.Kind.APP_ALLOWED, request=request, detail=app.name)


def forbid(actor: User, permission_id: int, *, request: HttpRequest | None = None) -> AppPermission:
    """The app acts for `actor` no more, from the next call on. NotFound for a permission of somebody else."""
    with transaction.atomic():
        permission = get_app_permission_for(actor, permission_id)
        end_tokens(actor, permission.app)
        AppPermission.objects.filter(pk=permission.pk).delete()
        note_event(actor, SecurityEvent.Kind.APP_FORBIDDEN, request=request, detail=permission.app.name)
    return permission


def end_tokens(user: User, app: App | None = None) -> None:
    """Every code and token that `app`, or any, has for `user` ends. Call inside a transaction."""
    which = {"user": user, "application": app} if app else {"user": user}
    for model in (get_grant_model(), get_access_token_model(), get_refresh_token_model()):
        model.objects.filter(**which).delete()


def stop_apps_of(maker: User) -> None:
    """The apps that `maker` registered do nothing any more; call inside the transaction that closes the account.

    Their tokens stay, and count again when the account comes back.
    """
    tokens = get_access_token_model().objects.filter(application__user=maker, expires__gt=timezone.now())
    digests = list(tokens.values_list("token_checksum", flat=True))
    for first in range(0, len(digests), AT_ONCE):
        forget(*map(token_key, digests[first : first + AT_ONCE]))


def forget_apps() -> int:
    """Forget codes and tokens whose time is over, and apps that nobody has allowed anything for UNUSED_DAYS.

    Returns how many apps.
    """
    clear_expired()
    old = App.objects.filter(created__lt=timezone.now() - timedelta(days=UNUSED_DAYS), user=None)
    unused = old.exclude(Exists(AppPermission.objects.filter(app=OuterRef("pk"))))
    return int(unused.delete()[1].get(App._meta.label, 0))


def leads_to(address: str) -> str:
    """Where a redirect address leads, in words: its host, or the scheme of an app on the person's device."""
    parts = urlsplit(address)
    return parts.hostname if parts.hostname and parts.scheme in ("http", "https") else f"{parts.scheme}:"


def _name_problems(name: str) -> list[FieldError]:
    if not name or len(name) > NAME_LENGTH or "\x00" in name:
        return [FieldError("name", "name_invalid", f"An app's name has 1 to {NAME_LENGTH} signs.")]
    if _letters(name) == _letters(settings.SITE_NAME):
        return [FieldError("name", "name_of_site", "An app must not be named like this site.")]
    return []


def _letters(name: str) -> str:
    """What is left of a name for people who read it quickly."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _address_problems(addresses: list[str]) -> list[FieldError]:
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        return [FieldError("redirect_uris", "redirect_uri_count", f"Name 1 to {MOST_ADDRESSES} addresses.")]
    wrong = [address for address in addresses if not _is_good(address)]
    text = (
        "{!r} cannot be used: an address is https://…, http://127.0.0.1… on the person's own machine, or has a scheme "
        "of the app's own, such as org.example.app:/done; without # and spaces."
    )
    return [FieldError("redirect_uris", "redirect_uri_invalid", text.format(address[:100])) for address in wrong[:1]]


def _is_good(address: str) -> bool:
    if len(address) > MOST_SIGNS or not address.isascii() or not address.isprintable() or _NOWHERE.search(address):
        return False
    if _OF_ANSWERS & {name for name, _ in parse_qsl(address.partition("?")[2], keep_blank_values=True)}:
        return False
    scheme, _, rest = address.partition(":")
    if scheme == "https":
        return rest.startswith("//") and _has_honest_host(address)
    if scheme == "http":
        return bool(LOOPBACK.fullmatch(address)) and _has_honest_host(address)
    return rest.startswith("/") and _is_of_apps(scheme)


def _has_honest_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and "@" not in parts.netloc


def _is_of_apps(scheme: str) -> bool:
    known = scheme in _OF_BROWSERS or scheme.startswith(_OF_SYSTEMS)
    return bool(_SCHEME.fullmatch(scheme)) and not known


def _scope_problems(scopes: list[str]) -> list[FieldError]:
    problem = scope_problem(scopes)
    return [FieldError("scopes", "scope_unknown", problem)] if problem else []


def _website_problems(website: str) -> list[FieldError]:
    if website and not (website.startswith("https://") and _is_good(website) and len(website) <= 200):
        return [FieldError("website", "website_invalid", "A website is an address that begins with https://.")]
    return []
