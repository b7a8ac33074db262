"""Making share links, ending them, and counting who opens them. What a link opens: `sharing.selectors`."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import RESERVED_LOOKS, look_of
from accounts.newcomers import allow_person
from accounts.services.blocklists import check_words
from core import rate_limits
from core.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from core.ids import ALPHABET
from core.media_urls import PRIVATE_SECONDS
from core.models import new_id
from photos.models import Album, Post
from photos.services.rekeying import want_rekey
from sharing.access import get_own_link
from sharing.models import ShareLink
from sharing.models.links import CODE_LENGTH
from sharing.querysets import ShareLinkQuerySet

RANDOM_LENGTH = 22  # signs of 62: 131 bits
DEFAULT_DAYS = 30  # for what is not public
MOST_DAYS = 3650
MOST_LINKS = 20  # that count at a time, to one post or album
SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 1000  # signs
KEPT_DAYS = 30  # for which a link that is over stays in the table, and its name with it
FOR_EVERYBODY = (Post.Audience.PUBLIC, Post.Audience.UNLISTED)
_ALIAS = re.compile(rf"(?=.{{4,{CODE_LENGTH}}}\Z)[a-z0-9]+(?:-[a-z0-9]+)*\Z")

Shared = Post | Album


@dataclass(frozen=True, slots=True)
class LinkWish:
    """What the owner says of a new link. `expires_at` is only heard if not `by_default`; None is never."""

    alias: str = ""
    password: str = ""
    expires_at: datetime | None = None
    by_default: bool = True


def create_link(actor: User, shared: Shared, wish: LinkWish) -> ShareLink:
    """A link to a post or an album of `actor`: drawn at random, or with the name that was chosen.

    InvalidInput names what cannot be accepted, Conflict for a post that is not published, NotAllowed with MOST_LINKS
    already.
    """
    allow_person("link", actor)
    alias, password = _clean_alias(wish.alias), _clean_password(wish.password)
    with transaction.atomic():
        locked = _lock(actor, shared)
        to_it = {"post": locked} if isinstance(locked, Post) else {"album": locked}
        if ShareLink.objects.live().filter(**to_it).count() >= MOST_LINKS:
            message = _("There are %d links to this already; revoke one that you do not need.") % MOST_LINKS
            raise NotAllowed(message, code="too_many_links")
        link = ShareLink(id=new_id(actor.pk), owner=actor, audience=locked.audience, **to_it)
        link.expires_at = _expiry(wish, is_public=locked.audience == Post.Audience.PUBLIC and not actor.is_private)
        link.code, link.is_alias = alias or _random_code(), bool(alias)
        link.password = make_password(password) if password else ""
        return _named(link)


def revoke_link(actor: User, link_id: int) -> None:
    """It opens nothing from now on. NotFound for one of somebody else, and for one that is over."""
    with transaction.atomic():
        link = get_own_link(actor, link_id)
        _revoke(ShareLink.objects.filter(pk=link.pk))
        _let_addresses_die(link)


def revoke_all_links(actor: User) -> int:
    """Every link of `actor` ends; returns how many did."""
    with transaction.atomic():
        links = list(ShareLink.objects.live().owned_by(actor).order_by("pk").select_for_update())
        _revoke(ShareLink.objects.filter(pk__in=[link.pk for link in links]))
        for link in links:
            _let_addresses_die(link)
    return len(links)


def narrow_post(post_id: int) -> None:
    """Call inside the transaction in which fewer people may see a post: links made before show it no more."""
    _revoke(ShareLink.objects.live().filter(post=post_id))
    within = ShareLink.objects.live().filter(album__items__post=post_id).exclude(withheld__contains=[post_id])
    added = Func(F("withheld"), Value(post_id), function="array_append")
    ShareLink.objects.filter(pk__in=within.values("pk")).update(withheld=added)


def narrow_album(album_id: int) -> None:
    """The same for an album."""
    _revoke(ShareLink.objects.live().filter(album=album_id))


def narrow_account(user_id: int) -> None:
    """Call inside the transaction in which an account becomes private: links to what was for everybody end.

    Those to albums end whatever the audience of the album is: there may be such posts in it.
    """
    was_open = Q(post__audience__in=FOR_EVERYBODY) | Q(album__isnull=False)
    ids = ShareLink.objects.live().filter(was_open, owner=user_id).values("pk")
    _revoke(ShareLink.objects.filter(pk__in=ids))


def is_password_of(link: ShareLink, typed: str, *, address: str) -> bool:
    """Whether `typed` opens the link. RateLimited after too many tries, from one address and from all together."""
    rate_limits.allow("link password by link and address", f"{link.pk}:{address}", closed_when_away=True)
    rate_limits.allow("link password by link", str(link.pk), closed_when_away=True)
    return len(typed) <= LONGEST_PASSWORD and check_password(typed, link.password)


def note_opening(link: ShareLink, *, is_counted: bool) -> None:
    """Somebody else was shown it now; `is_counted` unless it was a program. One write, or one a minute for programs."""
    now, this = timezone.now(), ShareLink.objects.filter(pk=link.pk)
    if is_counted:
        this.update(opened_at=now, view_count=F("view_count") + 1)
    elif link.opened_at is None or link.opened_at < now - timedelta(minutes=1):
        this.update(opened_at=now)


def forget_links(limit: int = 5000) -> int:
    """Delete what was revoked or expired long ago; returns how many."""
    over = ShareLink.objects.over_since(timezone.now() - timedelta(days=KEPT_DAYS))
    count, _rows = ShareLink.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:limit])).delete()
    return count


def _lock(actor: User, shared: Shared) -> Shared:
    """The post or album as it is now, held until the link to it stands; and the account, so that it stays as open."""
    locked: Shared | None
    if isinstance(shared, Post):
        locked = Post.objects.select_for_update(no_key=True).filter(pk=shared.pk, author=actor).first()
    else:
        locked = Album.objects.select_for_update(no_key=True).filter(pk=shared.pk, owner=actor).first()
    if locked is None:
        raise NotFound
    if isinstance(locked, Post) and locked.state != Post.State.PUBLISHED:
        raise Conflict(_("Only what is published can be shared."), code="not_published")
    actor.is_private = User.objects.select_for_update(no_key=True).get(pk=actor.pk).is_private
    return locked


def _named(link: ShareLink) -> ShareLink:
    """Keep it. What has the name and is over makes room if it is of the same person; of others it keeps the name."""
    if link.is_alias:
        own = ShareLink.objects.owned_by(link.owner).filter(code=link.code)
        own.exclude(pk__in=ShareLink.objects.live().values("pk")).delete()
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None
    return link


def _taken() -> InvalidInput:
    return InvalidInput.field("alias", _("This name is taken. Please choose another."), code="alias_taken")


def _clean_alias(typed: str) -> str:
    """The lower-case form, or "" for none. Reserved names are taken."""
    alias = typed.lower()
    if not alias:
        return ""
    if not _ALIAS.fullmatch(alias):
        message = _("Use 4 to 40 letters a-z and digits, with single hyphens between them.")
        raise InvalidInput.field("alias", message, code="alias_invalid")
    if look_of(alias) in RESERVED_LOOKS:
        raise _taken()
    check_words("names", {"alias": alias.replace("-", " ")})
    return alias


def _clean_password(typed: str) -> str:
    if typed and len(typed) < SHORTEST_PASSWORD:
        message = _("A password has %d signs at least.") % SHORTEST_PASSWORD
        raise InvalidInput.field("password", message, code="too_short")
    if len(typed) > LONGEST_PASSWORD:
        raise InvalidInput.field("password", _("This password is too long."), code="too_long")
    return typed


def _expiry(wish: LinkWish, *, is_public: bool) -> datetime | None:
    now = timezone.now()
    if wish.by_default:
        return None if is_public else now + timedelta(days=DEFAULT_DAYS)
    if wish.expires_at is not None and not now < wish.expires_at <= now + timedelta(days=MOST_DAYS):
        message = _("A link can end between now and %d days from now.") % MOST_DAYS
        raise InvalidInput.field("expires_at", message, code="out_of_range")
    return wish.expires_at


def _random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))


def _revoke(links: ShareLinkQuerySet) -> None:
    links.update(revoked_at=timezone.now())


def _let_addresses_die(link: ShareLink) -> None:
    """Addresses of pictures that the link gave out while they may still open: their files move to new names."""
    oldest = timezone.now() - timedelta(seconds=PRIVATE_SECONDS)
    if link.opened_at is None or link.opened_at < oldest:
        return
    shown = Q(pk=link.post_id) if link.post_id else Q(album_items__album=link.album_id)
    is_hidden = Q(author__is_private=True) | ~Q(audience__in=FOR_EVERYBODY)
    hidden = Post.objects.filter(shown, is_hidden, state=Post.State.PUBLISHED)
    want_rekey(Post.objects.filter(pk__in=hidden.values("pk")))
