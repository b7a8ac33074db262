from accounts.models import User
from core import rate_limits
from photos.access import get_tag_for
from photos.models import Tag, TagFollow


def follow_tag(actor: User, name: str) -> Tag:
    """Follow the tag, however often it is said. NotFound when there is no such tag for `actor`."""
    rate_limits.allow("follow", str(actor.pk))
    tag = get_tag_for(actor, name)
    TagFollow.objects.bulk_create([TagFollow(user=actor, tag=tag)], ignore_conflicts=True)
    return tag


def unfollow_tag(actor: User, name: str) -> Tag:
    """NotFound when there is no such tag for `actor`, who may always end what they follow."""
    tag = get_tag_for(actor, name)
    TagFollow.objects.filter(user=actor, tag=tag).delete()
    return tag
