from collections.abc import Sequence

from photos.models import Post, PostTag, Tag
from photos.services.wording import keep_words


def set_tags(post: Post, names: Sequence[str]) -> None:
    """Make `names` (folded, unique) the tags of `post`, and let it be found by them, its title and its caption.

    Call inside the transaction that changes the post, after its words are saved.
    """
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    tags = Tag.objects.filter(name__in=names)
    post.post_tags.exclude(tag__in=tags).delete()
    PostTag.objects.bulk_create([PostTag(post=post, tag=tag) for tag in tags], ignore_conflicts=True)
    keep_words(post, names)
