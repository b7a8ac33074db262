"""The one audience rule. Every list and every single look-up of posts goes through `visible_to`."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Block, CloseFriend, Follow, Mute, Restriction
from accounts.querysets import Viewer

if TYPE_CHECKING:  # models import this module
    from photos.models import Like, Post  # noqa: F401  the base classes below name them


class PostQuerySet(QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> "PostQuerySet":
        """Posts `viewer` may see: their own unless trashed or removed; of others what is published, for whom it is.

        Everyone: public and unlisted posts of open accounts. Accepted followers: also posts for followers, and public
        and unlisted ones of private accounts. Close friends: what is for them. Nobody between whom there is a block, in
        either direction. Staff see what they would see as anybody.
        """
        published = Q(state="published", author__is_active=True)
        open_to_all = published & Q(audience__in=["public", "unlisted"], author__is_private=False)
        if viewer.is_anonymous:
            return self.filter(open_to_all)
        follows = Exists(Follow.objects.filter(follower=viewer.pk, followee=OuterRef("author"), state="accepted"))
        blocks = Block.objects.filter(
            Q(blocker=viewer.pk, blocked=OuterRef("author")) | Q(blocker=OuterRef("author"), blocked=viewer.pk)
        )
        to_followers = published & Q(audience__in=["public", "unlisted", "followers"]) & Q(follows)
        close = Exists(CloseFriend.objects.filter(owner=OuterRef("author"), friend=viewer.pk))
        to_close_friends = published & Q(audience="close_friends") & Q(close)
        own = Q(author=viewer.pk) & ~Q(state__in=["trashed", "removed"])
        return self.filter(own | ((open_to_all | to_followers | to_close_friends) & ~Exists(blocks)))

    def listed_for(self, viewer: Viewer) -> "PostQuerySet":
        """Visible posts that lists may show: an unlisted post is only found by its link, except by its author.

        Drafts and archived posts have lists of their own, for their author alone.
        """
        visible = self.visible_to(viewer)
        if viewer.is_anonymous:
            return visible.exclude(audience="unlisted")
        return visible.exclude(Q(audience="unlisted") & ~Q(author=viewer.pk)).exclude(state__in=["draft", "archived"])

    def without_muted_by(self, viewer: Viewer) -> "PostQuerySet":
        """Also leaves out posts of people of whom `viewer` wants to see nothing."""
        if viewer.is_anonymous:
            return self
        return self.exclude(Exists(Mute.objects.of_everything().filter(muter=viewer.pk, muted=OuterRef("author"))))

    def for_cards(self) -> "PostQuerySet":
        """All a card or tile needs: author, media in order, renditions, tags. Four queries for any number of posts."""
        from photos.models import Media  # noqa: PLC0415  models import this module

        media = Media.objects.order_by("position", "id").prefetch_related("renditions")
        return self.select_related("author").prefetch_related(Prefetch("media", queryset=media), "tags")


class LikeQuerySet(QuerySet["Like"]):
    def shown_to(self, viewer: Viewer) -> "LikeQuerySet":
        """Likes as far as restrictions let `viewer` know of them; lists and counts of likes both begin here.

        What somebody likes at the posts of a person who restricts them shows to these two alone.
        """
        restricted = Exists(Restriction.objects.filter(owner=OuterRef("post__author"), restricted=OuterRef("user")))
        if viewer.is_anonymous:
            return self.exclude(restricted)
        return self.filter(Q(user=viewer.pk) | Q(post__author=viewer.pk) | ~restricted)
