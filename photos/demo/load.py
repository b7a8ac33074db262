"""Loading the demo through the services that real people use, so that it shows what they would get."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context

from django.utils import timezone

from accounts.models import User
from accounts.services.follows import accept_follow_request, follow_user
from accounts.services.profiles import edit_profile, set_account_private
from accounts.services.registration import Admission
from accounts.services.sign_up import sign_up
from core.exceptions import Conflict
from photos.demo.content import AVATAR_SIZE, PEOPLE, POSTS, DemoPerson, DemoPost
from photos.demo.drawing import Drawing, draw_file
from photos.demo.life import live
from photos.models import Media, Post
from photos.services import processing
from photos.services.avatars import change_avatar
from photos.services.drafts import PostDraft
from photos.services.likes import like_post
from photos.services.posts import create_post
from photos.services.uploads import accept_upload

DRAWERS = 2
AHEAD = 6  # pictures drawn before they are wanted; keeps memory flat

Report = Callable[[str], None]


def load_demo(password: str, report: Report) -> None:
    """Make what is missing of the demo. Safe to run again and after a break."""
    for person in PEOPLE:
        known = User.objects.filter(username=person.username).first()
        if known is None:
            _make_person(person, password)
        elif known.email != _email(person):
            raise Conflict(f"{person.username} is somebody's account here; the demo leaves people alone.")
    people = {user.username: user for user in User.objects.filter(username__in=[p.username for p in PEOPLE])}
    for person in PEOPLE:
        _follow(person, people)
    with ProcessPoolExecutor(DRAWERS, mp_context=get_context("spawn")) as pool:
        _upload(pool, people, report)
    _develop(people, report)
    _like(people)
    live(people)


def _email(person: DemoPerson) -> str:
    return f"{person.username}@demo.example.org"


def _make_person(person: DemoPerson, password: str) -> None:
    user = sign_up(
        username=person.username,
        email=_email(person),
        password=password,
        display_name=person.display_name,
        verified=True,
        admission=Admission(by_house=True),
    )
    words = {"bio": person.bio, "pronouns": person.pronouns, "location": person.location, "website": person.website}
    edit_profile(user, words)
    set_account_private(user, person.is_private)


def _follow(person: DemoPerson, people: dict[str, User]) -> None:
    follower = people[person.username]
    for name in person.follows:
        follow_user(follower, people[name])
        if people[name].is_private:
            accept_follow_request(people[name], follower)


def _upload(pool: ProcessPoolExecutor, people: dict[str, User], report: Report) -> None:
    """Avatars first, then posts from the oldest on; pictures are drawn ahead by the pool."""
    now = timezone.now()
    faces = [person for person in PEOPLE if not hasattr(people[person.username], "avatar")]
    posts = [post for post in sorted(POSTS, key=lambda each: -each.hours_ago) if not _is_there(post, people)]
    drawings = [_face(person) for person in faces]
    drawings += [drawing for post in posts for drawing in _drawings(post, now)]
    drawn = _draw_ahead(pool, drawings)
    for number, person in enumerate(faces, 1):
        data = next(drawn)
        change_avatar(people[person.username], io.BytesIO(data), size=len(data))
        report(f"{number} of {len(faces)} portraits drawn")
    for number, post in enumerate(posts, 1):
        files = [next(drawn) for _ in post.pictures]
        _publish(post, people[post.author], files, now - timedelta(hours=post.hours_ago))
        report(f"{number} of {len(posts)} posts drawn")


def _is_there(post: DemoPost, people: dict[str, User]) -> bool:
    return Post.objects.filter(author=people[post.author], title=post.title).exists()


def _face(person: DemoPerson) -> Drawing:
    return Drawing(person.avatar_scene, person.avatar_seed, AVATAR_SIZE, AVATAR_SIZE)


def _drawings(post: DemoPost, now: datetime) -> list[Drawing]:
    taken_at = now - timedelta(hours=post.hours_ago + 3)
    return [Drawing(each.scene, each.seed, each.width, each.height, each.camera, taken_at) for each in post.pictures]


def _draw_ahead(pool: ProcessPoolExecutor, drawings: list[Drawing]) -> Iterator[bytes]:
    waiting: list[Future[bytes]] = []
    for drawing in drawings:
        waiting.append(pool.submit(draw_file, drawing))
        if len(waiting) > AHEAD:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _publish(post: DemoPost, author: User, files: list[bytes], posted_at: datetime) -> None:
    media = [
        accept_upload(author, io.BytesIO(data), size=len(data), alt_text=picture.alt_text)[0]
        for data, picture in zip(files, post.pictures, strict=True)
    ]
    draft = PostDraft(
        title=post.title,
        caption=post.caption,
        tags=post.tags,
        location_name=post.location_name,
        latitude=post.latitude,
        longitude=post.longitude,
        audience=post.audience,
        sensitive=post.sensitive,
        spoiler=post.spoiler,
    )
    create_post(author, media_ids=[item.pk for item in media], draft=draft, posted_at=posted_at)


def _develop(people: dict[str, User], report: Report) -> None:
    """Develop what no worker has taken yet, so that the demo is whole also where none runs."""
    waiting = Media.objects.filter(owner__in=people.values(), state=Media.State.RECEIVED)
    for left in range(waiting.count(), 0, -1):
        media = waiting.order_by("id").first()
        if media is None:
            return
        report(f"{left} pictures to develop")
        processing.process(media.pk)


def _like(people: dict[str, User]) -> None:
    for post in POSTS:
        published = Post.objects.filter(
            author=people[post.author], title=post.title, state=Post.State.PUBLISHED
        ).first()
        if published is None:
            continue
        for name in post.liked_by:
            like_post(people[name], published.pk)
