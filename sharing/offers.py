"""What may leave the house: a post or an album as it is offered to other sites, or the reason why it is not."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.media_urls import absolute
from photos.cards import is_public, post_url
from photos.models import Album, Media, Post, Rendition
from sharing.targets import Shareable

PREVIEW_WIDTH = 1280  # pixels at most
NOT_PUBLISHED, UNLISTED, PRIVATE_ACCOUNT, NOT_PUBLIC = "not_published", "unlisted", "private_account", "not_public"


@dataclass(frozen=True, slots=True)
class Offer:
    """`shareable` is None for what is not public, and then `code` and `reason` say why; `warning` is for who shares it.

    `has_address`: who does not have an account can open the plain address nevertheless.
    """

    shareable: Shareable | None
    code: str = ""
    reason: str = ""
    warning: str = ""
    has_address: bool = True


def offer_post(post: Post) -> Offer:
    """Of a post loaded with `for_cards`. No query."""
    if not is_public(post):
        return _refused(_why_not(post.audience, post, is_private=post.author.is_private))
    picture = "" if post.sensitive or preview_of(post) is None else preview_url(post)
    tags = tuple(sorted(tag.name for tag in post.tags.all()))
    shared = Shareable(title_of(post), absolute(post_url(post)), picture, tags)
    return Offer(shared, warning=str(_covered()) if post.sensitive else "")


def offer_album(album: Album, cover: Post | None) -> Offer:
    """Of an album loaded with its owner, and its cover loaded for a card. No query."""
    if album.audience != Post.Audience.PUBLIC or album.owner.is_private:
        return _refused(_why_not(album.audience, None, is_private=album.owner.is_private))
    picture = preview_url(cover) if cover and may_stand_for_album(cover) else ""
    return Offer(Shareable(album.title, absolute(album_url(album)), picture))


def album_url(album: Album) -> str:
    return reverse("photos:album", args=[album.pk])


def may_stand_for_album(cover: Post) -> bool:
    """Whether the picture of this post may be shown wherever its album is: it is for everybody, and not covered."""
    return is_public(cover) and not cover.sensitive and preview_of(cover) is not None


def title_of(post: Post) -> str:
    """What a post is called where only words are."""
    name = post.author.display_name or post.author.username
    return post.title or _("Picture by %(name)s") % {"name": name}


def preview_url(post: Post) -> str:
    """The address of a picture of a public post that stays the same and opens for everybody."""
    return f"{settings.ORIGIN}{reverse('sharing:post-preview', args=[post.pk])}"


def preview_of(post: Post, *, most: int | None = None) -> Rendition | None:
    """The JPEG that stands for a post, loaded with `for_cards`; of a film the poster. None until it is ready.

    `most` is how wide it may be, in pixels, if less than PREVIEW_WIDTH; where there is none so small, the smallest.
    """
    media: Media | None = next(iter(post.media.all()), None)
    if media is None:
        return None
    jpegs = [each for each in media.renditions.all() if each.content_type == "image/jpeg" and each.name != "square"]
    fitting = [each for each in jpegs if each.width <= min(most or PREVIEW_WIDTH, PREVIEW_WIDTH)]
    smallest = sorted(jpegs, key=lambda each: each.width)[:1]
    return max(fitting or smallest, key=lambda each: each.width, default=None)


def _refused(code: str) -> Offer:
    reasons = {
        NOT_PUBLISHED: _("It is not published."),
        UNLISTED: _("Only who has its address should come upon it: copy the address for whom you want to see it."),
        PRIVATE_ACCOUNT: _("The account is private: its pictures are for its followers."),
        NOT_PUBLIC: _("It is not for everybody, so it is not offered to other sites."),
    }
    return Offer(None, code, str(reasons[code]), has_address=code == UNLISTED)


def _why_not(audience: str, post: Post | None, *, is_private: bool) -> str:
    if post is not None and post.state != Post.State.PUBLISHED:
        return NOT_PUBLISHED
    if audience not in (Post.Audience.PUBLIC, Post.Audience.UNLISTED):
        return NOT_PUBLIC
    return PRIVATE_ACCOUNT if is_private else UNLISTED


def _covered() -> str:
    return _("It is marked as sensitive: other sites get its title, but no picture.")
