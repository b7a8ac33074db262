"""A dozen people with everything between them that a feed depends on, by chance from a seed."""

import random
from datetime import timedelta

from django.utils import timezone

from accounts.models import Follow, User
from core.models import new_id
from photos.models import Like, Post
from tests.factories import make_block, make_close_friend, make_mute, make_user

PEOPLE = 12
POSTS = 240


def make_small_world(seed: int) -> list[User]:
    """Some post much, some nothing; some accounts are closed, muted, blocked or wait; some posts are for few."""
    chance = random.Random(seed)  # noqa: S311
    people = [make_user(f"person{number}") for number in range(PEOPLE)]
    pairs = [(one, other) for one in people for other in people if one != other]
    Follow.objects.bulk_create(
        Follow(
            id=new_id(one.pk),
            follower=one,
            followee=other,
            state=chance.choices(["accepted", "requested"], weights=[9, 1])[0],
        )
        for one, other in pairs
        if chance.random() < 0.6
    )
    for one, other in chance.sample(pairs, 12):
        chance.choice([make_mute, make_block])(one, other)
    for owner, friend in chance.sample(pairs, 40):
        make_close_friend(owner, friend)
    posts = [_post(chance, chance.choices(people, weights=range(PEOPLE))[0]) for _ in range(POSTS)]
    Post.objects.bulk_create(posts)
    _like(chance, people, posts)
    closed = chance.choice(people)
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    return people


def _post(chance: random.Random, author: User) -> Post:
    made = timezone.now() - timedelta(seconds=round(chance.expovariate(1 / (8 * 86400))))
    return Post(
        id=new_id(author.pk, at=made),
        author=author,
        audience=chance.choices([*Post.Audience.values], weights=[8, 1, 4, 3, 1])[0],
        state=chance.choices(["published", "trashed", "publishing"], weights=[12, 1, 1])[0],
        like_count=round(chance.paretovariate(0.8)) - 1,
        comment_count=chance.choice([0, 0, 0, 1, 5]),
        published_at=made,
    )


def _like(chance: random.Random, people: list[User], posts: list[Post]) -> None:
    """Likes of now and of long ago, which count for nothing."""
    for person in people:
        liked = chance.sample(posts, chance.randrange(40))
        old = timezone.now() - timedelta(days=100)
        Like.objects.bulk_create(
            Like(id=new_id(person.pk, at=old + timedelta(seconds=n) if n % 3 == 0 else None), user=person, post=post)
            for n, post in enumerate(liked)
        )
