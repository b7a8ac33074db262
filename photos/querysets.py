"""The one audience rule. Every list and every single look-up of posts goes through `visible_to`."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from accounts.models import Block, CloseFriend, Follow, Mute, Restriction, User
from accounts.querysets import Viewer, not_limited_for
from core.rows import json_rows

if TYPE_CHECKING:  # models import this module
    from photos.models import (  # noqa: F401  the base classes below name them
        Album,
        Comment,
        CommentLike,
        Like,
        Media,
        PersonTag,
        Post,
    )

# What the models take as properties of the same names, and keep as relations.
_MEDIA = """
    SELECT json_build_array(to_json(media), ARRAY(
        SELECT to_json(rendition) FROM photos_rendition rendition WHERE rendition.media_id = media.id
    ))
    FROM photos_media media WHERE media.post_id = {key} ORDER BY media.position, media.id
"""
_TAGS = """
    SELECT to_json(tag) FROM photos_posttag filed JOIN photos_tag tag ON tag.id = filed.tag_id
    WHERE filed.post_id = {key}
"""
_RENDITIONS = "SELECT to_json(rendition) FROM photos_rendition rendition WHERE rendition.media_id = {key}"
_COPIES = "SELECT to_json(copy) FROM photos_originalcopy copy WHERE copy.media_id = {key}"
_FIRST_PICTURE = """
    SELECT json_build_array(to_json(media), ARRAY(
        SELECT to_json(rendition) FROM photos_rendition rendition
        WHERE rendition.media_id = media.id AND rendition.name = 'square'
    ))
    FROM photos_media media WHERE media.post_id = {key} ORDER BY media.position, media.id LIMIT 1
"""
_FOR_CARDS = {"media_rows": json_rows(_MEDIA), "tag_rows": json_rows(_TAGS)}
_FILES = {"rendition_rows": json_rows(_RENDITIONS), "copy_rows": json_rows(_COPIES)}


def first_picture(post: str) -> "Func[Any]":
    """For a query of other rows: what `Post.media_rows` takes, of the first media and its squares alone.

    `post` is the way from a row to the post's id.
    """
    return json_rows(_FIRST_PICTURE, post)


class MediaQuerySet(QuerySet["Media"]):
    def with_files(self) -> "MediaQuerySet":
        """Renditions and copies, in the one query that loads the media."""
        return self.annotate(**_FILES)


class PostQuerySet(QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> "PostQuerySet":
        """Posts `viewer` may see: their own unless trashed or removed; of others what is published, for whom it is.

        Everyone: public and unlisted posts of open accounts. Accepted followers: also posts for followers, and public
        and unlisted ones of private accounts. Close friends: what is for them. Nobody between whom there is a block, in
        either direction. Staff see what they would see as anybody.
        """
        if viewer.is_anonymous:
            return self.filter(_is_open(), state="published")
        own = Q(author=viewer.pk) & ~Q(state__in=["trashed", "removed"])
        return self.filter(own | (Q(state="published") & _is_for(viewer.pk)))

    def meant_for(self, reader: "User") -> "PostQuerySet":
        """Posts of others that `reader` sees as soon as they are published, if nothing changes; and their own."""
        return self.filter(Q(author=reader.pk) | _is_for(reader.pk))

    def listed_for(self, viewer: Viewer) -> "PostQuerySet":
        """Visible posts that lists may show: an unlisted post is only found by its link, except by its author.

        Drafts and archived posts have lists of their own, for their author alone.
        """
        visible = self.visible_to(viewer)
        if viewer.is_anonymous:
            return visible.exclude(audience="unlisted")
        return visible.exclude(Q(audience="unlisted") & ~Q(author=viewer.pk)).exclude(state__in=["draft", "archived"])

    def offered_to(self, viewer: Viewer) -> "PostQuerySet":
        """Listed posts that may be put before `viewer` unasked: in Explore, search, tags, and what leaves the site.

        Those of people whom staff keep from strangers are left to who follows them, and to who opens their profile.
        """
        return self.listed_for(viewer).filter(not_limited_for(viewer, "author"))

    def without_muted_by(self, viewer: Viewer) -> "PostQuerySet":
        """Also leaves out posts of people of whom `viewer` wants to see nothing."""
        if viewer.is_anonymous:
            return self
        return self.exclude(Exists(Mute.objects.of_everything().filter(muter=viewer.pk, muted=OuterRef("author"))))

    def for_cards(self) -> "PostQuerySet":
        """All a card or tile needs: author, media in order, renditions, tags; in the one query that loads the posts."""
        return self.select_related("author").annotate(**_FOR_CARDS)


class AlbumQuerySet(QuerySet["Album"]):
    def visible_to(self, viewer: Viewer) -> "AlbumQuerySet":
        """Albums `viewer` may open: their own, and of others those that are for them, by the rule of posts."""
        if viewer.is_anonymous:
            return self.filter(_is_open(author="owner"))
        return self.filter(Q(owner=viewer.pk) | _is_for(viewer.pk, author="owner"))

    def listed_for(self, viewer: Viewer) -> "AlbumQuerySet":
        """Visible albums that lists may show: an unlisted one is only found by its address, except by its owner."""
        unlisted = Q(audience="unlisted")
        return self.visible_to(viewer).exclude(
            unlisted if viewer.is_anonymous else unlisted & ~Q(owner=viewer.pk),
        )


class LikeQuerySet(QuerySet["Like"]):
    def shown_to(self, viewer: Viewer) -> "LikeQuerySet":
        """Likes as far as restrictions let `viewer` know of them.

        What somebody likes at the posts of a person who restricts them shows to these two alone.
        """
        if viewer.is_anonymous:
            return self.counted()
        return self.filter(Q(user=viewer.pk) | Q(post__author=viewer.pk) | ~_is_restricted())

    def counted(self) -> "LikeQuerySet":
        """Likes that are in the counter of their post: not by somebody whom the author of the post restricts."""
        return self.exclude(_is_restricted())


class CommentQuerySet(QuerySet["Comment"]):
    def visible_to(self, viewer: Viewer) -> "CommentQuerySet":
        """Comments `viewer` may read, of a post that they may see, which is not asked here.

        What is published, by open accounts; what waits, for who wrote it and for the author of the post; what somebody
        writes at the posts of a person who restricts them, for these two. Never across a block, nor by somebody of whom
        the viewer wants to see nothing, nor what staff removed. A reply goes with the comment it is under.
        """
        return self.readable_by(viewer).filter(Q(parent=None) | _is_readable(viewer, "parent__"))

    def readable_by(self, viewer: Viewer) -> "CommentQuerySet":
        """The same for comments of which it is known that the viewer may read what they stand under, or that are under
        none: many of them cost less.
        """
        return self.filter(_is_readable(viewer))

    def counted(self) -> "CommentQuerySet":
        """Comments that are in the counter of their post: those that everybody without blocks of their own can read."""
        return self.filter(_is_counted(), Q(parent=None) | _is_counted("parent__"))


class CommentLikeQuerySet(QuerySet["CommentLike"]):
    def shown_to(self, viewer: Viewer) -> "CommentLikeQuerySet":
        """As of likes of posts: what somebody likes at the posts of who restricts them shows to these two alone."""
        if viewer.is_anonymous:
            return self.exclude(_restricts("comment__post__author", "user"))
        own = Q(user=viewer.pk) | Q(comment__post__author=viewer.pk)
        return self.filter(own | ~_restricts("comment__post__author", "user"))

    def counted(self) -> "CommentLikeQuerySet":
        """Likes that are in the counter of their comment."""
        return self.filter(user__counted=True).exclude(_restricts("comment__post__author", "user"))


class PersonTagQuerySet(QuerySet["PersonTag"]):
    def visible_to(self, viewer: Viewer) -> "PersonTagQuerySet":
        """Who is in pictures, as far as `viewer` may know, of posts that they may see, which is not asked here.

        What is shown, of people with an open account who may see the post themselves; what waits, for that person and
        the author of the post alone. Never across a block between viewer and person, in either direction.
        """
        sees_post = Q(person=F("post__author")) | _is_for(OuterRef("person"), "post__")
        known = self.filter(sees_post, person__is_active=True)
        if viewer.is_anonymous:
            return known.filter(state="shown")
        told = Q(state="shown") | (Q(state="waiting") & (Q(person=viewer.pk) | Q(post__author=viewer.pk)))
        return known.filter(told, ~_is_blocked_between(viewer.pk, "person"))

    def on_profiles_for(self, viewer: Viewer) -> "PersonTagQuerySet":
        """What is shown, and on the profile of the person, too: as far as their account is open to `viewer`."""
        shown = self.visible_to(viewer).filter(state="shown")
        if viewer.is_anonymous:
            return shown.filter(person__is_private=False)
        follows = Follow.objects.filter(follower=viewer.pk, followee=OuterRef("person"), state="accepted")
        return shown.filter(Q(person__is_private=False) | Q(person=viewer.pk) | Q(Exists(follows)))


Reader = int | OuterRef  # the id of a person, or where a row has it


def _is_open(post: str = "", author: str = "author") -> Q:
    """The condition that a post is for everybody; `post` is the way from a row to it, with __ at its end.

    `author` is the name of the field with whose it is.
    """
    audience = Q((f"{post}audience__in", ["public", "unlisted"]))
    return Q((f"{post}{author}__is_active", True)) & audience & Q((f"{post}{author}__is_private", False))


def _is_for(reader: Reader, post: str = "", author: str = "author") -> Q | Combinable:
    """The condition that a post of somebody else is for `reader`, whatever its state."""
    person = OuterRef(f"{post}{author}")
    is_active = Q((f"{post}{author}__is_active", True))
    follows = Exists(Follow.objects.filter(follower=reader, followee=person, state="accepted"))
    to_followers = is_active & Q((f"{post}audience__in", ["public", "unlisted", "followers"])) & Q(follows)
    close = Exists(CloseFriend.objects.filter(owner=person, friend=reader))
    to_close_friends = is_active & Q((f"{post}audience", "close_friends")) & Q(close)
    is_for = _is_open(post, author) | to_followers | to_close_friends
    return is_for & ~_is_blocked_between(reader, f"{post}{author}")


def _is_blocked_between(reader: Reader, other: str) -> Exists:
    """The condition that one of the two has blocked the other; `other` is the way from a row to that person."""
    person = OuterRef(other)
    return Exists(Block.objects.filter(Q(blocker=reader, blocked=person) | Q(blocker=person, blocked=reader)))


def _is_restricted() -> Exists:
    return _restricts("post__author", "user")


def _restricts(owner: str, restricted: str) -> Exists:
    return Exists(Restriction.objects.filter(owner=OuterRef(owner), restricted=OuterRef(restricted)))


def _is_counted(prefix: str = "") -> Combinable:
    """The condition on a comment, or with "parent__" on the one it is under."""
    published = Q((f"{prefix}state", "published"), (f"{prefix}author__counted", True))
    return published & ~_restricts("post__author", f"{prefix}author")


def _is_readable(viewer: Viewer, prefix: str = "") -> Q | Combinable:
    author, state = f"{prefix}author", f"{prefix}state"
    is_active = Q((f"{author}__is_active", True))
    published = Q((state, "published")) & is_active & ~_restricts("post__author", author)
    if viewer.is_anonymous:
        return published
    kept = Q((f"{state}__in", ["published", "waiting"]))
    at_own_post = Q(post__author=viewer.pk) & kept & is_active
    own = Q((author, viewer.pk)) & kept
    return own | ((published | at_own_post) & ~_is_out_of_sight(viewer, author))


def _is_out_of_sight(viewer: User, author: str) -> Q:
    """The condition on people blocked, blocking or muted in everything; each list is made once for a query."""
    blocked = Block.objects.filter(blocker=viewer.pk).values("blocked")
    blockers = Block.objects.filter(blocked=viewer.pk).values("blocker")
    muted = Mute.objects.of_everything().filter(muter=viewer.pk).values("muted")
    return Q((f"{author}__in", blocked)) | Q((f"{author}__in", blockers)) | Q((f"{author}__in", muted))
