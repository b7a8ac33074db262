"""One gate per noun: the thing, if the viewer may have it; else NotFound, missing and hidden alike."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.querysets import Viewer
from core.exceptions import Gone, NotFound, Removed, RemovedComment
from photos.comment_standings import heard_by
from photos.models import Album, Collection, Comment, Media, Post, PostTag, Tag, TagFollow, Upload
from photos.querysets import CommentQuerySet
from photos.standings import seen_by

HIDDEN_FROM_AUTHOR = (Post.State.TRASHED, Post.State.REMOVED)


def get_post_for(viewer: Viewer, post_id: int) -> Post:
    """A post `viewer` may see, loaded for a card and with what is the viewer's.

    Removed for its author, once it was taken off the site.
    """
    post = seen_by(Post.objects.visible_to(viewer).for_cards().filter(pk=post_id), viewer).first()
    if post is None:
        raise _missing(viewer, post_id)
    return post


def get_published_post_for(viewer: Viewer, post_id: int) -> Post:
    """As `get_post_for`, but only once it is published, and with its author alone; for likes and the like."""
    published = Post.objects.visible_to(viewer).filter(pk=post_id, state=Post.State.PUBLISHED)
    post = published.select_related("author").first()
    if post is None:
        raise _missing(viewer, post_id)
    return post


def readable_comments(viewer: Viewer) -> CommentQuerySet:
    """The comments that `viewer` may read, at posts that they may see."""
    posts = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"))
    return Comment.objects.visible_to(viewer).filter(Exists(posts))


def get_comment_for(viewer: Viewer, comment_id: int) -> Comment:
    """A comment `viewer` may read, with its author, its post and what is the viewer's.

    Removed for its author, once it was taken off the site.
    """
    comment = heard_by(readable_comments(viewer).filter(pk=comment_id), viewer).first()
    if comment is None:
        raise _missing_comment(viewer, comment_id)
    return comment


def get_comment_of_post_for(viewer: Viewer, post_id: int, comment_id: int) -> Comment:
    """The same, where the address says which post it is at."""
    comment = get_comment_for(viewer, comment_id)
    if comment.post_id != post_id:
        raise NotFound
    return comment


def get_own_post(actor: User, post_id: int, *, trashed: bool = False) -> Post:
    """A post of `actor`, from the trash or from outside it. Removed for one that was taken off the site."""
    own = Post.objects.filter(author=actor, pk=post_id)
    found = own.filter(state=Post.State.TRASHED) if trashed else own.exclude(state__in=HIDDEN_FROM_AUTHOR)
    post = found.for_cards().first()
    if post is None:
        raise _missing(actor, post_id)
    return post


def get_own_media(actor: User, media_id: int) -> Media:
    media = find_own_media(actor, media_id)
    if media is None:
        raise NotFound
    return media


def find_own_media(actor: User, media_id: int | None) -> Media | None:
    """As `get_own_media`; None when there is none, or no id."""
    if media_id is None:
        return None
    own = Media.objects.filter(owner=actor, pk=media_id)
    return own.with_files().select_related("post__author").first()


def get_own_upload(actor: User, upload_id: int, way: str) -> Upload:
    """Gone when its time is over; after that it is as if there had been none."""
    upload = Upload.objects.filter(owner=actor, pk=upload_id, way=way).select_related("owner").first()
    if upload is None:
        raise NotFound
    if upload.expires_at <= timezone.now():
        raise Gone("This upload was left unfinished for too long. Please begin again.", code="expired")
    return upload


def get_original_for(viewer: Viewer, media_id: int) -> Media:
    """A media whose original `viewer` may download: their own, or of a visible post that allows downloads."""
    open_posts = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"), state=Post.State.PUBLISHED, downloads=True)
    wanted = Exists(open_posts) if viewer.is_anonymous else Q(Exists(open_posts)) | Q(owner=viewer.pk)
    media = Media.objects.filter(wanted, pk=media_id).with_files().first()
    if media is None:
        raise NotFound
    return media


def get_own_collection(actor: User, collection_id: int, *, among: QuerySet[Collection] | None = None) -> Collection:
    """A collection of `actor`, loaded as `among` says."""
    found = Collection.objects.all() if among is None else among
    collection = found.filter(owner=actor, pk=collection_id).first()
    if collection is None:
        raise NotFound
    return collection


def get_album_for(viewer: Viewer, album_id: int, *, among: QuerySet[Album] | None = None) -> Album:
    """An album `viewer` may open, with its owner, loaded as `among` says."""
    found = Album.objects.all() if among is None else among
    album = found.filter(pk__in=Album.objects.visible_to(viewer)).filter(pk=album_id).select_related("owner").first()
    if album is None:
        raise NotFound
    return album


def get_own_album(actor: User, album_id: int) -> Album:
    album = Album.objects.filter(owner=actor, pk=album_id).select_related("owner").first()
    if album is None:
        raise NotFound
    return album


def get_tag_for(viewer: Viewer, name: str) -> Tag:
    """A tag (folded) that `viewer` can find a post of, or follows; a tag of hidden posts alone is missing."""
    tag = Tag.objects.filter(known_to(viewer), name=name).first()
    if tag is None:
        raise NotFound
    return tag


def known_to(viewer: Viewer) -> Q:
    """The condition on tags that says this."""
    listed = Post.objects.offered_to(viewer).filter(pk=OuterRef("post"), state=Post.State.PUBLISHED)
    used = Q(Exists(PostTag.objects.filter(Exists(listed), tag=OuterRef("pk"))))
    if viewer.is_anonymous:
        return used
    return used | Q(Exists(TagFollow.objects.filter(user=viewer.pk, tag=OuterRef("pk"))))


def _missing(viewer: Viewer, post_id: int) -> NotFound | Removed:
    """What to answer for a post that `viewer` may not see: the same for all that is hidden, and for what is not there.

    One query for who is logged in, whether there is such a post or not.
    """
    if viewer.is_anonymous:
        return NotFound()
    own = Post.objects.filter(author=viewer.pk, pk=post_id, state=Post.State.REMOVED)
    rule = own.values_list("removed_for", flat=True).first()
    return NotFound() if rule is None else Removed(f"It broke a rule of this site: {rule}")


def _missing_comment(viewer: Viewer, comment_id: int) -> NotFound | Removed:
    """The same for a comment, and for the author of a removed post for all comments at it."""
    if viewer.is_anonymous:
        return NotFound()
    taken = Q(author=viewer.pk, state=Comment.State.REMOVED) | Q(post__author=viewer.pk, post__state=Post.State.REMOVED)
    comments = Comment.objects.filter(taken, pk=comment_id)
    found = comments.values_list("state", "removed_for", "post__removed_for").first()
    if found is None:
        return NotFound()
    state, rule, rule_of_post = found
    if state == Comment.State.REMOVED:
        return RemovedComment(f"It broke a rule of this site: {rule}")
    return Removed(f"It broke a rule of this site: {rule_of_post}")
