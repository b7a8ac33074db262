"""Private shelves for saved posts: making and naming them, and what stands in them."""

from collections.abc import Collection as Several
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rate_limits
from core.exceptions import InvalidInput, NotAllowed
from core.models import new_id
from core.text import clean_line
from photos.access import get_own_collection, get_published_post_for
from photos.models import Collection, CollectionItem, Post, Save
from photos.models.saves import COLLECTION_NAME_LENGTH
from photos.services.saves import hold_save

MOST_COLLECTIONS = 150  # of one person: a form has room for so many ticks


def create_collection(actor: User, name: str) -> Collection:
    """An empty collection. InvalidInput for a name that cannot be used, NotAllowed with MOST_COLLECTIONS already."""
    rate_limits.allow("save", str(actor.pk))
    cleaned = _clean_name(name)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if Collection.objects.filter(owner=actor).count() >= MOST_COLLECTIONS:
            message = _("You have %d collections already; delete one that you do not need.") % MOST_COLLECTIONS
            raise NotAllowed(message, code="too_many_collections")
        return _named(Collection(id=new_id(actor.pk), owner=actor), cleaned)


def rename_collection(actor: User, collection_id: int, name: str) -> Collection:
    """NotFound for a collection of somebody else, InvalidInput for a name that cannot be used."""
    collection = get_own_collection(actor, collection_id)
    return _named(collection, _clean_name(name))


def delete_collection(actor: User, collection_id: int) -> None:
    """What stands in it stays saved."""
    get_own_collection(actor, collection_id).delete()


def add_to_collection(actor: User, collection_id: int, post_id: int) -> Collection:
    """The post is saved and stands in the collection, once, however often it is said.

    NotFound for a collection of somebody else, and for a post that is not theirs to see.
    """
    rate_limits.allow("save", str(actor.pk))
    collection = get_own_collection(actor, collection_id)
    with transaction.atomic():
        save = hold_save(actor, get_published_post_for(actor, post_id))
        _shelve(save, [collection.pk])
    return collection


def take_from_collection(actor: User, collection_id: int, post_id: int) -> Collection:
    """The post stays saved."""
    collection = get_own_collection(actor, collection_id)
    post = get_published_post_for(actor, post_id)
    CollectionItem.objects.filter(collection=collection, save_of__post=post, owner=actor).delete()
    return collection


def file_post(actor: User, post_id: int, *, chosen: Several[int], newest_shown: int = 0, new_name: str = "") -> Post:
    """Let the saved post stand in the `chosen` collections, and in a new one of this name unless that is "".

    It leaves the others that were there to choose from, up to the id `newest_shown`. Those of other people are none.
    """
    rate_limits.allow("save", str(actor.pk))
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        new = [create_collection(actor, new_name).pk] if new_name.strip() else []
        save = hold_save(actor, post)
        own = Collection.objects.filter(owner=actor, pk__in=chosen).values_list("pk", flat=True)
        _shelve(save, [*own, *new])
        others = CollectionItem.objects.filter(owner=actor, save_of=save, collection__lte=newest_shown)
        others.exclude(collection__in=chosen).delete()
    return post


def _shelve(save: Save, collection_ids: Iterable[int]) -> None:
    items = [
        CollectionItem(id=new_id(save.user_id), owner_id=save.user_id, collection_id=each, save_of=save)
        for each in collection_ids
    ]
    CollectionItem.objects.bulk_create(items, ignore_conflicts=True)


def _named(collection: Collection, name: str) -> Collection:
    """Kept under this name. InvalidInput when another of the same person has it, in any case."""
    collection.name = name
    try:
        with transaction.atomic():
            collection.save()
    except IntegrityError as error:
        message = _("You have a collection of this name already.")
        raise InvalidInput.field("name", message, code="taken") from error
    return collection


def _clean_name(name: str) -> str:
    cleaned = clean_line(name)
    if not cleaned:
        raise InvalidInput.field("name", _("A collection needs a name."), code="empty")
    if len(cleaned) > COLLECTION_NAME_LENGTH:
        message = _("The name may have %d signs.") % COLLECTION_NAME_LENGTH
        raise InvalidInput.field("name", message, code="too_long")
    if "\x00" in cleaned:
        raise InvalidInput.field("name", _("This name has a sign that cannot be kept (NUL)."))
    return cleaned
