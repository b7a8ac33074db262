from collections.abc import Sequence

from photos.models import Post, PostTag, Tag


def set_tags(post: Post, names: Sequence[str]) -> None:
    """Make `names` (folded, unique) the tags of `post`. Call inside the transaction that changes the post."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    tags = Tag.objects.filter(name__in=names)
    post.post_tags.exclude(tag__in=tags).delete()
    PostTag.objects.bulk_create([PostTag(post=post, tag=tag) for tag in tags], ignore_conflicts=True)
