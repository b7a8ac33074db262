from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Follow, User
from accounts.models.users import FILTER_LENGTH, MOST_FILTERS, MOST_LINKS
from accounts.ready import forget_person
from accounts.services.blocklists import check_words, tell_held
from accounts.services.follows import accept_follow_request
from accounts.signals import account_made_private, person_named
from accounts.snapshots import EPOCH
from accounts.time_zones import is_time_zone
from core.exceptions import FieldError, InvalidInput, NotFound
from core.ready import forget
from core.text import clean_line, clean_lines

LINKS = "links"
TIME_ZONE = "time_zone"
FILTER = "comment_filter"
WORDS = ("display_name", "bio", "pronouns", "website", "location")
CHOICES = (
    "show_camera",
    "tags_in_latest",
    "hides_counts",
    "hides_follows",
    "in_search",
    "in_discovery",
    "in_engines",
    "shows_counts",
    "approves_comments",
    "approves_tags",
)
ONE_OF = ("tags_from",)  # the model says of what
EDITABLE = (*WORDS, LINKS, FILTER, TIME_ZONE, *CHOICES, *ONE_OF)


def edit_profile(actor: User, changes: Mapping[str, Any]) -> User:
    """Set the fields of EDITABLE named in `changes`; others are ignored. InvalidInput names what cannot be accepted."""
    names = [name for name in EDITABLE if name in changes]
    before = {name: getattr(actor, name) for name in names}
    for name in names:
        setattr(actor, name, _clean(name, changes[name]))
    if "website" in names:
        actor.website = _clean_website(actor.website, "website")
    try:
        actor.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in names])
    except ValidationError as error:
        problems = [
            FieldError(name, str(each.code), " ".join(each.messages))
            for name, errors in error.error_dict.items()
            for each in errors
        ]
        raise InvalidInput(errors=problems) from error
    held = _check_words({name: getattr(actor, name) for name in names if getattr(actor, name) != before[name]})
    if names:
        with transaction.atomic():
            actor.save(update_fields=names)
            tell_held("person", actor.pk, held)
            forget_person(actor.pk)
            forget(*([EPOCH] if "in_discovery" in names else []))
            if before.get("display_name", actor.display_name) != actor.display_name:
                person_named.send(sender=None, user_id=actor.pk)
    return actor


def _check_words(changed: Mapping[str, Any]) -> dict[int, str]:
    """Listed words to hold in what is changed; InvalidInput for those to refuse."""
    words = {name: changed[name] for name in WORDS if name in changed}
    if LINKS in changed:
        words[LINKS] = " ".join(changed[LINKS] or [])
    name = words.pop("display_name", "")
    return {**check_words("names", {"display_name": name}), **check_words("bios", words)} if words or name else {}


def _clean(name: str, value: Any) -> str | bool | list[str]:
    if name in CHOICES:
        return bool(value)
    if name == LINKS:
        return _clean_links(value)
    if name == TIME_ZONE:
        return _clean_time_zone(str(value))
    if name == FILTER:
        return _clean_filter(value)
    return clean_lines(str(value)) if name == "bio" else clean_line(str(value))


def _clean_time_zone(name: str) -> str:
    if not is_time_zone(name):
        raise InvalidInput.field(TIME_ZONE, "Choose a time zone such as Europe/Vienna.", code="time_zone_unknown")
    return name


def _clean_filter(typed: Iterable[str]) -> list[str]:
    """The words and phrases in their order, each once. InvalidInput for too many, and too long ones."""
    words = {line.casefold(): line for line in (clean_line(each) for each in typed) if line}
    if len(words) > MOST_FILTERS:
        raise InvalidInput.field(FILTER, f"{MOST_FILTERS} words and phrases at most.", code="too_many")
    long = next((word for word in words.values() if len(word) > FILTER_LENGTH), None)
    if long is not None:
        raise InvalidInput.field(FILTER, f"{FILTER_LENGTH} signs each at most: {long[:20]}…", code="too_long")
    if any("\x00" in word for word in words):
        raise InvalidInput.field(FILTER, "This text has a sign that cannot be kept (NUL).", code="invalid")
    return list(words.values())


def _clean_links(typed: Iterable[str]) -> list[str]:
    """The addresses in their order, each once. InvalidInput when they are too many, or one is not acceptable."""
    links = [_clean_website(line, LINKS) for line in dict.fromkeys(clean_line(each) for each in typed) if line]
    if len(links) > MOST_LINKS - 1:
        raise InvalidInput.field(LINKS, f"{MOST_LINKS - 1} more links at most.", code="too_many")
    return links


def _clean_website(typed: str, field: str) -> str:
    """The address with its scheme. InvalidInput for what is no web address, or hides where it leads."""
    url = typed if "://" in typed or not typed else f"https://{typed}"
    try:
        parts = urlsplit(url)
        honest = "[" not in url and parts.scheme in ("http", "https") and "@" not in parts.netloc
    except ValueError:  # brackets without an address in them, signs that stand for / or : in other scripts
        honest = False
    if url and not honest:
        raise InvalidInput.field(field, "Enter an address such as example.org.", code="website_invalid")
    return url


def set_account_private(actor: User, is_private: bool) -> None:
    """Open or close the account. Closing hides its posts from all but followers at once; opening lets in who asked.

    They are let in one by one once the account is open: each takes the locks of two people, and in their order. Saying
    it again lets in whoever was left behind.
    """
    with transaction.atomic():
        changed = User.objects.filter(pk=actor.pk, is_private=not is_private).update(is_private=is_private)
        if changed:
            forget_person(actor.pk)
            forget(EPOCH)
        if changed and is_private:
            account_made_private.send(sender=None, user_id=actor.pk)
    actor.is_private = is_private
    if not is_private:
        _let_in_who_asked(actor)


def _let_in_who_asked(actor: User) -> None:
    for request in Follow.objects.filter(followee=actor, state=Follow.State.REQUESTED).select_related("follower"):
        try:
            accept_follow_request(actor, request.follower)
        except NotFound:  # withdrawn in this moment
            continue


def set_avatar(user_id: int, key: str) -> None:
    """Point the account at a new square picture in the storage of renditions; "" removes it."""
    _show(user_id, avatar_key=key)


def set_header(user_id: int, header: Mapping[str, Any] | None) -> None:
    """Show this on top of the profile, in the form of `User.header`; None removes it."""
    _show(user_id, header=header)


def _show(user_id: int, **face: Any) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(**face)
        forget_person(user_id)
