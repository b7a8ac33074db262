"""Publishing and changing posts: one function for each change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.newcomers import allow_named, allow_person
from accounts.services.blocklists import check_words, tell_held
from core.events import send_after_commit
from core.exceptions import FieldError, InvalidInput, NotFound
from core.models import new_id
from photos.access import HIDDEN_FROM_AUTHOR
from photos.models import Media, Post
from photos.ready.facts import forget_posts
from photos.services.drafts import PostDraft, clean_alt_text, clean_draft
from photos.services.mentioning import tell_named_in_caption
from photos.services.people import Placed, set_people
from photos.services.publishing import count_post, publish_if_ready
from photos.services.queueing import develop_again
from photos.services.recipes import set_focus
from photos.services.rekeying import want_rekey
from photos.services.tagging import set_tags
from photos.signals import post_audience_changed, post_gate_changed, post_narrowed

MARKED = _("The people who run this site marked this post as sensitive. Only they can take that back.")
FROM_WIDEST = tuple(Post.Audience)  # each is for no more people than the one before


def create_post(
    actor: User,
    *,
    media_ids: Sequence[int],
    draft: PostDraft,
    posted_at: datetime | None = None,
    people: Sequence[Placed] = (),
) -> Post:
    """Publish the media of `actor` as one post; it appears once every item is ready.

    With `posted_at` (for imports) it takes its place as if it had been posted then.

    InvalidInput names what cannot be accepted: no or too many items, somebody else's or unknown media, media that
    are in a post already, people who cannot be tagged, and every field of `draft` that breaks a rule.
    """
    allow_person("post", actor)
    draft = clean_draft(draft)
    allow_named(actor, draft.caption)
    held = check_words("posts", draft.words())
    with transaction.atomic():
        media = _claim_media(actor, media_ids)
        post = Post(id=new_id(actor.pk, at=posted_at), author=actor, published_at=posted_at, **draft.columns())
        post.created_at = posted_at or post.created_at
        post.save(force_insert=True)
        for position, item in enumerate(media):
            Media.objects.filter(pk=item.pk).update(post=post, position=position)
        set_tags(post, draft.tags)
        set_people(actor, post, people)
        tell_held("post", post.pk, held)
        publish_if_ready(post.pk)
    post.refresh_from_db()
    return post


def edit_post(actor: User, post: Post, changes: Mapping[str, Any], *, people: Sequence[Placed] | None = None) -> Post:
    """Set the fields of PostDraft named in `changes`, and, unless None, who is in its pictures.

    A narrower audience holds at once, and old addresses die.
    """
    _require_author(actor, post)
    with transaction.atomic():
        edited = _edit(actor, post, changes)
        if people is not None:
            set_people(actor, edited, people)
    return edited


def _edit(actor: User, post: Post, changes: Mapping[str, Any]) -> Post:
    """Inside a transaction."""
    locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if locked.state in HIDDEN_FROM_AUTHOR:
        raise NotFound
    before = PostDraft.of(locked)
    _keep_mark(locked, changes)
    draft = clean_draft(before.changed(changes))
    if draft == before:
        return locked
    allow_named(actor, draft.caption, before.caption)
    told = before.words()
    held = check_words("posts", {name: text for name, text in draft.words().items() if text != told[name]})
    _move_counters(locked, draft.audience)
    for name, value in draft.columns().items():
        setattr(locked, name, value)
    locked.edited_at = timezone.now()
    locked.save()
    set_tags(locked, draft.tags)
    tell_held("post", locked.pk, held)
    forget_posts(locked.pk)
    if locked.state == Post.State.PUBLISHED:
        tell_named_in_caption(locked, before.caption)
    if draft.audience != before.audience:
        post_gate_changed.send(sender=None, post_id=locked.pk)
        send_after_commit(post_audience_changed, post_id=locked.pk, author_id=actor.pk)
    if _is_narrower(draft.audience, before.audience):
        post_narrowed.send(sender=None, post_id=locked.pk)
        want_rekey(Post.objects.filter(pk=locked.pk))
    return locked


def describe_media(
    actor: User, media: Media, *, alt_text: str | None = None, focus: tuple[float, float] | None = None
) -> Media:
    """Set what the owner says about one item: its description and the point that must stay in view."""
    if media.owner_id != actor.pk:
        raise NotFound
    if alt_text is not None:
        media.alt_text = clean_alt_text(alt_text)
        held = check_words("posts", {"alt_text": media.alt_text})
        with transaction.atomic():
            media.save(update_fields=["alt_text"])
            if media.post_id is not None:
                tell_held("post", media.post_id, held)
            forget_posts(media.post_id)
    if focus is not None:
        set_focus(media, focus)
    return media


def retry_failed(actor: User, post: Post) -> int:
    """Send the failed items of a post to the worker again; returns how many."""
    _require_author(actor, post)
    with transaction.atomic():
        failed = list(Media.objects.filter(post=post, state=Media.State.FAILED).select_for_update())
        for media in failed:
            develop_again(media)
    return len(failed)


def _claim_media(actor: User, media_ids: Sequence[int]) -> list[Media]:
    """The locked media in the order given. InvalidInput for all but 1 to POST_MAX_ITEMS free media of the actor."""
    if not media_ids:
        raise InvalidInput.field("media_ids", "A post needs at least one picture.", code="empty")
    if len(media_ids) > settings.POST_MAX_ITEMS:
        message = f"A post has {settings.POST_MAX_ITEMS} pictures at most."
        raise InvalidInput.field("media_ids", message, code="too_many")
    if len(set(media_ids)) != len(media_ids):
        raise InvalidInput.field("media_ids", "The same picture is there twice.", code="duplicate")
    own = Media.objects.filter(owner=actor, pk__in=media_ids).order_by("pk").select_for_update().in_bulk()
    problems = []
    for number, media_id in enumerate(media_ids, 1):
        if media_id not in own:
            problems.append(FieldError("media_ids", "not_found", f"There is no picture {media_id} of yours."))
        elif own[media_id].post_id is not None:
            message = f"Picture {number} is in a post of yours already."
            problems.append(FieldError("media_ids", "already_posted", message))
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return [own[media_id] for media_id in media_ids]


def _keep_mark(locked: Post, changes: Mapping[str, Any]) -> None:
    """InvalidInput for taking away what staff have marked; that the author covers it, too, is kept for later."""
    if not locked.sensitive_by_staff or "sensitive" not in changes:
        return
    if not changes["sensitive"]:
        raise InvalidInput.field("sensitive", str(MARKED), code="marked_by_staff")
    Post.objects.filter(pk=locked.pk).update(sensitive_before=True)
    locked.sensitive_before = True


def _is_narrower(audience: str, before: str) -> bool:
    return FROM_WIDEST.index(Post.Audience(audience)) > FROM_WIDEST.index(Post.Audience(before))


def _move_counters(post: Post, audience: str) -> None:
    if post.state != Post.State.PUBLISHED or post.audience == audience:
        return
    count_post(post, -1)
    post.audience = audience
    count_post(post, 1)


def _require_author(actor: User, post: Post) -> None:
    if post.author_id != actor.pk:
        raise NotFound
